/** The plans that the recorded data is traded with: every preset, and one with every rule on. */
import { PRESETS } from "../../src/config/presets.ts";
import type { PlanSettings } from "../../src/domain/make-plan.ts";
import { RULES, rulesWith, SETTABLE_RULES, settingsOver, type PlanRules } from "../../src/domain/rules/table.ts";

export interface RecordedPlan {
  readonly name: string;
  /** Of the entry at this moment. */
  readonly settingsAt: (atMs: number) => PlanSettings;
}

const HOUR_MS = 3_600_000;

/** Every rule on; those that leave at a moment by turns, that both are seen. */
function everyRule(atMs: number): PlanRules {
  const on = rulesWith(Object.fromEntries(SETTABLE_RULES.map(({ name }) => [name, name !== "exitAtTime"])));
  const isEven = Math.floor(atMs / HOUR_MS) % 2 === 0;
  return isEven
    ? settingsOver(on, "exitAtTime", { at: atMs + 18 * HOUR_MS })
    : settingsOver(on, "maxHoldingTime", { afterMs: 12 * HOUR_MS });
}

export const RECORDED_PLANS: readonly RecordedPlan[] = [
  ...Object.entries(PRESETS).map(([name, settings]) => ({
    name,
    settingsAt: () => settings,
  })),
  {
    name: `all ${RULES.length} rules`,
    settingsAt: (atMs: number) => ({ ...PRESETS.scaled, preset: "all", rules: everyRule(atMs) }),
  },
];
