/**
 * Every exit rule as firing intervals on the price axis (DESIGN 6): for which prices would it fire now?
 *
 * From the one table below follow `decide` (the strongest rule whose interval holds the price) and `watchBand` (the
 * open interval around a price in which nothing would be decided). The law: strictly inside the band and before its
 * deadline, `decide` says nothing. Nothing here looks at a clock; times are arguments.
 */
import { exact } from "./decimal.ts";
import { sizeRungExit, type ExitVerdict } from "./exit-size.ts";
import type { ExitReason } from "./fact.ts";
import { isSettled, type PriceCause } from "./intent.ts";
import { highestDueRung, knownMinimumLots, openShare, remainingLots, rungsPassed } from "./ladder.ts";
import { levelPrice, lotUnit, priceText } from "./market.ts";
import type { Position, StopSource } from "./position.ts";
import type { FreshPrice } from "./price-gate.ts";
import { atOrWorse, direction } from "./side.ts";
import { largerLots, lots, sumLots, type EpochMs, type Lots, type Price } from "./units.ts";

export type Decision =
  | {
      readonly kind: "close";
      readonly rule: ExitRuleName;
      readonly reason: ExitReason;
      readonly rungs: readonly number[];
    }
  | {
      readonly kind: "exitRungs";
      readonly rule: "rungs";
      readonly rungs: readonly number[];
      readonly verdict: ExitVerdict;
    };

export type ExitRuleName = "emergency" | "stop" | "rungs";

/** Prices from `from` to `to`, both included; in a price order that does not depend on the side. */
export interface FiringInterval {
  readonly from: number;
  readonly to: number;
}

export interface ExitRule {
  readonly name: ExitRuleName;
  /** For which prices would this rule fire now? */
  readonly intervals: (position: Position, nowMs: EpochMs) => readonly FiringInterval[];
  /** What it says at a price inside one of its intervals. */
  readonly decide: (position: Position, at: FreshPrice) => Decision | null;
}

/** R5.5: emergency stop, stop, take-profit rungs. A new rule is one row. */
export const EXIT_RULES: readonly ExitRule[] = [
  { name: "emergency", intervals: emergencyIntervals, decide: decideEmergency },
  { name: "stop", intervals: stopIntervals, decide: decideStop },
  { name: "rungs", intervals: rungIntervals, decide: decideRungs },
];

/** What has to happen at this price; null when nothing. */
export function decide(position: Position, at: FreshPrice, nowMs: EpochMs): Decision | null {
  for (const rule of EXIT_RULES) {
    if (!rule.intervals(position, nowMs).some((interval) => holds(interval, at.value))) continue;
    const decision = rule.decide(position, at);
    if (decision !== null) return decision;
  }
  return null;
}

/** What stands on everything that a decision brings about. */
export const priceCause = (decision: Decision, at: FreshPrice): PriceCause => ({
  rule: decision.rule,
  price: priceText(at.value),
  atMs: at.atMs,
});

/** The open interval (below, above) in which nothing happens. */
export interface WatchBand {
  readonly below: number;
  readonly above: number;
}

/** The band around a price at rest: up to the nearest boundary of any rule on either side. */
export function watchBand(position: Position, around: number, nowMs: EpochMs): WatchBand {
  let below = 0;
  let above = Number.POSITIVE_INFINITY;
  for (const rule of EXIT_RULES) {
    for (const { from, to } of rule.intervals(position, nowMs)) {
      if (from > around) above = Math.min(above, from);
      else if (to < around) below = Math.max(below, to);
      else return { below: around, above: around };
    }
  }
  return { below, above };
}

const holds = (interval: FiringInterval, price: number): boolean => price >= interval.from && price <= interval.to;

const NEVER: readonly FiringInterval[] = [];

/** Everything at or beyond a price, in the favorable or the unfavorable direction. */
const onward = (position: Position, level: number, way: "favorable" | "unfavorable"): FiringInterval =>
  (direction(position.side) === 1) === (way === "favorable")
    ? { from: level, to: Number.POSITIVE_INFINITY }
    : { from: 0, to: level };

function emergencyIntervals(position: Position): readonly FiringInterval[] {
  const grid = position.grid;
  if (grid === null || position.closing !== null || position.emergency.length === 0) return NEVER;
  const dir = direction(position.side);
  const nearest = position.emergency.reduce((best, next) => (next.level * dir > best.level * dir ? next : best));
  return [onward(position, levelPrice(grid, nearest.level), "unfavorable")];
}

/** The deepest level reached names the reason (R4.2). */
function decideEmergency(position: Position, at: FreshPrice): Decision | null {
  const grid = position.grid!;
  const dir = direction(position.side);
  const reached = position.emergency.filter((each) => atOrWorse(position.side, at.value, levelPrice(grid, each.level)));
  if (reached.length === 0) return null;
  const deepest = reached.reduce((best, next) => (next.level * dir < best.level * dir ? next : best));
  return { kind: "close", rule: "emergency", reason: deepest.reason, rungs: [] };
}

function stopIntervals(position: Position): readonly FiringInterval[] {
  const { grid, stop } = position;
  if (grid === null || stop === null || position.closing !== null) return NEVER;
  return [onward(position, levelPrice(grid, stop.level), "unfavorable")];
}

const STOP_REASONS: Record<StopSource, ExitReason> = {
  initial: "stop_initial",
  ladder: "stop_ladder",
  trailing: "stop_trailing",
};

function decideStop(position: Position): Decision {
  return { kind: "close", rule: "stop", reason: STOP_REASONS[position.stop!.source], rungs: [] };
}

/** Is a partial exit under way, its end not yet known? One exit at a time (invariant I7 of the research). */
export const exitInFlight = (position: Position): boolean =>
  position.intents.some((intent) => intent.purpose === "exit" && !isSettled(intent));

/** Has the entry ended, so that the size that shares refer to stands (R2.10)? */
export const entrySettled = (position: Position): boolean =>
  position.intents.every((intent) => intent.purpose !== "entry" || isSettled(intent));

/**
 * From the first armed rung's target onward; while partial exits must wait, from the last rung's target only.
 * Where an exit is held back because it is worth too little, and that has been said, up to the price at which it is
 * worth enough nothing fires.
 */
function rungIntervals(position: Position, nowMs: EpochMs): readonly FiringInterval[] {
  const { grid, rungs } = position;
  if (grid === null || position.closing !== null || rungs.length === 0 || !entrySettled(position)) return NEVER;
  const passed = rungsPassed(position);
  if (passed >= rungs.length) return NEVER;
  const targetOf = (number: number): Price => levelPrice(grid, rungs[number - 1]!.target);
  const last = onward(position, targetOf(rungs.length), "favorable");
  const mustWait =
    exitInFlight(position) || (position.rungCooldownUntilMs !== null && nowMs < position.rungCooldownUntilMs);
  if (mustWait) return [last];

  const intervals: FiringInterval[] = [];
  for (let number = passed + 1; number < rungs.length; number += 1) {
    const target = targetOf(number);
    const next = targetOf(number + 1);
    const open = worthwhileFrom(position, number, target);
    if (open === null) continue;
    const [nearEnd, farEnd] =
      direction(position.side) === 1 ? [Math.max(target, open), next] : [next, Math.min(target, open)];
    if (nearEnd <= farEnd) intervals.push({ from: nearEnd, to: farEnd });
  }
  return [...intervals, last];
}

/**
 * From which price on, in the favorable direction, the exit up to this rung may be worth sending: its target where it
 * was not reported as held back, null where only the next rung can change it. Too early is harmless, because `decide`
 * judges again, exactly; too late would be a missed exit.
 */
function worthwhileFrom(position: Position, rung: number, target: Price): number | null {
  const { plan, market, side } = position;
  if (position.heldBackThrough < rung) return target;
  const limit = exact(plan.minimumExitValue);
  if (side === "short") {
    // The value of a short's exit shrinks on the way, unless a minimum cost below the limit raises its quantity.
    return market.minimumCost !== null && limit.gt(exact(market.minimumCost)) ? target : null;
  }
  const numbers = numbersBetween(rungsPassed(position) + 1, rung);
  const asked = sumLots(numbers.map((number) => openShare(position, position.rungs[number - 1]!)));
  // A minimum in lots only shrinks as the price rises: the one at the target is the largest of the segment.
  const largest = largerLots(asked, knownMinimumLots(position, target) ?? lots(1));
  const worthAt = (quantity: Lots): number => limit.dividedBy(lotUnit(market).times(quantity)).toNumber();
  return Math.max(target, worthAt(largest), worthAt(remainingLots(position)));
}

function decideRungs(position: Position, at: FreshPrice): Decision | null {
  const due = highestDueRung(position, at.value);
  if (due === 0) return null;
  const rungs = numbersBetween(rungsPassed(position) + 1, due);
  if (due === position.rungs.length) {
    const reason: ExitReason = position.plan.takeProfit === "single" ? "single_target" : "take_profit_final";
    return { kind: "close", rule: "rungs", reason, rungs };
  }
  const verdict = sizeRungExit(position, rungs, at);
  if (verdict.kind === "heldBack" && position.heldBackThrough >= due) return null;
  return { kind: "exitRungs", rule: "rungs", rungs, verdict };
}

const numbersBetween = (first: number, last: number): readonly number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
