/**
 * Candles as they are gathered: columns that grow, so that a row is eight numbers and never an object.
 *
 * Promises: what `take` hands over is no longer touched. It judges nothing.
 */
import type { Candles } from "./candles.ts";

/** Candles with the row of the file that each came from. */
export interface GatheredCandles {
  readonly candles: Candles;
  readonly rows: Uint32Array;
}

export interface CandleColumns {
  readonly length: number;
  /** Makes room for about as many rows, so that columns need not grow. */
  expect(rowCount: number): void;
  add(row: number, at: number, open: number, high: number, low: number, close: number, volume: number): void;
  /** The first so many, or all that are there; they are no longer in it. */
  take(hasVolume: boolean, count?: number): GatheredCandles;
}

const FIRST_CAPACITY = 4096;
const FIELDS = 6;
const GIVEN_AWAY = 0.9;

export function candleColumns(): CandleColumns {
  let capacity = FIRST_CAPACITY;
  let columns = Array.from({ length: FIELDS }, () => new Float64Array(capacity));
  let [at, open, high, low, close, volume] = columns as FloatColumns;
  let rows = new Uint32Array(capacity);
  /** What has been taken stands before `begin` until room is needed. */
  let begin = 0;
  let length = 0;

  const resize = (size: number): void => {
    columns = columns.map((column) => {
      const next = new Float64Array(size);
      next.set(column.subarray(begin, length));
      return next;
    });
    [at, open, high, low, close, volume] = columns as FloatColumns;
    const nextRows = new Uint32Array(size);
    nextRows.set(rows.subarray(begin, length));
    rows = nextRows;
    capacity = size;
    length -= begin;
    begin = 0;
  };

  return {
    get length() {
      return length - begin;
    },
    expect(rowCount) {
      if (rowCount > capacity) resize(rowCount);
    },
    add(row, atMs, openPrice, highPrice, lowPrice, closePrice, amount) {
      if (length === capacity) resize(begin > capacity / 2 ? capacity : capacity * 2);
      at[length] = atMs;
      open[length] = openPrice;
      high[length] = highPrice;
      low[length] = lowPrice;
      close[length] = closePrice;
      volume[length] = amount;
      rows[length] = row;
      length += 1;
    },
    take(hasVolume, count = length - begin) {
      // Columns with little room to spare are given away as they are: a copy costs more than the room.
      const isGivenAway = begin === 0 && count === length && length > capacity * GIVEN_AWAY;
      const end = begin + count;
      const cut = (column: FloatColumn): FloatColumn =>
        isGivenAway ? column.subarray(begin, end) : column.slice(begin, end);
      const candles = {
        at: cut(at),
        open: cut(open),
        high: cut(high),
        low: cut(low),
        close: cut(close),
        volume: hasVolume ? cut(volume) : null,
      };
      const taken = { candles, rows: isGivenAway ? rows.subarray(begin, end) : rows.slice(begin, end) };
      begin = end;
      if (isGivenAway) resize(FIRST_CAPACITY);
      else if (begin === length) begin = length = 0;
      return taken;
    },
  };
}

type FloatColumn = Float64Array<ArrayBuffer>;
type FloatColumns = [FloatColumn, FloatColumn, FloatColumn, FloatColumn, FloatColumn, FloatColumn];
