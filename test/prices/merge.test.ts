import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/domain/units.ts";
import { mergeFeeds, startOf } from "../../src/prices/merge.ts";
import type { FeedEvent, PriceFeed } from "../../src/prices/price-feed.ts";

const jump = (symbol: string, atMs: number): FeedEvent => ({ kind: "jump", symbol, price: 1, atMs: epochMs(atMs) });
const stretch = (symbol: string, fromAtMs: number, toAtMs: number): FeedEvent => ({
  kind: "stretch",
  symbol,
  fromPrice: 1,
  fromAtMs: epochMs(fromAtMs),
  toPrice: 2,
  toAtMs: epochMs(toAtMs),
});
const feed = (symbol: string, events: readonly FeedEvent[], rowCount: number | null = events.length): PriceFeed => ({
  symbols: [symbol],
  rowCount,
  events: () => events,
});
const order = (merged: PriceFeed): string =>
  [...merged.events()].map((event) => `${event.symbol}${startOf(event)}`).join(" ");

describe("R9.5 several feeds as one", () => {
  it("R9.5 a stretch counts by its start, equal times by the order of the feeds", () => {
    const a = feed("A", [jump("A", 0), stretch("A", 0, 20), stretch("A", 20, 40)]);
    const b = feed("B", [jump("B", 0), jump("B", 5), jump("B", 20), jump("B", 30)]);
    expect(order(mergeFeeds([a, b]))).toBe("A0 A0 B0 B5 A20 B20 B30");
    expect(order(mergeFeeds([b, a]))).toBe("B0 A0 A0 B5 B20 A20 B30");
    expect(mergeFeeds([a, b])).toMatchObject({ symbols: ["A", "B"], rowCount: 7 });
    expect(mergeFeeds([a, feed("B", [], null)]).rowCount).toBeNull();
  });

  it("R9.5 refuses two feeds of one symbol", () => {
    expect(() => mergeFeeds([feed("A", []), feed("A", [])])).toThrow(
      "Two price feeds bring A; allowed: one feed for each symbol",
    );
  });

  it("R12.4 a reader that stops early closes the feeds, and the next one begins at the beginning", () => {
    let closed = 0;
    const watched = (symbol: string): PriceFeed => ({
      symbols: [symbol],
      rowCount: null,
      *events() {
        try {
          for (let at = 0; ; at += 10) yield jump(symbol, at);
        } finally {
          closed += 1;
        }
      },
    });
    const merged = mergeFeeds([watched("A"), watched("B")]);
    for (const event of merged.events()) if (startOf(event) >= 50) break;
    expect(closed).toBe(2);
    for (const event of merged.events()) {
      expect(startOf(event)).toBe(0);
      break;
    }
  });

  it("P20 any feeds: nothing is lost, times never go back, each symbol keeps its order", () => {
    const times = fc
      .array(fc.integer({ min: 0, max: 50 }), { maxLength: 20 })
      .map((all) => all.toSorted((x, y) => x - y));
    fc.assert(
      fc.property(fc.array(times, { maxLength: 5 }), (all) => {
        const feeds = all.map((list, index) =>
          feed(
            `S${index}`,
            list.map((at) => jump(`S${index}`, at)),
          ),
        );
        const merged = [...mergeFeeds(feeds).events()];
        expect(merged.map(startOf)).toEqual(all.flat().toSorted((x, y) => x - y));
        for (const [index, list] of all.entries()) {
          expect(merged.filter((event) => event.symbol === `S${index}`).map(startOf)).toEqual(list);
        }
      }),
      { numRuns: 200 },
    );
  });
});
