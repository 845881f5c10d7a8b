/** Rules as people write them in a plan (R5.4, R13.7): on, off, tuned; and back to text. */
import { describe, expect, it } from "vitest";
import { planSpecSchema, resolvePlan, type PlanSpecInput } from "../../src/config/plan-settings.ts";
import { ruleInputs } from "../../src/config/rule-settings.ts";
import { parseWith } from "../../src/config/schema-problems.ts";
import { DEFAULT_PLAN_SETTINGS, type PlanSettings } from "../../src/domain/make-plan.ts";
import { defaultsOf } from "../../src/domain/rules/setting.ts";
import { NO_RULES, RULES, SETTABLE_RULES } from "../../src/domain/rules/table.ts";

const resolved = (spec: PlanSpecInput, base: PlanSettings = DEFAULT_PLAN_SETTINGS): PlanSettings =>
  resolvePlan(base, planSpecSchema.parse(spec));
const problemsOf = (spec: unknown) => {
  const parsed = parseWith(planSpecSchema, spec, { file: "plan", line: null });
  return "problems" in parsed ? parsed.problems.map(({ path, allowed, wrong }) => wrong ?? `${path}: ${allowed}`) : [];
};

describe("R5.4 rules in a plan", () => {
  it("R5.4 true turns a rule on as it is by default, false turns it off", () => {
    const on = resolved({ smartProfit: true, trailing: true });
    expect(on.preset).toBe("custom");
    for (const { name, fields } of SETTABLE_RULES) {
      expect(on.rules[name]).toEqual(name === "smartProfit" || name === "trailing" ? defaultsOf(fields) : null);
    }
    expect(resolved({ smartProfit: false, trailing: false }, on).rules).toEqual(NO_RULES);
  });

  it("R5.4 what is written is laid over what was there: groups by field, tables as a whole, numbers as people write them", () => {
    const first = resolved({
      trailing: { distance: "0.03", volatility: { high: 2 }, activation: { rung: 1 } },
      maxHoldingTime: { afterMs: 5_000 },
    });
    expect(first.rules.trailing).toMatchObject({
      distance: 30_000,
      volatility: { high: 2_000_000, low: 700_000 },
      activation: { move: null, rung: 1 },
    });
    const second = resolved(
      {
        trailing: { volatility: { low: "0.5" }, profit: [{ above: "0.02", factor: "0.9" }] },
        exitAtTime: { at: "2026-01-01T00:00:00Z" },
      },
      first,
    );
    expect(second.rules.trailing).toMatchObject({
      distance: 30_000,
      volatility: { high: 2_000_000, low: 500_000 },
      profit: [{ above: 20_000, factor: 900_000 }],
    });
    expect(second.rules.maxHoldingTime).toEqual({ afterMs: 5_000 });
    expect(second.rules.exitAtTime).toEqual({ at: Date.UTC(2026, 0, 1) });
    expect(resolved({ trailing: true }, second).rules.trailing).toEqual(second.rules.trailing);
  });

  it("R13.7 unknown keys, wrong types and ratios finer than a millionth are refused with path and what is allowed", () => {
    expect(problemsOf({ smartProfits: true })).toEqual(["smartProfits is not known, did you mean smartProfit?"]);
    expect(problemsOf({ trailing: { distanse: 1 } })).toEqual([
      "trailing.distanse is not known, did you mean distance?",
    ]);
    expect(problemsOf({ trailing: { distance: "0.0000001" } })[0]).toMatch(
      /^trailing\.distance: a ratio exact to a millionth/,
    );
    expect(problemsOf({ smartProfit: { rows: [{}] } })[0]).toMatch(/^smartProfit\.rows\[0\]\.move: /);
    expect(problemsOf({ maxHoldingTime: { afterMs: "4h" } })).toEqual([
      "maxHoldingTime.afterMs: whole milliseconds, 1 or more and at most 360000000000",
    ]);
    expect(problemsOf({ exitAtTime: { at: "tomorrow" } })[0]).toMatch(/^exitAtTime\.at: ISO 8601/);
    expect(problemsOf({ momentumLoss: 7 })).toEqual(["momentumLoss: true, false, or an object of settings"]);
  });

  it("R13.7 written out and read again they mean the same", () => {
    const settings = resolved({
      trailing: { activation: { move: "0.015" } },
      smartProfit: true,
      momentumLoss: { within: { toRoi: "0.2" } },
      movingTargets: true,
      exitAtTime: { at: 1_800_000_000_000 },
    });
    expect(resolved(ruleInputs(settings.rules) as PlanSpecInput).rules).toEqual(settings.rules);
    expect(ruleInputs(settings.rules)).toMatchObject({ maxHoldingTime: false, momentumLoss: { giveBack: "0.5" } });
  });

  it("R5.4 every rule has a name, a sentence, and the number of its requirement; what is always on has no settings", () => {
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
    for (const { about, requirement } of RULES) {
      expect(about).toMatch(/^[a-z].*[^.]$/);
      expect(requirement).toMatch(/^R\d+\.\d+$/);
    }
    expect(RULES.filter((rule) => rule.fields === undefined).map(({ name }) => name)).toEqual([
      "emergency",
      "stop",
      "rungs",
      "mark",
    ]);
  });
});
