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
  /** All that is there; the columns are empty again. */
  take(hasVolume: boolean): GatheredCandles;
}

const FIRST_CAPACITY = 4096;
const FIELDS = 6;
const GIVEN_AWAY = 0.9;

export function candleColumns(): CandleColumns {
  let capacity = FIRST_CAPACITY;
  let columns = Array.from({ length: FIELDS }, () => new Float64Array(capacity));
  let [at, open, high, low, close, volume] = columns as FloatColumns;
  let rows = new Uint32Array(capacity);
  let length = 0;

  const resize = (size: number, kept: number): void => {
    capacity = size;
    columns = columns.map((column) => {
      const next = new Float64Array(size);
      next.set(column.subarray(0, kept));
      return next;
    });
    [at, open, high, low, close, volume] = columns as FloatColumns;
    const nextRows = new Uint32Array(size);
    nextRows.set(rows.subarray(0, kept));
    rows = nextRows;
  };

  return {
    get length() {
      return length;
    },
    expect(rowCount) {
      if (rowCount > capacity) resize(rowCount, length);
    },
    add(row, atMs, openPrice, highPrice, lowPrice, closePrice, amount) {
      if (length === capacity) resize(capacity * 2, length);
      at[length] = atMs;
      open[length] = openPrice;
      high[length] = highPrice;
      low[length] = lowPrice;
      close[length] = closePrice;
      volume[length] = amount;
      rows[length] = row;
      length += 1;
    },
    take(hasVolume) {
      // A column with little room to spare is given away as it is: a copy costs more than the room.
      const isFull = length > capacity * GIVEN_AWAY;
      const cut = (column: FloatColumn): FloatColumn => (isFull ? column.subarray(0, length) : column.slice(0, length));
      const candles = {
        at: cut(at),
        open: cut(open),
        high: cut(high),
        low: cut(low),
        close: cut(close),
        volume: hasVolume ? cut(volume) : null,
      };
      const taken = { candles, rows: isFull ? rows.subarray(0, length) : rows.slice(0, length) };
      if (isFull) resize(FIRST_CAPACITY, 0);
      length = 0;
      return taken;
    },
  };
}

type FloatColumn = Float64Array<ArrayBuffer>;
type FloatColumns = [FloatColumn, FloatColumn, FloatColumn, FloatColumn, FloatColumn, FloatColumn];
