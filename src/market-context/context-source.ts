/**
 * The port of market context: prices and candles go in, classes come out when they change (R6.4). A driver hands them to
 * the kernel as an event; it does not know how they are reckoned.
 */
import type { MarketClasses, MarketFigures } from "../domain/market-context.ts";
import type { Refused } from "../domain/refused.ts";
import type { Candle } from "../prices/price-feed.ts";

export interface ContextSource {
  /** From now on candles are built from prices, where a symbol has none. */
  reckonFromPrices(): void;
  /** A price that the gate has let through. */
  price(symbol: string, price: number, atMs: number): MarketClasses | null;
  /** A candle that is closed. Once a symbol has candles, prices build none for it. */
  candle(symbol: string, candle: Candle): MarketClasses | null;
  /** The same for one that a host hands in; or why it cannot be meant. */
  givenCandle(symbol: string, candle: Candle): MarketClasses | Refused | null;
  /** What a host knows by its own means; or why it cannot be meant. */
  figures(symbol: string, figures: MarketFigures): MarketClasses | Refused | null;
  /** Classes that a host has decided on by its own means; they stand until they are given anew. */
  given(symbol: string, classes: MarketClasses): MarketClasses | null;
  /** What is known by now. */
  classes(symbol: string): MarketClasses;
  symbols(): readonly string[];
  /** ATR over its average; null where it is not known. */
  atrRatio(symbol: string): number | null;
}
