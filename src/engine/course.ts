/** The way of one symbol's price along a continuous stretch: where it is, and when it is where (R9.5). */
import { ceilDivide, exact } from "../domain/decimal.ts";
import { levelAt, levelPrice, priceGrid, type Market, type PriceGrid } from "../domain/market.ts";
import { decimalText, ticks } from "../domain/units.ts";
import type { Stretch } from "../prices/price-feed.ts";

export interface Course {
  readonly stretch: Stretch;
  /** Where the price is by now. */
  price: number;
  atMs: number;
}

export const startCourse = (stretch: Stretch): Course => ({
  stretch,
  price: stretch.fromPrice,
  atMs: stretch.fromAtMs,
});

/** The first millisecond at which the price is at or beyond a point of its way; never before `course.atMs`. */
export function timeAtPrice(course: Course, price: number): number {
  const { fromPrice, toPrice, fromAtMs, toAtMs } = course.stretch;
  if (toPrice === fromPrice) return course.atMs;
  const near = nearTime(course, price);
  if (near !== null) return Math.min(toAtMs, Math.max(course.atMs, near));
  // Exact: with floats a moment that is a whole millisecond would now and then become the next one.
  const way = exact(toPrice).minus(exact(fromPrice)).abs();
  const covered = exact(price)
    .minus(exact(fromPrice))
    .abs()
    .times(toAtMs - fromAtMs);
  return Math.min(toAtMs, Math.max(course.atMs, fromAtMs + ceilDivide(covered, way).toNumber()));
}

/** The same by floats; null where the moment is too near to a whole millisecond for them to tell. */
function nearTime({ stretch }: Course, price: number): number | null {
  const { fromPrice, toPrice, fromAtMs, toAtMs } = stretch;
  const way = Math.abs(toPrice - fromPrice);
  const lengthMs = toAtMs - fromAtMs;
  const elapsedMs = (Math.abs(price - fromPrice) / way) * lengthMs;
  // Differences of prices are off by a few of their last bits.
  const error = ((Math.max(price, fromPrice, toPrice) * 1e-15) / way) * lengthMs + 1e-9;
  return Math.abs(elapsedMs - Math.round(elapsedMs)) > error ? fromAtMs + Math.ceil(elapsedMs) : null;
}

/**
 * Where a boundary is met on the way: at the first tick at or beyond it (R9.5). A level is a tick, so it is met at its
 * own price; a bound that was computed may lie between two. Never beyond the end of the way.
 */
export function meetingPrice(course: Course, market: Market | undefined, boundary: number): number {
  if (market === undefined || market.priceTick === null) return boundary;
  const { toPrice } = course.stretch;
  const isUp = toPrice > course.price;
  const grid = priceGrid(market, decimalText("1"));
  if (isOnTick(grid, boundary)) return isUp ? Math.min(boundary, toPrice) : Math.max(boundary, toPrice);
  const side = isUp ? "long" : "short";
  const tick = levelPrice(
    grid,
    levelAt({ grid, side, value: exact(boundary), divisor: exact(1), rounding: "favorable" }),
  );
  return isUp ? Math.min(tick, toPrice) : Math.max(tick, toPrice);
}

/** A level is met at its own price. */
function isOnTick(grid: PriceGrid, price: number): boolean {
  const nearest = Math.round((price * 10 ** grid.decimals) / grid.units);
  return Number.isSafeInteger(nearest) && levelPrice(grid, ticks(nearest)) === price;
}

/** How far a way goes on past a price at which somebody woke and had nothing to do: a tick, and a thousandth of a percent. */
export function pastPrice(course: Course, market: Market | undefined): number {
  const { toPrice } = course.stretch;
  const step = Math.max(course.price * SMALLEST_STEP, Number(market?.priceTick ?? 0));
  if (Math.abs(toPrice - course.price) <= step) return toPrice;
  return meetingPrice(course, market, toPrice > course.price ? course.price + step : course.price - step);
}

const SMALLEST_STEP = 1e-5;

/**
 * The price at a moment of a stretch: the last tick that it has reached, so that no tick is seen before `timeAtPrice` says that
 * it is met, however often somebody looks. Its ends outside of the stretch.
 */
export function priceAtTime(stretch: Stretch, market: Market | undefined, atMs: number): number {
  const { fromPrice, toPrice, fromAtMs, toAtMs } = stretch;
  if (atMs <= fromAtMs) return fromPrice;
  if (atMs >= toAtMs) return toPrice;
  const [elapsedMs, wholeMs] = [atMs - fromAtMs, toAtMs - fromAtMs];
  if (market === undefined || market.priceTick === null)
    return fromPrice + ((toPrice - fromPrice) * elapsedMs) / wholeMs;
  const grid = priceGrid(market, decimalText("1"));
  const value = exact(fromPrice)
    .times(wholeMs)
    .plus(exact(toPrice).minus(exact(fromPrice)).times(elapsedMs));
  const side = toPrice > fromPrice ? "long" : "short";
  const reached = levelPrice(grid, levelAt({ grid, side, value, divisor: exact(wholeMs), rounding: "unfavorable" }));
  return side === "long" ? Math.max(reached, fromPrice) : Math.min(reached, fromPrice);
}
