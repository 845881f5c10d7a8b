/**
 * One position on its way through recorded prices, from its entry to its end.
 *
 * Promises: prices that cross nothing are passed over, whole blocks at a time, and nothing is decided otherwise for it; what
 * is due at a moment, and what its market's classes become, reach it in the order in which a session would tell it.
 */
import type { Market } from "../domain/market.ts";
import { epochMs } from "../domain/units.ts";
import { throughCandle, type CandlePart } from "./candle-walk.ts";
import type { InstantPosition } from "./instant-position.ts";
import type { KnownContext } from "./known-context.ts";
import {
  extremesBetween,
  firstReaching,
  indexAtOrAfter,
  lengthAt,
  type PriceColumns,
  type PriceIndex,
} from "./price-columns.ts";
import type { CandleOrder } from "./result.ts";

export interface Track {
  readonly market: Market;
  readonly columns: PriceColumns;
  readonly index: PriceIndex;
  readonly order: CandleOrder;
  /** Null where nobody looks at it. */
  readonly context: KnownContext | null;
  /** When the data of all markets has ended. */
  readonly endMs: number;
}

export interface Ride {
  readonly entryRow: number;
  /** The row in which it was closed; the number of rows where the data ended before. */
  readonly exitRow: number;
  /** Closed at the first price of that row: whoever enters there enters after it. */
  readonly endsAtJump: boolean;
  /** The extremes of the price that it has seen. */
  readonly high: number;
  readonly low: number;
  /** Candles in which the other order of the extremes would have sold something else. */
  readonly ambiguousCandles: number;
}

/** Rides a position that has just been opened at the first price of a row. */
export const ride = (position: InstantPosition, track: Track, entryRow: number): Ride =>
  track.columns.kind === "candles" ? rideCandles(position, track, entryRow) : rideTrades(position, track, entryRow);

function rideTrades(position: InstantPosition, track: Track, entryRow: number): Ride {
  const { columns, index, context } = track;
  const { at, open } = columns;
  // An entry is opened after its price has been told to the market's context.
  let change = context?.firstAfter(entryRow) ?? null;
  let row = entryRow;
  while (!position.isClosed) {
    row = nextRow(position, track, row + 1, indexAtOrAfter(at, position.momentMs), change?.row ?? at.length);
    if (row >= at.length) break;
    const atMs = epochMs(at[row]!);
    while (position.momentMs <= atMs && !position.isClosed) position.moment(epochMs(position.momentMs), true);
    if (position.isCrossedBy(open[row]!)) position.price(open[row]!, atMs);
    else position.pass(open[row]!, atMs);
    if (change !== null && change.row === row) {
      if (!position.isClosed) position.context(change.classes[position.side], atMs);
      change = context!.firstAfter(row);
    }
  }
  if (!position.isClosed) return endOfData(position, track, entryRow, 0);
  const { high, low } = extremesBetween(columns, index, entryRow, row + 1);
  return { entryRow, exitRow: row, endsAtJump: true, high, low, ambiguousCandles: 0 };
}

function rideCandles(position: InstantPosition, track: Track, entryRow: number): Ride {
  const { columns, index, context } = track;
  const { at, high, low } = columns;
  let ambiguousCandles = 0;
  // What the candle before has changed was known when the position opened.
  let change = context?.firstAfter(entryRow - 1) ?? null;
  let part: CandlePart = "after the open";
  for (let row = entryRow; row < at.length;) {
    // What is sold at a moment inside the candle is sold where the price stands then.
    const isAskedInside = position.momentMs < at[row]! + lengthAt(columns, row) - 1;
    const twin = isAskedInside || position.dependsOnOrder(low[row]!, high[row]!) ? position.copy() : null;
    const sold = position.exits.length;
    const seen = throughCandle(position, track, row, part, track.order);
    if (twin !== null) {
      throughCandle(twin, track, row, part, otherOrder(position, track, row));
      if (!soldTheSame(position, twin, sold)) ambiguousCandles += 1;
    }
    if (!position.isClosed && change !== null && change.row === row) {
      position.context(change.classes[position.side], epochMs(at[row]! + lengthAt(columns, row) - 1));
      change = context!.firstAfter(row);
    }
    if (position.isClosed) {
      const before = extremesBetween(columns, index, entryRow, row);
      return {
        entryRow,
        exitRow: row,
        endsAtJump: seen.endedAtJump,
        high: Math.max(before.high, seen.high),
        low: Math.min(before.low, seen.low),
        ambiguousCandles,
      };
    }
    part = "whole";
    row = nextRow(position, track, row + 1, rowOfMoment(columns, position.momentMs), change?.row ?? at.length);
  }
  return endOfData(position, track, entryRow, ambiguousCandles);
}

/** The next row that concerns it: a price, a moment, or a change of what is known. */
function nextRow(
  position: InstantPosition,
  { columns, index }: Track,
  from: number,
  momentRow: number,
  changeRow: number,
): number {
  const until = Math.max(from, Math.min(columns.at.length, momentRow, changeRow));
  return firstReaching(columns, index, from, until, position.below, position.above);
}

/** The candle in which, or at whose open, a moment is told. */
function rowOfMoment(columns: PriceColumns, momentMs: number): number {
  if (momentMs === Number.POSITIVE_INFINITY) return columns.at.length;
  const row = indexAtOrAfter(columns.at, momentMs);
  return row > 0 && columns.at[row - 1]! + lengthAt(columns, row - 1) - 1 >= momentMs ? row - 1 : row;
}

/** Whoever is judged by one order has been judged rightly where the other brings the same. */
function otherOrder({ side }: InstantPosition, { columns, order }: Track, row: number): CandleOrder {
  if (order === "pessimistic") return "optimistic";
  if (order === "optimistic") return "pessimistic";
  const { open, high, low } = columns;
  const isUpFirst = high[row]! - open[row]! < open[row]! - low[row]!;
  return isUpFirst === (side === "long") ? "pessimistic" : "optimistic";
}

function soldTheSame(one: InstantPosition, other: InstantPosition, from: number): boolean {
  if (one.exits.length !== other.exits.length) return false;
  return one.exits.slice(from).every(({ lots, price, reason }, at) => {
    const twin = other.exits[from + at]!;
    return lots === twin.lots && price === twin.price && reason === twin.reason;
  });
}

/** Still open: closed at the last price of its market (R12.2). */
function endOfData(position: InstantPosition, track: Track, entryRow: number, ambiguousCandles: number): Ride {
  const { columns, index, endMs } = track;
  const rows = columns.at.length;
  position.pass(columns.close[rows - 1]!, endMs);
  position.leave("end_of_data", epochMs(endMs));
  const { high, low } = extremesBetween(columns, index, entryRow, rows);
  return { entryRow, exitRow: rows, endsAtJump: false, high, low, ambiguousCandles };
}
