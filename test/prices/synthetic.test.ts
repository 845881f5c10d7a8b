import { describe, expect, it } from "vitest";
import { exact } from "../../src/domain/decimal.ts";
import { syntheticCandles, syntheticFeed, syntheticMarkets } from "../../src/prices/synthetic.ts";

const series = (seed: string | number, count = 3000) =>
  syntheticMarkets().map(({ market, startPrice }) => ({
    seed,
    market,
    startPrice,
    startAtMs: 1_700_000_040_000,
    timeframeMs: 60_000,
    count,
  }));
const bytes = (seed: string | number): string =>
  JSON.stringify(series(seed, 500).map((one) => [...syntheticFeed(one).events()]));

describe("P20 made-up prices", () => {
  it("P20 the same seed gives the same bytes, another seed or symbol gives others", () => {
    expect(bytes("a")).toBe(bytes("a"));
    expect(bytes("a")).not.toBe(bytes("b"));
    const [first, second] = series(1).map(({ seed, ...rest }) =>
      syntheticCandles({ seed, ...rest, startPrice: series(1)[0]!.startPrice }),
    );
    expect(first!.close[100]! / first!.open[0]!).not.toBe(second!.close[100]! / second!.open[0]!);
  });

  it("R9.1 R10.9 every price is positive, on its market's tick grid, and enclosed by high and low", () => {
    for (const one of series("grid")) {
      const { at, open, high, low, close, volume } = syntheticCandles(one);
      expect(at).toHaveLength(3000);
      for (let index = 0; index < at.length; index++) {
        expect(at[index]).toBe(1_700_000_040_000 + index * 60_000);
        expect(low[index]!).toBeGreaterThan(0);
        expect(high[index]!).toBeGreaterThanOrEqual(Math.max(open[index]!, close[index]!));
        expect(low[index]!).toBeLessThanOrEqual(Math.min(open[index]!, close[index]!));
        expect(volume![index]!).toBeGreaterThan(0);
      }
      for (const price of [
        ...open.slice(0, 300),
        ...high.slice(0, 300),
        ...low.slice(0, 300),
        ...close.slice(0, 300),
      ]) {
        expect(exact(price).modulo(one.market.priceTick!).isZero()).toBe(true);
      }
    }
  });

  it("R9.1 stays positive at the bottom of the grid", () => {
    const [one] = series("bottom", 20_000);
    const { low } = syntheticCandles({ ...one!, startPrice: one!.market.priceTick!, timeframeMs: 86_400_000 });
    expect(Math.min(...low)).toBeGreaterThan(0);
  });

  it("R9.5 shows trends, gaps between candles and wild bars", () => {
    const [one] = series("variety", 20_000);
    const { open, high, low, close } = syntheticCandles(one!);
    const gaps = open.slice(1).filter((value, index) => Math.abs(value / close[index]! - 1) > 0.002);
    const ranges = [...high].map((value, index) => value / low[index]! - 1).toSorted((a, b) => a - b);
    expect(gaps.length).toBeGreaterThan(5);
    expect(ranges.at(-1)! / ranges[10_000]!).toBeGreaterThan(4);
    const hours = Array.from({ length: 333 }, (_, hour) => close[hour * 60 + 59]! / open[hour * 60]! - 1);
    expect(Math.max(...hours)).toBeGreaterThan(0.008);
    expect(Math.min(...hours)).toBeLessThan(-0.008);
  });

  it("R3.3 the markets differ in steps, sizes and limits", () => {
    const markets = syntheticMarkets().map(({ market }) => market);
    expect(new Set(markets.map(({ symbol }) => symbol)).size).toBe(markets.length);
    expect(new Set(markets.map(({ amountStep }) => amountStep)).size).toBe(markets.length);
    expect(markets.filter(({ kind }) => kind === "spot").map(({ symbol }) => symbol)).toEqual(["BTC/USDT"]);
    expect(markets[0]).toMatchObject({
      symbol: "BTC/USDT:USDT",
      contractSize: "0.01",
      amountStep: "0.0001",
      minimumLots: 10_000,
    });
  });
});
