/**
 * Candles of one length for one market: from prices where there is nothing else, or from shorter candles.
 *
 * Promises: a candle is given out once it cannot change any more, never before; a period without a price has no candle. A
 * candle that is as long or longer is passed on as it is: nothing is made up between its points.
 */
import type { Candle } from "../prices/price-feed.ts";

export interface CandleBuilder {
  /** The candle that this price has shown to be over, if there is one. Cheap where there is none. */
  price(price: number, atMs: number): Candle | null;
  /** Those that this one completes, in order. */
  candle(candle: Candle): readonly Candle[];
}

export function createCandleBuilder(lengthMs: number): CandleBuilder {
  let startMs = Number.NEGATIVE_INFINITY;
  let open = 0;
  let high = 0;
  let low = 0;
  let close = 0;

  const taken = (): Candle => ({ atMs: startMs, lengthMs, open, high, low, close });
  const begin = (
    atMs: number,
    from: { readonly open: number; readonly high: number; readonly low: number; readonly close: number },
  ): void => {
    startMs = Math.floor(atMs / lengthMs) * lengthMs;
    ({ open, high, low, close } = from);
  };

  return {
    price(price, atMs) {
      if (atMs >= startMs && atMs < startMs + lengthMs) {
        if (price > high) high = price;
        if (price < low) low = price;
        close = price;
        return null;
      }
      if (atMs < startMs) return null;
      const over = startMs === Number.NEGATIVE_INFINITY ? null : taken();
      begin(atMs, { open: price, high: price, low: price, close: price });
      return over;
    },
    candle(candle) {
      if (candle.lengthMs >= lengthMs) return [candle];
      const over: Candle[] = [];
      if (candle.atMs >= startMs && candle.atMs < startMs + lengthMs) {
        high = Math.max(high, candle.high);
        low = Math.min(low, candle.low);
        close = candle.close;
      } else if (candle.atMs >= startMs) {
        if (startMs !== Number.NEGATIVE_INFINITY) over.push(taken());
        begin(candle.atMs, candle);
      } else {
        return [];
      }
      // The last of its period: nothing that comes can change it.
      if (candle.atMs + candle.lengthMs >= startMs + lengthMs) {
        over.push(taken());
        startMs = Number.NEGATIVE_INFINITY;
      }
      return over;
    },
  };
}
