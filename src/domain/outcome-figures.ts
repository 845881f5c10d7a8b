/** The figures of an outcome: profit, fees, ROI, R multiple, excursions; money by exact decimals, computed once. */
import { exact, toReported, ZERO_TEXT, type Exact } from "./decimal.ts";
import { grossProfit, moveFromEntry } from "./exit-record.ts";
import { entryPriceText } from "./fills.ts";
import { levelText, lotsToAmount } from "./market.ts";
import type { Outcome } from "./outcome.ts";
import type { Position } from "./position.ts";
import { direction } from "./side.ts";
import type { ExitReason } from "./trade-record.ts";
import type { DecimalText, EpochMs } from "./units.ts";

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
