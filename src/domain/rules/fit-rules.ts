/** The rules of a plan, judged, and fitted to the ladder that it came to have. */
import { isRefused, type Refused } from "../refused.ts";
import type { Ladder } from "./rule.ts";
import { refuseSetting, settingsFault } from "./setting.ts";
import { rulesOn, type PlanRules, type SettableRule } from "./table.ts";

export interface FittedRules {
  readonly rules: PlanRules;
  readonly warnings: readonly string[];
}

/** The rules as a position can have them, or the first setting that cannot be meant, by its name. */
export function fitRules(rules: PlanRules, ladder: Ladder): FittedRules | Refused {
  let fitted: FittedRules = { rules, warnings: [] };
  for (const rule of rulesOn(rules)) {
    const settings = rules[rule.name]!;
    const one = fitRule(rule, settings as never, ladder);
    if (isRefused(one)) return one;
    fitted = {
      rules: { ...fitted.rules, [rule.name]: one.settings },
      warnings: one.warning === null ? fitted.warnings : [...fitted.warnings, one.warning],
    };
  }
  return fitted;
}

function fitRule(rule: SettableRule, settings: never, ladder: Ladder) {
  const refusal = settingsFault(rule, settings);
  if (refusal !== null) return refusal;
  const flaw = rule.flaw?.(settings) ?? null;
  if (flaw !== null) return refuseSetting(rule, flaw);
  const fitted = rule.fit?.(settings, ladder) ?? { settings, warning: null };
  return "limit" in fitted ? refuseSetting(rule, fitted) : fitted;
}
