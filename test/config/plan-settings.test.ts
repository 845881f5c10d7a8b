/** R2.9, R13.7: plans as people write them, and how they are laid over one another. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planSpecSchema, resolvePlan, type PlanSpecInput } from "../../src/config/plan-settings.ts";
import { nearestName } from "../../src/config/key-names.ts";
import { DEFAULT_PLAN_SETTINGS, type PlanSettings } from "../../src/domain/make-plan.ts";
import { NO_RULES } from "../../src/domain/rules/table.ts";
import { decimalText } from "../../src/domain/units.ts";

const resolved = (spec: PlanSpecInput, base: PlanSettings = DEFAULT_PLAN_SETTINGS): PlanSettings =>
  resolvePlan(base, planSpecSchema.parse(spec));

describe("overrides", () => {
  it("R13.7 every field as a person writes it", () => {
    expect(
      resolved({
        scaledTakeProfit: { enabled: true, strict: true },
        ladder: [
          { target: "0.03", fraction: 0.4 },
          { target: 0.05, fraction: "0.6" },
        ],
        singleTarget: "0.08",
        stop: { price: "49000" },
        breakeven: "entryPlusFees",
        emergencyLevels: [{ roi: "-0.2", reason: "emergency_stop_severe_loss" }],
        undersizedExit: "close",
        residualBelowMinimum: "close",
        minimumExitValue: "7.50",
        balance: 2_500,
        minimumAmount: { "BTC/USDT": "0.001" },
        fallbackToSingle: false,
        timing: { settleMs: 2_000 },
      }),
    ).toEqual({
      preset: "custom",
      scaledTakeProfit: { enabled: true, strict: true },
      ladder: [
        { target: 30_000, fraction: 400_000 },
        { target: 50_000, fraction: 600_000 },
      ],
      singleTarget: 80_000,
      stop: { kind: "price", price: "49000" },
      breakeven: "entryPlusFees",
      emergencyLevels: [{ roi: -200_000, reason: "emergency_stop_severe_loss" }],
      undersizedExit: "close",
      residualBelowMinimum: "close",
      minimumExitValue: "7.5",
      balance: "2500",
      minimumAmount: { "BTC/USDT": "0.001" },
      fallbackToSingle: false,
      rules: NO_RULES,
      markStep: 1_000,
      timing: { ...DEFAULT_PLAN_SETTINGS.timing, settleMs: 2_000 },
    });
  });

  it("R13.7 nothing written changes nothing, not even the name", () => {
    expect(resolved({})).toEqual(DEFAULT_PLAN_SETTINGS);
    expect(resolved({ scaledTakeProfit: {}, timing: {} })).toEqual(DEFAULT_PLAN_SETTINGS);
    expect(resolvePlan(DEFAULT_PLAN_SETTINGS, undefined)).toBe(DEFAULT_PLAN_SETTINGS);
  });

  // Why this test? A ladder over a preset without one was dropped without a word.
  it("R2.1 who writes a ladder means it, over a preset without one, too", () => {
    const ladder = [{ target: 0.03, fraction: 1 }];
    expect(resolved({ preset: "guarded", ladder }).scaledTakeProfit.enabled).toBe(true);
    expect(resolved({ preset: "guarded" }).scaledTakeProfit.enabled).toBe(false);
    expect(resolved({ ladder, scaledTakeProfit: { enabled: false } }).scaledTakeProfit.enabled).toBe(false);
  });

  it("R13.7 lists and stops replace, objects merge", () => {
    const base = resolved({
      ladder: [{ target: 0.1, fraction: 1 }],
      stop: { price: 9 },
      minimumAmount: { "A/B": 1 },
      timing: { settleMs: 7 },
    });
    const over = resolved(
      {
        ladder: [{ target: 0.2, fraction: 1 }],
        stop: { fraction: 0.1 },
        minimumAmount: { "C/D": 2 },
        timing: { entryFreshMs: 8 },
      },
      base,
    );
    expect(over.ladder).toEqual([{ target: 200_000, fraction: 1_000_000 }]);
    expect(over.stop).toEqual({ kind: "fraction", fraction: 100_000 });
    expect(over.minimumAmount).toEqual({ "A/B": "1", "C/D": "2" });
    expect([over.timing.settleMs, over.timing.entryFreshMs]).toEqual([7, 8]);
  });

  it("R13.7 a preset brings its rules, account and exchange stay as they are", () => {
    const base: PlanSettings = {
      ...DEFAULT_PLAN_SETTINGS,
      preset: "custom",
      undersizedExit: "skip",
      balance: decimalText("50"),
      minimumAmount: { "A/B": decimalText("1") },
    };
    expect(resolved("scaled", base)).toEqual({
      ...DEFAULT_PLAN_SETTINGS,
      balance: "50",
      minimumAmount: { "A/B": "1" },
    });
  });

  it("R2.9 null takes a single target back", () => {
    expect(resolved({ singleTarget: null }, resolved({ singleTarget: 0.2 })).singleTarget).toBeNull();
  });
});

describe("ratios", () => {
  const ladder = (target: string | number) => planSpecSchema.safeParse({ ladder: [{ target, fraction: 1 }] });

  it.each([
    "0.0300001",
    0.030_000_1,
    "3%",
    "",
    "1e-2",
    " 0.1",
    "+0.1",
    0.1 + 0.2,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    "0".repeat(61),
  ])("R2.8 %j is not exact to a millionth, or no decimal", (target) => {
    expect(ladder(target).success).toBe(false);
  });

  it("R2.8 every millionth is read exactly, as text and as number", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (millionths) => {
        const text = (millionths / 1e6).toFixed(6);
        for (const written of [text, Number(text)]) {
          const target = resolved({ ladder: [{ target: written, fraction: 1 }] }).ladder[0]!.target;
          expect(target + 0).toBe(millionths);
        }
      }),
    );
  });
});

it.each([
  ["plann", ["plan", "paper"], "plan"],
  ["sid", ["id", "side"], "side"],
  ["SIDE", ["side"], "side"],
  ["x", ["symbol"], null],
  ["stoploss", ["stop"], null],
] as const)("R13.7 for %s of %j, did you mean %s", (mistyped, known, meant) => {
  expect(nearestName(mistyped, known)).toBe(meant);
});
