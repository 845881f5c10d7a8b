/**
 * Funding rates from a CSV file `timestamp_ms,funding_rate` (R14.3): what longs pay shorts, or get, at each moment.
 *
 * Promises: bad rows as for candles; what is returned is in order of time. Times need not be whole hours, and the
 * distance between two may change: exchanges pay some milliseconds late, and more often when a market runs hot.
 */
import type { ColumnFormat } from "./column-layout.ts";
import { readCsvRows } from "./csv-rows.ts";
import { priceFileError } from "./price-file-error.ts";
import { badRowsError, rowProblemLog, wrongWidth, type BadRows, type RowProblems } from "./row-problems.ts";
import { rowTime, TIME_ALIASES, TIME_COLUMN } from "./row-time.ts";
import type { RowView } from "./row-view.ts";

/** Payments side by side: the same index in both arrays is one payment. */
export interface FundingRates {
  /** Moments of payment, ms since 1970. */
  readonly atMs: Float64Array;
  /** A fraction of the notional; positive: longs pay shorts. */
  readonly rate: Float64Array;
}

export interface FundingFile {
  readonly path: string;
  readonly symbol: string;
  readonly funding: FundingRates;
  readonly problems: RowProblems;
  readonly rowCount: number;
}

export interface FundingReading {
  readonly path: string;
  readonly symbol: string;
  readonly columns?: string | undefined;
  readonly badRows: BadRows;
}

const RATE_COLUMN = "funding_rate";
const FUNDING_FORMAT: ColumnFormat = {
  what: "funding rates",
  columns: [TIME_COLUMN, RATE_COLUMN],
  optionalColumns: 0,
  aliases: new Map([
    [TIME_COLUMN, TIME_ALIASES],
    [RATE_COLUMN, ["fundingrate", "rate"]],
  ]),
};

/** More than a tenth of the notional at once is no rate of any exchange: a percentage, most likely. */
const LARGEST_RATE = 0.1;

/** Reads a file of funding rates. Throws PriceFileError. */
export function readFunding(reading: FundingReading): FundingFile {
  const { path, symbol, badRows } = reading;
  const log = rowProblemLog();
  const times: number[] = [];
  const rates: number[] = [];
  let rowCount = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  const see = (view: RowView): void => {
    rowCount += 1;
    const { row } = view;
    const rate = view.number(1);
    const time = rowTime({ text: view.text(0)!, row, lastMs, equalAllowed: lastMs !== times.at(-1) });
    if (time.ok) lastMs = time.atMs;
    else log.add(time.problem);
    if (Math.abs(rate) <= LARGEST_RATE) {
      if (!time.ok) return;
      times.push(time.atMs);
      rates.push(rate);
    } else {
      const kind = Number.isNaN(rate) ? "not a number" : "rate out of range";
      const allowed = `a fraction from -${LARGEST_RATE} to ${LARGEST_RATE}`;
      log.add({ row, kind, field: RATE_COLUMN, value: view.text(1)!, allowed });
    }
  };
  readCsvRows(
    { ...reading, format: FUNDING_FORMAT },
    {
      expect: () => {},
      see,
      seeWrongWidth(row, width, expected) {
        rowCount += 1;
        log.add(wrongWidth(row, width, expected));
      },
    },
  );
  const { problems } = log;
  if (problems.count > 0 && (badRows === "stop" || times.length === 0)) {
    const advice = badRows === "stop" ? ["--bad-rows skip leaves bad rows out."] : [];
    throw badRowsError({ path, problems, rowCount, advice });
  }
  if (times.length === 0) {
    throw priceFileError(
      { path, row: null, field: null, value: null, allowed: FUNDING_FORMAT.columns.join(",") },
      "the file has a header and no rates",
    );
  }
  const funding = { atMs: Float64Array.from(times), rate: Float64Array.from(rates) };
  return { path, symbol, funding, problems, rowCount };
}
