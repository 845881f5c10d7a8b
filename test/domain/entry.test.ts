/** R8.1, R4.1, R13.0: what an entry is refused for, and what is only said. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { validateEntry, type EntryContext, type EntryRequest, type ValidEntry } from "../../src/domain/entry.ts";
import { DEFAULT_PLAN_SETTINGS, makePlan, type PlanSettings } from "../../src/domain/make-plan.ts";
import type { Market } from "../../src/domain/market.ts";
import type { InitialStop, Plan } from "../../src/domain/plan.ts";
import { admitPrice, freshQuote, openGate, type FreshPrice } from "../../src/domain/price-gate.ts";
import { isRefused, type Refused } from "../../src/domain/refused.ts";
import { decimalText, epochMs, fractionFromMillionths, lots } from "../../src/domain/units.ts";

const DERIVATIVE: Market = {
  symbol: "BTC/USDT:USDT",
  kind: "derivative",
  linear: true,
  active: true,
  base: "BTC",
  quote: "USDT",
  contractSize: decimalText("1"),
  amountStep: decimalText("0.001"),
  priceTick: decimalText("0.1"),
  minimumLots: lots(2),
  minimumCost: decimalText("150"),
  maximumLots: lots(120_000),
  maximumLeverage: 100,
};
const SPOT: Market = { ...DERIVATIVE, symbol: "BTC/USDT", kind: "spot", maximumLeverage: null };

const LIMITS = { maximumFutureMs: 5_000, maximumAgeMs: null };

function freshPrice(value: number): FreshPrice {
  const gate = openGate();
  admitPrice(gate, value, 1_000, 1_000, LIMITS);
  const quote = freshQuote(gate, 1_000, LIMITS);
  if (quote === null) throw new Error(`${value} is no price`);
  return quote;
}

function planOf(changes: Partial<PlanSettings> = {}): Plan {
  const made = makePlan({ ...DEFAULT_PLAN_SETTINGS, ...changes });
  if (isRefused(made)) throw new Error(made.message);
  return made.plan;
}

const request = (changes: Partial<EntryRequest> = {}): EntryRequest => ({
  id: "e1",
  account: "main",
  symbol: DERIVATIVE.symbol,
  side: "long",
  amount: decimalText("0.1"),
  atMs: epochMs(1_000),
  ...changes,
});

const context = (changes: Partial<EntryContext> = {}): EntryContext => ({
  market: DERIVATIVE,
  price: freshPrice(50_000),
  openPositions: { find: () => null },
  hedgeMode: false,
  usedIds: new Set<string>(),
  plan: planOf(),
  ...changes,
});

function valid(asked: Partial<EntryRequest> = {}, given: Partial<EntryContext> = {}): ValidEntry {
  const result = validateEntry(request(asked), context(given));
  if (isRefused(result)) throw new Error(result.message);
  return result;
}

function refusal(asked: Partial<EntryRequest>, given: Partial<EntryContext> = {}): Refused {
  const result = validateEntry(request(asked), context(given));
  if (!isRefused(result)) throw new Error("it was accepted");
  return result;
}

const fractionStop = (millionths: number): InitialStop => ({
  kind: "fraction",
  fraction: fractionFromMillionths(millionths),
});
const priceStop = (price: string): InitialStop => ({ kind: "price", price: decimalText(price) });

describe("an entry that may be opened", () => {
  it("R8.1 has whole lots, leverage 1 by default, and nothing to say", () => {
    expect(valid()).toEqual({ lots: 100, leverage: 1, market: DERIVATIVE, plan: planOf(), warnings: [] });
  });

  it("R8.1 an amount that is not whole lots is rounded down, with a warning that names both", () => {
    const entry = valid({ amount: decimalText("0.10090") });
    expect(entry.lots).toBe(100);
    expect(entry.warnings).toEqual(["Entry amount 0.1009 for BTC/USDT:USDT rounded down to 0.1 (amount step 0.001)"]);
  });

  it("R8.1 an amount written with more zeros is the same amount", () => {
    expect(valid({ amount: decimalText("0.1000000") }).warnings).toEqual([]);
  });

  it("R4.1 the entry's own stop takes the place of the plan's", () => {
    expect(valid({ stop: fractionStop(20_000) }).plan).toEqual({ ...planOf(), initialStop: fractionStop(20_000) });
    expect(valid({ stop: priceStop("49000") }).plan.initialStop).toEqual(priceStop("49000"));
  });

  it.each([
    ["exactly the minimum cost", "0.003"],
    ["exactly the maximum", "120"],
  ])("R8.1 %s is enough", (_, amount) => {
    expect(valid({ amount: decimalText(amount) }).warnings).toEqual([]);
  });

  it.each([[1], [20], [100]])("R8.1 leverage %s is within the market's maximum of 100", (leverage) => {
    expect(valid({ leverage, stop: fractionStop(1_000) }).leverage).toBe(leverage);
  });
});

describe("refusals of the entry itself", () => {
  it.each(["0", "0.000", "-0.1", "abc", "", "1e3", "Infinity", " 1", ".5"])("R8.1 amount %j", (amount) => {
    expect(refusal({ amount: decimalText(amount) })).toMatchObject({
      rule: "R8.1",
      field: "amount",
      limit: "decimal text greater than 0",
    });
  });

  it.each([0, 0.5, -1, 126, Number.NaN, Number.POSITIVE_INFINITY])("R8.1 leverage %s", (leverage) => {
    expect(refusal({ leverage })).toEqual({
      kind: "refused",
      rule: "R8.1",
      field: "leverage",
      value: String(leverage),
      limit: "1 to 125",
      message: `leverage is ${leverage}; allowed: 1 to 125`,
    });
  });

  it.each([0, 1_000_000, 1_500_000, -1, 0.5])("R8.1 a stop of %s millionths", (millionths) => {
    expect(refusal({ stop: fractionStop(millionths) })).toMatchObject({
      rule: "R8.1",
      field: "stop.fraction",
      limit: "more than 0 and less than 1",
    });
  });

  it.each(["", "two words", "x".repeat(101), "tab\t"])("R8.1 id %j", (id) => {
    expect(refusal({ id })).toMatchObject({ rule: "R8.1", field: "id" });
  });
});

describe("refusals by the market", () => {
  it.each<[string, Partial<EntryRequest>, Partial<EntryContext>, Partial<Refused>]>([
    [
      "not known",
      { symbol: "NO/PE" },
      { market: undefined },
      { field: "symbol", value: "NO/PE", message: "No market NO/PE is known" },
    ],
    ["not active", {}, { market: { ...DERIVATIVE, active: false } }, { field: "symbol", limit: "an active market" }],
    [
      "inverse",
      {},
      { market: { ...DERIVATIVE, linear: false } },
      {
        field: "symbol",
        limit: "a linear market",
        message: "inverse contracts are refused until they are supported everywhere",
      },
    ],
    [
      "above its leverage",
      { leverage: 101 },
      {},
      { field: "leverage", value: "101", limit: "1 to 100 on BTC/USDT:USDT" },
    ],
    ["leverage on spot", { leverage: 2 }, { market: SPOT }, { field: "leverage", limit: "1 on spot" }],
    [
      "short on spot",
      { side: "short" },
      { market: SPOT },
      { field: "side", value: "short", message: "short needs a derivatives market" },
    ],
    [
      "less than one step",
      { amount: decimalText("0.0009") },
      {},
      { field: "amount", value: "0.0009", limit: "at least one step of 0.001" },
    ],
    [
      "more than can be counted",
      { amount: decimalText("99999999999999999999") },
      {},
      { field: "amount", limit: "less than 2^53 steps of 0.001" },
    ],
    [
      "under its minimum amount",
      { amount: decimalText("0.001") },
      {},
      { field: "amount", value: "0.001", limit: "at least 0.002 for BTC/USDT:USDT" },
    ],
    [
      "under its minimum cost",
      { amount: decimalText("0.0029") },
      {},
      { field: "amount", message: "amount 0.002 is worth 100.0 USDT; allowed: at least 150.0 USDT for BTC/USDT:USDT" },
    ],
    [
      "over its maximum",
      { amount: decimalText("120.001") },
      {},
      { field: "amount", limit: "at most 120.0 for BTC/USDT:USDT" },
    ],
    [
      "without a price",
      {},
      { price: null },
      { field: "price", value: "none", message: "No valid price for BTC/USDT:USDT yet: an entry needs one" },
    ],
  ])("R8.1 %s", (_, asked, given, expected) => {
    expect(refusal(asked, given)).toMatchObject({ rule: "R8.1", ...expected });
  });
});

describe("refusals by the price", () => {
  it.each([
    ["long", "50000", "below the current price 50000.0 for a long"],
    ["long", "50000.1", "below the current price 50000.0 for a long"],
    ["short", "50000", "above the current price 50000.0 for a short"],
    ["short", "49000", "above the current price 50000.0 for a short"],
  ] as const)("R8.1 a %s with a stop at %s", (side, price, limit) => {
    expect(refusal({ side, stop: priceStop(price) })).toMatchObject({
      rule: "R8.1",
      field: "stop.price",
      value: price,
      limit,
    });
  });

  it("R8.1 the plan's own stop price is held to the same", () => {
    expect(refusal({}, { plan: planOf({ stop: priceStop("51000") }) })).toMatchObject({
      field: "stop.price",
      value: "51000",
    });
  });

  it("R8.1 a short's target at 100 % would stand at zero", () => {
    const plan = planOf({
      ladder: [
        { target: 30_000, fraction: 500_000 },
        { target: 1_000_000, fraction: 500_000 },
      ],
    });
    expect(refusal({ side: "short" }, { plan })).toMatchObject({
      field: "ladder[1].target",
      value: "1",
      limit: "less than 1 for a short",
    });
    expect(valid({ side: "long" }, { plan }).lots).toBe(100);
  });
});

describe("refusals by what is there already", () => {
  const heldBy = (id: string, held: "long" | "short"): EntryContext["openPositions"] => ({
    find: (place) =>
      place.symbol === DERIVATIVE.symbol && place.account === "main" && (place.side === null || place.side === held)
        ? id
        : null,
  });

  it("R8.1 one position per account and symbol, whatever its side", () => {
    const openPositions = heldBy("p7", "short");
    expect(refusal({}, { openPositions })).toMatchObject({
      rule: "R8.1",
      field: "symbol",
      value: DERIVATIVE.symbol,
      message: "BTC/USDT:USDT is already held by position p7; allowed: one position per account and symbol",
    });
    expect(valid({ account: "other" }, { openPositions }).lots).toBe(100);
  });

  it("R8.1 in hedge mode one per side", () => {
    const openPositions = heldBy("p7", "short");
    expect(valid({}, { openPositions, hedgeMode: true }).lots).toBe(100);
    expect(refusal({ side: "short" }, { openPositions, hedgeMode: true })).toMatchObject({
      limit: "one position per account, symbol and side",
    });
  });

  it("R8.1 an id is used once", () => {
    expect(refusal({}, { usedIds: new Set(["e1"]) })).toMatchObject({
      field: "id",
      value: "e1",
      message: "The id e1 was used before",
    });
  });
});

describe("warnings at opening", () => {
  it("R4.1 an emergency level that is nearer than the stop is said", () => {
    expect(valid({ leverage: 10 }).warnings).toEqual([
      "Emergency stop for BTC/USDT:USDT at -15.0% ROI is nearer than the stop: at 10x leverage it is a move of 1.5%, the stop is 5.0% away",
    ]);
    expect(valid({ leverage: 10, stop: priceStop("49000") }).warnings[0]).toContain(
      "a move of 1.5%, the stop is 2.0% away",
    );
  });

  it("R4.1 one at the stop, or beyond it, is not", () => {
    expect(valid({ leverage: 3 }).warnings).toEqual([]);
    expect(valid({ leverage: 10, stop: fractionStop(15_000) }).warnings).toEqual([]);
    expect(valid({ leverage: 10 }, { plan: planOf({ emergencyLevels: [] }) }).warnings).toEqual([]);
  });

  it("R4.1 a stop beyond the estimated liquidation is said", () => {
    expect(valid({ leverage: 25 }, { plan: planOf({ emergencyLevels: [] }) }).warnings).toEqual([
      "Stop for BTC/USDT:USDT is 5.0% away, at or beyond the estimated liquidation price: at 25x leverage that is a move of 4.0%",
    ]);
    expect(valid({ leverage: 19 }, { plan: planOf({ emergencyLevels: [] }) }).warnings).toEqual([]);
  });
});

describe("whatever it is given", () => {
  it("R8.1 R13.0 it never throws, and every refusal says everything", () => {
    const text = fc.oneof(fc.string(), fc.constantFrom("0.1", "1", "0.0009", "-5", "9".repeat(40), "1e400"));
    /** Mostly what is right, so that the later checks are reached as well. */
    const mostly = (right: unknown, wrong: fc.Arbitrary<unknown>) =>
      fc.oneof({ weight: 6, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: wrong });
    const anything = fc.record({
      id: mostly("e1", fc.oneof(text, fc.anything())),
      account: mostly("main", fc.oneof(text, fc.anything())),
      symbol: text,
      side: mostly("long", fc.oneof(fc.constant("short"), fc.anything())),
      amount: mostly("0.1", fc.oneof(text, fc.anything())),
      leverage: mostly(1, fc.oneof(fc.integer({ min: 1, max: 125 }), fc.double(), fc.anything())),
      stop: mostly(
        undefined,
        fc.oneof(
          fc.record({ kind: fc.constant("fraction"), fraction: fc.oneof(fc.integer(), fc.anything()) }),
          fc.record({ kind: fc.constant("price"), price: fc.oneof(text, fc.anything()) }),
          fc.anything(),
        ),
      ),
      atMs: fc.integer(),
    }) as fc.Arbitrary<EntryRequest>;
    const market = fc.constantFrom(
      undefined,
      DERIVATIVE,
      SPOT,
      { ...DERIVATIVE, amountStep: decimalText("0") },
      { ...DERIVATIVE, minimumCost: decimalText("9".repeat(40)) },
    );
    const value = fc.oneof(fc.constant(null), fc.double({ min: 5e-324, max: Number.MAX_VALUE, noNaN: true }));
    fc.assert(
      fc.property(anything, market, value, (asked, known, at) => {
        const result = validateEntry(asked, context({ market: known, price: at === null ? null : freshPrice(at) }));
        if (!isRefused(result)) {
          expect(result.lots).toBeGreaterThan(0);
          return;
        }
        for (const part of [result.rule, result.field, result.value, result.limit, result.message])
          expect(part).toMatch(/./);
      }),
      { numRuns: 2_000 },
    );
  });

  it("R8.1 what is accepted is whole lots, never more than was asked for, less than one lot short of it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 1_200_000 }), (tenths) => {
        const amount = (tenths / 10_000).toFixed(4);
        const entry = valid({ amount: decimalText(amount) });
        expect(entry.lots).toBe(Math.floor(tenths / 10));
        expect(entry.warnings).toHaveLength(tenths % 10 === 0 ? 0 : 1);
      }),
    );
  });
});
