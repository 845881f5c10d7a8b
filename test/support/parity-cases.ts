/** Random markets, prices, plans and entries, for properties that play them in more ways than one. */
import fc from "fast-check";
import type { PriceColumns } from "../../src/backtest/price-columns.ts";
import { DEFAULT_PLAN_SETTINGS, makePlan, type PlanSettings } from "../../src/domain/make-plan.ts";
import { NO_RULES } from "../../src/domain/rules/table.ts";
import { decimalText, epochMs } from "../../src/domain/units.ts";
import type { EntryToJudge } from "../../src/engine/judge-entry.ts";
import { parsePaperSettings } from "../../src/exchange/paper/settings.ts";
import { seededStream } from "../../src/prices/seeded-stream.ts";
import { QUICK_CONTEXT, type Both } from "./both-ways.ts";
import { aMarket, START_MS, type MarketWords } from "./house.ts";
import { plan, rules } from "./sequences.ts";

/** A market and where its price begins. */
export interface Place {
  readonly market: MarketWords;
  readonly ticks: number;
  readonly perUnit: number;
}

type Kind = PriceColumns["kind"];

export const PLACES: readonly Place[] = [
  { market: { step: "1", tick: "0.01" }, ticks: 10_000, perUnit: 100 },
  { market: { step: "0.001", tick: "0.1" }, ticks: 500_000, perUnit: 10 },
  { market: { step: "1", tick: "1" }, ticks: 150, perUnit: 1 },
  { market: { step: "0.01", tick: "0.01", kind: "spot" }, ticks: 20_000, perUnit: 100 },
  { market: { step: "1", tick: null }, ticks: 3_141, perUnit: 1_000 },
];

/** So few ticks that each of them can be visited. */
export const COARSE_PLACES: readonly Place[] = [
  { market: { step: "1", tick: "1" }, ticks: 150, perUnit: 1 },
  { market: { step: "0.001", tick: "0.1" }, ticks: 700, perUnit: 10 },
  { market: { step: "0.01", tick: "0.5", kind: "spot" }, ticks: 400, perUnit: 2 },
];

/** A walk with gaps, wild bars and flat ones, on the grid. */
function pricesOf(seed: number, kind: Kind, startTicks: number, perUnit: number): PriceColumns {
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

export const parityCases = (places: readonly Place[], kinds: readonly Kind[]): fc.Arbitrary<Both> =>
  fc
    .record({
      seed: fc.nat(),
      place: fc.constantFrom(...places),
      kind: fc.constantFrom(...kinds),
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
      const spot = place.market.kind === "spot";
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
