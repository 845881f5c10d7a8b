/**
 * The stop: where it is set from, and the one way to move it.
 *
 * Promises: `tighten` is the only function that assigns a position's stop, and it never moves it in the unfavorable
 * direction (R1.3, P3, P4). Stops lie on the tighter tick, so that breakeven never means a loss (R10.9).
 */
import { exact, type Exact } from "./decimal.ts";
import { levelAt, levelText, lotUnit, type PriceGrid } from "./market.ts";
import type { EmergencyLevel } from "./plan.ts";
import type { Position, Stop, StopSource } from "./position.ts";
import { better, direction, type Side } from "./side.ts";
import { become, tell, type Turn } from "./turn.ts";
import { ONE, type Lots, type Ticks } from "./units.ts";

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

/** The average of all entry and addition fills, as cost ÷ lots. */
export interface EntryAverage {
  readonly cost: Exact;
  readonly lots: Lots;
}

export const entryAverage = (position: Position): EntryAverage => ({
  cost: exact(position.entryCost),
  lots: position.enteredLots,
});

/** The level at a price move from the entry; `move` in millionths, divided by `per` (a leverage, or 1). */
export function levelAtMove(input: {
  readonly grid: PriceGrid;
  readonly side: Side;
  readonly entry: EntryAverage;
  readonly move: number;
  readonly per: number;
  readonly rounding: "favorable" | "unfavorable";
}): Ticks {
  const { grid, side, entry, rounding } = input;
  const whole = exact(ONE).times(exact(input.per));
  return levelAt({
    grid,
    side,
    value: entry.cost.times(whole.plus(exact(input.move * direction(side)))),
    divisor: whole.times(entry.lots),
    rounding,
  });
}

/** The level of the initial stop (R4.1), on the tighter tick. */
export function initialStopLevel(position: Position, grid: PriceGrid): Ticks {
  const { side, plan } = position;
  if (plan.initialStop.kind === "price") {
    return levelAt({ grid, side, value: exact(plan.initialStop.price), divisor: exact(1), rounding: "favorable" });
  }
  const move = -plan.initialStop.fraction;
  return levelAtMove({ grid, side, entry: entryAverage(position), move, per: 1, rounding: "favorable" });
}

/** Where the stop goes when rung `rung` has been passed (R2.2): breakeven after the first, then the rung before. */
export function ladderStopLevel(position: Position, grid: PriceGrid, rung: number): Ticks {
  if (rung >= 2) {
    const before = position.rungs[rung - 2];
    if (before === undefined) throw new Error(`Invariant: rung ${rung} has a rung before it`);
    return before.target;
  }
  const { cost, lots } = entryAverage(position);
  // Breakeven with fees: the entry's fees, and as much again for the exit, spread over what was entered.
  const fees =
    position.plan.breakeven === "entry"
      ? exact(0)
      : exact(position.entryFees)
          .times(2 * direction(position.side))
          .dividedBy(lotUnit(position.market));
  return levelAt({ grid, side: position.side, value: cost.plus(fees), divisor: exact(lots), rounding: "favorable" });
}

/** The first tick at which an emergency level's ROI is reached (R4.2, R10.9). */
export const emergencyLevel = (position: Position, grid: PriceGrid, level: EmergencyLevel): Ticks =>
  levelAtMove({
    grid,
    side: position.side,
    entry: entryAverage(position),
    move: level.roi,
    per: position.leverage,
    rounding: "unfavorable",
  });
