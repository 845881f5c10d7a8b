/**
 * One position on its way through recorded prices, from its entry to its end; in one go, or chunk by chunk where prices come
 * as a stream.
 *
 * Promises: prices that cross nothing are passed over, whole blocks at a time, and nothing is decided otherwise for it; what
 * is due at a moment, and what its market's classes become, reach it in the order in which a session would tell it.
 */
import type { Market } from "../domain/market.ts";
import { epochMs } from "../domain/units.ts";
import { isLowFirst, throughCandle, type CandlePart } from "./candle-walk.ts";
import type { InstantPosition } from "./instant-position.ts";
import type { ContextChange, KnownContext } from "./known-context.ts";
import {
  candleAt,
  endAt,
  extremesBetween,
  firstReaching,
  indexAtOrAfter,
  type PriceColumns,
  type PriceIndex,
} from "./price-columns.ts";
import type { CandlePrices } from "../prices/candles.ts";
import type { CandleOrder } from "./result.ts";

export interface Track {
  readonly market: Market;
  readonly columns: PriceColumns;
  readonly index: PriceIndex;
  readonly order: CandleOrder;
  /** Null where nobody looks at it. */
  readonly context: KnownContext | null;
  /** When its data has ended; null where more of it comes. The last row then only says how long the one before is. */
  readonly endMs: number | null;
}

/** How many rows of a track are ridden. */
export const rowsOf = ({ columns, endMs }: Track): number => columns.at.length - (endMs === null ? 1 : 0);

/** How far a position has come. Mutable: it is written for every row that concerns it. */
export interface Ride {
  readonly position: InstantPosition;
  /** The row that comes next. */
  row: number;
  /** Closed at the first price of that row: whoever enters there enters after it. */
  endsAtJump: boolean;
  /** The extremes of the price that it has seen. */
  high: number;
  low: number;
  /** Candles in which the other order of the extremes would have sold something else. */
  ambiguousCandles: number;
  /** It has seen the first price of the row that comes next: it entered there. */
  hasSeenFirst: boolean;
}

/** Begins with a position that has just been opened at the first price of a row. */
export const startRide = (position: InstantPosition, { columns }: Track, row: number): Ride => ({
  position,
  row,
  endsAtJump: position.isClosed,
  high: columns.open[row]!,
  low: columns.open[row]!,
  ambiguousCandles: 0,
  hasSeenFirst: true,
});

/** On until it is closed, or the prices have run out. */
export function rideOn(ride: Ride, track: Track): void {
  if (ride.position.isClosed) return;
  if (track.columns.kind === "candles") rideCandles(ride, track);
  else rideTrades(ride, track);
  if (!ride.position.isClosed && track.endMs !== null) endOfData(ride, track, track.endMs);
}

/** The same position further on, in the next chunk: its first row is the one that the last chunk only looked at. */
export const carryOver = (ride: Ride): void => {
  ride.row = 0;
};

function rideTrades(ride: Ride, track: Track): void {
  const { position } = ride;
  const { columns, context } = track;
  const { at, open } = columns;
  const rows = rowsOf(track);
  // An entry is opened after its price has been told to the market's context.
  const first = ride.hasSeenFirst ? ride.row + 1 : ride.row;
  let change = context?.firstAfter(first - 1) ?? null;
  let from = first;
  ride.hasSeenFirst = false;
  while (!position.isClosed) {
    const row = nextRow(position, track, from, indexAtOrAfter(at, position.momentMs), change?.row ?? rows);
    if (row >= rows) break;
    const atMs = epochMs(at[row]!);
    while (position.momentMs <= atMs && !position.isClosed) position.moment(epochMs(position.momentMs), true);
    if (position.isCrossedBy(open[row]!)) position.price(open[row]!, atMs);
    else position.pass(open[row]!, atMs);
    if (change !== null && change.row === row) {
      if (!position.isClosed) position.context(change.classes[position.side], atMs);
      change = context!.firstAfter(row);
    }
    if (position.isClosed) {
      see(ride, extremesBetween(columns, track.index, first, row + 1));
      ride.row = row;
      ride.endsAtJump = true;
      return;
    }
    from = row + 1;
  }
  see(ride, extremesBetween(columns, track.index, first, rows));
  ride.row = rows;
}

function rideCandles(ride: Ride, track: Track): void {
  const { position } = ride;
  const { columns, index, context } = track;
  const { high, low } = columns;
  const rows = rowsOf(track);
  const first = ride.row;
  // What the candle before has changed was known when the position opened.
  let change = context?.firstAfter(first - 1) ?? null;
  const nextFrom = (from: number): number =>
    nextRow(position, track, from, rowOfMoment(columns, position.momentMs), change?.row ?? rows);
  let part: CandlePart = ride.hasSeenFirst ? "after the open" : "whole";
  ride.hasSeenFirst = false;
  for (let row = part === "whole" ? nextFrom(first) : first; row < rows; row = nextFrom(row + 1)) {
    // What is sold at a moment inside the candle is sold where the price stands then.
    const isAskedInside = position.momentMs < endAt(columns, row);
    const twin = isAskedInside || position.dependsOnOrder(low[row]!, high[row]!) ? position.copy() : null;
    if (twin === null && part === "whole" && passes(position, track, row)) {
      if (change !== null && change.row === row) change = tell(position, track, change);
      if (!position.isClosed) continue;
      see(ride, extremesBetween(columns, index, first, row + 1));
      ride.row = row;
      return;
    }
    const sold = position.exits.length;
    const seen = throughCandle(position, track, row, part, track.order);
    if (twin !== null) {
      throughCandle(twin, track, row, part, otherOrder(position, track, row));
      if (!soldTheSame(position, twin, sold)) ride.ambiguousCandles += 1;
    }
    if (!position.isClosed && change !== null && change.row === row) change = tell(position, track, change);
    part = "whole";
    if (!position.isClosed) continue;
    see(ride, extremesBetween(columns, index, first, row));
    see(ride, seen);
    ride.row = row;
    ride.endsAtJump = seen.endedAtJump;
    return;
  }
  see(ride, extremesBetween(columns, index, first, rows));
  ride.row = rows;
}

/** By far the most candles that are looked at do nothing but move the mark. */
function passes(position: InstantPosition, track: Track, row: number): boolean {
  const candle = candleAt(track.columns, row);
  const { open, high, low, close } = candle;
  const [best, worst] = position.side === "long" ? [high, low] : [low, high];
  const worstFirst = isWorstFirst(candle, position, track);
  return position.passCandle({ open, best, worst, close, worstFirst }, endAt(track.columns, row));
}

const isWorstFirst = (candle: CandlePrices, { side }: InstantPosition, { order }: Track): boolean =>
  isLowFirst(candle, side, order) === (side === "long");

/** What the end of a candle has taught about its market; the next change after it. */
function tell(position: InstantPosition, { columns, context }: Track, change: ContextChange): ContextChange | null {
  const { row, classes } = change;
  position.context(classes[position.side], epochMs(endAt(columns, row)));
  return context?.firstAfter(row) ?? null;
}

function see(ride: Ride, { high, low }: { readonly high: number; readonly low: number }): void {
  if (high > ride.high) ride.high = high;
  if (low < ride.low) ride.low = low;
}

/** The next row that concerns it: a price, a moment, or a change of what is known. */
function nextRow(position: InstantPosition, track: Track, from: number, momentRow: number, changeRow: number): number {
  const rows = rowsOf(track);
  const until = Math.max(from, Math.min(rows, momentRow, changeRow));
  return firstReaching(track.columns, track.index, from, Math.min(rows, until), position.below, position.above);
}

/** The candle in which, or at whose open, a moment is told. */
function rowOfMoment(columns: PriceColumns, momentMs: number): number {
  if (momentMs === Number.POSITIVE_INFINITY) return columns.at.length;
  const row = indexAtOrAfter(columns.at, momentMs);
  return row > 0 && endAt(columns, row - 1) >= momentMs ? row - 1 : row;
}

/** Whoever is judged by one order has been judged rightly where the other brings the same. */
const otherOrder = (position: InstantPosition, track: Track, row: number): CandleOrder =>
  isWorstFirst(candleAt(track.columns, row), position, track) ? "optimistic" : "pessimistic";

function soldTheSame(one: InstantPosition, other: InstantPosition, from: number): boolean {
  if (one.exits.length !== other.exits.length) return false;
  return one.exits.slice(from).every(({ lots, price, reason }, at) => {
    const twin = other.exits[from + at]!;
    return lots === twin.lots && price === twin.price && reason === twin.reason;
  });
}

/** Still open: closed at the last price of its market (R12.2). */
function endOfData({ position }: Ride, { columns }: Track, endMs: number): void {
  position.pass(columns.close.at(-1)!, endMs);
  position.leave("end_of_data", epochMs(endMs));
}
