/** R12.1: a backtest decides what a paper session over the same prices decides, to the lot, the tick and the millisecond. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PriceColumns } from "../../src/backtest/price-columns.ts";
import { DEFAULT_PLAN_SETTINGS, makePlan, type PlanSettings } from "../../src/domain/make-plan.ts";
import { NO_RULES } from "../../src/domain/rules/table.ts";
import { decimalText, epochMs } from "../../src/domain/units.ts";
import type { EntryToJudge } from "../../src/engine/judge-entry.ts";
import { parsePaperSettings } from "../../src/exchange/paper/settings.ts";
import { seededStream } from "../../src/prices/seeded-stream.ts";
import { inBacktest, inSession, QUICK_CONTEXT, type Both } from "../support/both-ways.ts";
import { aMarket, START_MS } from "../support/house.ts";
import { plan, rules } from "../support/sequences.ts";

const MARKETS = [
  { market: { step: "1", tick: "0.01" }, ticks: 10_000, perUnit: 100 },
  { market: { step: "0.001", tick: "0.1" }, ticks: 500_000, perUnit: 10 },
  { market: { step: "1", tick: "1" }, ticks: 150, perUnit: 1 },
  { market: { step: "0.01", tick: "0.01", kind: "spot" as const }, ticks: 20_000, perUnit: 100 },
  { market: { step: "1", tick: null }, ticks: 3_141, perUnit: 1_000 },
] as const;

/** A walk with gaps, wild bars and flat ones, on the grid. */
function pricesOf(seed: number, kind: "candles" | "trades", startTicks: number, perUnit: number): PriceColumns {
  const stream = seededStream("parity", seed);
  const rows = 120;
  const columns = Array.from({ length: 5 }, () => new Float64Array(rows)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [at, open, high, low, close] = columns;
  let tick = startTicks;
  let atMs: number = START_MS;
  const step = (size: number): number => Math.round(stream.bell() * size * startTicks);
  for (let row = 0; row < rows; row += 1) {
    if (stream.unit() < 0.15) tick += step(stream.pick([0.002, 0.01, 0.04]));
    tick = Math.max(2, tick);
    const size = stream.pick([0, 0.001, 0.003, 0.01, 0.03]);
    const [o, c] = [tick, Math.max(1, tick + step(size))];
    const [h, l] = [Math.max(o, c) + Math.abs(step(size)), Math.max(1, Math.min(o, c) - Math.abs(step(size)))];
    at[row] = atMs;
    open[row] = o / perUnit;
    close[row] = kind === "trades" ? o / perUnit : c / perUnit;
    high[row] = kind === "trades" ? o / perUnit : h / perUnit;
    low[row] = kind === "trades" ? o / perUnit : l / perUnit;
    tick = c;
    atMs += kind === "candles" ? 60_000 * (stream.unit() < 0.05 ? stream.whole(2, 5) : 1) : stream.whole(0, 9_000);
  }
  return { kind, at, open, high, low, close, timeframeMs: kind === "candles" ? 60_000 : 0 };
}

export const cases: fc.Arbitrary<Both> = fc
  .record({
    seed: fc.nat(),
    place: fc.constantFrom(...MARKETS),
    kind: fc.constantFrom("candles" as const, "candles" as const, "trades" as const),
    plan,
    rules: fc.oneof({ weight: 1, arbitrary: fc.constant(NO_RULES) }, { weight: 4, arbitrary: rules }),
    markStep: fc.constantFrom(0, 1_000, 1_000, 7_777, 30_000),
    minimum: fc.constantFrom(null, null, 5, 20),
    entries: fc.array(
      fc.record({
        row: fc.nat(100),
        isLong: fc.boolean(),
        lots: fc.integer({ min: 20, max: 900 }),
        leverage: fc.constantFrom(1, 1, 3, 10, 25),
        account: fc.constantFrom("a", "b", "c"),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    slippage: fc.constantFrom("0", "0", "0.0007"),
    knowsContext: fc.boolean(),
  })
  .map(({ seed, place, kind, entries, slippage, knowsContext, minimum, ...drawn }) => {
    const columns = pricesOf(seed, kind, place.ticks, place.perUnit);
    const spot = "kind" in place.market;
    const step = Number(place.market.step);
    const market = aMarket({
      ...place.market,
      ...(minimum === null ? {} : { minimum: String(minimum * step) }),
    });
    const settings: PlanSettings = {
      ...DEFAULT_PLAN_SETTINGS,
      ...drawn.plan,
      rules: drawn.rules,
      // Without a tick every new high is some trillionths of the price away.
      markStep: place.market.tick === null ? Math.max(1_000, drawn.markStep) : drawn.markStep,
    };
    const made = makePlan(settings, market);
    return {
      market,
      columns,
      settings: parsePaperSettings({ seed: "parity", slippage }),
      context: knowsContext ? QUICK_CONTEXT : null,
      entries: entries.map(({ row, isLong, lots, leverage, account }, index): EntryToJudge => ({
        market,
        plan: made,
        request: {
          id: `e${index}`,
          // Coin dust of one position would be there for the next.
          account: spot ? `own-${index}` : account,
          symbol: market.symbol,
          side: spot || isLong ? "long" : "short",
          amount: decimalText(String(Number((lots * step).toFixed(6)))),
          leverage: spot ? 1 : leverage,
          atMs: epochMs(columns.at[row]! - (row % 3)),
        },
      })),
    };
  });

describe("a backtest is the session", () => {
  test("R12.1 R12.2 the same exits over random series, every rule on and off", () => {
    let [exits, rungs, ambiguous] = [0, 0, 0];
    const reasons = new Map<string, number>();
    fc.assert(
      fc.property(cases, (both) => {
        const [session, backtest] = [byId(inSession(both)), byId(inBacktest(both))];
        expect(backtest).toEqual(session);
        for (const { exits: sold, reason } of session) {
          exits += sold.length;
          rungs += sold.filter((exit) => !exit.startsWith(" ")).length;
          reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        }
        ambiguous += 1;
      }),
      { numRuns: 300 },
    );
    expect(ambiguous).toBeGreaterThan(0);
    expect(rungs).toBeGreaterThan(100);
    for (const reason of [
      "stop_initial",
      "stop_trailing",
      "take_profit_final",
      "smart_profit",
      "momentum_loss",
      "end_of_data",
    ])
      expect(reasons.get(reason) ?? 0, reason).toBeGreaterThan(0);
    expect(exits).toBeGreaterThan(500);
  });
});

const byId = <T extends { readonly id: string }>(all: readonly T[]): readonly T[] =>
  all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
