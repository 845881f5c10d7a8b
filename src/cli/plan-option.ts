/** `--plan`: a preset by its name, "single" for the plan without its ladder, or a file. */
import { namedPlan } from "../config/plan-file.ts";
import { PRESET_NAMES } from "../config/presets.ts";
import type { PlanSettings } from "../domain/make-plan.ts";
import { UsageError } from "./exit-codes.ts";

export const PLAN_LIMIT = `${PRESET_NAMES.join(", ")}, single, or a JSON file of a plan`;

export function planFrom(base: PlanSettings, named: string): PlanSettings {
  if (named === "single") return { ...base, scaledTakeProfit: { ...base.scaledTakeProfit, enabled: false } };
  if (PRESET_NAMES.some((name) => name === named) || named.endsWith(".json")) return namedPlan(base, named);
  throw new UsageError(`--plan is ${JSON.stringify(named)}; allowed: ${PLAN_LIMIT}`);
}
