/**
 * What has to happen at a price, and between which prices nothing would: both follow from the one table of rules
 * (DESIGN 6). The law: strictly inside the band and before its deadline, `decide` says nothing.
 * Nothing here looks at a clock; times are arguments.
 */
import type { PriceCause } from "./intent.ts";
import { priceText } from "./market.ts";
import { placeOf, priceAtHeight } from "./price-axis.ts";
import type { Position } from "./position.ts";
import type { FreshPrice } from "./price-gate.ts";
import { emergency } from "./rules/emergency.ts";
import { HIGHEST, LOWEST, type Decision, type ExitRule } from "./rules/rule.ts";
import { rungs } from "./rules/rungs.ts";
import { stopHit } from "./rules/stop-hit.ts";
import { price, type EpochMs, type Height, type Price } from "./units.ts";

export type { Decision } from "./rules/rule.ts";

/** In the order of R5.5. A new rule is one row. */
export const EXIT_RULES: readonly ExitRule[] = [emergency, stopHit, rungs];

/** What has to happen at this price; null when nothing. */
export function decide(position: Position, at: FreshPrice, nowMs: EpochMs): Decision | null {
  const { grid, side } = position;
  if (grid === null || position.closing !== null) return null;
  const { atOrBelow, atOrAbove } = placeOf(grid, side, at.value);
  for (const rule of EXIT_RULES) {
    for (const { from, to } of rule.intervals(position, nowMs)) {
      const decision = atOrBelow >= from && atOrAbove <= to ? rule.decide(position, at, nowMs) : null;
      if (decision !== null) return decision;
    }
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
  const { grid, side } = position;
  if (grid === null || position.closing !== null) return { below: 0, above: Number.POSITIVE_INFINITY };
  const { atOrBelow, atOrAbove } = placeOf(grid, side, price(around));
  let worse: Height = LOWEST;
  let better: Height = HIGHEST;
  for (const rule of EXIT_RULES) {
    for (const { from, to } of rule.intervals(position, nowMs)) {
      if (from > atOrBelow) better = from < better ? from : better;
      else if (to < atOrAbove) worse = to > worse ? to : worse;
      else return { below: around, above: around };
    }
  }
  const at = (height: Height): Price => priceAtHeight(grid, side, height);
  const noHigher = Number.POSITIVE_INFINITY;
  return side === "long"
    ? { below: worse === LOWEST ? 0 : at(worse), above: better === HIGHEST ? noHigher : at(better) }
    : { below: better === HIGHEST ? 0 : at(better), above: worse === LOWEST ? noHigher : at(worse) };
}
