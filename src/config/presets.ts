/**
 * Plans by name; what each of them is made for stands in docs/guide/exit-rules.md. A new preset is one row here; its name is
 * then known to schema, command line and editors.
 */
import { DEFAULT_PLAN_SETTINGS, type PlanSettings } from "../domain/make-plan.ts";
import { rulesWith } from "../domain/rules/table.ts";

export const PRESETS = {
  /** SPEC 2 and 3, initial and ladder stops, emergency stops; nothing else. */
  scaled: DEFAULT_PLAN_SETTINGS,

  /** One far target, and a guard at every step of the way: most positions leave by one of them. */
  guarded: {
    ...DEFAULT_PLAN_SETTINGS,
    preset: "guarded",
    scaledTakeProfit: { enabled: false, strict: false },
    singleTarget: 120_000,
    rules: rulesWith({ smartProfit: {}, momentumLoss: {}, trailing: { activation: { move: 15_000 } } }),
  },

  /** The ladder, adapted to the market: distances by volatility, targets that move, a trailing stop after rung 1. */
  adaptive: {
    ...DEFAULT_PLAN_SETTINGS,
    preset: "adaptive",
    rules: rulesWith({ movingTargets: {}, trailing: { activation: { rung: 1 } }, volatilityCorrection: {} }),
  },
} as const satisfies Readonly<Record<string, PlanSettings>>;

export type PresetName = keyof typeof PRESETS;

export const PRESET_NAMES = Object.keys(PRESETS) as readonly PresetName[];
