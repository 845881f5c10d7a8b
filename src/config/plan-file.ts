/** A plan as people name it on a command line: a preset, or a JSON file with a preset's name or overrides. */
import type { PlanSettings } from "../domain/make-plan.ts";
import { ConfigError } from "./config-error.ts";
import { parseJson, readText } from "./json-file.ts";
import { planSpecSchema, resolvePlan } from "./plan-settings.ts";
import { PRESET_NAMES } from "./presets.ts";
import { parseWith } from "./schema-problems.ts";

/** The plan, laid over another. Throws ConfigError; a file has to be named as one (`….json`). */
export function namedPlan(base: PlanSettings, named: string): PlanSettings {
  const preset = PRESET_NAMES.find((each) => each === named);
  if (preset !== undefined) return resolvePlan(base, preset);
  const place = { file: named, line: null };
  const json = parseJson(readText(named, "a JSON file of a plan"), place);
  if ("problem" in json) throw new ConfigError([json.problem]);
  const parsed = parseWith(planSpecSchema, json.value, place);
  if ("problems" in parsed) throw new ConfigError(parsed.problems);
  return resolvePlan(base, parsed.value);
}
