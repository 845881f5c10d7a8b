/**
 * A real process with a journal on disk, killed by SIGKILL while it trades on a venue that lives on: between the commit and the sending,
 * when the order has been written to the wire, when it has been answered, at random moments; and stopped for a while. Each time it is
 * started again on what it left. The seed of the random moments is FC_SEED.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { spawn } from "node:child_process";
import type { Row } from "../../src/domain/row.ts";
import { readSqliteJournal } from "../../src/journal/sqlite-reader.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import type { CrashOrders } from "./crash-child.ts";
import { ENTRY_PRICE, RUNG_PRICE, STOP_PRICE } from "./fault-story.ts";
import { disagreements, exitsAddUp, type Books } from "./ledgers-agree.ts";
import { PERP } from "./trading-bench.ts";
import { draws } from "./venue/draws.ts";
import { startLocalVenue, type LocalVenue } from "./venue/local-venue.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "crash-"));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));
const SEED = Number(process.env["FC_SEED"] ?? "1");
const CHILD = join(import.meta.dirname, "crash-child.ts");

interface Life {
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly err: string;
  }>;
  /** It trades. */
  readonly ready: Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

function startLife(orders: CrashOrders): Life {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(orders)], { stdio: ["ignore", "pipe", "pipe"] });
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (err += text));
  const ended = new Promise<Awaited<Life["ended"]>>((done) => {
    child.once("close", (code, signal) => done({ code, signal, err }));
  });
  const ready = new Promise<void>((done) => child.stdout.once("data", () => done()));
  return {
    ended,
    ready: Promise.race([ready, ended.then(() => undefined)]),
    kill: (signal) => void child.kill(signal),
  };
}

/** Says the price of the hour until it is told to stop: which one follows from what the venue holds. */
function market(venue: LocalVenue): { readonly stop: () => void } {
  const timer = setInterval(() => {
    const held = venue.ledger.position(PERP);
    const isBegun = venue.ledger.orders.length > 0;
    venue.price("BTCUSDT", String(held === "0.1" ? RUNG_PRICE : isBegun ? STOP_PRICE : ENTRY_PRICE));
  }, 50);
  return { stop: () => clearInterval(timer) };
}

function rowsOf(path: string): readonly Row[] {
  const journal = readSqliteJournal(path);
  try {
    return [...journal.rows()];
  } finally {
    journal.close();
  }
}

interface Story {
  readonly name: string;
  /** The lives but the last one. */
  readonly deaths: readonly CrashOrders["dies"][];
  readonly at?: CrashOrders["at"];
  readonly whileAlive?: (life: Life, number: number) => Promise<void>;
}

async function lived({
  name,
  deaths,
  at = "any order",
  whileAlive,
}: Story): Promise<{ readonly kills: number; readonly venue: LocalVenue }> {
  const venue = await startLocalVenue();
  const path = join(FOLDER, `${name.replaceAll(/\W+/g, "-")}.journal`);
  const { stop } = market(venue);
  let kills = 0;
  try {
    for (const [number, dies] of [...deaths, "never" as const].entries()) {
      const life = startLife({ journal: path, venue, dies, at });
      if (dies === "when told" || dies === "never") await whileAlive?.(life, number);
      const { code, signal, err } = await life.ended;
      expect(err).toBe("");
      if (signal === "SIGKILL") kills += 1;
      else expect(code).toBe(0);
      // It has come to its end before it could be killed once more.
      if (code === 0) break;
    }
    const rows = rowsOf(path);
    const last = rows.findLast(({ snapshot }) => snapshot !== null)!.snapshot!;
    const books: Books = { rows, venue, market: last.position.market };
    expect(verifyJournal(path).problems).toEqual([]);
    expect(disagreements(books)).toEqual([]);
    expect(exitsAddUp(books)).toBe(true);
    expect(last.position.outcome).not.toBeNull();
    return { kills, venue };
  } finally {
    stop();
    await venue.close();
  }
}

describe.concurrent("kill -9 of an engine at a venue", () => {
  it.each(["when it is sent", "when it is answered"] as const)(
    "R11.2 P11 F18 killed three times, each time %s, entry, exit and close: every intent settled, executed at most once, sizes agree",
    { timeout: 120_000 },
    async (dies) => {
      const { kills, venue } = await lived({ name: dies, deaths: [dies, dies, dies] });
      expect(kills).toBe(3);
      expect(venue.ledger.orders.map(({ filled }) => filled)).toEqual(["0.1", "0.04", "0.06"]);
    },
  );

  it(
    "R11.2 P11 F18 killed three times between the commit and the sending of its exits: the same",
    { timeout: 120_000 },
    async () => {
      const deaths = ["before it is sent", "before it is sent", "before it is sent"] as const;
      const { kills, venue } = await lived({ name: "before", deaths, at: "exits" });
      expect(kills).toBe(3);
      expect(venue.ledger.orders.map(({ filled }) => filled)).toEqual(["0.1", "0.04", "0.06"]);
    },
  );

  it(
    "R10.3 R11.2 F18 killed between the commit and the sending of the entry: sent once, or not any more",
    { timeout: 60_000 },
    async () => {
      const { kills, venue } = await lived({ name: "entry", deaths: ["before it is sent"] });
      expect(kills).toBe(1);
      expect(venue.ledger.orders.filter(({ side }) => side === "BUY").length).toBeLessThanOrEqual(1);
    },
  );

  it("R11.2 P11 F18 killed at four random moments: the same", { timeout: 90_000 }, async () => {
    const draw = draws(SEED);
    const { kills } = await lived({
      name: "random",
      deaths: ["when told", "when told", "when told", "when told"],
      whileAlive: async (life, number) => {
        await life.ready;
        if (number === 4) return;
        await pause(draw() * 120);
        life.kill("SIGKILL");
      },
    });
    expect(kills).toBeGreaterThanOrEqual(2);
  });

  it("R10.2 F66 stopped for a second and a half, and going on", { timeout: 60_000 }, async () => {
    const { kills } = await lived({
      name: "stopped",
      deaths: [],
      whileAlive: async (life) => {
        await life.ready;
        await pause(30);
        life.kill("SIGSTOP");
        await pause(1_500);
        life.kill("SIGCONT");
      },
    });
    expect(kills).toBe(0);
  });
});
