/**
 * The stop: where it is set from, and the one way to move it.
 *
 * Promises: `tighten` is the only function that assigns a position's stop, and it never moves it in the unfavorable
 * direction (R1.3, P3, P4). Stops lie on the tighter tick, so that breakeven never means a loss (R10.9).
 */
import { exact } from "./decimal.ts";
import { levelAt, levelText, lotUnit, type PriceGrid } from "./market.ts";
import type { EmergencyLevel } from "./plan.ts";
import type { Position, Stop, StopSource } from "./position.ts";
import { heightAtMove, levelAtHeight } from "./price-axis.ts";
import { better, direction, type Side } from "./side.ts";
import { become, tell, type Turn } from "./turn.ts";
import type { Ticks } from "./units.ts";

/** Where equal stops meet, the reason is that of the first (R4.3). */
const SOURCE_ORDER: readonly StopSource[] = ["initial", "ladder", "trailing"];

/** Moves the stop to a wanted level if that is tighter; a request to loosen it changes nothing and is reported. */
export function tighten(turn: Turn, wanted: Stop): Turn {
  const { stop, side, grid } = turn.position;
  const tighter = tighterStop(side, stop, wanted);
  if (grid === null) throw new Error("Invariant: a stop is set on a grid, once the first fill is known");
  if (tighter === stop) {
    if (stop === null || stop.level === wanted.level) return turn;
    return tell(turn, {
      type: "notDone",
      reason: "stop_not_loosened",
      rung: null,
      message: `Stop stays at ${levelText(grid, stop.level)}: ${levelText(grid, wanted.level)} would loosen it`,
      field: "stop",
      value: levelText(grid, wanted.level),
      limit: levelText(grid, stop.level),
    });
  }
  const moved = become(turn, { stop: tighter, initialStopLevel: turn.position.initialStopLevel ?? tighter.level });
  if (stop !== null && stop.level === tighter.level) return moved;
  return tell(moved, {
    type: "stopMoved",
    from: stop === null ? null : levelText(grid, stop.level),
    to: levelText(grid, tighter.level),
    source: tighter.source,
  });
}

function tighterStop(side: Side, current: Stop | null, wanted: Stop): Stop {
  if (current === null || better(side, wanted.level, current.level)) return wanted;
  if (wanted.level !== current.level) return current;
  return SOURCE_ORDER.indexOf(wanted.source) < SOURCE_ORDER.indexOf(current.source) ? wanted : current;
}

/** The level of the initial stop (R4.1), on the tighter tick. */
export function initialStopLevel(position: Position, grid: PriceGrid): Ticks {
  const { side, plan } = position;
  if (plan.initialStop.kind === "price") {
    return levelAt({ grid, side, value: exact(plan.initialStop.price), divisor: exact(1), rounding: "favorable" });
  }
  return levelAtHeight(side, heightAtMove(position, -plan.initialStop.fraction, "favorable"));
}

/** Where the stop goes when rung `rung` has been passed (R2.2): breakeven after the first, then the rung before. */
export function ladderStopLevel(position: Position, grid: PriceGrid, rung: number): Ticks {
  if (rung >= 2) {
    const before = position.rungs[rung - 2];
    if (before === undefined) throw new Error(`Invariant: rung ${rung} has a rung before it`);
    return before.target;
  }
  const cost = exact(position.entryCost);
  // Breakeven with fees: the entry's fees, and as much again for the exit, spread over what was entered.
  const fees =
    position.plan.breakeven === "entry"
      ? exact(0)
      : exact(position.entryFees)
          .times(2 * direction(position.side))
          .dividedBy(lotUnit(position.market));
  const divisor = exact(position.enteredLots);
  return levelAt({ grid, side: position.side, value: cost.plus(fees), divisor, rounding: "favorable" });
}

/** The first tick at which an emergency level's ROI is reached (R4.2, R10.9). */
export const emergencyLevel = (position: Position, { roi }: EmergencyLevel): Ticks =>
  levelAtHeight(position.side, heightAtMove(position, roi, "unfavorable", position.leverage));
