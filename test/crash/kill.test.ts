/**
 * `pawl paper` killed by SIGKILL at random moments, forty times, each time started again on what it left.
 * The seed of the moments is printed with every failure; FC_SEED=… repeats it (the moments, not the machine's timing).
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { PRESET_NAMES } from "../../src/config/presets.ts";
import { hashUnit } from "../../src/domain/hash.ts";
import { openPaperLedger } from "../../src/exchange/paper/sqlite-ledger.ts";
import { readSqliteJournal } from "../../src/journal/sqlite-reader.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { syntheticSession } from "../../src/prices/synthetic-session.ts";
import { ended, folder, start } from "../cli/command.ts";
import { carriedOut, doubles, history } from "./same-history.ts";

const KILLS = 40;
const SEED = process.env["FC_SEED"] ?? "0";

/** The made-up markets as files: candles of two, and what to open there. */
function recorded({ write }: ReturnType<typeof folder>): readonly string[] {
  const session = syntheticSession("kill");
  const chosen = session.candles.filter(({ symbol }) => symbol === "BTC/USDT" || symbol === "SOL/USDT:USDT");
  const prices = chosen.flatMap(({ symbol, candles }, index) => {
    const rows = Array.from(candles.at, (at, row) =>
      [at, candles.open[row], candles.high[row], candles.low[row], candles.close[row], 1].join(","),
    );
    return [
      "--prices",
      `${symbol}=${write(`${index}.csv`, ["timestamp_ms,open,high,low,close,volume", ...rows, ""].join("\n"))}`,
    ];
  });
  const symbols = new Set(chosen.map(({ symbol }) => symbol));
  const entries = session.entries
    .filter(({ symbol }) => symbols.has(symbol))
    .map((entry, index) => JSON.stringify({ plan: PRESET_NAMES[index % PRESET_NAMES.length], ...entry }));
  const exchange = [
    "--latency",
    "200-9000",
    "--partial-fills",
    "0.6,4,3000",
    "--expire-rest",
    "0.3",
    "--slippage",
    "0.0003",
  ];
  return [
    "paper",
    ...prices,
    "--entries",
    write("entries.jsonl", entries.join("\n")),
    ...exchange,
    "--seed",
    "kill",
    "--json",
  ];
}

/** The rows as they stand in the file, unread. */
function bytesOf(path: string): readonly string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database
      .prepare("SELECT text || hash AS bytes FROM rows ORDER BY seq")
      .all()
      .map(({ bytes }) => String(bytes));
  } finally {
    database.close();
  }
}

function historyOf(path: string): ReturnType<typeof history> {
  const journal = readSqliteJournal(path);
  try {
    return history(journal.rows());
  } finally {
    journal.close();
  }
}

function readLedger(journalPath: string) {
  const ledger = openPaperLedger(`${journalPath}.paper`);
  try {
    return ledger.records();
  } finally {
    ledger.close();
  }
}

/** Starts the command and kills it some time after it has told of so many facts; true when it came to its end before that. */
async function lifeOf(args: readonly string[], facts: number): Promise<boolean> {
  const child = start(...args, "--pace", facts === Number.POSITIVE_INFINITY ? "1000000" : "20000");
  let heard = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    heard += chunk.toString().split('"seq":').length - 1;
    if (heard >= facts) child.kill("SIGKILL");
  });
  const { code, err } = await ended(child);
  expect([null, 0], err).toContain(code);
  return code === 0;
}

describe("kill -9", () => {
  it(
    `R11.2 P11 P16 after ${KILLS} kills journal, exchange and outcomes are those of a run that was never killed`,
    { timeout: 240_000 },
    async () => {
      const place = folder();
      const args = recorded(place);
      const [calm, killed] = ["calm", "killed"].map((name) => {
        mkdirSync(place.at(name));
        return join(place.at(name), "paper.journal");
      }) as [string, string];
      const undisturbed = ended(start(...args, "--journal", calm));

      let kills = 0;
      let before: readonly string[] = [];
      for (let life = 0; ; life += 1) {
        const facts = kills < KILLS ? 1 + Math.floor(hashUnit("kill", SEED, life) * 3) : Number.POSITIVE_INFINITY;
        const isOver = await lifeOf([...args, "--journal", killed], facts);
        const after = bytesOf(killed);
        expect(after.slice(0, before.length), `seed ${SEED}, life ${life}`).toEqual(before);
        if (isOver) break;
        if (after.length > 0) kills += 1;
        before = after;
      }

      expect(kills).toBe(KILLS);
      expect((await undisturbed).code).toBe(0);
      expect(verifyJournal(killed).problems).toEqual([]);
      expect(historyOf(killed)).toEqual(historyOf(calm));
      expect(doubles(readLedger(killed))).toEqual([]);
      expect(carriedOut(readLedger(killed))).toEqual(carriedOut(readLedger(calm)));
    },
  );
});
