/**
 * What is compared: something that carries the rule out over a series.
 *
 * The rule: long, one position of `AMOUNT` at a time, entered at the open of the first candle and again at the open of the
 * candle after the one in which it ended. Three rungs; the stop goes to the entry with the first and to the first
 * target with the second; from the entry on it also trails the mark, which is recorded in steps. Each fill pays the fee.
 *
 * Inside a candle the adverse extreme comes first: open, low, high, close. What the open has passed is filled at the
 * open, everything else at its own level; levels lie on the grid, targets and stops on the tick above.
 */
import type { Candles } from "../../src/prices/candles.ts";

export interface BacktestSubject {
  readonly name: string;
  /** Takes the series over; it may not look at prices here, since that is not measured. */
  prepare(series: Candles): void;
  /** A run over a series that is new to it. */
  run(): BacktestCounts;
  /** A further run; whatever an earlier one has found out about the series may be used. */
  runAgain(): BacktestCounts;
}

/** Of positions that have ended; one that is still open at the end of the series counts for nothing. */
export interface BacktestCounts {
  readonly positions: number;
  /** Rungs that were filled, the last one included. */
  readonly rungExits: number;
  readonly stops: number;
  /** Quote currency, after fees. */
  readonly netProfit: number;
}

/** All shares are whole percent, so that levels can be reckoned in whole numbers. */
export const RULE = {
  rungs: [
    { targetPercent: 3, exitPercent: 40 },
    { targetPercent: 5, exitPercent: 30 },
    { targetPercent: 8, exitPercent: 30 },
  ],
  stopPercent: 2,
  trailingPercent: 3,
  /** Of the entry price: 0.1 %. */
  markStepPerMille: 1,
  feePercent: 0.05,
} as const;

/** Base coin, in lots of a thousandth. */
export const AMOUNT = 1;

/** Do two have made the same decisions? Sums of money may differ by a cent. */
export const agree = (one: BacktestCounts, other: BacktestCounts): boolean =>
  one.positions === other.positions &&
  one.rungExits === other.rungExits &&
  one.stops === other.stops &&
  Math.abs(one.netProfit - other.netProfit) <= 0.01;
