/**
 * Random sequences: a position in some market, and everything that may befall it. What is drawn is plain data, so that
 * a counterexample can be read, shrunk and kept. `world.ts` plays it.
 */
import fc from "fast-check";
import type { PlanSettings } from "../../src/domain/make-plan.ts";
import type { PositionContext } from "../../src/domain/market-context.ts";
import type { RejectReason } from "../../src/domain/report.ts";
import { NO_RULES, type PlanRules } from "../../src/domain/rules/table.ts";
import type { Side } from "../../src/domain/side.ts";
import { START_MS } from "./house.ts";

export interface Setting {
  readonly side: Side;
  readonly kind: "derivative" | "spot";
  readonly step: string;
  readonly tick: string | null;
  readonly contractSize: string;
  /** The entry price in ticks; in millionths where the market has none. */
  readonly entryTicks: number;
  readonly lots: number;
  readonly leverage: number;
  /** Lots. */
  readonly minimum: number | null;
  readonly minimumCost: string | null;
  readonly plan: Partial<PlanSettings>;
  /** Every rule that can be set, on or off, as it may be; steps of the mark in millionths. */
  readonly rules: PlanRules;
  readonly markStep: number;
  /** The minimum value of an exit depends on the regime, too. */
  readonly byRegime: boolean;
  /** On spot: the entry's fee is taken from the coin, one lot in a thousand. */
  readonly feeInCoin: boolean;
  /** As in live mode: prices older than five seconds are not decided on. */
  readonly staleAfterFiveSeconds: boolean;
  /** After a restart the last price is heard again at once (a replay), or the next one has to come (live). */
  readonly priceAfterRestart: boolean;
}

/** What becomes of an order on its way to the venue. */
export type Fate = "taken" | "taken, no answer" | "lost" | "lost, no answer" | RejectReason;

export type PricePick =
  /** Counted from the next one: 0 is the lowest that is not behind us. */
  | { readonly at: "rung"; readonly ahead: number; readonly offset: number }
  | { readonly at: "stop" | "emergency" | "mark"; readonly offset: number }
  /** An end of the band in which nothing happens. */
  | { readonly at: "above" | "below"; readonly offset: number }
  /** In hundredths of a percent from the entry, favorable positive. */
  | { readonly at: "move"; readonly move: number };

export type Deed =
  | { readonly do: "price"; readonly pick: PricePick }
  | { readonly do: "bad price"; readonly fault: "not a number" | "zero" | "negative" | "old" | "future" }
  /** The venue carries out some percent of a working order, or ends it. */
  | { readonly do: "execute"; readonly which: number; readonly percent: number }
  | { readonly do: "expire"; readonly which: number }
  /** A report that is on its way arrives; comes once more; is lost. */
  | { readonly do: "deliver"; readonly which: number }
  | { readonly do: "repeat"; readonly which: number }
  | { readonly do: "lose"; readonly which: number }
  /** Everything is carried out and told, in order. */
  | { readonly do: "settle" }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "close" | "retry" | "gone" }
  | { readonly do: "context"; readonly known: Partial<PositionContext> }
  | { readonly do: "crash"; readonly when: "now" | "before the next commit" | "after the next commit" };

export interface Sequence {
  readonly setting: Setting;
  readonly entryFate: Fate;
  readonly fates: readonly Fate[];
  readonly deeds: readonly Deed[];
}

/** Shares that sum to a million, each at least a thousandth. */
const shares = (rungs: number) =>
  fc.array(fc.integer({ min: 1, max: 20 }), { minLength: rungs, maxLength: rungs }).map((weights) => {
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const parts = weights.map((weight) => Math.floor((weight * 1_000_000) / sum));
    return parts.map((part, at) =>
      at === 0 ? part + 1_000_000 - parts.reduce((total, each) => total + each, 0) : part,
    );
  });

const ladder = fc.constantFrom(1, 2, 3, 3, 3, 5, 10).chain((rungs) =>
  fc
    .record({
      gaps: fc.array(fc.integer({ min: 1_000, max: 30_000 }), { minLength: rungs, maxLength: rungs }),
      parts: shares(rungs),
    })
    .map(({ gaps, parts }) => {
      let target = 0;
      return gaps.map((gap, at) => ({ target: (target += gap), fraction: parts[at] ?? 0 }));
    }),
);

const factor = fc.integer({ min: 500_000, max: 2_000_000 });
const onOrOff = <T>(settings: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: settings });
const seldom = <T>(settings: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: settings });
const rowsOf = <T>(row: fc.Arbitrary<T>, most: number): fc.Arbitrary<readonly T[]> =>
  fc.array(row, { maxLength: most });

const smartProfit = fc.record({
  rows: rowsOf(
    fc.record({
      move: fc.integer({ min: 1_000, max: 120_000 }),
      targetFurtherThan: fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: null }),
    }),
    4,
  ),
});
const momentumLoss = fc
  .record({
    giveBack: fc.integer({ min: 1_000, max: 1_000_000 }),
    rois: fc.tuple(fc.nat(200_000), fc.nat(400_000)),
    within: fc.integer({ min: 1_000, max: 1_000_000 }),
    minimumPeakRoi: fc.integer({ min: 1, max: 300_000 }),
  })
  .map(({ giveBack, rois, within, minimumPeakRoi }) => ({
    giveBack,
    within: { fromRoi: Math.min(...rois), toRoi: Math.max(...rois), giveBack: within },
    minimumPeakRoi,
  }));
const trailing = fc
  .record({
    activation: fc.constantFrom("entry" as const, "move" as const, "rung" as const),
    move: fc.integer({ min: 1, max: 60_000 }),
    rung: fc.integer({ min: 1, max: 9 }),
    distance: fc.integer({ min: 1_000, max: 80_000 }),
    volatility: fc.record({ high: factor, low: factor }),
    profit: rowsOf(fc.record({ above: fc.nat(150_000), factor }), 3),
    momentum: fc.record({ strong: factor, weak: factor }),
    bounds: fc.tuple(fc.integer({ min: 500, max: 80_000 }), fc.integer({ min: 500, max: 80_000 })),
  })
  .map(({ activation, move, rung, bounds, ...rest }) => ({
    ...rest,
    activation: { move: activation === "move" ? move : null, rung: activation === "rung" ? rung : null },
    minimum: Math.min(...bounds),
    maximum: Math.max(...bounds),
  }));
const movingTargets = fc.record({
  momentum: fc.record({ strong: factor, weak: factor }),
  regime: fc.record({ trending: factor, ranging: factor, choppy: factor }),
  volatility: fc.record({ high: factor, low: factor }),
  rsi: fc.record({ stretched: factor, relaxed: factor }),
  obstacle: fc.record({ near: factor }),
  time: rowsOf(fc.record({ afterMs: fc.integer({ min: 1, max: 100_000 }), factor }), 3),
  profit: rowsOf(fc.record({ above: fc.nat(120_000), factor }), 3),
  minimum: fc.integer({ min: 300_000, max: 1_000_000 }),
  maximum: fc.integer({ min: 1_000_000, max: 2_000_000 }),
  noFurtherFrom: fc.integer({ min: 1, max: 1_000_000 }),
});
export const rules: fc.Arbitrary<PlanRules> = fc.record({
  smartProfit: onOrOff(smartProfit),
  momentumLoss: onOrOff(momentumLoss),
  trailing: onOrOff(trailing),
  movingTargets: onOrOff(movingTargets),
  maxHoldingTime: seldom(fc.record({ afterMs: fc.integer({ min: 1, max: 90_000 }) })),
  exitAtTime: seldom(fc.record({ at: fc.integer({ min: START_MS + 1, max: START_MS + 120_000 }) })),
  volatilityCorrection: fc.constant(null),
});

export const plan = fc.record({
  ladder,
  stop: fc
    .integer({ min: 2_000, max: 300_000 })
    .map((share) => ({ kind: "fraction" as const, fraction: share as never })),
  undersizedExit: fc.constantFrom(
    "raise" as const,
    "raise" as const,
    "skip" as const,
    "skip" as const,
    "close" as const,
  ),
  residualBelowMinimum: fc.constantFrom("keep" as const, "close" as const),
  minimumExitValue: fc.constantFrom("0", "5", "5", "50").map((value) => value as never),
  breakeven: fc.constantFrom("entry" as const, "entryPlusFees" as const),
  fallbackToSingle: fc.boolean(),
});

const setting: fc.Arbitrary<Setting> = fc
  .record({
    side: fc.constantFrom("long" as const, "short" as const),
    kind: fc.constantFrom("derivative" as const, "spot" as const),
    market: fc.constantFrom(
      { step: "1", tick: "0.01", contractSize: "1", entryTicks: [9_000, 11_000] },
      { step: "0.001", tick: "0.1", contractSize: "1", entryTicks: [200_000, 900_000] },
      { step: "0.3", tick: "0.25", contractSize: "0.1", entryTicks: [300, 5_000] },
      { step: "10", tick: "0.00001", contractSize: "1", entryTicks: [500, 90_000] },
      { step: "1", tick: null, contractSize: "100", entryTicks: [1_000, 3_000_000] },
    ),
    place: fc.nat(1_000_000),
    lots: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 20, max: 2_000 }) },
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 20 }) },
    ),
    leverage: fc.constantFrom(1, 1, 2, 5, 10, 25),
    minimumShare: fc.constantFrom(null, null, 1, 5, 15, 30, 60),
    minimumCost: fc.constantFrom(null, null, "5", "100"),
    plan,
    rules: fc.oneof({ weight: 1, arbitrary: fc.constant(NO_RULES) }, { weight: 3, arbitrary: rules }),
    markStep: fc.constantFrom(0, 1_000, 1_000, 7_777, 30_000),
    byRegime: fc.boolean(),
    feeInCoin: fc.boolean(),
    staleAfterFiveSeconds: fc.boolean(),
    priceAfterRestart: fc.boolean(),
  })
  .map(({ market, place, minimumShare, ...drawn }) => {
    const [least = 0, most = 0] = market.entryTicks;
    const spot = drawn.kind === "spot";
    return {
      ...drawn,
      ...market,
      side: spot ? "long" : drawn.side,
      leverage: spot ? 1 : drawn.leverage,
      contractSize: spot ? "1" : market.contractSize,
      entryTicks: least + (place % (most - least)),
      minimum: minimumShare === null ? null : Math.max(1, Math.floor((drawn.lots * minimumShare) / 100)),
      feeInCoin: spot && drawn.feeInCoin,
    };
  });

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 14, arbitrary: fc.constant<Fate>("taken") },
  {
    weight: 6,
    arbitrary: fc.constantFrom<Fate>("taken, no answer", "lost", "lost, no answer", "other", "below_minimum"),
  },
);

const pick: fc.Arbitrary<PricePick> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      at: fc.constant("rung" as const),
      ahead: fc.constantFrom(0, 0, 0, 0, 1, 1, 2, 9),
      offset: fc.integer({ min: -1, max: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      at: fc.constantFrom("stop" as const, "emergency" as const, "mark" as const),
      offset: fc.integer({ min: -1, max: 2 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      at: fc.constantFrom("above" as const, "below" as const),
      offset: fc.constantFrom(-1, 0, 0, 0, 1),
    }),
  },
  { weight: 3, arbitrary: fc.record({ at: fc.constant("move" as const), move: fc.integer({ min: -80, max: 250 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ at: fc.constant("move" as const), move: fc.integer({ min: -6_000, max: 6_000 }) }),
  },
);

const known: fc.Arbitrary<Partial<PositionContext>> = fc.record(
  {
    regime: fc.constantFrom("trending", "ranging", "choppy", null),
    volatility: fc.constantFrom("low", "normal", "high", null),
    momentum: fc.constantFrom("weak", "normal", "strong", null),
    rsi: fc.constantFrom("relaxed", "normal", "stretched", null),
    obstacle: fc.constantFrom("clear", "near", null),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Partial<PositionContext>>;

const which = fc.nat(5);
const calm: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 8, arbitrary: pick.map((each): Deed => ({ do: "price", pick: each })) },
  { weight: 6, arbitrary: fc.constant<Deed>({ do: "settle" }) },
  {
    weight: 4,
    arbitrary: fc
      .record({ which, percent: fc.integer({ min: 1, max: 100 }) })
      .map((each): Deed => ({ do: "execute", ...each })),
  },
  { weight: 4, arbitrary: which.map((each): Deed => ({ do: "deliver", which: each })) },
  { weight: 2, arbitrary: which.map((each): Deed => ({ do: "repeat", which: each })) },
  { weight: 1, arbitrary: which.map((each): Deed => ({ do: "lose", which: each })) },
  { weight: 1, arbitrary: which.map((each): Deed => ({ do: "expire", which: each })) },
  { weight: 4, arbitrary: fc.constantFrom(100, 1_000, 5_000, 5_001, 31_000).map((ms): Deed => ({ do: "wait", ms })) },
  { weight: 3, arbitrary: known.map((each): Deed => ({ do: "context", known: each })) },
  { weight: 1, arbitrary: fc.constantFrom("close", "retry", "gone").map((what): Deed => ({ do: what as "close" })) },
);
const badPrice = fc
  .constantFrom("not a number", "zero", "negative", "old", "future")
  .map((fault): Deed => ({ do: "bad price", fault: fault as "zero" }));
const crash = fc
  .constantFrom("now", "before the next commit", "after the next commit")
  .map((when): Deed => ({ do: "crash", when: when as "now" }));

/** Most rungs are reached and hit without an accident; else few sequences would come far. */
const smooth = fc
  .constantFrom(0, 0, 0, 1)
  .map((ahead): readonly Deed[] => [{ do: "price", pick: { at: "rung", ahead, offset: 0 } }, { do: "settle" }]);

const sequenceOf = (deed: fc.Arbitrary<Deed>): fc.Arbitrary<Sequence> =>
  fc
    .record({
      setting,
      entryFate: fc.oneof({ weight: 12, arbitrary: fc.constant<Fate>("taken") }, { weight: 1, arbitrary: fate }),
      fates: fc.array(fate, { minLength: 1, maxLength: 12 }),
      opens: fc.constantFrom<readonly Deed[]>([{ do: "settle" }], [{ do: "settle" }], []),
      deeds: fc.array(
        fc.oneof({ weight: 5, arbitrary: deed.map((each) => [each]) }, { weight: 1, arbitrary: smooth }),
        { minLength: 8, maxLength: 30, size: "max" },
      ),
    })
    .map(({ opens, deeds, ...drawn }) => ({ ...drawn, deeds: [...opens, ...deeds.flat()] }));

/** Everything may happen, crashes and bad prices included. */
export const sequences: fc.Arbitrary<Sequence> = sequenceOf(
  fc.oneof({ weight: 30, arbitrary: calm }, { weight: 2, arbitrary: crash }, { weight: 1, arbitrary: badPrice }),
);

/** Everything but crashes and bad prices: what is left is the very same in every life of the process. */
export const unbrokenSequences: fc.Arbitrary<Sequence> = sequenceOf(calm);
