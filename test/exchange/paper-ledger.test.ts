/** The paper exchange over its ledger: what is told is on disk, a restart goes on, a killed process leaves whole commits. */
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { OrderReport } from "../../src/domain/report.ts";
import { epochMs, lots } from "../../src/domain/units.ts";
import { memoryPaperLedger, PaperLedgerError, type PaperLedger } from "../../src/exchange/paper/ledger.ts";
import { openPaperExchange, type PaperExchange } from "../../src/exchange/paper/paper.ts";
import type { PaperSettingsInput } from "../../src/exchange/paper/settings.ts";
import { openPaperLedger } from "../../src/exchange/paper/sqlite-ledger.ts";
import { markJournalled } from "../../src/journal/journal.ts";
import { MARKETS, orderOf, PERP, settingsOf, SPOT, spot, START_MS, tell } from "./paper-orders.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "paper-ledger-"));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const pathOf = (name: string): string => join(FOLDER, name);
const now = epochMs(START_MS);
const later = (ms: number): typeof now => epochMs(START_MS + ms);

function open(ledger: PaperLedger, changes: Partial<PaperSettingsInput> = {}): PaperExchange {
  const exchange = openPaperExchange({ markets: MARKETS, settings: settingsOf(changes), ledger });
  exchange.price(PERP, 100, now);
  exchange.price(SPOT, 100, now);
  return exchange;
}

const place = (exchange: PaperExchange, changes: Parameters<typeof orderOf>[0], atMs = now): readonly OrderReport[] => {
  exchange.place(markJournalled(orderOf(changes)), atMs);
  return exchange.due(atMs);
};
const query = (clientOrderId: string) => ({
  clientOrderId,
  account: "main",
  symbol: PERP,
  lots: lots(300),
  decidedAtMs: epochMs(START_MS),
});

/** The error that a call throws. */
function failureOf(call: () => unknown): PaperLedgerError {
  try {
    call();
  } catch (error) {
    if (error instanceof PaperLedgerError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe.each([
  ["in memory", () => memoryPaperLedger(), (ledger: PaperLedger) => ledger],
  [
    "in a file",
    () => openPaperLedger(join(mkdtempSync(pathOf("shared-")), "ledger.db")),
    (ledger: PaperLedger) => {
      ledger.close();
      return openPaperLedger(ledger.path);
    },
  ],
] as const)("ledger %s", (_, begin, reopen) => {
  const sliced = { partialFills: { probability: 1, maximumSlices: 2, gapMs: 1_000 } };

  it("R12.1 after a restart everything told can be looked up, with its original times", () => {
    const ledger = begin();
    const exchange = open(ledger);
    const told = place(exchange, { lots: 100 });
    const again = open(reopen(ledger));
    expect(again.lookUp(query("a"), now)).toEqual(told);
    // Also when the clock of the restarted engine is behind what was carried out.
    expect(again.lookUp(query("a"), later(-60_000))).toEqual(told);
    expect(again.holdings()).toEqual(exchange.holdings());
    expect(again.lookUp(query("b"), later(-1)).map(tell)).toEqual(["absent"]);
    again.close();
  });

  it("R12.1 an order received and not carried out is still under way after a restart, with the same choices", () => {
    const settings = { ...sliced, latencyMs: { minimum: 20, maximum: 90 } };
    const through = open(memoryPaperLedger(), settings);
    place(through, { lots: 500 });
    const expected = [...through.due(later(90)), ...through.due(later(1_090))];

    let ledger = begin();
    place(open(ledger, settings), { lots: 500 });
    const told: OrderReport[] = [];
    for (const atMs of [later(10), later(90), later(500), later(1_090)]) {
      ledger = reopen(ledger);
      const exchange = open(ledger, settings);
      expect(exchange.dueMs()).not.toBeNull();
      told.push(...exchange.due(atMs));
    }
    expect(told).toEqual(expected);
    expect(told.map(tell).at(-1)).toBe("filled 500");
    ledger.close();
  });

  it("R12.1 a cancellation under way and a spot reservation survive a restart", () => {
    const settings = { ...sliced, spotFeeInCoin: false, latencyMs: { minimum: 20, maximum: 20 } };
    const ledger = begin();
    const exchange = open(ledger, settings);
    place(exchange, { clientOrderId: "in", symbol: SPOT, lots: 500 });
    exchange.due(later(20));
    exchange.due(later(1_020));
    place(exchange, { clientOrderId: "out", symbol: SPOT, orderSide: "sell", lots: 500 }, later(2_000));
    exchange.due(later(2_020));
    exchange.cancel(markJournalled(query("out")), later(2_100));
    place(exchange, { clientOrderId: "more", symbol: SPOT, orderSide: "sell", lots: 300 }, later(2_090));
    const again = open(reopen(ledger), settings);
    expect(again.due(later(2_110)).map(tell)).toEqual(["rejected insufficient_funds"]);
    expect(again.due(later(2_120)).map(tell)).toEqual([expect.stringMatching(/^canceled/)]);
    expect(again.dueMs()).toBeNull();
    again.close();
  });

  it("P11 an id received before the restart is not carried out after it, and is counted", () => {
    const ledger = begin();
    place(open(ledger), { lots: 100 });
    const again = open(reopen(ledger));
    expect(place(again, { lots: 100 })).toEqual([]);
    expect(again.state().duplicates).toBe(1);
    expect(again.holdings()).toEqual([{ account: "main", symbol: PERP, netLots: 100 }]);
    again.close();
  });

  it("P20 other settings are refused, naming the setting and both values", () => {
    const ledger = begin();
    open(ledger, { takerFee: "0.0005" });
    const reopened = reopen(ledger);
    open(reopened, { takerFee: "0.00050" });
    const byFee = failureOf(() => open(reopened, { takerFee: "0.001" }));
    expect(byFee.failure).toEqual({ kind: "other_settings", setting: "takerFee", before: "0.0005", now: "0.001" });
    expect(byFee.message).toContain(reopened.path);
    expect(byFee.message).toContain("setting takerFee is 0.0005 in the ledger and 0.001 now");
    expect(failureOf(() => open(reopened, { partialFills: { gapMs: 5 } })).failure).toMatchObject({
      setting: "partialFills.gapMs",
    });
    expect(failureOf(() => open(reopened, { seed: "other" })).failure).toMatchObject({ setting: "seed" });
    reopened.close();
  });

  it("R12.1 records that do not fit the markets are refused with their number", () => {
    const ledger = begin();
    place(open(ledger), { lots: 100 });
    const error = failureOf(() => openPaperExchange({ markets: [spot], settings: settingsOf(), ledger }));
    expect(error.failure).toMatchObject({ kind: "damaged", seq: 3 });
    expect(error.message).toContain(PERP);
    ledger.close();
  });
});

describe("the ledger file", () => {
  const begun = (name: string): string => {
    const path = pathOf(name);
    const exchange = open(openPaperLedger(path));
    place(exchange, { clientOrderId: "a", lots: 100 });
    place(exchange, { clientOrderId: "b", lots: 200 });
    exchange.close();
    return path;
  };
  const edit = (path: string, sql: string): void => {
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
  };

  it("R11.1 is written with WAL, and each report is on disk before it is handed out", () => {
    const path = pathOf("before.db");
    const exchange = open(openPaperLedger(path));
    const told = place(exchange, { lots: 100 });
    const other = new DatabaseSync(path, { readOnly: true });
    expect(other.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    const kinds = other
      .prepare("SELECT kind FROM record ORDER BY seq")
      .all()
      .map((row) => row["kind"]);
    expect(kinds).toEqual([
      "settings",
      "received",
      ...told.map((report) => (report.kind === "ended" ? "ended" : report.kind)),
    ]);
    other.close();
    exchange.close();
  });

  it("R11.8 is readable by its owner only, side files included, also when it was not", () => {
    const path = pathOf("mode.db");
    const exchange = open(openPaperLedger(path));
    const files = readdirSync(FOLDER).filter((name) => name.startsWith("mode.db"));
    expect(files.length).toBeGreaterThan(1);
    expect(files.map((name) => statSync(pathOf(name)).mode & 0o777)).toEqual(files.map(() => 0o600));
    exchange.close();
    chmodSync(path, 0o644);
    openPaperLedger(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("R11.8 a file that is something else is refused and left as it is", () => {
    const text = pathOf("notes.txt");
    writeFileSync(text, "not a database, but long enough to be taken for one ".repeat(40));
    const before = readFileSync(text);
    expect(failureOf(() => openPaperLedger(text)).failure).toEqual({ kind: "not_a_ledger" });
    expect(readFileSync(text)).toEqual(before);

    const stranger = pathOf("stranger.db");
    edit(stranger, "CREATE TABLE record (seq INTEGER)");
    chmodSync(stranger, 0o644);
    const bytes = readFileSync(stranger);
    expect(failureOf(() => openPaperLedger(stranger)).failure).toEqual({ kind: "not_a_ledger" });
    expect(readFileSync(stranger)).toEqual(bytes);
    expect(statSync(stranger).mode & 0o777).toBe(0o644);
  });

  it("R11.8 a newer schema is refused", () => {
    const path = begun("newer.db");
    edit(path, "PRAGMA user_version = 2");
    expect(failureOf(() => openPaperLedger(path)).failure).toEqual({
      kind: "unknown_schema",
      version: 2,
      supported: 1,
    });
  });

  it.each([
    ["a record that is not JSON", "UPDATE record SET body = substr(body, 1, 10) WHERE seq = 5", 5],
    [
      "a record with another quantity",
      `UPDATE record SET body = replace(body, '"lots":200', '"lots":201') WHERE kind = 'fill'`,
      8,
    ],
    ["a record with a field that is none", `UPDATE record SET body = replace(body, 'atMs', 'at') WHERE seq = 4`, 4],
    ["a record that is missing", "DELETE FROM record WHERE seq = 6", 6],
    ["an order that is missing with all its records", "DELETE FROM record WHERE client_order_id = 'a'", 2],
    ["settings that are missing", `UPDATE record SET body = (SELECT body FROM record WHERE seq = 2) WHERE seq = 1`, 1],
  ])("R11.8 %s is found and named", (what, sql, seq) => {
    const path = begun(`${what}.db`);
    edit(path, sql);
    const ledger = openPaperLedger(path);
    const error = failureOf(() => open(ledger));
    expect(error.failure).toMatchObject({ kind: "damaged", seq });
    expect(error.message).toContain(path);
    ledger.close();
  });

  it("R11.8 a truncated file is refused", () => {
    const path = begun("truncated.db");
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length - 4096));
    const error = failureOf(() => {
      const ledger = openPaperLedger(path);
      try {
        open(ledger);
      } finally {
        ledger.close();
      }
    });
    expect(error.failure).toMatchObject({ kind: "damaged" });
  });

  it("R11.1 a folder that does not exist is refused with the path", () => {
    const path = pathOf("nowhere/ledger.db");
    const error = failureOf(() => openPaperLedger(path));
    expect(error.failure.kind).toBe("unwritable");
    expect(error.message).toContain(path);
  });

  it("R11.6 a second writer is refused at its next record and changes nothing", () => {
    const path = pathOf("two.db");
    const first = open(openPaperLedger(path));
    place(first, { clientOrderId: "a", lots: 100 });
    const second = open(openPaperLedger(path));
    place(second, { clientOrderId: "b", lots: 100 });
    expect(failureOf(() => place(first, { clientOrderId: "b", lots: 100 })).failure).toEqual({
      kind: "conflict",
      seq: 6,
    });
    expect(failureOf(() => first.holdings()).failure.kind).toBe("conflict");
    place(second, { clientOrderId: "c", lots: 100 });
    first.close();
    second.close();
    const third = open(openPaperLedger(path));
    expect(third.holdings()).toEqual([{ account: "main", symbol: PERP, netLots: 300 }]);
    third.close();
  });

  it("R11.1 when a commit fails nothing of it is told or done, and it can be done later", () => {
    const path = pathOf("locked.db");
    const exchange = open(openPaperLedger(path, { lockTimeoutMs: 20 }));
    place(exchange, { clientOrderId: "in", lots: 100 });
    exchange.place(markJournalled(orderOf({ clientOrderId: "a", lots: 100 })), now);
    const blocker = new DatabaseSync(path);
    blocker.exec("BEGIN IMMEDIATE");
    expect(failureOf(() => exchange.due(now)).failure.kind).toBe("unwritable");
    expect(exchange.holdings()).toEqual([{ account: "main", symbol: PERP, netLots: 100 }]);
    expect(exchange.lookUp(query("a"), now)).toEqual([]);
    expect(failureOf(() => place(exchange, { clientOrderId: "b", lots: 100 })).failure.kind).toBe("unwritable");
    expect(exchange.lookUp(query("b"), now).map(tell)).toEqual(["absent"]);
    blocker.exec("ROLLBACK");
    blocker.close();
    expect(exchange.due(now).map(tell)).toEqual(["accepted", "fill 100@100", "filled 100"]);
    exchange.close();
  });
});

describe("a writer that is killed", () => {
  /** Buys one order after the other and says which it was told of. Plain JavaScript: it runs in a process of its own. */
  const child = (path: string): string => `
    const at = (file) => import(new URL(file, ${JSON.stringify(`${pathToFileURL(process.cwd()).href}/`)}).href);
    const { openPaperLedger } = await at("src/exchange/paper/sqlite-ledger.ts");
    const { openPaperExchange } = await at("src/exchange/paper/paper.ts");
    const { MARKETS, orderOf, settingsOf, PERP } = await at("test/exchange/paper-orders.ts");
    const settings = settingsOf({ partialFills: { probability: 0.5, maximumSlices: 3, gapMs: 1 } });
    const exchange = openPaperExchange({ markets: MARKETS, settings, ledger: openPaperLedger(${JSON.stringify(path)}) });
    let nowMs = ${START_MS};
    exchange.price(PERP, 100, nowMs);
    for (let number = 0; number < 5000; number += 1) {
      exchange.place(orderOf({ clientOrderId: "o" + number, lots: 100 }), nowMs);
      for (let dueMs = exchange.dueMs(); dueMs !== null; dueMs = exchange.dueMs()) {
        nowMs = Math.max(nowMs, dueMs);
        for (const report of exchange.due(nowMs)) process.stdout.write(JSON.stringify(report) + "\\n");
      }
    }
  `;

  /** Runs it until it has told so much, kills it, and returns everything that it told. */
  async function killedAfter(path: string, lines: number): Promise<readonly OrderReport[]> {
    const writer = spawn(process.execPath, ["--input-type=module", "-e", child(path)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const told: OrderReport[] = [];
    const ended = new Promise<NodeJS.Signals | null>((resolve) => writer.on("exit", (_, signal) => resolve(signal)));
    for await (const line of createInterface({ input: writer.stdout })) {
      // The last line may have been cut by the kill.
      if (line.endsWith("}")) told.push(JSON.parse(line) as OrderReport);
      if (told.length === lines) writer.kill("SIGKILL");
    }
    expect(await ended).toBe("SIGKILL");
    return told;
  }

  it("P11 P16 killed again and again, the ledger is sound, knows everything told, and carries out no id twice", async () => {
    const path = pathOf("killed.db");
    const told = new Map<string, OrderReport[]>();
    for (const lines of [1, 40, 7]) {
      for (const report of await killedAfter(path, lines)) {
        told.set(report.clientOrderId, [...(told.get(report.clientOrderId) ?? []), report]);
      }
      const settings = settingsOf({ partialFills: { probability: 0.5, maximumSlices: 3, gapMs: 1 } });
      const exchange = openPaperExchange({ markets: MARKETS, settings, ledger: openPaperLedger(path) });
      for (const [clientOrderId, reports] of told) {
        expect(exchange.lookUp(query(clientOrderId), now)).toEqual(expect.arrayContaining(reports));
      }
      const { orders } = exchange.state();
      const fills = orders.flatMap((each) => each.reports).filter((report) => report.kind === "fill");
      expect(new Set(fills.map((fill) => fill.tradeId)).size).toBe(fills.length);
      expect(orders.every((each) => each.filledLots <= 100)).toBe(true);
      const bought = fills.reduce((sum, fill) => sum + fill.lots, 0);
      expect(exchange.holdings()).toEqual(bought === 0 ? [] : [{ account: "main", symbol: PERP, netLots: bought }]);
      exchange.close();
    }
    expect(told.size).toBeGreaterThan(5);
  });
});
