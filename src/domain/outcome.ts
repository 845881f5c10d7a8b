/** The outcome of a closed position (R1.7). Computed once, when it closes; money by exact decimals. */
import { exact, toReported, ZERO_TEXT, type Exact } from "./decimal.ts";
import { grossProfit, moveFromEntry } from "./exit-record.ts";
import type { AdditionRecord, ExitReason, ExitRecord } from "./fact.ts";
import { entryPriceText } from "./fills.ts";
import { levelText, lotsToAmount } from "./market.ts";
import type { Position } from "./position.ts";
import { direction } from "./side.ts";
import type { DecimalText, EpochMs } from "./units.ts";

export interface Outcome {
  readonly reason: ExitReason;
  readonly entryPrice: DecimalText | null;
  readonly averageExitPrice: DecimalText | null;
  /** Everything that was ever opened, in the exchange's unit. */
  readonly amount: DecimalText;
  readonly grossProfit: DecimalText;
  readonly fees: DecimalText;
  readonly netProfit: DecimalText;
  /** From the average exit price, before fees; null when nothing was ever filled. */
  readonly priceMove: DecimalText | null;
  readonly roi: DecimalText | null;
  readonly rMultiple: DecimalText | null;
  readonly mfe: DecimalText;
  readonly mae: DecimalText;
  /** After a crash in live mode the excursions are not exact. */
  readonly excursionsApproximate: boolean;
  readonly openedAtMs: EpochMs | null;
  readonly closedAtMs: EpochMs;
  readonly durationMs: number;
  readonly exits: readonly ExitRecord[];
  readonly additions: readonly AdditionRecord[];
}

/** Draws up the outcome of a position that is flat, or was never filled. */
export function computeOutcome(position: Position, reason: ExitReason, closedAtMs: EpochMs): Outcome {
  const entered = position.enteredLots > 0;
  const averageExit = position.exitedLots > 0 ? exact(position.exitValue).dividedBy(position.exitedLots) : null;
  const move = averageExit === null ? null : moveFromEntry(position, averageExit);
  const gross = entered
    ? exact(grossProfit(position, exact(position.exitValue), position.exitedLots, direction(position.side)))
    : exact(ZERO_TEXT);
  const fees = exact(position.entryFees).plus(exact(position.exitFees));
  return {
    reason,
    entryPrice: entered ? entryPriceText(position) : null,
    averageExitPrice: averageExit === null ? null : toReported(averageExit),
    amount: lotsToAmount(position.market, position.enteredLots),
    grossProfit: toReported(gross),
    fees: toReported(fees),
    netProfit: toReported(gross.minus(fees)),
    priceMove: move === null ? null : toReported(move),
    roi: move === null ? null : toReported(move.times(position.leverage)),
    rMultiple: move === null ? null : rMultiple(position, move),
    mfe: excursion(position, position.bestPrice, "favorable"),
    mae: excursion(position, position.worstPrice, "unfavorable"),
    excursionsApproximate: position.excursionsApproximate,
    openedAtMs: position.openedAtMs,
    closedAtMs,
    durationMs: closedAtMs - (position.openedAtMs ?? closedAtMs),
    exits: position.exits,
    additions: position.additions,
  };
}

/** The move in units of the initial risk: the distance from entry to the stop in force at opening. */
function rMultiple(position: Position, move: Exact): DecimalText | null {
  const { grid, initialStopLevel } = position;
  if (grid === null || initialStopLevel === null) return null;
  const risk = moveFromEntry(position, exact(levelText(grid, initialStopLevel))).negated();
  return risk.gt(0) ? toReported(move.dividedBy(risk)) : null;
}

/** The furthest the price went for us (never below zero) or against us (never above zero), as a price move. */
function excursion(position: Position, extreme: number | null, way: "favorable" | "unfavorable"): DecimalText {
  if (extreme === null || position.enteredLots === 0) return ZERO_TEXT;
  const move = moveFromEntry(position, exact(extreme));
  const counts = way === "favorable" ? move.gt(0) : move.lt(0);
  return counts ? toReported(move) : ZERO_TEXT;
}
