/** The same entries over the same prices twice: in a paper session that replays them, and in a backtest. What each sold, to compare. */
import { startSession } from "../../src/cli/session.ts";
import { indexOf, type PriceColumns } from "../../src/backtest/price-columns.ts";
import { knownContext } from "../../src/backtest/known-context.ts";
import type { CandleOrder } from "../../src/backtest/result.ts";
import { runMarket } from "../../src/backtest/run-market.ts";
import { testedPosition } from "../../src/backtest/tested-position.ts";
import { listFlow } from "../../src/backtest/entry-flow.ts";
import { DEFAULT_CONTEXT_SETTINGS, type ContextSettings } from "../../src/domain/context-settings.ts";
import type { Market } from "../../src/domain/market.ts";
import { levelText } from "../../src/domain/market.ts";
import type { Position } from "../../src/domain/position.ts";
import type { EntryToJudge } from "../../src/engine/judge-entry.ts";
import { memoryPaperLedger } from "../../src/exchange/paper/ledger.ts";
import type { PaperSettings } from "../../src/exchange/paper/settings.ts";
import { openMemoryJournal } from "../../src/journal/memory.ts";
import { candleFeed } from "../../src/prices/candle-path.ts";
import type { PriceFeed } from "../../src/prices/price-feed.ts";
import { tradeFeed } from "../../src/prices/trades.ts";

export interface Both {
  readonly market: Market;
  readonly columns: PriceColumns;
  readonly entries: readonly EntryToJudge[];
  readonly settings: PaperSettings;
  readonly context: ContextSettings | null;
}

/** What became of one entry, in numbers that are the same in both or wrong in one. */
export interface Became {
  readonly id: string;
  readonly refused: string | null;
  readonly exits: readonly string[];
  readonly reason: string;
  readonly entryPrice: number;
  readonly netProfit: number;
  readonly fees: number;
  readonly mfe: number;
  readonly mae: number;
  /** The stop and the mark in the end, as levels. */
  readonly stop: string | null;
  readonly mark: string | null;
}

export const feedOf = (market: Market, columns: PriceColumns): PriceFeed =>
  columns.kind === "candles"
    ? candleFeed({ symbol: market.symbol, candles: { ...columns, volume: null }, timeframeMs: columns.timeframeMs })
    : tradeFeed({
        symbol: market.symbol,
        trades: {
          at: columns.at,
          price: columns.open,
          amount: new Float64Array(columns.at.length).fill(1),
          taker: new Int8Array(columns.at.length).fill(1),
        },
      });

const text = (parts: readonly (string | number | null)[]): string => parts.join(" ");

const levels = ({ stop, mark, grid }: Position): Pick<Became, "stop" | "mark"> => ({
  stop: stop === null || grid === null ? null : levelText(grid, stop.level),
  mark: mark === null || grid === null ? null : levelText(grid, mark),
});

export function inSession({ market, columns, entries, settings, context }: Both): readonly Became[] {
  const journal = openMemoryJournal({ journalId: "backtest" });
  const session = startSession({
    journal,
    ledger: memoryPaperLedger(),
    feeds: [feedOf(market, columns)],
    markets: [market],
    entries,
    settings,
    context: context === null ? null : { settings: context, isAsked: true },
    onRows: () => undefined,
  });
  while (session.replay.advance(10_000));
  return journal.latest().map(({ position: id, row, snapshot }): Became => {
    if (snapshot === null)
      return notOpened(id, row.facts.map((fact) => ("message" in fact ? fact.message : "")).join());
    return becameOf(snapshot.position);
  });
}

/** What became of a position that the chart has closed. */
export function becameOf(position: Position): Became {
  const { id, outcome } = position;
  if (outcome === null) throw new Error(`${id} is still open`);
  return {
    id,
    refused: null,
    exits: outcome.exits.map(({ rung, reason, amount, price, filledAtMs }) =>
      text([rung, reason, Number(amount), Number(price), filledAtMs]),
    ),
    reason: outcome.reason,
    entryPrice: Number(outcome.entryPrice),
    netProfit: Number(outcome.netProfit),
    fees: Number(outcome.fees),
    mfe: Number(outcome.mfe),
    mae: Number(outcome.mae),
    ...levels(position),
  };
}

/** An entry that was not opened, with what was said. */
export const notOpened = (id: string, message: string): Became => ({ ...NOTHING, id, refused: message });

export function inBacktest(
  { market, columns, entries, settings, context }: Both,
  { order = "path", keepsStops = true }: { readonly order?: CandleOrder; readonly keepsStops?: boolean } = {},
): readonly Became[] {
  const known = context === null ? null : knownContext(market.symbol, columns, context);
  const rows = columns.at.length;
  const endMs = columns.at[rows - 1]! + Math.max(0, columns.timeframeMs - 1);
  const track = { market, columns, index: indexOf(columns), order, context: known, endMs };
  const flow = listFlow(entries);
  const became: Became[] = [];
  for (const tested of runMarket(track, flow, { settings, liquidation: null, keepsStops })) {
    if (tested.kind === "refused") {
      became.push(notOpened(tested.refused.id, tested.refused.message));
      continue;
    }
    const one = testedPosition(tested.ride, settings, null);
    became.push({
      id: one.id,
      refused: null,
      exits: one.exits.map(({ rung, reason, amount, price, atMs }) => text([rung, reason, amount, price, atMs])),
      reason: one.reason,
      entryPrice: one.entryPrice,
      netProfit: one.netProfit,
      fees: one.fees,
      mfe: one.mfe,
      mae: one.mae,
      ...levels(tested.ride.position.position),
    });
  }
  return became;
}

const NOTHING: Omit<Became, "id" | "refused"> = {
  exits: [],
  reason: "refused",
  entryPrice: 0,
  netProfit: 0,
  fees: 0,
  mfe: 0,
  mae: 0,
  stop: null,
  mark: null,
};

export const QUICK_CONTEXT: ContextSettings = { ...DEFAULT_CONTEXT_SETTINGS, timeframeMs: 60_000 };

export const byId = <T extends { readonly id: string }>(all: readonly T[]): readonly T[] =>
  all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
