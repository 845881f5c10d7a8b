/** What tests of the embedded engine share: a folder, options, and waiting for what is told. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { onTestFinished } from "vitest";
import type { Fact } from "../../src/domain/fact.ts";
import { createEngine, type Engine, type EngineEvent, type EngineOptions } from "../../src/index.ts";
import { openPaperLedger } from "../../src/exchange/paper/sqlite-ledger.ts";
import { syntheticMarkets } from "../../src/prices/synthetic.ts";

export const ETH = "ETH/USDT:USDT";
export const SOL = "SOL/USDT:USDT";
export const MARKETS = syntheticMarkets().map(({ market }) => market);

export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pawl-engine-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const optionsFor = (journal: string, changes: Partial<EngineOptions> = {}): EngineOptions => ({
  journal,
  exchange: { kind: "paper", markets: MARKETS, settings: { latencyMs: { minimum: 1, maximum: 5 } } },
  onAlert: () => undefined,
  ...changes,
});

/** An engine that is stopped when the test is over, if it still runs then. */
export async function anEngine(options: EngineOptions = optionsFor("memory")): Promise<Engine> {
  const engine = await createEngine(options);
  onTestFinished(async () => void (await engine.stop()));
  return engine;
}

/** The next event that is meant. Ask before setting it off. */
export const nextEvent = (engine: Engine, isMeant: (event: EngineEvent) => boolean): Promise<EngineEvent> =>
  new Promise((resolve) => {
    const leave = engine.subscribe((event) => {
      if (!isMeant(event)) return;
      leave();
      resolve(event);
    });
  });

/** A price, and the event that it brings about. */
export async function priceUntil(
  engine: Engine,
  price: number,
  isMeant: (event: EngineEvent) => boolean,
  symbol = ETH,
): Promise<EngineEvent> {
  const event = nextEvent(engine, isMeant);
  engine.price(symbol, price);
  return event;
}

export const isExit =
  (rung: number | null) =>
  (event: EngineEvent): boolean =>
    event.fact.type === "exit" && event.fact.rung === rung;
export const isClosed = ({ fact }: EngineEvent): boolean => fact.type === "closed";

export interface StoredRow {
  readonly seq: number;
  readonly position: string;
  readonly text: string;
}

/** The rows of a journal's file as somebody else reads them. */
export function rowsOnDisk(journal: string): readonly StoredRow[] {
  const database = new DatabaseSync(journal, { readOnly: true });
  try {
    return database
      .prepare("SELECT seq, position, text FROM rows ORDER BY seq")
      .all() as unknown as readonly StoredRow[];
  } finally {
    database.close();
  }
}

export const factsOnDisk = (journal: string): readonly Fact[] =>
  rowsOnDisk(journal).flatMap(({ text }) => (JSON.parse(text) as { facts: readonly Fact[] }).facts);

/** What the paper exchange has written down: how often it took each order, and what it filled of it. */
export function ledgerOf(journal: string) {
  const ledger = openPaperLedger(`${journal}.paper`);
  try {
    const orders = new Map<string, { symbol: string; times: number; lots: number; filled: number; sign: number }>();
    for (const record of ledger.records()) {
      if (record.kind === "received" || record.kind === "duplicate") {
        const { clientOrderId, symbol, lots } = record.order;
        const known = orders.get(clientOrderId) ?? {
          symbol,
          times: 0,
          lots,
          filled: 0,
          sign: record.order.orderSide === "buy" ? 1 : -1,
        };
        orders.set(clientOrderId, { ...known, times: known.times + 1 });
      }
      if (record.kind === "told" && record.report.kind === "fill") {
        const known = orders.get(record.report.clientOrderId)!;
        orders.set(record.report.clientOrderId, { ...known, filled: known.filled + record.report.lots });
      }
    }
    return Array.from(orders.values());
  } finally {
    ledger.close();
  }
}
