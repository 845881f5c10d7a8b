/**
 * What has to happen at a price, and between which prices nothing would: both follow from the one table of rules
 * (DESIGN 6). The law: strictly inside the band and before its deadline, `decide` says nothing.
 * Nothing here looks at a clock; times are arguments.
 */
import type { RuleCause } from "./intent.ts";
import { priceText } from "./market.ts";
import { placeOf, priceAtHeight, type Place } from "./price-axis.ts";
import type { Position } from "./position.ts";
import type { FreshPrice } from "./price-gate.ts";
import { firingIntervals } from "./firings.ts";
import { HIGHEST, LOWEST, type Decision, type Rule } from "./rules/rule.ts";
import { RULES } from "./rules/table.ts";
import type { ExitReason } from "./trade-record.ts";
import type { Turn } from "./turn.ts";
import { price, type EpochMs, type Height, type Price } from "./units.ts";

export type { Decision } from "./rules/rule.ts";

type CloseDecision = Extract<Decision, { kind: "close" }>;

/** What has to happen at this price; null when nothing. */
export function decide(position: Position, at: FreshPrice, nowMs: EpochMs): Decision | null {
  const { grid, side } = position;
  if (grid === null || position.closing !== null) return null;
  const { atOrBelow, atOrAbove } = placeOf(grid, side, at.value);
  for (const rule of RULES) {
    for (const { from, to } of firingIntervals(rule, position, nowMs)) {
      if (atOrBelow < from || atOrAbove > to) continue;
      const decision =
        rule.leaves === undefined ? rule.decide?.(position, at, nowMs) : leaveAtPrice(rule, position, at);
      if (decision !== null && decision !== undefined) return decision;
    }
  }
  return null;
}

/** The first price that is not from before the moment will do. */
function leaveAtPrice(rule: Rule, position: Position, at: FreshPrice): Decision | null {
  const leaving = rule.leaves?.(position) ?? null;
  return leaving === null || at.atMs < leaving.atMs ? null : closeOf(rule, leaving.reason);
}

const closeOf = (rule: Rule, reason: ExitReason): CloseDecision => ({
  kind: "close",
  rule: rule.name,
  reason,
  rungs: [],
});

/** What a moment alone decides, without a price (R5.3); null when none has come. */
export function decideOnTime(position: Position, nowMs: EpochMs): CloseDecision | null {
  if (position.closing !== null) return null;
  for (const rule of RULES) {
    const leaving = rule.leaves?.(position) ?? null;
    if (leaving !== null && nowMs >= leaving.atMs) return closeOf(rule, leaving.reason);
  }
  return null;
}

/** Brings everything that follows from entry, mark, rungs, context and time up to date. */
export const follow = (turn: Turn, nowMs: EpochMs): Turn =>
  RULES.reduce((next, rule) => rule.follow?.(next, nowMs) ?? next, turn);

/** The same because a moment has come: the first rule that it moves something for is named. */
export const followAtMoment = (turn: Turn, nowMs: EpochMs): Turn =>
  RULES.reduce((next, rule) => {
    const after = rule.follow?.(next, nowMs) ?? next;
    return after === next || next.rule !== null ? after : { ...after, rule: rule.name };
  }, turn);

/** Changes what a rule said is to be changed, and what follows from that. */
export const adjust = (turn: Turn, decision: Decision, at: FreshPrice, nowMs: EpochMs): Turn =>
  follow(RULES.find(({ name }) => name === decision.rule)?.adjust?.(turn, at) ?? turn, nowMs);

/** What stands on everything that a decision brings about. */
export const priceCause = ({ rule }: Pick<Decision, "rule">, at: FreshPrice): RuleCause => ({
  rule,
  price: priceText(at.value),
  atMs: at.atMs,
});

/** The open interval (below, above) in which nothing happens. */
export interface WatchBand {
  readonly below: number;
  readonly above: number;
}

/** The nearest boundaries of these rules, in the unfavorable and the favorable direction. */
export interface QuietSpan {
  readonly worse: Height;
  readonly better: Height;
}

/** Between which heights none of these rules fires, around a place; null where one fires there. */
export function quietSpan(
  rules: readonly Rule[],
  position: Position,
  { atOrBelow, atOrAbove }: Place,
  nowMs: EpochMs,
): QuietSpan | null {
  let worse: Height = LOWEST;
  let better: Height = HIGHEST;
  for (const rule of rules) {
    for (const { from, to } of firingIntervals(rule, position, nowMs)) {
      if (from > atOrBelow) better = from < better ? from : better;
      else if (to < atOrAbove) worse = to > worse ? to : worse;
      else return null;
    }
  }
  return { worse, better };
}

/** The band around a price at rest: up to the nearest boundary of any rule on either side. */
export function watchBand(position: Position, around: number, nowMs: EpochMs): WatchBand {
  const { grid, side } = position;
  if (grid === null || position.closing !== null) return { below: 0, above: Number.POSITIVE_INFINITY };
  const span = quietSpan(RULES, position, placeOf(grid, side, price(around)), nowMs);
  if (span === null) return { below: around, above: around };
  const { worse, better } = span;
  const at = (height: Height): Price => priceAtHeight(grid, side, height);
  const noHigher = Number.POSITIVE_INFINITY;
  return side === "long"
    ? { below: worse === LOWEST ? 0 : at(worse), above: better === HIGHEST ? noHigher : at(better) }
    : { below: better === HIGHEST ? 0 : at(better), above: worse === LOWEST ? noHigher : at(worse) };
}
