/** Candles from prices and from shorter candles (R6.4): what is given out, and when it cannot change any more. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCandleBuilder } from "../../src/market-context/candle-builder.ts";
import type { Candle } from "../../src/prices/price-feed.ts";

const MINUTE = 60_000;
const T0 = 1_760_000_000_000 - (1_760_000_000_000 % (5 * MINUTE));
const candle = (atMs: number, open: number, high: number, low: number, close: number, lengthMs = MINUTE): Candle => ({
  atMs,
  lengthMs,
  open,
  high,
  low,
  close,
});

describe("R6.4 candles from prices", () => {
  it("R6.4 the first price of the next period shows that one is over", () => {
    const builder = createCandleBuilder(MINUTE);
    expect(builder.price(100, T0 + 1)).toBeNull();
    expect(builder.price(103, T0 + 20_000)).toBeNull();
    expect(builder.price(99, T0 + 30_000)).toBeNull();
    expect(builder.price(101, T0 + 59_999)).toBeNull();
    expect(builder.price(102, T0 + 60_000)).toEqual(candle(T0, 100, 103, 99, 101));
  });

  it("R6.4 a period without a price has no candle; a price from before is no news", () => {
    const builder = createCandleBuilder(MINUTE);
    builder.price(100, T0);
    expect(builder.price(101, T0 + 5 * MINUTE)).toEqual(candle(T0, 100, 100, 100, 100));
    expect(builder.price(50, T0 + 1)).toBeNull();
    expect(builder.price(102, T0 + 6 * MINUTE)).toEqual(candle(T0 + 5 * MINUTE, 101, 101, 101, 101));
  });
});

describe("R6.4 candles from shorter ones", () => {
  it("R6.4 the last of its period completes it at once", () => {
    const builder = createCandleBuilder(5 * MINUTE);
    for (let at = 0; at < 4; at += 1)
      expect(builder.candle(candle(T0 + at * MINUTE, 100 + at, 110 + at, 90, 100))).toEqual([]);
    expect(builder.candle(candle(T0 + 4 * MINUTE, 104, 105, 80, 107))).toEqual([
      candle(T0, 100, 113, 80, 107, 5 * MINUTE),
    ]);
  });

  it("R6.4 where that one is missing the next period shows it; both may be over at once", () => {
    const builder = createCandleBuilder(2 * MINUTE);
    expect(builder.candle(candle(T0, 100, 101, 99, 100))).toEqual([]);
    expect(builder.candle(candle(T0 + 3 * MINUTE, 100, 102, 98, 101))).toEqual([
      candle(T0, 100, 101, 99, 100, 2 * MINUTE),
      candle(T0 + 2 * MINUTE, 100, 102, 98, 101, 2 * MINUTE),
    ]);
  });

  it("R6.4 candles as long or longer are taken as they are", () => {
    const hour = candle(T0, 100, 103, 99, 101, 60 * MINUTE);
    expect(createCandleBuilder(5 * MINUTE).candle(hour)).toEqual([hour]);
    expect(createCandleBuilder(60 * MINUTE).candle(hour)).toEqual([hour]);
  });

  it("R6.4 minutes made of prices and then put together are what the prices make by themselves", () => {
    const walk = fc.array(fc.tuple(fc.integer({ min: 1, max: 90_000 }), fc.integer({ min: 90, max: 110 })), {
      minLength: 2,
      maxLength: 200,
    });
    fc.assert(
      fc.property(walk, (steps) => {
        const direct = createCandleBuilder(5 * MINUTE);
        const minutes = createCandleBuilder(MINUTE);
        const five = createCandleBuilder(5 * MINUTE);
        const [fromPrices, fromMinutes]: [Candle[], Candle[]] = [[], []];
        let atMs = T0;
        for (const [wait, price] of steps) {
          atMs += wait;
          const over = direct.price(price, atMs);
          if (over !== null) fromPrices.push(over);
          const minute = minutes.price(price, atMs);
          if (minute !== null) fromMinutes.push(...five.candle(minute));
        }
        // The minutes may know of one candle less or more: the last is over only when somebody has seen the next.
        const common = Math.min(fromPrices.length, fromMinutes.length);
        expect(fromMinutes.slice(0, common)).toEqual(fromPrices.slice(0, common));
        expect(Math.abs(fromPrices.length - fromMinutes.length)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
