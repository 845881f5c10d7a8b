/**
 * What was known of a market besides its price, row by row: reckoned once from the data, as a session would have learned it
 * (R6.4). It knows no position.
 */
import type { ContextSettings } from "../domain/context-settings.ts";
import { NOTHING_KNOWN, type MarketClasses } from "../domain/market-context.ts";
import { createMarketContext } from "../market-context/market-context.ts";
import { lengthAt, type PriceColumns } from "./price-columns.ts";

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

export function knownContext(symbol: string, columns: PriceColumns, settings: ContextSettings): KnownContext {
  const source = createMarketContext(settings, { fromPrices: true });
  const changes: ContextChange[] = [];
  const ratios = new Float64Array(columns.at.length);
  for (let row = 0; row < columns.at.length; row += 1) {
    const classes =
      columns.kind === "candles"
        ? source.candle(symbol, candleAt(columns, row))
        : source.price(symbol, columns.open[row]!, columns.at[row]!);
    if (classes !== null) changes.push({ row, classes });
    ratios[row] = source.atrRatio(symbol) ?? Number.NaN;
  }
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
      const ratio = row < 0 ? Number.NaN : ratios[row]!;
      return Number.isNaN(ratio) ? null : ratio;
    },
  };
}

const candleAt = (columns: PriceColumns, row: number) => ({
  atMs: columns.at[row]!,
  lengthMs: lengthAt(columns, row),
  open: columns.open[row]!,
  high: columns.high[row]!,
  low: columns.low[row]!,
  close: columns.close[row]!,
});
