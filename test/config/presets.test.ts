/** The presets: which rules each turns on, and that each makes a plan without a word on any market. */
import { describe, expect, it } from "vitest";
import { PRESETS, PRESET_NAMES } from "../../src/config/presets.ts";
import { DEFAULT_PLAN_SETTINGS, makePlan } from "../../src/domain/make-plan.ts";
import { isRefused } from "../../src/domain/refused.ts";
import { rulesOn } from "../../src/domain/rules/table.ts";
import { aMarket } from "../support/house.ts";

describe("presets", () => {
  it("R2.1 section 16: the default is scaled, with the ladder and its stops, and nothing else", () => {
    expect(PRESET_NAMES).toEqual(["scaled", "guarded", "adaptive"]);
    expect(PRESETS.scaled).toBe(DEFAULT_PLAN_SETTINGS);
    expect(rulesOn(PRESETS.scaled.rules)).toEqual([]);
  });

  it("R4.2 R5.1 R5.2 R4.4 guarded: emergency stops, smart profit, momentum loss, adaptive trailing, a single target", () => {
    const { plan } = madeOf("guarded");
    expect(rulesOn(plan.rules).map(({ name }) => name)).toEqual(["smartProfit", "momentumLoss", "trailing"]);
    expect(plan).toMatchObject({
      preset: "guarded",
      takeProfit: "single",
      ladder: [{ targetMove: 120_000, exitFraction: 1_000_000 }],
      rules: { trailing: { activation: { move: 15_000, rung: null }, distance: 20_000 } },
      markStep: 1_000,
    });
    expect(plan.emergencyLevels).toHaveLength(3);
  });

  it("R6.1 R4.4 R6.4 adaptive: the ladder with trailing after rung 1, moving targets, volatility-corrected distances", () => {
    const { plan } = madeOf("adaptive");
    expect(rulesOn(plan.rules).map(({ name }) => name)).toEqual(["movingTargets", "trailing", "volatilityCorrection"]);
    expect(plan).toMatchObject({
      takeProfit: "scaled",
      rules: { trailing: { activation: { move: null, rung: 1 } }, movingTargets: { noFurtherFrom: 700_000 } },
    });
    expect(plan.ladder).toHaveLength(3);
  });

  it.each(PRESET_NAMES)("R13.7 %s is taken as it is: no warning, no refusal", (name) => {
    expect(madeOf(name).warnings).toEqual([]);
  });
});

function madeOf(name: (typeof PRESET_NAMES)[number]) {
  const made = makePlan(PRESETS[name], aMarket());
  if (isRefused(made)) throw new Error(made.message);
  return made;
}
