/**
 * The paper exchange's own view of the current prices. Setting one is a look-up and two number writes: it is done for
 * every price of the feed. Kept apart from the book because prices are not recorded.
 */
import type { Market } from "../../domain/market.ts";

export interface PriceBoard {
  /** True for the first price of a symbol. Symbols without a market are passed over: orders for them are refused. */
  set(symbol: string, price: number, atMs: number): boolean;
  /** 0 before the first price. */
  price(symbol: string): number;
  atMs(symbol: string): number;
}

export function createPriceBoard(markets: readonly Market[]): PriceBoard {
  const places = new Map(markets.map((market, index) => [market.symbol, index]));
  const prices = new Float64Array(markets.length);
  const times = new Float64Array(markets.length);
  return {
    set(symbol, price, atMs) {
      const place = places.get(symbol);
      if (place === undefined) return false;
      if (!(price > 0 && price < Infinity))
        throw new Error(`Invariant: a price is finite and above zero, got ${price} for ${symbol}`);
      const isFirst = prices[place] === 0;
      prices[place] = price;
      times[place] = atMs;
      return isFirst;
    },
    price(symbol) {
      const place = places.get(symbol);
      return place === undefined ? 0 : prices[place]!;
    },
    atMs(symbol) {
      const place = places.get(symbol);
      return place === undefined ? 0 : times[place]!;
    },
  };
}
