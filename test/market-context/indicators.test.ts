/** Figures from candles (R6.4): against formulas written out by hand, and where there can be none. */
import { describe, expect, it } from "vitest";
import { DEFAULT_CONTEXT_SETTINGS } from "../../src/domain/context-settings.ts";
import { figuresFault, type MarketFigures } from "../../src/domain/market-context.ts";
import { createIndicators } from "../../src/market-context/indicators.ts";
import { createMarketContext } from "../../src/market-context/market-context.ts";
import type { Candle } from "../../src/prices/price-feed.ts";
import { seededStream } from "../../src/prices/seeded-stream.ts";

const MINUTE = 60_000;
const { periods } = DEFAULT_CONTEXT_SETTINGS;

function wander(count: number, seed: string): readonly Candle[] {
  const random = seededStream("indicators", seed);
  let close = 100;
  return Array.from({ length: count }, (_, index) => {
    const open = close;
    close = Math.max(1, open * (1 + 0.01 * random.bell()));
    const [high, low] = [
      Math.max(open, close) * (1 + 0.004 * random.unit()),
      Math.min(open, close) * (1 - 0.004 * random.unit()),
    ];
    return { atMs: index * MINUTE, lengthMs: MINUTE, open, high, low, close };
  });
}

const figuresAfter = (candles: readonly Candle[]): MarketFigures => {
  const indicators = createIndicators(periods);
  return candles.reduce<MarketFigures>((_, candle) => indicators.update(candle), {});
};

/** Wilder's average: the mean of the first values, then one part in `length` of each new one. */
function wilder(values: readonly number[], length: number): readonly number[] {
  const first = values.slice(0, length).reduce((sum, value) => sum + value, 0) / length;
  return values
    .slice(length)
    .reduce<number[]>((all, value) => [...all, all.at(-1)! + (value - all.at(-1)!) / length], [first]);
}

const trueRanges = (candles: readonly Candle[]): readonly number[] =>
  candles.map(({ high, low }, at) => {
    const before = candles[at - 1]?.close;
    return before === undefined ? high - low : Math.max(high - low, Math.abs(high - before), Math.abs(low - before));
  });

describe("R6.4 figures from candles", () => {
  const candles = wander(150, "a");
  const figures = figuresAfter(candles);
  const atrs = wilder(trueRanges(candles), 14);

  it("R6.4 ATR(14) over its average of 100", () => {
    const average = atrs.slice(-100).reduce((sum, value) => sum + value, 0) / 100;
    expect(figures.atrRatio).toBeCloseTo(atrs.at(-1)! / average, 9);
  });

  it("R6.4 the change over ten candles in ATRs", () => {
    expect(figures.changeInAtrs).toBeCloseTo((candles.at(-1)!.close - candles.at(-11)!.close) / atrs.at(-1)!, 9);
  });

  it("R6.4 RSI(14)", () => {
    const changes = candles.slice(1).map(({ close }, at) => close - candles[at]!.close);
    const [gains, losses] = [
      wilder(
        changes.map((each) => Math.max(0, each)),
        14,
      ),
      wilder(
        changes.map((each) => Math.max(0, -each)),
        14,
      ),
    ];
    expect(figures.rsi).toBeCloseTo(100 - 100 / (1 + gains.at(-1)! / losses.at(-1)!), 6);
  });

  it("R6.4 ADX(14): high in a trend, low in a range", () => {
    const trend = Array.from({ length: 60 }, (_, at) => candleAt(at, 100 + at));
    const range = Array.from({ length: 60 }, (_, at) => candleAt(at, 100 + (at % 2)));
    expect(figuresAfter(trend).adx).toBeGreaterThan(90);
    expect(figuresAfter(range).adx).toBeLessThan(15);
    expect(figures.adx).toBeGreaterThanOrEqual(0);
    expect(figures.adx).toBeLessThanOrEqual(100);
  });

  it("R6.4 the nearest swing level on either side, five candles to its left and right, in ATRs", () => {
    const path = [100, 101, 102, 103, 104, 110, 104, 103, 102, 101, 95, 90, 95, 96, 97, 98, 99, 99.5, 99.6, 99.7, 99.8];
    const swings = path.map((close, at) => candleAt(at, close));
    const found = figuresAfter(swings);
    const atr = wilder(trueRanges(swings), 14).at(-1)!;
    expect(found.swingAboveInAtrs).toBeCloseTo((110.5 - 99.8) / atr, 9);
    expect(found.swingBelowInAtrs).toBeCloseTo((99.8 - 89.5) / atr, 9);
  });

  it("R6.4 nothing is said before an indicator has seen enough", () => {
    expect(figuresAfter(candles.slice(0, 9))).toEqual({});
    expect(Object.keys(figuresAfter(candles.slice(0, 14)))).toEqual([
      "changeInAtrs",
      "swingAboveInAtrs",
      "swingBelowInAtrs",
    ]);
    expect(figuresAfter(candles.slice(0, 112)).atrRatio).toBeUndefined();
    expect(figuresAfter(candles.slice(0, 113)).atrRatio).toBeDefined();
  });
});

describe("R9.4 a market that stands still", () => {
  const still = (count: number): readonly Candle[] =>
    Array.from({ length: count }, (_, at) => ({
      atMs: at * MINUTE,
      lengthMs: MINUTE,
      open: 100,
      high: 100,
      low: 100,
      close: 100,
    }));

  it("R9.4 has no figures rather than NaN, and no class", () => {
    expect(figuresAfter(still(300))).toEqual({});
    const context = createMarketContext({ ...DEFAULT_CONTEXT_SETTINGS, timeframeMs: MINUTE }, { fromPrices: true });
    for (const candle of still(300)) expect(context.candle("X/USDT", candle)).toBeNull();
  });

  it("R9.4 and is known again once it moves: what a still stretch made NaN begins anew", () => {
    const moving = wander(160, "b").map((candle, at) => ({ ...candle, atMs: (300 + at) * MINUTE }));
    const indicators = createIndicators(periods);
    for (const candle of still(300)) indicators.update(candle);
    let last: MarketFigures = {};
    for (const candle of moving) {
      last = indicators.update(candle);
      expect(figuresFault(last)).toBeNull();
    }
    expect(Object.keys(last).toSorted()).toEqual(
      ["adx", "atrRatio", "changeInAtrs", "rsi", "swingAboveInAtrs", "swingBelowInAtrs"].toSorted(),
    );
  });
});

function candleAt(index: number, close: number): Candle {
  return { atMs: index * MINUTE, lengthMs: MINUTE, open: close, high: close + 0.5, low: close - 0.5, close };
}
