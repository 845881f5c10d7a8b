/**
 * What was known of a market besides its price, row by row: reckoned once from the data, as a session would have learned it
 * (R6.4). It knows no position.
 */
import type { ContextSettings } from "../domain/context-settings.ts";
import { NOTHING_KNOWN, type MarketClasses } from "../domain/market-context.ts";
import { createMarketContext } from "../market-context/market-context.ts";
import { candleAt, indexAtOrAfter, lengthAt, type PriceColumns } from "./price-columns.ts";

export interface ContextChange {
  /** Known from the end of this row on. */
  readonly row: number;
  readonly classes: MarketClasses;
}

export interface KnownContext {
  /** The first change at the end of a row after this one; null for none. */
  firstAfter(row: number): ContextChange | null;
  /** What is known at the end of a row. */
  classesAt(row: number): MarketClasses;
  /** ATR over its average at the end of a row; null where it is not known. */
  atrRatioAt(row: number): number | null;
}

/**
 * From what is seen of a market, told at the rows of what is ridden: the same, finer candles in their place, or a part of them.
 * What ended before the first row is known from the beginning (row −1).
 */
export function knownContext(
  symbol: string,
  seen: PriceColumns,
  settings: ContextSettings,
  ridden: PriceColumns = seen,
): KnownContext {
  const source = createMarketContext(settings, { fromPrices: true });
  const changes: ContextChange[] = [];
  const rows = ridden.at.length;
  const ratios = new Float64Array(rows + 1).fill(Number.NaN);
  const endMs = rows === 0 ? Number.NEGATIVE_INFINITY : ridden.at[rows - 1]! + lengthAt(ridden, rows - 1);
  for (let at = 0; at < seen.at.length && seen.at[at]! + lengthAt(seen, at) <= endMs; at += 1) {
    const classes =
      seen.kind === "candles"
        ? source.candle(symbol, { atMs: seen.at[at]!, lengthMs: lengthAt(seen, at), ...candleAt(seen, at) })
        : source.price(symbol, seen.open[at]!, seen.at[at]!);
    const row = ridden === seen ? at : lastRowOf(ridden, seen, at);
    if (classes !== null) {
      if (changes.at(-1)?.row === row) changes.pop();
      changes.push({ row, classes });
    }
    ratios[row + 1] = source.atrRatio(symbol) ?? Number.NaN;
  }
  // What is known from the end of a row on stands until it is told anew: it is not forgotten.
  for (let at = 1; at <= rows; at += 1) if (Number.isNaN(ratios[at]!)) ratios[at] = ratios[at - 1]!;
  /** How many changes have happened by the end of a row. */
  const countTo = (row: number): number => {
    let [low, high] = [0, changes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (changes[middle]!.row <= row) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    firstAfter: (row) => changes[countTo(row)] ?? null,
    classesAt: (row) => changes[countTo(row) - 1]?.classes ?? NOTHING_KNOWN,
    atrRatioAt(row) {
      const ratio = ratios[row + 1]!;
      return Number.isNaN(ratio) ? null : ratio;
    },
  };
}

/** The last ridden row that is over when a seen one is: −1 where it was over before the first. */
function lastRowOf(ridden: PriceColumns, seen: PriceColumns, at: number): number {
  if (seen.kind === "trades") return indexAtOrAfter(ridden.at, seen.at[at]!);
  return indexAtOrAfter(ridden.at, seen.at[at]! + lengthAt(seen, at)) - 1;
}
