/**
 * The port of recorded and made-up prices: an ordered, repeatable sequence of feed events.
 * The same source gives the same events with the same numbers each time it is read, so that a replay can continue
 * where it stopped.
 */
import type { EpochMs } from "../domain/units.ts";

/** A price with nothing between it and the one before (trades, ticks, the open of a candle; R9.5). */
export interface Jump {
  readonly kind: "jump";
  readonly symbol: string;
  readonly price: number;
  readonly atMs: EpochMs;
}

/** What the price did in a period. */
export interface Candle {
  /** When it opened. */
  readonly atMs: number;
  readonly lengthMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** A continuous move: price and time are linear between its ends (R9.5). It begins at the last price of its symbol. */
export interface Stretch {
  readonly kind: "stretch";
  readonly symbol: string;
  readonly fromPrice: number;
  readonly fromAtMs: EpochMs;
  readonly toPrice: number;
  readonly toAtMs: EpochMs;
  /** The candle that is closed when this is over. Not to be looked at before: it knows the future. */
  readonly closes?: Candle;
}

export type FeedEvent = Jump | Stretch;

export interface PriceFeed {
  /** The symbols it brings prices of. */
  readonly symbols: readonly string[];
  /** The symbols whose prices come as candles, with the length of one; the others' are single prices. */
  readonly candles?: ReadonlyMap<string, number>;
  /** Rows of the source in all, where it is known (progress). */
  readonly rowCount: number | null;
  /** Events in order of time; a new iteration begins at the beginning. */
  events(): Iterable<FeedEvent>;
}
