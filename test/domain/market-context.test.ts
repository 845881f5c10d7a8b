/** From figures to classes (R6.4 and section 16): every bound, with its hysteresis, and both sides of the market. */
import { describe, expect, it } from "vitest";
import {
  CLASS_BOUNDS,
  classify,
  contextWith,
  figuresFault,
  NO_CONTEXT,
  NOTHING_KNOWN,
  type MarketClasses,
  type MarketFigures,
} from "../../src/domain/market-context.ts";
import { DEFAULT_PLAN_SETTINGS, makePlan } from "../../src/domain/make-plan.ts";
import { isRefused } from "../../src/domain/refused.ts";
import { classesUsed } from "../../src/domain/context-change.ts";
import { NO_RULES, settingsOver } from "../../src/domain/rules/table.ts";
import { aMarket, type MarketWords } from "../support/house.ts";
import { decimalText, type DecimalText } from "../../src/domain/units.ts";
import { long, tape } from "../support/tape.ts";

/** The classes after figures that come one after the other. */
const after = (...figures: readonly MarketFigures[]): MarketClasses =>
  figures.reduce<MarketClasses>((classes, each) => classify(each, classes), NOTHING_KNOWN);

describe("R6.4 bounds and their hysteresis of 10 %", () => {
  it("R6.4 section 16, word for word", () => {
    expect(CLASS_BOUNDS).toEqual({
      volatilityHigh: 1.5,
      volatilityLow: 0.7,
      momentumStrong: 1.5,
      momentumWeak: 0.5,
      adxTrending: 25,
      adxRanging: 20,
      choppyAtrRatio: 1.2,
      rsiHigh: 70,
      rsiLow: 30,
      obstacleInAtrs: 1,
      hysteresis: 0.1,
    });
  });

  it.each`
    figures              | volatility
    ${[1.5]}             | ${"normal"}
    ${[1.51]}            | ${"high"}
    ${[1.51, 1.4]}       | ${"high"}
    ${[1.51, 1.35]}      | ${"normal"}
    ${[1.51, 1.34, 1.4]} | ${"normal"}
    ${[0.7]}             | ${"normal"}
    ${[0.69]}            | ${"low"}
    ${[0.69, 0.76]}      | ${"low"}
    ${[0.69, 0.77]}      | ${"normal"}
    ${[0.69, 2]}         | ${"high"}
  `("R6.4 ATR over its average $figures: volatility $volatility", ({ figures, volatility }) => {
    const classes = after(...(figures as number[]).map((atrRatio) => ({ atrRatio })));
    expect([classes.long.volatility, classes.short.volatility]).toEqual([volatility, volatility]);
  });

  it.each`
    figures          | long        | short
    ${[1.5]}         | ${"normal"} | ${"weak"}
    ${[1.51]}        | ${"strong"} | ${"weak"}
    ${[1.51, 1.36]}  | ${"strong"} | ${"weak"}
    ${[1.51, 1.35]}  | ${"normal"} | ${"weak"}
    ${[0.5]}         | ${"normal"} | ${"weak"}
    ${[0.49]}        | ${"weak"}   | ${"weak"}
    ${[0.49, 0.54]}  | ${"weak"}   | ${"weak"}
    ${[0.49, 0.551]} | ${"normal"} | ${"weak"}
    ${[-2]}          | ${"weak"}   | ${"strong"}
  `(
    "R6.4 a change of $figures ATRs: momentum $long for a long, $short for a short",
    ({ figures, long: up, short: down }) => {
      const classes = after(...(figures as number[]).map((changeInAtrs) => ({ changeInAtrs })));
      expect([classes.long.momentum, classes.short.momentum]).toEqual([up, down]);
    },
  );

  it.each`
    figures                                                       | regime
    ${[{ adx: 25 }]}                                              | ${null}
    ${[{ adx: 25.1 }]}                                            | ${"trending"}
    ${[{ adx: 25.1 }, { adx: 22.6 }]}                             | ${"trending"}
    ${[{ adx: 25.1 }, { adx: 22.5 }]}                             | ${null}
    ${[{ adx: 20 }]}                                              | ${null}
    ${[{ adx: 19.9 }]}                                            | ${"ranging"}
    ${[{ adx: 19.9 }, { adx: 21.9 }]}                             | ${"ranging"}
    ${[{ adx: 19.9 }, { adx: 22 }]}                               | ${null}
    ${[{ adx: 10, atrRatio: 1.2 }]}                               | ${"ranging"}
    ${[{ adx: 10, atrRatio: 1.21 }]}                              | ${"choppy"}
    ${[{ adx: 10, atrRatio: 1.21 }, { adx: 10, atrRatio: 1.09 }]} | ${"choppy"}
    ${[{ adx: 10, atrRatio: 1.21 }, { adx: 10, atrRatio: 1.08 }]} | ${"ranging"}
    ${[{ adx: 30, atrRatio: 9 }]}                                 | ${"trending"}
  `("R6.4 $figures: regime $regime", ({ figures, regime }) => {
    expect(after(...(figures as MarketFigures[])).long.regime).toBe(regime);
  });

  it.each`
    rsi         | long           | short
    ${[70]}     | ${"normal"}    | ${"normal"}
    ${[71]}     | ${"stretched"} | ${"relaxed"}
    ${[71, 64]} | ${"stretched"} | ${"relaxed"}
    ${[71, 63]} | ${"normal"}    | ${"normal"}
    ${[29]}     | ${"relaxed"}   | ${"stretched"}
    ${[29, 32]} | ${"relaxed"}   | ${"stretched"}
    ${[29, 33]} | ${"normal"}    | ${"normal"}
  `("R6.4 RSI $rsi: $long for a long, $short for a short", ({ rsi, long: up, short: down }) => {
    const classes = after(...(rsi as number[]).map((value) => ({ rsi: value })));
    expect([classes.long.rsi, classes.short.rsi]).toEqual([up, down]);
  });

  it("R6.4 swing levels: resistance counts for a long, support for a short", () => {
    expect(after({ swingAboveInAtrs: 0.9, swingBelowInAtrs: 1 })).toMatchObject({
      long: { obstacle: "near" },
      short: { obstacle: "clear" },
    });
    expect(after({ swingAboveInAtrs: 0.9 }, { swingAboveInAtrs: 1.05 }).long.obstacle).toBe("near");
    expect(after({ swingAboveInAtrs: 0.9 }, { swingAboveInAtrs: null }).long.obstacle).toBe("clear");
  });

  it("R6.4 what is not known leaves a class as it was", () => {
    expect(after({ atrRatio: 2 }, { adx: 30 }).long).toEqual({ volatility: "high", regime: "trending" });
    expect(after({}).long).toEqual({});
  });
});

describe("R9.4 figures that cannot be meant are refused with their name", () => {
  it.each`
    figures                                       | field                         | value
    ${{ atrRatio: Number.NaN }}                   | ${"context.atrRatio"}         | ${"NaN"}
    ${{ atrRatio: -0.1 }}                         | ${"context.atrRatio"}         | ${"-0.1"}
    ${{ adx: 101 }}                               | ${"context.adx"}              | ${"101"}
    ${{ rsi: Number.POSITIVE_INFINITY }}          | ${"context.rsi"}              | ${"Infinity"}
    ${{ changeInAtrs: Number.NEGATIVE_INFINITY }} | ${"context.changeInAtrs"}     | ${"-Infinity"}
    ${{ swingAboveInAtrs: -1 }}                   | ${"context.swingAboveInAtrs"} | ${"-1"}
    ${{ swingBelowInAtrs: Number.NaN }}           | ${"context.swingBelowInAtrs"} | ${"NaN"}
    ${{ adx: null }}                              | ${"context.adx"}              | ${"null"}
    ${{ adx: "30" }}                              | ${"context.adx"}              | ${"30"}
  `("R9.4 R6.4 $field $value", ({ figures, field, value }) => {
    expect(figuresFault(figures as MarketFigures)).toMatchObject({ kind: "refused", rule: "R6.4", field, value });
  });

  it("R6.4 sound ones are not", () => {
    expect(figuresFault({ atrRatio: 1, adx: 0, rsi: 100, changeInAtrs: -3, swingAboveInAtrs: null })).toBeNull();
  });
});

describe("R6.4 what a position takes over", () => {
  it("R6.4 only the classes that its plan looks at", () => {
    const used = (rules: object) => {
      const made = makePlan({
        ...DEFAULT_PLAN_SETTINGS,
        minimumExitValue: decimalText("5"),
        rules: { ...NO_RULES, ...rules },
      });
      return isRefused(made) ? [] : classesUsed(made.plan);
    };
    expect(used({})).toEqual([]);
    expect(used(settingsOver(NO_RULES, "trailing", true))).toEqual(["volatility", "momentum"]);
    expect(used(settingsOver(NO_RULES, "movingTargets", true))).toEqual([
      "regime",
      "volatility",
      "momentum",
      "rsi",
      "obstacle",
    ]);
    const known = { regime: "trending", volatility: "high" } as const;
    expect(contextWith(NO_CONTEXT, known, ["volatility"])).toEqual({ ...NO_CONTEXT, volatility: "high" });
    expect(contextWith(NO_CONTEXT, known, [])).toBe(NO_CONTEXT);
    const context = contextWith(NO_CONTEXT, known, ["regime"]);
    expect(contextWith(context, { regime: null }, ["regime"])).toEqual(NO_CONTEXT);
  });
});

describe("R3.5 by balance profile and by regime", () => {
  const valueOf = (settings: object, market: MarketWords = {}) => {
    const made = makePlan({ ...DEFAULT_PLAN_SETTINGS, ...settings }, aMarket(market));
    if (isRefused(made)) throw new Error(made.message);
    return [made.plan.minimumExitValue, made.plan.minimumExitValueByRegime];
  };

  it.each`
    balance       | value
    ${null}       | ${"5"}
    ${"999.99"}   | ${"3"}
    ${"1000"}     | ${"5"}
    ${"10000"}    | ${"5"}
    ${"10000.01"} | ${"10"}
  `("R3.5 balance $balance: $value, ranging 5, trending 10", ({ balance, value }) => {
    const byRegime = { ranging: "5", trending: "10" };
    expect(valueOf({ balance: balance as DecimalText | null })).toEqual([value, byRegime]);
  });

  it("R3.5 a value that is given counts whatever the regime; 0 is off", () => {
    expect(valueOf({ minimumExitValue: decimalText("7") })).toEqual(["7", null]);
    expect(valueOf({ minimumExitValue: decimalText("0") })).toEqual(["0", null]);
  });

  const HELD = { ladder: "3% 5%, 8% 95%" };
  // 5 % of 160 at 103: 8.24.
  tape(
    "R3.5 R6.4 trending asks for 10: an exit worth 8.24 is held back, and goes out when the regime has changed",
    long({ entry: 100, amount: "1.6", market: { step: "0.001" }, plan: HELD }),
    `
    context regime trending | market regime trending
    price 103               | not done: TP1 held back: the exit is worth 8.24, less than 10.0 USDT
    context regime ranging  | market regime ranging  exit 0.08 TP1
  `,
  );

  tape(
    "R3.5 when both are known the larger counts: 10 by a large balance, 5 by the range",
    long({
      entry: 100,
      amount: "1.6",
      market: { step: "0.001" },
      plan: { ...HELD, balance: decimalText("20000") },
    }),
    `
    context regime ranging  | market regime ranging
    price 103               | not done: TP1 held back: the exit is worth 8.24, less than 10.0 USDT
  `,
  );

  tape(
    "R3.5 a small balance asks for 3, a range for 5: 4.12 is held back there, and sent without it",
    long({ entry: 100, amount: "0.8", market: { step: "0.001" }, plan: { ...HELD, balance: decimalText("500") } }),
    `
    context regime ranging  | market regime ranging
    price 103               | not done: TP1 held back: the exit is worth 4.12, less than 5.0 USDT
    context regime none     | exit 0.04 TP1
  `,
  );
});
