/** R2.1, R2.7 to R2.9, R3.3, R3.5, R4.1, R4.2, P5, P7: from settings to a plan. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_PLAN_SETTINGS, makePlan, type MadePlan, type PlanSettings } from "../../src/domain/make-plan.ts";
import type { Market } from "../../src/domain/market.ts";
import type { EmergencyLevel } from "../../src/domain/plan.ts";
import { isRefused, type Refused } from "../../src/domain/refused.ts";
import { decimalText, fractionFromMillionths, lots, roiOf } from "../../src/domain/units.ts";

const RUNS = { numRuns: 500 };

const marketIn = (quote: string): Market => ({
  symbol: `BTC/${quote}`,
  kind: "spot",
  linear: true,
  active: true,
  base: "BTC",
  quote,
  contractSize: decimalText("1"),
  amountStep: decimalText("0.0001"),
  priceTick: decimalText("0.01"),
  minimumLots: lots(1),
  minimumCost: null,
  maximumLots: null,
  maximumLeverage: null,
});

const settings = (changes: Partial<PlanSettings> = {}): PlanSettings => ({ ...DEFAULT_PLAN_SETTINGS, ...changes });
const rungs = (...pairs: readonly (readonly [target: number, fraction: number])[]): PlanSettings["ladder"] =>
  pairs.map(([target, fraction]) => ({ target: Math.round(target * 1e6), fraction: Math.round(fraction * 1e6) }));
const STRICT = { enabled: true, strict: true };

function made(changes: Partial<PlanSettings>, market?: Market): MadePlan {
  const result = makePlan(settings(changes), market);
  if (isRefused(result)) throw new Error(result.message);
  return result;
}

function refusal(changes: Partial<PlanSettings>): Refused {
  const result = makePlan(settings(changes));
  if (!isRefused(result)) throw new Error("it was accepted");
  return result;
}

const targets = ({ plan }: MadePlan): readonly number[] => plan.ladder.map((rung) => rung.targetMove / 1e6);
const fractions = ({ plan }: MadePlan): readonly number[] => plan.ladder.map((rung) => rung.exitFraction);

describe("the default plan", () => {
  it("R2.1 closes 40 % at +3 %, 30 % at +5 %, 30 % at +8 %", () => {
    const plan = made({});
    expect(plan.warnings).toEqual([]);
    expect(plan.plan.takeProfit).toBe("scaled");
    expect(targets(plan)).toEqual([0.03, 0.05, 0.08]);
    expect(fractions(plan)).toEqual([400_000, 300_000, 300_000]);
    expect(plan.plan.singleTargetMove).toBe(80_000);
  });

  it("R4.1 R4.2 R3.1 R3.5 R3.6 has the stop at 5 %, three emergency levels, and exits of 5 at least", () => {
    const { plan } = made({}, marketIn("USDT"));
    expect(plan.initialStop).toEqual({ kind: "fraction", fraction: 50_000 });
    expect(plan.emergencyLevels).toEqual([
      { roi: -150_000, reason: "emergency_stop_excessive_loss" },
      { roi: -250_000, reason: "emergency_stop_severe_loss" },
      { roi: -400_000, reason: "emergency_stop_liquidation_risk" },
    ]);
    expect([plan.undersizedExit, plan.residualBelowMinimum, plan.minimumExitValue, plan.fallbackToSingle]).toEqual([
      "raise",
      "keep",
      "5",
      true,
    ]);
  });
});

describe("targets", () => {
  const DISORDER = "Scaled TP disabled: profit levels must be in ascending order";

  it.each([
    ["descending", rungs([0.05, 0.5], [0.03, 0.5]), 0.03],
    ["equal", rungs([0.03, 0.5], [0.03, 0.5]), 0.03],
    ["out of order in the middle", rungs([0.03, 0.4], [0.09, 0.3], [0.08, 0.3]), 0.08],
    ["not above 0", rungs([0, 0.4], [0.05, 0.6]), 0.05],
    ["negative", rungs([-0.01, 0.4], [0.05, 0.6]), 0.05],
  ])("R2.7 %s: falls back to the single target with the message", (_, ladder, target) => {
    const plan = made({ ladder });
    expect(plan.warnings).toEqual([DISORDER]);
    expect(plan.plan.takeProfit).toBe("single");
    expect(targets(plan)).toEqual([target]);
    expect(fractions(plan)).toEqual([1_000_000]);
  });

  it("R2.7 the fallback goes to a single target that is given", () => {
    expect(targets(made({ ladder: rungs([0.05, 0.5], [0.03, 0.5]), singleTarget: 120_000 }))).toEqual([0.12]);
  });

  it("R2.7 strict refuses, with the rung, its value and what is allowed", () => {
    expect(refusal({ ladder: rungs([0.05, 0.5], [0.03, 0.5]), scaledTakeProfit: STRICT })).toEqual({
      kind: "refused",
      rule: "R2.7",
      field: "ladder[1].target",
      value: "0.03",
      limit: "more than 0.05, targets strictly ascending",
      message: DISORDER,
    });
  });

  it("R1.1 a ladder has 1 to 10 rungs", () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ target: (index + 1) * 10_000, fraction: 1_000_000 / count }));
    expect(made({ ladder: many(1) }).plan.ladder).toHaveLength(1);
    expect(made({ ladder: many(10) }).plan.ladder).toHaveLength(10);
    for (const ladder of [[], many(10).concat({ target: 200_000, fraction: 1 })]) {
      expect(refusal({ ladder })).toMatchObject({ rule: "R1.1", field: "ladder", limit: "1 to 10 rungs" });
    }
  });

  it("P7 targets strictly ascend in every accepted plan", () => {
    fc.assert(
      fc.property(anySettings, (given) => {
        const result = makePlan(given);
        if (isRefused(result)) return;
        const moves = result.plan.ladder.map((rung) => rung.targetMove);
        expect(moves.every((move, index) => move > (moves[index - 1] ?? 0))).toBe(true);
      }),
      RUNS,
    );
  });
});

describe("fractions", () => {
  it.each([
    ["less than 1", rungs([0.03, 0.4], [0.05, 0.3], [0.08, 0.2]), "90.0", [444_445, 333_333, 222_222]],
    ["more than 1", rungs([0.03, 0.5], [0.05, 0.75]), "125.0", [400_000, 600_000]],
    [
      "three equal ones, the last takes the rest",
      rungs([0.03, 0.3], [0.05, 0.3], [0.08, 0.3]),
      "90.0",
      [333_333, 333_333, 333_334],
    ],
    [
      "percent in place of fractions",
      rungs([0.03, 40], [0.05, 30], [0.08, 30]),
      "10000.0",
      [400_000, 300_000, 300_000],
    ],
    ["a fraction of a percent", rungs([0.03, 0.4], [0.05, 0.5876]), "98.8", [405_022, 594_978]],
  ])("R2.8 %s: normalised with the warning", (_, ladder, percent, expected) => {
    const plan = made({ ladder });
    expect(plan.warnings).toEqual([`Scaled TP percentages normalized from ${percent}% to 100%`]);
    expect(fractions(plan)).toEqual(expected);
  });

  it("R2.8 a sum of exactly 1 is left as it is", () => {
    const plan = made({ ladder: rungs([0.03, 0.333333], [0.05, 0.333333], [0.08, 0.333334]) });
    expect(plan.warnings).toEqual([]);
    expect(fractions(plan)).toEqual([333_333, 333_333, 333_334]);
  });

  it("R2.8 strict refuses a sum that is not 1", () => {
    expect(refusal({ ladder: rungs([0.03, 0.4], [0.05, 0.5]), scaledTakeProfit: STRICT })).toEqual({
      kind: "refused",
      rule: "R2.8",
      field: "ladder",
      value: "0.4 + 0.5",
      limit: "fractions that sum to 1",
      message: "The fractions of the ladder sum to 90.0%; allowed: 100% exactly (strict)",
    });
  });

  it.each([
    ["zero", 0, true],
    ["negative", -0.1, true],
    ["zero, with the ladder off", 0, false],
  ])("R2.8 a fraction that is %s is refused, strict or not", (_, fraction, enabled) => {
    const result = refusal({
      ladder: rungs([0.03, 1], [0.05, fraction]),
      scaledTakeProfit: { enabled, strict: false },
    });
    expect(result).toMatchObject({ rule: "R2.8", field: "ladder[1].fraction", value: String(fraction) });
  });

  it("P5 fractions are whole millionths above 0 that sum to 1, whatever was asked for", () => {
    fc.assert(
      fc.property(anySettings, (given) => {
        const result = makePlan(given);
        if (isRefused(result)) return;
        const shares = result.plan.ladder.map((rung) => rung.exitFraction);
        expect(shares.every((share) => Number.isSafeInteger(share) && share > 0)).toBe(true);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(1_000_000);
      }),
      RUNS,
    );
  });

  it("P5 tiny shares beside huge ones stay above 0 and sum to 1", () => {
    const ladder = Array.from({ length: 10 }, (_, index) => ({
      target: index + 1,
      fraction: index === 0 ? 1_000_000_000 : 1,
    }));
    expect(fractions(made({ ladder }))).toEqual([999_991, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  });
});

describe("the single target", () => {
  const off = { enabled: false, strict: false };

  it("R2.9 without the ladder everything closes at the ladder's last target", () => {
    const plan = made({ scaledTakeProfit: off });
    expect([plan.plan.takeProfit, targets(plan), fractions(plan), plan.warnings]).toEqual([
      "single",
      [0.08],
      [1_000_000],
      [],
    ]);
  });

  it("R2.9 or at the target that is given, also without any ladder", () => {
    expect(targets(made({ scaledTakeProfit: off, singleTarget: 60_000, ladder: [] }))).toEqual([0.06]);
  });

  it.each([[0], [-10_000], [Number.NaN], [0.5]])("R2.9 a single target of %s millionths is refused", (singleTarget) => {
    expect(refusal({ singleTarget })).toMatchObject({ rule: "R2.9", field: "singleTarget" });
  });

  it("R2.9 nothing to go by is refused, not guessed", () => {
    expect(refusal({ scaledTakeProfit: off, ladder: [] })).toMatchObject({
      rule: "R2.9",
      field: "singleTarget",
      value: "missing",
    });
  });
});

describe("stops", () => {
  it.each([[1], [999_999]])("R4.1 a stop of %s millionths is accepted", (millionths) => {
    const stop = { kind: "fraction", fraction: fractionFromMillionths(millionths) } as const;
    expect(made({ stop }).plan.initialStop).toEqual(stop);
  });

  it.each([[0], [1_000_000], [-50_000], [1_500_000], [0.5], [Number.NaN]])(
    "R4.1 a stop of %s millionths is refused",
    (millionths) => {
      expect(refusal({ stop: { kind: "fraction", fraction: fractionFromMillionths(millionths) } })).toMatchObject({
        rule: "R4.1",
        field: "stop.fraction",
        limit: "more than 0 and less than 1",
      });
    },
  );

  it("R4.1 a stop price is above 0", () => {
    expect(made({ stop: { kind: "price", price: decimalText("49000.0") } }).plan.initialStop).toEqual({
      kind: "price",
      price: "49000",
    });
    for (const price of ["0", "-1", "1e3", ""]) {
      expect(refusal({ stop: { kind: "price", price: decimalText(price) } })).toMatchObject({
        rule: "R4.1",
        field: "stop.price",
      });
    }
  });

  const level = (roi: number, reason: EmergencyLevel["reason"]): EmergencyLevel => ({ roi: roiOf(roi), reason });

  it("R2.1 a target that is written as a percentage is said", () => {
    const ladder = [{ target: 3_000_000, fraction: 1_000_000 }];
    expect(makePlan({ ...DEFAULT_PLAN_SETTINGS, ladder })).toMatchObject({
      warnings: ["A target stands at 300.0% from the entry: targets are ratios, 0.03 is 3 %"],
    });
  });

  it("R4.2 emergency levels are configurable, sorted, and may be left out", () => {
    const severe = level(-0.3, "emergency_stop_severe_loss");
    const excessive = level(-0.2, "emergency_stop_excessive_loss");
    expect(made({ emergencyLevels: [severe, excessive] }).plan.emergencyLevels).toEqual([excessive, severe]);
    expect(made({ emergencyLevels: [] }).plan.emergencyLevels).toEqual([]);
  });

  it.each([
    ["a profit", [level(0.1, "emergency_stop_severe_loss")], "emergencyLevels[0].roi"],
    ["zero", [level(0, "emergency_stop_severe_loss")], "emergencyLevels[0].roi"],
    ["a percentage", [level(-15, "emergency_stop_severe_loss")], "emergencyLevels[0].roi"],
    [
      "two at one level",
      [level(-0.1, "emergency_stop_excessive_loss"), level(-0.1, "emergency_stop_severe_loss")],
      "emergencyLevels",
    ],
    [
      "one reason twice",
      [level(-0.1, "emergency_stop_severe_loss"), level(-0.2, "emergency_stop_severe_loss")],
      "emergencyLevels",
    ],
    [
      "the graver reason first",
      [level(-0.1, "emergency_stop_severe_loss"), level(-0.2, "emergency_stop_excessive_loss")],
      "emergencyLevels",
    ],
  ])("R4.2 %s is refused", (_, emergencyLevels, field) => {
    expect(refusal({ emergencyLevels })).toMatchObject({ rule: "R4.2", field });
  });
});

describe("the smallest exit", () => {
  it.each([
    [null, "5"],
    ["999.99", "3"],
    ["1000", "5"],
    ["10000", "5"],
    ["10000.01", "10"],
  ])("R3.5 with a balance of %s a partial exit is worth %s at least", (balance, value) => {
    expect(
      made({ balance: balance === null ? null : decimalText(balance) }, marketIn("USDT")).plan.minimumExitValue,
    ).toBe(value);
  });

  it.each(["USD", "USDT", "USDC", "FDUSD", "BUSD", "TUSD", "USDP", "DAI", "USDE", "PYUSD"])(
    "R3.5 the default holds for %s",
    (quote) => {
      const { plan, warnings } = made({}, marketIn(quote));
      expect([plan.minimumExitValue, warnings]).toEqual(["5", []]);
    },
  );

  it.each(["ETH", "EUR", "BTC", "JPY"])(
    "R3.5 with %s as quote the check is off, with a warning, until a value is given",
    (quote) => {
      const { plan, warnings } = made({}, marketIn(quote));
      expect(plan.minimumExitValue).toBe("0");
      expect(warnings).toEqual([
        `minimumExitValue is off for BTC/${quote}: its default of 5 holds for quote currencies worth about a dollar, not for ${quote}; give a value in ${quote} to turn it on`,
      ]);
      const given = made({ minimumExitValue: decimalText("0.0010") }, marketIn(quote));
      expect([given.plan.minimumExitValue, given.warnings]).toEqual(["0.001", []]);
    },
  );

  it("R3.5 a value that is given counts, 0 turns the check off, less is refused", () => {
    expect(
      made({ minimumExitValue: decimalText("0"), balance: decimalText("5") }, marketIn("USDT")).plan.minimumExitValue,
    ).toBe("0");
    expect(refusal({ minimumExitValue: decimalText("-1") })).toMatchObject({
      rule: "R3.5",
      field: "minimumExitValue",
      value: "-1",
    });
  });

  it("R3.3 a minimum amount per symbol reaches the plans of that symbol only", () => {
    const minimumAmount = { "BTC/USDT": decimalText("0.0010") };
    expect(made({ minimumAmount }, marketIn("USDT")).plan.minimumAmount).toBe("0.001");
    expect(made({ minimumAmount }, marketIn("USDC")).plan.minimumAmount).toBeNull();
    expect(refusal({ minimumAmount: { "BTC/USDT": decimalText("0") } })).toMatchObject({
      rule: "R3.3",
      field: 'minimumAmount["BTC/USDT"]',
    });
  });
});

it("R2.7 R2.8 a plan is made or refused, never thrown, whatever the numbers are", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ target: fc.double(), fraction: fc.double() }), { maxLength: 12 }),
      fc.boolean(),
      fc.boolean(),
      fc.option(fc.double()),
      (ladder, enabled, strict, singleTarget) => {
        const result = makePlan(settings({ ladder, singleTarget, scaledTakeProfit: { enabled, strict } }));
        expect(isRefused(result) ? result.message.length : result.plan.ladder.length).toBeGreaterThan(0);
      },
    ),
    RUNS,
  );
});

const anySettings: fc.Arbitrary<PlanSettings> = fc
  .record({
    ladder: fc.array(
      fc.record({
        target: fc.integer({ min: -10_000, max: 500_000 }),
        fraction: fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 1_000_000_000 })),
      }),
      { minLength: 1, maxLength: 10 },
    ),
    ascending: fc.boolean(),
    enabled: fc.boolean(),
    strict: fc.boolean(),
  })
  .map(({ ladder, ascending, enabled, strict }) => {
    const sorted = ascending ? ladder.toSorted((a, b) => a.target - b.target) : ladder;
    return settings({ ladder: sorted, scaledTakeProfit: { enabled, strict } });
  });
