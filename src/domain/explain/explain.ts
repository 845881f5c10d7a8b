/**
 * A position explained: the price axis with everything that stands on it, what happens at every price, and which rule
 * would fire where. Data for pictures; every number is decimal text, every word is made here.
 *
 * Promises: it is read off the rules themselves, so that it says what is done and nothing else. It changes nothing.
 */
import { pointsOf, type AxisPoint } from "./axis-points.ts";
import { zonesOf, type Zone } from "./axis-zones.ts";
import { happeningOf, type Happening } from "./happening.ts";
import { exact } from "../decimal.ts";
import { nextWakeAtMs } from "../deadlines.ts";
import { watchBand } from "../exit-rules.ts";
import { firingIntervals } from "../firings.ts";
import { entryPriceText } from "../fills.ts";
import { remainingLots } from "../ladder.ts";
import { levelText, lotsToAmount, priceText } from "../market.ts";
import type { PositionContext } from "../market-context.ts";
import type { Position } from "../position.ts";
import { levelAtHeight, placeOf } from "../price-axis.ts";
import { HIGHEST, LOWEST, type FiringInterval, type Rule } from "../rules/rule.ts";
import { RULES } from "../rules/table.ts";
import type { Side } from "../side.ts";
import { price as asPrice, type DecimalText, type EpochMs, type Height, type Price } from "../units.ts";

export type { AxisPoint } from "./axis-points.ts";
export type { Happening } from "./happening.ts";

export interface Explanation {
  readonly id: string;
  readonly symbol: string;
  readonly side: Side;
  readonly leverage: number;
  readonly preset: string;
  /** What is still open, in the exchange's unit. */
  readonly amount: DecimalText;
  readonly entryPrice: DecimalText;
  readonly price: DecimalText;
  readonly atMs: EpochMs;
  /** What is known of its market, as far as the plan looks at it. */
  readonly context: PositionContext;
  /** What happens at this very price. */
  readonly happens: Happening;
  /** Strictly between these prices nothing happens; null where there is no such end, or something happens right here. */
  readonly band: { readonly below: DecimalText | null; readonly above: DecimalText | null } | null;
  /** When it wants to be asked again without a price; null for never. */
  readonly nextMomentMs: EpochMs | null;
  /** Zones of the axis, the highest price first. */
  readonly zones: readonly AxisZone[];
  /** What stands on the axis, the highest price first. */
  readonly points: readonly AxisPoint[];
  /** All rules, the strongest first (R5.5). */
  readonly rules: readonly RuleReport[];
}

/** Prices from `from` up to `to`, both included; null where there is no end. */
export interface PriceRange {
  readonly from: DecimalText | null;
  readonly to: DecimalText | null;
}

export interface AxisZone extends PriceRange {
  readonly happens: Happening;
}

export interface RuleReport {
  readonly rule: string;
  readonly requirement: string;
  /** Completes "This rule …". */
  readonly about: string;
  readonly isOn: boolean;
  /** Where it would fire, were it the only one; the highest prices first. */
  readonly firesAt: readonly PriceRange[];
  /** From when on it leaves whatever the price is; null for never. */
  readonly leavesAtMs: number | null;
  readonly standing: string | null;
}

/** Explains an open position at a price. Null for one that has no entry yet, or is closed or being closed: nothing is decided on a price then. */
export function explain(position: Position, at: Price, nowMs: EpochMs): Explanation | null {
  const { grid, closing, outcome } = position;
  if (grid === null || closing !== null || outcome !== null) return null;
  const ascending = zonesOf(position, nowMs);
  const zones = highestFirst(position, ascending).map((zone) => ({
    ...rangeOf(position, zone),
    happens: happeningOf(position, zone.decision),
  }));
  return {
    id: position.id,
    symbol: position.symbol,
    side: position.side,
    leverage: position.leverage,
    preset: position.plan.preset,
    amount: lotsToAmount(position.market, remainingLots(position)),
    entryPrice: entryPriceText(position),
    price: priceText(at),
    atMs: nowMs,
    context: position.context,
    happens: happeningAt(position, ascending, at),
    band: bandAt(position, at, nowMs),
    nextMomentMs: nextWakeAtMs(position, nowMs),
    zones,
    points: pointsOf(
      position,
      at,
      zones.flatMap((zone) => nearEdge(zone, priceText(at)) ?? []),
    ),
    rules: RULES.map((rule) => reportOf(rule, position, nowMs)),
  };
}

/** Where one comes into a range from a price; null where the price is in it. */
function nearEdge({ from, to }: PriceRange, at: DecimalText): DecimalText | null {
  if (from !== null && exact(at).lt(exact(from))) return from;
  return to !== null && exact(at).gt(exact(to)) ? to : null;
}

const highestFirst = <T>({ side }: Position, ascending: readonly T[]): readonly T[] =>
  side === "long" ? ascending.toReversed() : ascending;

function bandAt(position: Position, at: Price, nowMs: EpochMs): Explanation["band"] {
  const { below, above } = watchBand(position, at, nowMs);
  if (!(below < at && at < above)) return null;
  return {
    below: below > 0 ? priceText(asPrice(below)) : null,
    above: Number.isFinite(above) ? priceText(asPrice(above)) : null,
  };
}

/** A price between two ticks stands in a zone that includes both of them, or in none. */
function happeningAt(position: Position, zones: readonly Zone[], at: Price): Happening {
  const { atOrBelow, atOrAbove } = placeOf(position.grid!, position.side, at);
  const zone = zones.find(({ from, to }) => from <= atOrBelow && atOrAbove <= to);
  return happeningOf(position, zone?.decision ?? null);
}

function rangeOf(position: Position, { from, to }: FiringInterval): PriceRange {
  const [low, high] = position.side === "long" ? [from, to] : [to, from];
  return { from: heightText(position, low), to: heightText(position, high) };
}

function heightText(position: Position, at: Height): DecimalText | null {
  if (at === LOWEST || at === HIGHEST) return null;
  const level = levelAtHeight(position.side, at);
  return level > 0 ? levelText(position.grid!, level) : null;
}

function reportOf(rule: Rule, position: Position, nowMs: EpochMs): RuleReport {
  const leaves = rule.leaves?.(position) ?? null;
  return {
    rule: rule.name,
    requirement: rule.requirement,
    about: rule.about,
    isOn: rule.fields === undefined || position.plan.rules[rule.name as keyof Position["plan"]["rules"]] !== null,
    firesAt: highestFirst(position, merged(firingIntervals(rule, position, nowMs))).map((each) =>
      rangeOf(position, each),
    ),
    leavesAtMs: leaves?.atMs ?? null,
    standing: rule.standing?.(position) ?? null,
  };
}

/** In ascending order, and as few as possible: the rows of a rule may overlap. */
function merged(intervals: readonly FiringInterval[]): readonly FiringInterval[] {
  const found: FiringInterval[] = [];
  for (const each of intervals.toSorted((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last === undefined || each.from > last.to + 1) found.push(each);
    else if (each.to > last.to) found[found.length - 1] = { from: last.from, to: each.to };
  }
  return found;
}
