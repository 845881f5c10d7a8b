/**
 * The price axis of a position, counted in whole ticks so that favorable is up: a long's levels as they are, a short's
 * negated. Every rule is written once, in heights, and long and short mirror each other by construction.
 *
 * Promises: heights are whole; what falls between two ticks is rounded once, in a named direction (R10.9).
 */
import { levelPrice, type PriceGrid } from "./market.ts";
import type { Position } from "./position.ts";
import {
  ceilOf,
  dividedBy,
  floorOf,
  millionthsOf,
  minus,
  plus,
  quotientOf,
  quotientOfNumber,
  times,
  whole,
  type Quotient,
} from "./quotient.ts";
import { direction, type Side } from "./side.ts";
import { height, price, ticks, type Height, type Price, type Ticks } from "./units.ts";

/** A level as a height: its ticks, negated for a short. */
export const heightOf = (side: Side, level: Ticks): Height => height(side === "long" ? level : 0 - level);

/** The level at a height. */
export const levelAtHeight = (side: Side, at: Height): Ticks => ticks(side === "long" ? at : 0 - at);

/** Where a price stands: the whole ticks at or below and at or above it, equal for a price on the grid. */
export interface Place {
  readonly atOrBelow: Height;
  readonly atOrAbove: Height;
}

export function placeOf(grid: PriceGrid, side: Side, value: Price): Place {
  const nearest = Math.min(Math.round((value * 10 ** grid.decimals) / grid.units), MOST_TICKS);
  const at = levelPrice(grid, ticks(nearest));
  const below = at <= value ? nearest : nearest - 1;
  const above = at >= value ? nearest : nearest + 1;
  return side === "long"
    ? { atOrBelow: height(below), atOrAbove: height(above) }
    : { atOrBelow: height(0 - above), atOrAbove: height(0 - below) };
}

/** Prices beyond this many ticks all stand at it; nothing is ever traded there. */
const MOST_TICKS = Number.MAX_SAFE_INTEGER - 1;

/** The price at a height; zero for heights that no price can have. */
export function priceAtHeight(grid: PriceGrid, side: Side, at: Height): Price {
  const level = levelAtHeight(side, at);
  return level > 0 ? levelPrice(grid, level) : price(0);
}

type Rounding = "favorable" | "unfavorable";

/**
 * Where a price move from the entry leads: the first height at or beyond, in the named direction. `move` in whole millionths,
 * favorable positive, divided by `per` (a leverage, or 1).
 */
export function heightAtMove(position: Position, move: number, rounding: Rounding, per = 1): Height {
  const entry = nearEntry(position);
  const near = entry + (Math.abs(entry) * move) / (per * 1e6);
  const sure = surely(near, Math.abs(entry) + Math.abs(near), rounding);
  if (sure !== null) return sure;
  const way = dividedBy(millionthsOf(entrySize(position), move), quotientOfNumber(per));
  return exactly(plus(exactEntry(position), way), rounding);
}

/** A share of the way from the entry to a height, in millionths. */
export function heightOnWay(position: Position, to: Height, share: number, rounding: Rounding): Height {
  const entry = nearEntry(position);
  const near = entry + ((to - entry) * share) / 1e6;
  const sure = surely(near, Math.abs(entry) + Math.abs(to), rounding);
  if (sure !== null) return sure;
  const way = minus(whole(to), exactEntry(position));
  return exactly(plus(exactEntry(position), millionthsOf(way, share)), rounding);
}

/** A share of the entry price, in millionths, as a number of ticks: rounded up. */
export function ticksOfEntry(position: Position, share: number): number {
  const near = (Math.abs(nearEntry(position)) * share) / 1e6;
  return surely(near, near, "favorable") ?? exactly(millionthsOf(entrySize(position), share), "favorable");
}

/** A height times a share (`over` ÷ `under`, whole numbers): a price that is so much of another one. */
export function heightTimes(at: Height, over: number, under: number, rounding: Rounding): Height {
  const product = at * over;
  // The quotient of two such numbers is never so near to a whole one that a float would not tell them apart.
  if (!Number.isSafeInteger(product)) return exactly(dividedBy(times(whole(at), whole(over)), whole(under)), rounding);
  return height(rounding === "favorable" ? Math.ceil(product / under) : Math.floor(product / under));
}

/** The relative error of a few float operations is some 1e-15; whatever is nearer to a tick than this is computed exactly. */
const UNSURE = 1e-14;

/** A float says between which two ticks a point lies; null where it is too near to one of them: its exact value does then. */
function surely(near: number, scale: number, rounding: Rounding): Height | null {
  if (!(Math.abs(near - Math.round(near)) > scale * UNSURE)) return null;
  return inReach(rounding === "favorable" ? Math.ceil(near) : Math.floor(near));
}

/** What lies beyond any price lies at the end of the axis: a move of a thousand times the entry is never reached. */
const inReach = (value: number): Height =>
  height(Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value)));

/** The first height at or beyond a point, in the named direction. */
const exactly = (point: Quotient, rounding: Rounding): Height =>
  inReach(rounding === "favorable" ? ceilOf(point) : floorOf(point));

/** The average of all entry and addition fills as a height, to a float's precision. */
const nearEntry = ({ entryCost, enteredLots, grid, side }: Position): number =>
  (Number(entryCost) / enteredLots / grid!.units) * 10 ** grid!.decimals * direction(side);

/** The same, exact. */
function exactEntry(position: Position): Quotient {
  const { over, under } = entrySize(position);
  return { over: position.side === "long" ? over : -over, under };
}

/** The average price of all entry and addition fills in ticks. */
function entrySize({ entryCost, enteredLots, grid }: Position): Quotient {
  const ticksPerUnit = { over: 10n ** BigInt(grid!.decimals), under: BigInt(grid!.units) };
  return times(dividedBy(quotientOf(entryCost), whole(enteredLots)), ticksPerUnit);
}
