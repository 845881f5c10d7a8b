/**
 * Where the rules of a position would fire: the intervals of each, judged where they enter.
 */
import type { Position } from "./position.ts";
import { ALWAYS, NEVER, type FiringInterval, type Rule } from "./rules/rule.ts";
import { RULES } from "./rules/table.ts";
import type { EpochMs } from "./units.ts";

/** The first moment after now at which a rule may change its mind without a price; Infinity for never. */
export function nextMomentMs(position: Position, nowMs: EpochMs): number {
  let next = Number.POSITIVE_INFINITY;
  for (const rule of RULES) {
    if (rule.momentsMs !== undefined)
      for (const moment of rule.momentsMs(position)) if (moment > nowMs && moment < next) next = moment;
    const leaving = rule.leaves?.(position) ?? null;
    if (leaving !== null && leaving.atMs > nowMs && leaving.atMs < next) next = leaving.atMs;
  }
  return next;
}

/** A rule that does not say where it would fire: it is named, and nothing is decided on it (R9.4). */
export class RuleError extends Error {
  readonly rule: string;
  constructor(rule: string, what: string) {
    super(`rule ${rule} ${what}`);
    this.name = "RuleError";
    this.rule = rule;
  }
}

/**
 * The intervals of a rule as it stands; one that leaves at a moment fires everywhere from then on. Throws RuleError where a
 * rule yields what is no interval: this is where they enter.
 * @internal
 */
export function firingIntervals(rule: Rule, position: Position, nowMs: EpochMs): readonly FiringInterval[] {
  if (rule.leaves !== undefined) {
    const leaving = rule.leaves(position);
    return leaving !== null && nowMs >= leaving.atMs ? ALWAYS : NEVER;
  }
  if (rule.intervals === undefined) return NEVER;
  const intervals = askForIntervals(rule.name, () => rule.intervals!(position, nowMs));
  for (const { from, to } of intervals) {
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to))
      throw new RuleError(rule.name, `gives an interval from ${from} to ${to}, which are no whole heights`);
    if (from > to) throw new RuleError(rule.name, `gives an empty interval, from ${from} to ${to}`);
  }
  return intervals;
}

function askForIntervals(rule: string, ask: () => readonly FiringInterval[]): readonly FiringInterval[] {
  try {
    return ask();
  } catch (error) {
    throw new RuleError(rule, `cannot say where it fires: ${error instanceof Error ? error.message : String(error)}`);
  }
}
