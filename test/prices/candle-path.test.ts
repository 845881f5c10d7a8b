import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Candles, CandlePrices } from "../../src/prices/candles.ts";
import { candleFeed } from "../../src/prices/candle-path.ts";
import type { FeedEvent } from "../../src/prices/price-feed.ts";

type Row = CandlePrices & { readonly atMs: number };
const candles = (rows: readonly Row[]): Candles => ({
  at: Float64Array.from(rows, ({ atMs }) => atMs),
  open: Float64Array.from(rows, ({ open }) => open),
  high: Float64Array.from(rows, ({ high }) => high),
  low: Float64Array.from(rows, ({ low }) => low),
  close: Float64Array.from(rows, ({ close }) => close),
  volume: null,
});
const events = (rows: readonly Row[], timeframeMs = 60_000): readonly FeedEvent[] => [
  ...candleFeed({ symbol: "X/USDT", candles: candles(rows), timeframeMs }).events(),
];
/** "100@0 → 99@20000 → …" */
const path = (all: readonly FeedEvent[]): string =>
  all
    .map((event) => (event.kind === "jump" ? `${event.price}@${event.atMs}` : `→ ${event.toPrice}@${event.toAtMs}`))
    .join(" ");

describe("R9.5 candles are read as a path", () => {
  it.each([
    [
      "low nearer to the open",
      { open: 100, high: 103, low: 99, close: 102 },
      "100@0 → 99@20000 → 103@40000 → 102@59999",
    ],
    [
      "high nearer to the open",
      { open: 100, high: 101, low: 97, close: 98 },
      "100@0 → 101@20000 → 97@40000 → 98@59999",
    ],
    [
      "equally near: the low",
      { open: 100, high: 102, low: 98, close: 101 },
      "100@0 → 98@20000 → 102@40000 → 101@59999",
    ],
    [
      "equally near in decimals, not in float64",
      { open: 1.1, high: 1.2, low: 1, close: 1.15 },
      "1.1@0 → 1@20000 → 1.2@40000 → 1.15@59999",
    ],
    [
      "equally near, small",
      { open: 0.00000131, high: 0.00000132, low: 0.0000013, close: 0.00000131 },
      "0.00000131@0 → 0.0000013@20000 → 0.00000132@40000 → 0.00000131@59999",
    ],
    [
      "nearer by one part in a million million",
      { open: 100.0000000001, high: 101, low: 99, close: 100 },
      "100.0000000001@0 → 101@20000 → 99@40000 → 100@59999",
    ],
    ["open at the low", { open: 99, high: 101, low: 99, close: 100 }, "99@0 → 99@20000 → 101@40000 → 100@59999"],
    ["open at the high", { open: 101, high: 101, low: 99, close: 100 }, "101@0 → 101@20000 → 99@40000 → 100@59999"],
    ["nothing moved", { open: 100, high: 100, low: 100, close: 100 }, "100@0 → 100@20000 → 100@40000 → 100@59999"],
  ])("R9.5 %s", (_, candle, expected) => {
    expect(path(events([{ atMs: 0, ...candle }]))).toBe(expected);
  });

  it.each([
    [1000, [0, 333, 667, 999]],
    [300_000, [0, 100_000, 200_000, 299_999]],
    [3_600_000, [0, 1_200_000, 2_400_000, 3_599_999]],
    [1, [0, 0, 0, 0]],
    [2, [0, 1, 1, 1]],
  ])("R9.5 a candle of %i ms has its points at whole milliseconds %j", (timeframeMs, times) => {
    const all = events([{ atMs: 0, open: 100, high: 101, low: 99, close: 100 }], timeframeMs);
    expect(all.map((event) => (event.kind === "jump" ? event.atMs : event.toAtMs))).toEqual(times);
  });

  it("R9.5 the next open is a jump, the last candle has full length, a gap is left as it is", () => {
    const flat = { open: 100, high: 100, low: 100, close: 100 };
    const all = events([
      { atMs: 0, ...flat },
      { atMs: 60_000, ...flat },
      { atMs: 600_000, open: 90, high: 91, low: 90, close: 91 },
    ]);
    expect(path(all.slice(8))).toBe("90@600000 → 90@620000 → 91@640000 → 91@659999");
    expect(all[4]).toEqual({ kind: "jump", symbol: "X/USDT", price: 100, atMs: 60_000 });
  });

  it("R9.5 a candle that the next one cuts short ends before that opens", () => {
    const flat = { open: 100, high: 101, low: 99, close: 100 };
    const all = events([
      { atMs: 0, ...flat },
      { atMs: 30_000, ...flat },
      { atMs: 90_000, ...flat },
    ]);
    expect(path(all.slice(0, 5))).toBe("100@0 → 99@10000 → 101@20000 → 100@29999 100@30000");
  });

  it("R9.5 a new reading begins at the beginning and gives the same events", () => {
    const feed = candleFeed({
      symbol: "X/USDT",
      timeframeMs: 60_000,
      candles: candles([{ atMs: 0, open: 1, high: 2, low: 1, close: 2 }]),
    });
    const first = feed.events()[Symbol.iterator]();
    first.next();
    expect([...feed.events()]).toEqual([...feed.events()]);
    expect([...feed.events()]).toHaveLength(4);
    expect(feed.rowCount).toBe(1);
  });

  it("R9.5 P20 any candles: the path visits open, low, high and close, never leaves them, never goes back in time", () => {
    const cents = fc.integer({ min: 1, max: 100_000 });
    const row = fc
      .tuple(cents, cents, cents, cents, fc.integer({ min: 1, max: 200_000 }))
      .map(([open, close, a, b, distanceMs]) => ({
        open: open / 100,
        close: close / 100,
        high: Math.max(open, close, a, b) / 100,
        low: Math.min(open, close, a, b) / 100,
        distanceMs,
      }));
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 100_000 }),
        (rows, timeframeMs) => {
          let atMs = 0;
          const placed = rows.map(({ distanceMs, ...prices }) => ({ ...prices, atMs: (atMs += distanceMs) }));
          const all = events(placed, timeframeMs);
          expect(all).toHaveLength(placed.length * 4);
          let lastMs = Number.NEGATIVE_INFINITY;
          for (const [index, candle] of placed.entries()) {
            const [jump, ...stretches] = all.slice(index * 4, index * 4 + 4);
            expect(jump).toEqual({ kind: "jump", symbol: "X/USDT", price: candle.open, atMs: candle.atMs });
            expect(candle.atMs).toBeGreaterThan(lastMs);
            let [price, time] = [candle.open, candle.atMs];
            const visited: number[] = [];
            for (const event of stretches) {
              if (event.kind !== "stretch") throw new Error("a candle has one jump");
              expect([event.fromPrice, event.fromAtMs]).toEqual([price, time]);
              expect(event.toAtMs).toBeGreaterThanOrEqual(event.fromAtMs);
              expect(Number.isInteger(event.toAtMs)).toBe(true);
              [price, time] = [event.toPrice, event.toAtMs];
              visited.push(price);
            }
            expect(visited.slice(0, 2).toSorted((a, b) => a - b)).toEqual([candle.low, candle.high]);
            expect(visited[2]).toBe(candle.close);
            expect(time).toBeLessThan(candle.atMs + timeframeMs);
            lastMs = time;
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
