/**
 * The price axis of a position cut into zones: in each of them the same happens at every tick. Read off the rules' own
 * intervals and judged by `decide`, so that the picture cannot differ from what is done.
 */
import { decide, type Decision } from "../exit-rules.ts";
import { firingIntervals } from "../firings.ts";
import { worthwhileLevels } from "../exit-worth.ts";
import { rungsPassed } from "../ladder.ts";
import { heightOf, priceAtHeight } from "../price-axis.ts";
import { askedPrice } from "../price-gate.ts";
import type { Position } from "../position.ts";
import { HIGHEST, LOWEST } from "../rules/rule.ts";
import { RULES } from "../rules/table.ts";
import { height, type EpochMs, type Height } from "../units.ts";

/** Heights from `from` to `to`, both included, and what happens at a price there; null for nothing. */
export interface Zone {
  readonly from: Height;
  readonly to: Height;
  readonly decision: Decision | null;
}

/** All zones, the worst first, without a gap between them; neighbors say different things. */
export function zonesOf(position: Position, nowMs: EpochMs): readonly Zone[] {
  const decideAt: DecideAt = (at) =>
    decide(position, askedPrice(priceAtHeight(position.grid!, position.side, at), nowMs)!, nowMs);
  const starts = startsOf(position, nowMs);
  const zones: Zone[] = [];
  for (const [index, from] of starts.entries()) {
    const next = starts[index + 1];
    const to = next === undefined ? highest(position) : height(next - 1);
    for (const zone of segment({ from, to, judgedAt: index === 0 ? to : from }, decideAt)) {
      const last = zones.at(-1);
      if (last !== undefined && sayTheSame(last.decision, zone.decision))
        zones[zones.length - 1] = { ...last, to: zone.to };
      else zones.push(zone);
    }
  }
  return zones;
}

type DecideAt = (at: Height) => Decision | null;

/**
 * A part of the axis in which one rule speaks. What becomes of an exit may still depend on the price, by the minimum cost: the
 * higher the price, the fewer lots that asks for, so that it changes at most once from each answer to the next.
 */
function segment(
  { from, to, judgedAt }: { readonly from: Height; readonly to: Height; readonly judgedAt: Height },
  decideAt: DecideAt,
): readonly Zone[] {
  const decision = decideAt(judgedAt);
  if (decision?.kind !== "exitRungs") return [{ from, to, decision }];
  const zones: Zone[] = [];
  for (let start = from; ;) {
    const here = decideAt(start);
    const end = lastSaying(here, start, to, decideAt);
    zones.push({ from: start, to: end, decision: here });
    if (end === to) return zones;
    start = height(end + 1);
  }
}

/** The last height up to which the same is said as at the first. */
function lastSaying(here: Decision | null, from: Height, to: Height, decideAt: DecideAt): Height {
  if (sayTheSame(here, decideAt(to))) return to;
  let [same, other] = [from, to];
  while (other - same > 1) {
    const middle = height(Math.floor((same + other) / 2));
    if (sayTheSame(here, decideAt(middle))) same = middle;
    else other = middle;
  }
  return same;
}

/** Where something may begin or end, ascending; the first is the lowest height that a price can have. */
function startsOf(position: Position, nowMs: EpochMs): readonly Height[] {
  const starts = new Set<number>([lowest(position)]);
  for (const rule of RULES) {
    for (const { from, to } of firingIntervals(rule, position, nowMs)) {
      starts.add(from);
      starts.add(to + 1);
    }
  }
  // Inside an interval a rule may say one thing here and another there.
  for (const { level } of position.emergency) starts.add(heightOf(position.side, level) + 1);
  for (const { target } of position.rungs) starts.add(heightOf(position.side, target));
  for (const edge of worthEdges(position)) starts.add(edge);
  return [...starts]
    .filter((at) => at >= lowest(position) && at <= highest(position))
    .toSorted((a, b) => a - b)
    .map(height);
}

/** Where the exit of the rungs that may be due together becomes worth sending, or stops to be. */
function worthEdges(position: Position): readonly number[] {
  const passed = rungsPassed(position);
  const partial = position.rungs.slice(passed, -1).map(({ number }) => number);
  const ranges = partial.flatMap((_, index) => worthwhileLevels(position, partial.slice(0, index + 1)));
  return ranges.flatMap(([from, to]) => (position.side === "long" ? [from, to + 1] : [0 - to, 1 - from]));
}

/** A price is at least one tick. */
const lowest = ({ side }: Position): Height => (side === "long" ? height(1) : LOWEST);
const highest = ({ side }: Position): Height => (side === "long" ? HIGHEST : height(-1));

/** Quantities and values of an exit may differ from tick to tick; what becomes of it does not. */
const sayTheSame = (one: Decision | null, other: Decision | null): boolean =>
  JSON.stringify(essence(one)) === JSON.stringify(essence(other));

const essence = (decision: Decision | null): unknown =>
  decision?.kind !== "exitRungs"
    ? decision
    : [
        decision.rungs,
        decision.verdict.kind,
        decision.verdict.kind === "partial" && decision.verdict.raisedTo !== null,
      ];
