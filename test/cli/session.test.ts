/** The session that the command line puts together, in memory: prices of several symbols, and rungs that wait. */
import { describe, expect, it } from "vitest";
import { startSession } from "../../src/cli/session.ts";
import { parseEntries } from "../../src/config/entries.ts";
import { makePlan } from "../../src/domain/make-plan.ts";
import type { Market } from "../../src/domain/market.ts";
import type { Row } from "../../src/domain/row.ts";
import { decimalText, lots } from "../../src/domain/units.ts";
import { priceAtTime } from "../../src/engine/course.ts";
import { memoryPaperLedger } from "../../src/exchange/paper/ledger.ts";
import { parsePaperSettings } from "../../src/exchange/paper/settings.ts";
import { openMemoryJournal } from "../../src/journal/memory.ts";
import { candleFeed } from "../../src/prices/candle-path.ts";
import { defaultMarket } from "../../src/prices/default-market.ts";
import type { PriceFeed } from "../../src/prices/price-feed.ts";

const HOUR_MS = 3_600_000;
const START_MS = 1_700_000_000_000;

/** Hourly candles from one price to the next, without anything in between. */
function steadyFeed(symbol: string, prices: readonly number[]): PriceFeed {
  const pairs = prices.slice(1).map((close, index) => ({ open: prices[index]!, close }));
  const candles = {
    at: Float64Array.from(pairs, (_, index) => START_MS + index * HOUR_MS),
    open: Float64Array.from(pairs, ({ open }) => open),
    high: Float64Array.from(pairs, ({ open, close }) => Math.max(open, close)),
    low: Float64Array.from(pairs, ({ open, close }) => Math.min(open, close)),
    close: Float64Array.from(pairs, ({ close }) => close),
    volume: null,
  };
  return candleFeed({ symbol, candles, timeframeMs: HOUR_MS });
}

const withTick = (symbol: string, change: Partial<Market> = {}): Market => ({
  ...defaultMarket(symbol).market,
  priceTick: decimalText("0.01"),
  ...change,
});

function play(input: {
  readonly feeds: readonly PriceFeed[];
  readonly markets: readonly Market[];
  readonly entries: readonly object[];
  readonly settings?: object;
  /** More moments than this mean that the run goes round in circles. */
  readonly mostMoments?: number;
}) {
  const { feeds, markets, settings } = input;
  const text = input.entries.map((entry) => JSON.stringify({ at: START_MS, ...entry })).join("\n");
  const entries = parseEntries("entries", text).entries.map(({ request, settings: plan }) => {
    const market = markets.find(({ symbol }) => symbol === request.symbol);
    return { request, market, plan: makePlan(plan, market) };
  });
  const rows: Row[] = [];
  const ledger = memoryPaperLedger();
  const { replay } = startSession({
    journal: openMemoryJournal({ journalId: "session" }),
    ledger,
    feeds,
    markets,
    entries,
    context: null,
    settings: parsePaperSettings({ seed: "session", ...settings }),
    onRows: (added) => rows.push(...added),
  });
  const goesOn = replay.advance(input.mostMoments ?? 100_000);
  return {
    rows,
    goesOn,
    fills: ledger
      .records()
      .flatMap((record) => (record.kind === "told" && record.report.kind === "fill" ? [record] : [])),
  };
}

describe("a paper session", () => {
  // Why this test? All symbols were moved to a moment one by one, and orders carried out after each: an order of the
  // second symbol was filled at that symbol's price from before the moment.
  it("R12.1 an order is filled at the price of its own moment, whatever else is on its way", () => {
    const [first, second] = [withTick("AAA/USDT:USDT"), withTick("BBB/USDT:USDT")];
    const feed = steadyFeed(second.symbol, [100, 130, 90, 140]);
    const { fills } = play({
      feeds: [steadyFeed(first.symbol, [50, 60, 40, 70]), feed],
      markets: [first, second],
      entries: [
        { symbol: first.symbol, side: "long", amount: "10" },
        { symbol: second.symbol, side: "long", amount: "10" },
      ],
      settings: {
        latencyMs: { minimum: 40_000, maximum: 90_000 },
        partialFills: { probability: 1, maximumSlices: 4, gapMs: 7_000 },
      },
    });
    const stretches = [...feed.events()].filter((event) => event.kind === "stretch");
    const checked = fills.flatMap(({ report }) => {
      if (report.kind !== "fill") return [];
      const stretch = stretches.find(({ fromAtMs, toAtMs }) => fromAtMs <= report.atMs && report.atMs <= toAtMs);
      const isOfSecond = Number(report.price) >= 85;
      return stretch === undefined || !isOfSecond
        ? []
        : [[Number(report.price), priceAtTime(stretch, second, report.atMs)]];
    });
    expect(checked.length).toBeGreaterThan(4);
    expect(checked.map(([price]) => price)).toEqual(checked.map(([, expected]) => expected));
  });

  // Why this test? The price from which an exit that was held back is worth enough lies between two ticks; the run met
  // it there, found it worth a hair too little, and met it again, for ever.
  it("R3.5 R9.5 an exit that was held back is sent at the first tick at which it is worth enough", () => {
    const market = withTick("BTC/USDT", {
      amountStep: decimalText("0.00000001"),
      minimumLots: lots(10_000),
      priceTick: decimalText("0.1"),
    });
    const { rows, goesOn } = play({
      feeds: [steadyFeed(market.symbol, [39_944, 39_950, 43_500, 43_600])],
      markets: [market],
      entries: [{ symbol: market.symbol, side: "long", amount: "0.00017" }],
      mostMoments: 5_000,
    });
    expect(goesOn).toBe(false);
    const facts = rows.flatMap((row) => row.facts);
    expect(facts.filter((fact) => fact.type === "notDone")).toMatchObject([
      { reason: "rung_held_back", rung: 1 },
      { reason: "rung_held_back", rung: 2, value: "4.988066916" },
    ]);
    // 0.00011893 of it are worth 5 at 42 041.53…
    expect(facts.filter((fact) => fact.type === "exit").slice(0, 2)).toMatchObject([
      { rung: 1, price: "42041.6" },
      { rung: 2, price: "42041.6" },
    ]);
  });
});
