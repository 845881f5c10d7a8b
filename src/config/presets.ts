/** Plans by name. A new preset is one row here; its name is then known to schema, command line and editors. */
import { DEFAULT_PLAN_SETTINGS, type PlanSettings } from "../domain/make-plan.ts";

export const PRESETS = {
  /** SPEC 2 and 3, initial and ladder stops, emergency stops; nothing else. */
  scaled: DEFAULT_PLAN_SETTINGS,
} as const satisfies Readonly<Record<string, PlanSettings>>;

export type PresetName = keyof typeof PRESETS;

export const PRESET_NAMES = Object.keys(PRESETS) as readonly PresetName[];
