/**
 * Candles from a file, in CSV `timestamp_ms,open,high,low,close,volume` (R14.3); volume may be missing (mark prices).
 *
 * Promises: a bad row stops the run, or with `skip` is counted, named and left out; what is returned is in order,
 * positive and enclosed. Candles without trades and gaps are not bad: both are counted and named by their rows.
 * Nothing is repaired, and a file whose clock is wrong by whole hours cannot be told from a right one.
 */
import { CANDLE_FORMAT } from "./candle-format.ts";
import { candleJudge, type CandleJudge, type QuietCandles, type ZeroVolume } from "./candle-judge.ts";
import { detectTimeframe, gapCount, type CandleGaps } from "./candle-spacing.ts";
import { readCsvRows } from "./csv-rows.ts";
import { priceFileError, type PriceFileError } from "./price-file-error.ts";
import type { BadRows, RowProblems } from "./row-problems.ts";
import { TIME_COLUMN } from "./row-time.ts";

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

/** The prices of one candle. */
export interface CandlePrices {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

export interface CandleFile {
  readonly path: string;
  readonly symbol: string;
  readonly candles: Candles;
  readonly timeframeMs: number;
  /** What was left out (`skip`); nothing otherwise. */
  readonly problems: RowProblems;
  readonly gaps: CandleGaps;
  /** Candles of zero volume; none are counted where the file has no volume. */
  readonly quietCandles: QuietCandles;
  /** Rows of the file, good and bad, without the header. */
  readonly rowCount: number;
}

export interface CandleReading {
  readonly path: string;
  readonly symbol: string;
  /** The columns as they stand in the file; overrules a header. */
  readonly columns?: string | undefined;
  readonly badRows: BadRows;
  /** Candles of zero volume: "keep" unless told. */
  readonly zeroVolume?: ZeroVolume | undefined;
  /** Length of a candle where the file cannot tell it (one candle), or tells it wrongly. */
  readonly timeframeMs?: number | undefined;
}

/** Reads a CSV file of candles. Throws PriceFileError. */
export function readCandles(reading: CandleReading): CandleFile {
  const judge = candleJudge(reading);
  const present = readCsvRows({ ...reading, format: CANDLE_FORMAT }, judge);
  return candleFile(reading, judge, present.includes("volume"));
}

/** What a judge has seen of a whole file. Throws PriceFileError. */
export function candleFile(reading: CandleReading, judge: CandleJudge, hasVolume: boolean): CandleFile {
  const { path, symbol } = reading;
  judge.refuse(judge.waiting === 0);
  const { problems, rowCount, quiet } = judge;
  if (judge.waiting === 0) throw noCandlesError(path);
  const { candles, rows } = judge.fetch(hasVolume);
  const timeframeMs = reading.timeframeMs ?? detectTimeframe(candles.at);
  if (timeframeMs === null) throw unknownLengthError(path, problems.count > 0 ? judge.advice() : []);
  const gaps = gapCount(timeframeMs);
  gaps.see(candles.at, rows);
  return { path, symbol, candles, timeframeMs, problems, gaps: gaps.gaps, quietCandles: quiet, rowCount };
}

export const noCandlesError = (path: string): PriceFileError =>
  priceFileError(
    { path, row: null, field: null, value: null, allowed: CANDLE_FORMAT.columns.join(",") },
    "the file has a header and no candles",
  );

export const unknownLengthError = (path: string, advice: readonly string[]): PriceFileError =>
  priceFileError(
    {
      path,
      row: null,
      field: TIME_COLUMN,
      value: "1 candle",
      allowed: "two good candles or more, or the length of a candle said by option",
    },
    ["the length of a candle cannot be told from one candle", ...advice].join(". "),
  );
