/** The way of one symbol's price along a continuous stretch: where it is, and when it is where (R9.5). */
import { levelPrice, nearestLevel, priceGrid, type Market } from "../domain/market.ts";
import { decimalText } from "../domain/units.ts";
import type { Stretch } from "../prices/price-feed.ts";

export interface Course {
  readonly stretch: Stretch;
  /** Where the price is by now. */
  price: number;
  atMs: number;
}

export const startCourse = (stretch: Stretch): Course => ({ stretch, price: stretch.fromPrice, atMs: stretch.fromAtMs });

/** The first millisecond at which the price is at or beyond a point of its way; never before `course.atMs`. */
export function timeAtPrice(course: Course, price: number): number {
  const { fromPrice, toPrice, fromAtMs, toAtMs } = course.stretch;
  if (toPrice === fromPrice) return course.atMs;
  const share = (price - fromPrice) / (toPrice - fromPrice);
  return Math.min(toAtMs, Math.max(course.atMs, fromAtMs + Math.ceil(share * (toAtMs - fromAtMs))));
}

/** The price at a moment of a stretch, on the tick grid (nearest); its ends outside of it. */
export function priceAtTime(stretch: Stretch, market: Market | undefined, atMs: number): number {
  const { fromPrice, toPrice, fromAtMs, toAtMs } = stretch;
  if (atMs <= fromAtMs) return fromPrice;
  if (atMs >= toAtMs) return toPrice;
  const exactPrice = fromPrice + ((toPrice - fromPrice) * (atMs - fromAtMs)) / (toAtMs - fromAtMs);
  if (market === undefined || market.priceTick === null) return exactPrice;
  const grid = priceGrid(market, decimalText("1"));
  const onGrid = levelPrice(grid, nearestLevel(grid, exactPrice));
  return Math.min(Math.max(onGrid, Math.min(fromPrice, toPrice)), Math.max(fromPrice, toPrice));
}
