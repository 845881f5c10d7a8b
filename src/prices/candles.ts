/**
 * Candles from a CSV file `timestamp_ms,open,high,low,close,volume` (R14.3); volume may be missing (mark prices).
 *
 * Promises: a bad row stops the run, or with `skip` is counted, named and left out; what is returned is in order,
 * positive and enclosed. Candles without trades and gaps are not bad: gaps are counted and reported.
 * Nothing is repaired, and a file whose clock is wrong by whole hours cannot be told from a right one.
 */
import { parseNumber, readCsvRows, type CsvFormat } from "./csv-rows.ts";
import { candleGaps, detectTimeframe, type CandleGaps } from "./candle-spacing.ts";
import { candleAdvice } from "./candle-advice.ts";
import { priceFileError } from "./price-file-error.ts";
import { badRowsError, rowProblemLog, type BadRows, type RowProblem, type RowProblems } from "./row-problems.ts";
import { rowTime, TIME_COLUMN } from "./row-time.ts";

/** Candles side by side: the same index in every array is one candle. */
export interface Candles {
  /** Opening times, ms since 1970. */
  readonly at: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Null where the file has no volume. */
  readonly volume: Float64Array | null;
}

export interface CandleFile {
  readonly path: string;
  readonly symbol: string;
  readonly candles: Candles;
  readonly timeframeMs: number;
  /** What was left out (`skip`); nothing otherwise. */
  readonly problems: RowProblems;
  readonly gaps: CandleGaps;
  /** Rows of the file, good and bad, without the header. */
  readonly rowCount: number;
}

export interface CandleReading {
  readonly path: string;
  readonly symbol: string;
  /** The columns as they stand in the file; overrules a header. */
  readonly columns?: string | undefined;
  readonly badRows: BadRows;
  /** Length of a candle where the file cannot tell it (one candle), or tells it wrongly. */
  readonly timeframeMs?: number | undefined;
}

export const CANDLE_FORMAT: CsvFormat = {
  what: "candles",
  columns: [TIME_COLUMN, "open", "high", "low", "close", "volume"],
  optionalColumns: 1,
};

/** Reads a file of candles. Throws PriceFileError. */
export function readCandles(reading: CandleReading): CandleFile {
  const log = rowProblemLog();
  const advice = candleAdvice();
  const rows: CandleRow[] = [];
  let rowCount = 0;
  // A row with bad prices still says where in time the file stands; only a row that was taken can be repeated.
  let lastMs = Number.NEGATIVE_INFINITY;
  let lastTakenMs = lastMs;
  const present = readCsvRows({
    path: reading.path,
    format: CANDLE_FORMAT,
    columns: reading.columns,
    onRow: (fields, row) => {
      rowCount += 1;
      const time = rowTime({ text: fields[0]!, row, lastMs, equalAllowed: lastMs !== lastTakenMs });
      if (time.ok) lastMs = time.atMs;
      else log.add(time.problem);
      const prices = candlePrices(fields, row, (problem) => log.add(problem));
      if (prices !== null) advice.see(prices.raw);
      if (time.ok && prices?.sound === true) {
        rows.push({ atMs: time.atMs, ...prices.raw, volume: prices.volume });
        lastTakenMs = time.atMs;
      }
    },
    onWrongWidth: (row, width, expected) => {
      rowCount += 1;
      log.add({
        row,
        kind: "wrong number of columns",
        field: "columns",
        value: String(width),
        allowed: String(expected),
      });
    },
  });
  const { problems } = log;
  if (problems.count > 0 && (reading.badRows === "stop" || rows.length === 0)) {
    throw badRowsError({
      path: reading.path,
      problems,
      rowCount,
      advice: advice.sentences(problems, rowCount, reading.badRows),
    });
  }
  if (rows.length === 0) {
    throw priceFileError(
      { path: reading.path, row: null, field: null, value: null, allowed: CANDLE_FORMAT.columns.join(",") },
      "the file has a header and no candles",
    );
  }
  const candles = candlesFrom(rows, present.includes("volume"));
  const timeframeMs = reading.timeframeMs ?? detectTimeframe(candles.at);
  if (timeframeMs === null) {
    const lines = problems.count > 0 ? advice.sentences(problems, rowCount, reading.badRows) : [];
    throw priceFileError(
      {
        path: reading.path,
        row: null,
        field: TIME_COLUMN,
        value: "1 candle",
        allowed: "two good candles or more, or the length of a candle said by option",
      },
      ["the length of a candle cannot be told from one candle", ...lines].join(". "),
    );
  }
  return {
    path: reading.path,
    symbol: reading.symbol,
    candles,
    timeframeMs,
    problems,
    gaps: candleGaps(candles.at, timeframeMs),
    rowCount,
  };
}

/** One candle's prices as the file has them, sound or not. */
export interface CandlePrices {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

interface CandleRow extends CandlePrices {
  readonly atMs: number;
  readonly volume: number;
}

type AddProblem = (problem: Omit<RowProblem, "text">) => void;

/** The numbers of a row; null where one is no number. At most one problem is reported. */
function candlePrices(
  fields: readonly (string | null)[],
  row: number,
  add: AddProblem,
): { readonly raw: CandlePrices; readonly volume: number; readonly sound: boolean } | null {
  const numbers: number[] = [];
  for (const [index, text] of fields.entries()) {
    if (index === 0) continue;
    const value = text === null ? 0 : parseNumber(text);
    if (value === null) {
      add({ row, kind: "not a number", field: CANDLE_FORMAT.columns[index]!, value: text!, allowed: "decimal text" });
      return null;
    }
    numbers.push(value);
  }
  const [open, high, low, close, volume] = numbers as [number, number, number, number, number];
  const raw = { open, high, low, close };
  const problem = priceProblem(raw, volume, row);
  if (problem !== null) add(problem);
  return { raw, volume, sound: problem === null };
}

function priceProblem(prices: CandlePrices, volume: number, row: number): Omit<RowProblem, "text"> | null {
  const { open, high, low, close } = prices;
  for (const field of ["open", "high", "low", "close"] as const) {
    if (!(prices[field] > 0)) {
      return { row, kind: "price not positive", field, value: String(prices[field]), allowed: "more than 0" };
    }
  }
  if (high < low)
    return { row, kind: "high below low", field: "high", value: String(high), allowed: `${low} (low) or more` };
  for (const field of ["open", "close"] as const) {
    if (prices[field] > high || prices[field] < low) {
      return {
        row,
        kind: "high and low do not enclose open and close",
        field,
        value: String(field === "open" ? open : close),
        allowed: `${low} (low) to ${high} (high)`,
      };
    }
  }
  if (volume < 0) return { row, kind: "volume negative", field: "volume", value: String(volume), allowed: "0 or more" };
  return null;
}

function candlesFrom(rows: readonly CandleRow[], hasVolume: boolean): Candles {
  const column = (): Float64Array => new Float64Array(rows.length);
  const candles = {
    at: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: hasVolume ? column() : null,
  };
  for (const [index, row] of rows.entries()) {
    candles.at[index] = row.atMs;
    candles.open[index] = row.open;
    candles.high[index] = row.high;
    candles.low[index] = row.low;
    candles.close[index] = row.close;
    if (candles.volume !== null) candles.volume[index] = row.volume;
  }
  return candles;
}
