/**
 * All rules, in the order of R5.5: where several fire at one price, the first speaks. A new rule is a file beside this
 * one and a row in it: configuration, journal, documents and `pawl explain` read the row.
 */
import { emergency } from "./emergency.ts";
import { exitAtTime } from "./exit-at-time.ts";
import { maxHoldingTime } from "./holding-time.ts";
import { mark } from "./mark.ts";
import { momentumLoss } from "./momentum-loss.ts";
import { movingTargets } from "./moving-targets.ts";
import { rungs } from "./rungs.ts";
import type { Rule } from "./rule.ts";
import { laidOver, type Fields, type SettingsOf } from "./setting.ts";
import { smartProfit } from "./smart-profit.ts";
import { stopHit } from "./stop-hit.ts";
import { trailing } from "./trailing.ts";
import { volatilityCorrection } from "./volatility-correction.ts";

const TABLE = [
  emergency,
  stopHit,
  rungs,
  smartProfit,
  momentumLoss,
  maxHoldingTime,
  exitAtTime,
  // What sells nothing comes last.
  movingTargets,
  mark,
  trailing,
  volatilityCorrection,
] as const;

export const RULES: readonly Rule[] = TABLE;

/** The rules that can be set, and turned on and off, for each position (R5.4). */
type Settable = Extract<(typeof TABLE)[number], { readonly fields: Fields }>;
type RuleOf<Name> = Extract<Settable, { readonly name: Name }>;
export type RuleName = Settable["name"];
export type SettableRule = Rule & { readonly name: RuleName; readonly fields: Fields };

/** The settings of a plan's rules; null where a rule is off. */
export type PlanRules = { readonly [Name in RuleName]: SettingsOf<RuleOf<Name>["fields"]> | null };

/** The rules with settings. */
export const SETTABLE_RULES: readonly SettableRule[] = TABLE.filter((rule) => "fields" in rule);

/** Every rule that can be turned off, off. */
export const NO_RULES = Object.fromEntries(SETTABLE_RULES.map(({ name }) => [name, null])) as PlanRules;

/** The rules with settings that are on. */
export const rulesOn = (rules: PlanRules): readonly SettableRule[] =>
  SETTABLE_RULES.filter(({ name }) => rules[name] !== null);

/** Rules that are on, by what is to differ from their defaults; every other one is off. */
export const rulesWith = (
  specs: Readonly<Partial<Record<RuleName, boolean | Readonly<Record<string, unknown>>>>>,
): PlanRules =>
  Object.entries(specs).reduce<PlanRules>((all, [name, spec]) => settingsOver(all, name as RuleName, spec), NO_RULES);

/** Rules with one of them turned on or off, or with some of its settings changed. Not judged: `settingsFault` does that. */
export function settingsOver(
  rules: PlanRules,
  name: RuleName,
  spec: boolean | Readonly<Record<string, unknown>>,
): PlanRules {
  const { fields } = SETTABLE_RULES.find((rule) => rule.name === name)!;
  if (spec === false) return { ...rules, [name]: null };
  return { ...rules, [name]: laidOver(fields, rules[name], spec === true ? {} : spec) } as PlanRules;
}
