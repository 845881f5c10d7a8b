/**
 * The one judgement on rows of candles, whatever format they stand in (R14.3).
 *
 * Promises: a row is taken, or has a problem with its number; what is taken is in order, positive and enclosed. A row
 * that is sound is judged by its numbers alone; only the others are looked at as text. Nothing is repaired.
 */
import { candleAdvice } from "./candle-advice.ts";
import { candleColumns, type GatheredCandles } from "./candle-columns.ts";
import { CANDLE_FORMAT } from "./candle-format.ts";
import {
  badRowsError,
  rowProblemLog,
  wrongWidth,
  type BadRows,
  type NewProblem,
  type RowProblems,
} from "./row-problems.ts";
import { isLaterMs, rowTime } from "./row-time.ts";
import type { RowTaker, RowView } from "./row-view.ts";
import { timeUnitLog } from "./time-units.ts";

/** What becomes of candles without volume: nothing, the end of the run, or they are left out. */
export type ZeroVolume = "keep" | "stop" | "skip";

/** Candles that were kept although nothing was traded in them. */
export interface QuietCandles {
  readonly count: number;
  /** Rows of the first twenty. */
  readonly firstRows: readonly number[];
}

/** What becomes of rows that are not as they should be. */
export interface CandlePolicy {
  readonly path: string;
  readonly badRows: BadRows;
  readonly zeroVolume?: ZeroVolume | undefined;
}

export interface CandleJudge extends RowTaker {
  readonly rowCount: number;
  /** Candles that were taken and not yet fetched. */
  readonly waiting: number;
  readonly problems: RowProblems;
  readonly quiet: QuietCandles;
  /** The first so many of them, or all. */
  fetch(hasVolume: boolean, count?: number): GatheredCandles;
  /** What the person may want to do about the problems, one sentence each. */
  advice(): readonly string[];
  /** Whether a problem so far ends the run. */
  readonly isRefused: boolean;
  /** Throws PriceFileError where a problem ends the run; `isEmpty` where no candle was good. */
  refuse(isEmpty: boolean): void;
}

const QUIET_NAMED = 20;
const VOLUME = CANDLE_FORMAT.columns.indexOf("volume");

export function candleJudge(policy: CandlePolicy): CandleJudge {
  const { badRows, zeroVolume = "keep" } = policy;
  const log = rowProblemLog();
  const advice = candleAdvice();
  const units = timeUnitLog();
  const columns = candleColumns();
  const quietRows: number[] = [];
  let quietCount = 0;
  let rowCount = 0;
  // A row with bad prices still says where in time the file stands; only a row that was taken can be repeated.
  let lastMs = Number.NEGATIVE_INFINITY;
  let lastTakenMs = lastMs;

  /** The time of a row that is not plainly later than the one above; null with a problem. */
  const unusualTime = (view: RowView, at: number): number | null => {
    units.see(at, view.row);
    const time = rowTime({ text: view.text(0)!, row: view.row, lastMs, equalAllowed: lastMs !== lastTakenMs });
    if (time.ok) return time.atMs;
    log.add(time.problem);
    return null;
  };

  const advise = (): readonly string[] => {
    const mixed = units.sentence();
    return [...(mixed === null ? [] : [mixed]), ...advice.sentences(log.problems, rowCount, badRows)];
  };

  const judge: CandleJudge = {
    get rowCount() {
      return rowCount;
    },
    get waiting() {
      return columns.length;
    },
    get problems() {
      return log.problems;
    },
    get quiet() {
      return { count: quietCount, firstRows: quietRows };
    },
    expect: (count) => columns.expect(count),
    see(view) {
      rowCount += 1;
      const at = view.number(0);
      const open = view.number(1);
      const high = view.number(2);
      const low = view.number(3);
      const close = view.number(4);
      const volume = view.number(VOLUME);
      let isTimeGood = isLaterMs(at, lastMs);
      if (isTimeGood) {
        units.seeMilliseconds(view.row);
        lastMs = at;
      } else {
        const atMs = unusualTime(view, at);
        isTimeGood = atMs !== null;
        if (atMs !== null) lastMs = atMs;
      }
      const isSound = low > 0 && high < Number.POSITIVE_INFINITY && enclosed(open, high, low, close) && volume >= 0;
      if (isSound) advice.see(open, high, low, close);
      else {
        const problem = numberProblem(view) ?? priceProblem(view);
        if (problem?.kind !== "not a number") advice.see(open, high, low, close);
        if (!view.isStandardOrder) advice.seeOtherOrder();
        if (problem !== null) log.add(problem);
        if (problem !== null) return;
      }
      if (volume === 0 && view.text(VOLUME) !== null) {
        if (zeroVolume !== "keep") {
          return log.add({ row: view.row, kind: "no volume", field: "volume", value: "0", allowed: "more than 0" });
        }
        if (isTimeGood) {
          quietCount += 1;
          if (quietRows.length < QUIET_NAMED) quietRows.push(view.row);
        }
      }
      if (!isTimeGood) return;
      columns.add(view.row, at, open, high, low, close, volume);
      lastTakenMs = at;
    },
    seeWrongWidth(row, width, expected) {
      rowCount += 1;
      log.add(wrongWidth(row, width, expected));
    },
    fetch: (hasVolume, count) => columns.take(hasVolume, count),
    advice: advise,
    get isRefused() {
      const { count, countByKind } = log.problems;
      const quiet = countByKind.get("no volume") ?? 0;
      return (badRows === "stop" && count > quiet) || (zeroVolume === "stop" && quiet > 0);
    },
    refuse(isEmpty) {
      const { problems } = log;
      if (!judge.isRefused && !(isEmpty && problems.count > 0)) return;
      throw badRowsError({ path: policy.path, problems, rowCount, advice: advise() });
    },
  };
  return judge;
}

const enclosed = (open: number, high: number, low: number, close: number): boolean =>
  high >= low && open <= high && open >= low && close <= high && close >= low;

/** The first value that is no number; null where all are. */
function numberProblem(view: RowView): NewProblem | null {
  for (let column = 1; column <= VOLUME; column++) {
    if (!Number.isNaN(view.number(column))) continue;
    const field = CANDLE_FORMAT.columns[column]!;
    return { row: view.row, kind: "not a number", field, value: view.text(column)!, allowed: "decimal text" };
  }
  return null;
}

/** What is wrong with numbers that do not make a candle; at most one problem a row. */
function priceProblem(view: RowView): NewProblem | null {
  const { row } = view;
  const price = (field: PriceField): number => view.number(CANDLE_FORMAT.columns.indexOf(field));
  for (const field of ["open", "high", "low", "close"] as const) {
    if (price(field) > 0) continue;
    return { row, kind: "price not positive", field, value: String(price(field)), allowed: "more than 0" };
  }
  const [high, low] = [price("high"), price("low")];
  if (high < low)
    return { row, kind: "high below low", field: "high", value: String(high), allowed: `${low} (low) or more` };
  for (const field of ["open", "close"] as const) {
    if (price(field) <= high && price(field) >= low) continue;
    return {
      row,
      kind: "high and low do not enclose open and close",
      field,
      value: String(price(field)),
      allowed: `${low} (low) to ${high} (high)`,
    };
  }
  const volume = view.number(VOLUME);
  if (volume < 0) return { row, kind: "volume negative", field: "volume", value: String(volume), allowed: "0 or more" };
  return null;
}

type PriceField = "open" | "high" | "low" | "close";
