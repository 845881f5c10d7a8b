/**
 * The price axis of a position, counted in whole ticks so that favorable is up: a long's levels as they are, a short's
 * negated. Every rule is written once, in heights, and long and short mirror each other by construction.
 *
 * Promises: heights are whole; what falls between two ticks is rounded once, in a named direction (R10.9).
 */
import { exact, toText } from "./decimal.ts";
import { levelPrice, type PriceGrid } from "./market.ts";
import type { Position } from "./position.ts";
import { ceilOf, dividedBy, floorOf, millionthsOf, plus, quotientOf, times, whole, type Quotient } from "./quotient.ts";
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

/** The average of all entry and addition fills, exact, as a height. */
export function entryHeight(position: Position): Quotient {
  const average = dividedBy(quotientOf(position.entryCost), whole(position.enteredLots));
  return times(inTicks(position.grid!, average), whole(direction(position.side)));
}

/** A price or a price difference in ticks, exact. */
const inTicks = (grid: PriceGrid, value: Quotient): Quotient =>
  times(value, { over: 10n ** BigInt(grid.decimals), under: BigInt(grid.units) });

/**
 * Where a price move from the entry leads, as a height: `move` in whole millionths, favorable positive, divided by
 * `per` (a leverage, or 1).
 */
export function moveHeight(position: Position, move: number, per = 1): Quotient {
  const entry = entryHeight(position);
  const size: Quotient = { over: entry.over < 0n ? -entry.over : entry.over, under: entry.under };
  const divisor = Number.isSafeInteger(per) ? whole(per) : quotientOf(toText(exact(per)));
  return plus(entry, dividedBy(millionthsOf(size, move), divisor));
}

/** The first height at or beyond a point, in the named direction. */
export const heightAt = (point: Quotient, rounding: "favorable" | "unfavorable"): Height =>
  height(rounding === "favorable" ? ceilOf(point) : floorOf(point));
