/**
 * A position through one candle: the open is a jump, then the price moves without a break to one extreme, to the other, and
 * to the close, at the times of R9.5. The order of the extremes is the caller's choice (R12.2).
 *
 * Promises: with `path` crossings, prices and times are those of a paper session, to the tick and the millisecond.
 */
import { epochMs } from "../domain/units.ts";
import { meetingPrice, pastPrice, priceAtTime, startCourse, timeAtPrice, type Course } from "../engine/course.ts";
import { lowComesFirst } from "../prices/candle-path.ts";
import type { CandlePrices } from "../prices/candles.ts";
import type { Market } from "../domain/market.ts";
import type { Side } from "../domain/side.ts";
import type { InstantPosition } from "./instant-position.ts";
import { candleAt, lengthAt, type PriceColumns } from "./price-columns.ts";
import type { CandleOrder } from "./result.ts";

/** A position that enters at the open has seen it. */
export type CandlePart = "whole" | "after the open";

export interface Seen {
  readonly high: number;
  readonly low: number;
  readonly endedAtJump: boolean;
}

export function throughCandle(
  position: InstantPosition,
  { columns, market }: { readonly columns: PriceColumns; readonly market: Market },
  row: number,
  part: CandlePart,
  order: CandleOrder,
): Seen {
  const candle = candleAt(columns, row);
  const { open, high, low, close } = candle;
  const opensMs = columns.at[row]!;
  if (part === "whole") {
    // Between two candles nothing connects the prices: the open decides.
    while (position.momentMs <= opensMs && !position.isClosed) position.moment(epochMs(position.momentMs), true);
    if (position.isCrossedBy(open)) position.price(open, epochMs(opensMs));
    else position.pass(open, opensMs);
  }
  if (position.isClosed) return { high: open, low: open, endedAtJump: part === "whole" };
  const length = lengthAt(columns, row);
  const endsMs = opensMs + length - 1;
  const firstMs = Math.min(opensMs + Math.round(length / 3), endsMs);
  const secondMs = Math.min(opensMs + Math.round((length * 2) / 3), endsMs);
  const [first, second] = isLowFirst(candle, position.side, order) ? [low, high] : [high, low];
  const seen = { high: open, low: open, endedAtJump: false };
  note(seen, along(position, market, open, opensMs, first, firstMs));
  if (!position.isClosed) note(seen, along(position, market, first, firstMs, second, secondMs));
  if (!position.isClosed) note(seen, along(position, market, second, secondMs, close, endsMs));
  return seen;
}

function note(seen: { high: number; low: number }, price: number): void {
  if (price > seen.high) seen.high = price;
  if (price < seen.low) seen.low = price;
}

/** Is the low the first extreme of a candle for a position on this side? */
export function isLowFirst(candle: CandlePrices, side: Side, order: CandleOrder): boolean {
  if (order === "path") return lowComesFirst(candle);
  return (side === "long") === (order === "pessimistic");
}

/** Along one continuous way; the price at its end, or where the position was closed. */
function along(
  position: InstantPosition,
  market: Market,
  from: number,
  fromMs: number,
  to: number,
  toMs: number,
): number {
  // By far the most ways meet nothing.
  if (position.momentMs > toMs && (to > from ? to < position.above : to > position.below || to === from)) {
    position.pass(to, toMs);
    return to;
  }
  const course = courseOf(from, fromMs, to, toMs);
  while (!position.isClosed) {
    const { momentMs } = position;
    if (to > course.price === (position.side === "long")) {
      const reach = momentMs > toMs ? to : priceAtTime(course.stretch, market, momentMs - 1);
      const climbed = position.climb(reach, (price) => timeAtPrice(course, price));
      if (climbed !== null) {
        course.price = climbed;
        course.atMs = fromMs;
        continue;
      }
    }
    const crossing = crossingOf(position, market, course);
    if (momentMs <= toMs) {
      const metMs = crossing === null ? toMs : timeAtPrice(course, crossing);
      if (momentMs <= metMs) {
        course.price = priceAtTime(course.stretch, market, momentMs);
        course.atMs = momentMs;
        position.pass(course.price, momentMs);
        position.moment(epochMs(momentMs), false);
        continue;
      }
    }
    if (crossing === null) {
      position.pass(to, toMs);
      return to;
    }
    course.atMs = timeAtPrice(course, crossing);
    course.price = crossing;
    position.price(crossing, epochMs(course.atMs));
  }
  return course.price;
}

/** The symbol is nobody's business here. */
const courseOf = (from: number, fromMs: number, to: number, toMs: number): Course =>
  startCourse({
    kind: "stretch",
    symbol: "",
    fromPrice: from,
    fromAtMs: epochMs(fromMs),
    toPrice: to,
    toAtMs: epochMs(toMs),
  });

/** Where the way meets the next boundary; null where it meets none. */
function crossingOf({ above, below }: InstantPosition, market: Market, course: Course): number | null {
  const { price, stretch } = course;
  const to = stretch.toPrice;
  if (to > price && above <= to) return above > price ? meetingPrice(course, market, above) : pastPrice(course, market);
  if (to < price && below >= to) return below < price ? meetingPrice(course, market, below) : pastPrice(course, market);
  return null;
}
