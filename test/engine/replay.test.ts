/** The replay driver by itself: one order of time, the same bytes for the same seed, and where a price is when. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseEntries } from "../../src/config/entries.ts";
import { makePlan } from "../../src/domain/make-plan.ts";
import { createReplay } from "../../src/engine/replay.ts";
import { priceAtTime, startCourse, timeAtPrice } from "../../src/engine/course.ts";
import { epochMs } from "../../src/domain/units.ts";
import { memoryPaperLedger } from "../../src/exchange/paper/ledger.ts";
import { openPaperExchange } from "../../src/exchange/paper/paper.ts";
import { parsePaperSettings } from "../../src/exchange/paper/settings.ts";
import { openMemoryJournal } from "../../src/journal/memory.ts";
import { mergeFeeds } from "../../src/prices/merge.ts";
import { syntheticFeed, syntheticMarkets } from "../../src/prices/synthetic.ts";

const START_MS = 1_736_121_600_000;
const MARKETS = syntheticMarkets().slice(0, 2);

/** Two markets for two days, an entry every few hours, orders that take long and fill in slices. */
function run(seed: string): { readonly hash: string; readonly closed: number; readonly atMs: readonly number[] } {
  const markets = MARKETS.map(({ market }) => market);
  const journal = openMemoryJournal({ journalId: "replay" });
  const settings = parsePaperSettings({
    seed,
    latencyMs: { minimum: 100, maximum: 20_000 },
    partialFills: { probability: 0.5, maximumSlices: 4, gapMs: 3_000 },
  });
  const lines = Array.from({ length: 16 }, (_, index) =>
    JSON.stringify({
      at: START_MS + index * 3 * 3_600_000,
      symbol: markets[index % 2]!.symbol,
      side: index % 3 === 0 ? "short" : "long",
      amount: "10",
      leverage: 1,
      plan: {
        ladder: [
          { target: "0.004", fraction: "0.5" },
          { target: "0.01", fraction: "0.5" },
        ],
        stop: { fraction: "0.01" },
      },
    }),
  );
  const entries = parseEntries("entries", lines.join("\n")).entries.map(({ request, settings: plan }) => {
    const market = markets.find(({ symbol }) => symbol === request.symbol);
    return { request, market, plan: makePlan(plan, market) };
  });
  let closed = 0;
  const atMs: number[] = [];
  const replay = createReplay({
    journal,
    exchange: openPaperExchange({ markets, settings, ledger: memoryPaperLedger() }),
    feed: mergeFeeds(
      MARKETS.map(({ market, startPrice }) =>
        syntheticFeed({ seed: "prices", market, startPrice, startAtMs: START_MS, timeframeMs: 60_000, count: 2_880 }),
      ),
    ),
    markets,
    entries,
    visibilityLagMs: 60_000,
    onRows(rows) {
      for (const row of rows) {
        atMs.push(row.atMs);
        closed += row.facts.filter((fact) => fact.type === "closed").length;
      }
    },
  });
  while (replay.advance(10_000));
  return { hash: journal.last()!.hash, closed, atMs };
}

describe("P20 R12.1 the replay driver", () => {
  it("P20 gives the same bytes for the same seed, and others for another", () => {
    const first = run("one");
    expect(first.closed).toBeGreaterThan(5);
    expect(run("one").hash).toBe(first.hash);
    expect(run("two").hash).not.toBe(first.hash);
  });

  it("R12.1 carries everything out in one order of time", () => {
    const { atMs } = run("one");
    expect(atMs).toEqual([...atMs].sort((a, b) => a - b));
  });
});

describe("R9.5 a price on its way", () => {
  const market = MARKETS[0]!.market;
  const stretch = {
    kind: "stretch",
    symbol: market.symbol,
    fromPrice: 60_000,
    fromAtMs: epochMs(1_000),
    toPrice: 60_100,
    toAtMs: epochMs(21_000),
  } as const;

  it.each([
    [60_000, 1_000],
    [60_050, 11_000],
    [60_049.9, 10_980],
    [60_100, 21_000],
  ])("R9.5 is at %d for the first time at %d ms", (price, atMs) => {
    expect(timeAtPrice(startCourse(stretch), price)).toBe(atMs);
  });

  it("R9.5 is on the tick grid at every moment, between its ends, and at them outside", () => {
    for (let atMs = 0; atMs <= 22_000; atMs += 37) {
      const price = priceAtTime(stretch, market, atMs);
      expect(Math.round(price / Number(market.priceTick)) * Number(market.priceTick)).toBeCloseTo(price, 9);
      expect(price).toBeGreaterThanOrEqual(stretch.fromPrice);
      expect(price).toBeLessThanOrEqual(stretch.toPrice);
    }
    expect(priceAtTime(stretch, market, 0)).toBe(60_000);
    expect(priceAtTime(stretch, market, 30_000)).toBe(60_100);
  });

  it("R9.5 P16 sees a tick from the moment on at which it is met, and never before, however often somebody looks", () => {
    const prices = fc.integer({ min: 1, max: 400_000 });
    fc.assert(
      fc.property(prices, prices, fc.integer({ min: 1, max: 60_000 }), (from, to, lengthMs) => {
        const way = {
          ...stretch,
          fromPrice: from / 10,
          toPrice: to / 10,
          toAtMs: epochMs(stretch.fromAtMs + lengthMs),
        };
        for (const share of [0.1, 0.5, 0.9]) {
          const tick = Math.round(from + (to - from) * share) / 10;
          const metAtMs = timeAtPrice(startCourse(way), tick);
          const isThere = (atMs: number): boolean =>
            to >= from ? priceAtTime(way, market, atMs) >= tick : priceAtTime(way, market, atMs) <= tick;
          expect(isThere(metAtMs)).toBe(true);
          if (tick !== way.fromPrice) expect(isThere(metAtMs - 1)).toBe(false);
        }
      }),
    );
  });
});
