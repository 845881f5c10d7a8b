/** The figures of an outcome: profit, fees, ROI, R multiple, excursions; exact, computed once, rounded when they are reported. */
import { ZERO_TEXT } from "./decimal.ts";
import { grossProfit, moveFromEntry, roiOf } from "./exit-record.ts";
import { entryPriceText } from "./fills.ts";
import { levelText, lotsToAmount } from "./market.ts";
import type { Outcome } from "./outcome.ts";
import type { Position } from "./position.ts";
import { dividedBy, minus, plus, quotientOf, quotientOfNumber, reported, whole, type Quotient } from "./quotient.ts";
import type { ExitReason } from "./trade-record.ts";
import type { DecimalText, EpochMs } from "./units.ts";

/** Draws up the outcome of a position that is flat, or was never filled. */
export function computeOutcome(position: Position, reason: ExitReason, closedAtMs: EpochMs): Outcome {
  const entered = position.enteredLots > 0;
  const averageExit =
    position.exitedLots > 0 ? dividedBy(quotientOf(position.exitValue), whole(position.exitedLots)) : null;
  const move = averageExit === null ? null : moveFromEntry(position, averageExit);
  const gross = entered ? grossProfit(position, quotientOf(position.exitValue), position.exitedLots) : ZERO_TEXT;
  const fees = plus(quotientOf(position.entryFees), quotientOf(position.exitFees));
  return {
    reason,
    entryPrice: entered ? entryPriceText(position) : null,
    averageExitPrice: averageExit === null ? null : reported(averageExit),
    amount: lotsToAmount(position.market, position.enteredLots),
    grossProfit: gross,
    fees: reported(fees),
    netProfit: reported(minus(quotientOf(gross), fees)),
    priceMove: move === null ? null : reported(move),
    roi: move === null ? null : reported(roiOf(position, move)),
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
function rMultiple(position: Position, move: Quotient): DecimalText | null {
  const { grid, initialStopLevel } = position;
  if (grid === null || initialStopLevel === null) return null;
  const { over, under } = moveFromEntry(position, quotientOf(levelText(grid, initialStopLevel)));
  return over < 0n ? reported(dividedBy(move, { over: -over, under })) : null;
}

/** The furthest the price went for us (never below zero) or against us (never above zero), as a price move. */
function excursion(position: Position, extreme: number | null, way: "favorable" | "unfavorable"): DecimalText {
  if (extreme === null || position.enteredLots === 0) return ZERO_TEXT;
  const move = moveFromEntry(position, quotientOfNumber(extreme));
  const counts = way === "favorable" ? move.over > 0n : move.over < 0n;
  return counts ? reported(move) : ZERO_TEXT;
}
