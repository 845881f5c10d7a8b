/**
 * Prices of one market side by side, and where among them a price is reached: whole blocks that reach none of two bounds are
 * passed over. Trades are candles of one price and no length.
 */
import type { CandlePrices, Candles } from "../prices/candles.ts";
import type { Trades } from "../prices/trades.ts";

export interface PriceColumns {
  readonly kind: "candles" | "trades";
  /** When each opens, or was traded; never descending. */
  readonly at: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Length of a candle; 0 for trades. */
  readonly timeframeMs: number;
  /** Of each candle, where they differ; left out where all are as long. */
  readonly lengths?: Float64Array | undefined;
}

export const candleColumns = ({ at, open, high, low, close }: Candles, timeframeMs: number): PriceColumns => ({
  kind: "candles",
  at,
  open,
  high,
  low,
  close,
  timeframeMs,
});

export const tradeColumns = ({ at, price }: Trades): PriceColumns => ({
  kind: "trades",
  at,
  open: price,
  high: price,
  low: price,
  close: price,
  timeframeMs: 0,
});

export type ColumnName = "at" | "open" | "high" | "low" | "close";

/** Columns made one by one. */
export const columnsWith = (
  rest: Omit<PriceColumns, ColumnName>,
  column: (name: ColumnName) => Float64Array,
): PriceColumns => ({
  ...rest,
  at: column("at"),
  open: column("open"),
  high: column("high"),
  low: column("low"),
  close: column("close"),
});

export const candleAt = ({ open, high, low, close }: PriceColumns, row: number): CandlePrices => ({
  open: open[row]!,
  high: high[row]!,
  low: low[row]!,
  close: close[row]!,
});

/** How long a candle lasts: the next one may cut it short. */
export function lengthAt({ at, timeframeMs, lengths }: PriceColumns, index: number): number {
  const next = index + 1 < at.length ? at[index + 1]! : Number.POSITIVE_INFINITY;
  return Math.min(lengths === undefined ? timeframeMs : lengths[index]!, next - at[index]!);
}

/** The last millisecond of a row; a trade has only the one. */
export const endAt = (columns: PriceColumns, row: number): number =>
  columns.at[row]! + Math.max(0, lengthAt(columns, row) - 1);

/** The first row at or after a moment; the number of rows where there is none. */
export function indexAtOrAfter(at: Float64Array, moment: number): number {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at[middle]! < moment) low = middle + 1;
    else high = middle;
  }
  return low;
}

const BLOCK = 64;
const SHIFT = 6;

/** The extremes of each block of rows. */
export interface PriceIndex {
  readonly highest: Float64Array;
  readonly lowest: Float64Array;
}

export function indexOf({ high, low }: PriceColumns): PriceIndex {
  const blocks = Math.ceil(high.length / BLOCK);
  const highest = new Float64Array(blocks);
  const lowest = new Float64Array(blocks);
  for (let block = 0; block < blocks; block += 1) {
    let [top, bottom] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const end = Math.min(high.length, (block + 1) * BLOCK);
    for (let row = block * BLOCK; row < end; row += 1) {
      if (high[row]! > top) top = high[row]!;
      if (low[row]! < bottom) bottom = low[row]!;
    }
    highest[block] = top;
    lowest[block] = bottom;
  }
  return { highest, lowest };
}

/** The first row from `from` on, and before `end`, that reaches one of two bounds; `end` where none does. */
export function firstReaching(
  { high, low }: PriceColumns,
  { highest, lowest }: PriceIndex,
  from: number,
  end: number,
  below: number,
  above: number,
): number {
  let row = from;
  while (row < end) {
    const blockEnd = (row | (BLOCK - 1)) + 1;
    if (blockEnd - row === BLOCK) {
      const block = row >> SHIFT;
      if (lowest[block]! > below && highest[block]! < above) {
        row = blockEnd;
        continue;
      }
    }
    const stop = blockEnd < end ? blockEnd : end;
    for (; row < stop; row += 1) if (low[row]! <= below || high[row]! >= above) return row;
  }
  return end;
}

/** Highest and lowest price of the rows from `from` to before `end`. */
export function extremesBetween(
  { high, low }: PriceColumns,
  { highest, lowest }: PriceIndex,
  from: number,
  end: number,
): { readonly high: number; readonly low: number } {
  let [top, bottom] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let row = from; row < end;) {
    if ((row & (BLOCK - 1)) === 0 && row + BLOCK <= end) {
      top = Math.max(top, highest[row >> SHIFT]!);
      bottom = Math.min(bottom, lowest[row >> SHIFT]!);
      row += BLOCK;
    } else {
      top = Math.max(top, high[row]!);
      bottom = Math.min(bottom, low[row]!);
      row += 1;
    }
  }
  return { high: top, low: bottom };
}
