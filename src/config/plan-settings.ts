/**
 * Plans as people write them: a preset's name, overrides, or both; and how overrides are laid over a plan.
 *
 * Promises: an unknown key is refused, a ratio is exact to a millionth, what is not written stays as it was. Whether
 * the numbers make a plan is judged in one place, `makePlan`; this file does not know those rules.
 */
import * as z from "zod";
import type { PlanSettings } from "../domain/make-plan.ts";
import type { EmergencyLevel, InitialStop } from "../domain/plan.ts";
import { fractionFromMillionths, moveFromMillionths, roi } from "../domain/units.ts";
import { positive, ratio, zeroOrMore } from "./number-text.ts";
import { PRESETS, PRESET_NAMES } from "./presets.ts";
import { resolveRules, ruleSpecs, type RuleSpecs } from "./rule-settings.ts";

/** SPEC R14.1: {"fraction": "0.02"} or {"price": "49000"}. */
export const stopSchema = z
  .strictObject({
    fraction: ratio.optional().describe("Distance from the entry, more than 0 and less than 1"),
    price: positive.optional().describe("A price on the unfavorable side of the entry"),
  })
  .refine((stop) => (stop.fraction === undefined) !== (stop.price === undefined), {
    error: 'either {"fraction": …} or {"price": …}',
  })
  .meta({ minProperties: 1, maxProperties: 1 })
  .transform((stop): InitialStop =>
    stop.price === undefined
      ? { kind: "fraction", fraction: fractionFromMillionths(stop.fraction ?? 0) }
      : { kind: "price", price: stop.price },
  );

const presetName = z.enum(PRESET_NAMES);

const rungSchema = z.strictObject({
  target: ratio.describe("Price move from the entry: 0.03 is +3 %"),
  fraction: ratio.describe("Share of the position at entry: 0.4 is 40 %"),
});

const emergencyLevelSchema = z
  .strictObject({
    roi: ratio.describe("Return on margin, less than 0: -0.15 is -15 %"),
    reason: z.enum(["emergency_stop_excessive_loss", "emergency_stop_severe_loss", "emergency_stop_liquidation_risk"]),
  })
  .transform((level): EmergencyLevel => ({ roi: roi(moveFromMillionths(level.roi), 1), reason: level.reason }));

const LONGEST_WAIT_MS = 86_400_000;
const waitMs = z.int().min(0).max(LONGEST_WAIT_MS).optional();
/** For waits that are repeated: none of them may spin. */
const pauseMs = z.int().min(1).max(LONGEST_WAIT_MS).optional();

const timingSchema = z.strictObject({
  rungCooldownMs: waitMs.describe("How long a rung rests after a failed exit"),
  settleMs: waitMs.describe("How long a close waits for an order at work to settle"),
  lookUpAfterMs: pauseMs.describe("How long an order may stay without news before it is looked up"),
  closeRetryMs: pauseMs.describe("First pause after a failed close; doubles with each failure"),
  failuresBeforeBlocked: z.int().min(1).max(1_000).optional(),
  blockedRetryMs: pauseMs.describe("Interval of the attempts of a blocked close"),
  entryFreshMs: waitMs.describe("How old the decision of an entry may be when it is sent after all"),
});

/** Every field may be left out: it then stays as the plan underneath has it. */
const overridesSchema = z.strictObject({
  preset: presetName.optional().describe("The plan to start from"),
  scaledTakeProfit: z
    .strictObject(
      {
        enabled: z.boolean().optional().describe("false: everything closes at singleTarget"),
        strict: z
          .boolean()
          .optional()
          .describe("true: a ladder that does not ascend is refused; false: it falls back to the single target"),
      },
      { error: '{"enabled": true or false, "strict": true or false}' },
    )
    .optional(),
  ladder: z.array(rungSchema).optional().describe("1 to 10 rungs, targets strictly ascending, fractions summing to 1"),
  singleTarget: ratio
    .nullable()
    .optional()
    .describe("Where everything closes without a ladder; null: the ladder's last target"),
  stop: stopSchema.optional(),
  breakeven: z.enum(["entry", "entryPlusFees"]).optional(),
  emergencyLevels: z.array(emergencyLevelSchema).optional(),
  undersizedExit: z.enum(["raise", "skip", "close"]).optional(),
  residualBelowMinimum: z.enum(["keep", "close"]).optional(),
  minimumExitValue: zeroOrMore
    .nullable()
    .optional()
    .describe("Quote currency, 0 turns it off; null: by default or balance"),
  balance: zeroOrMore.nullable().optional().describe("Quote currency; chooses the default of minimumExitValue"),
  minimumAmount: z.record(z.string(), positive).optional().describe("By symbol, where the market states none"),
  fallbackToSingle: z.boolean().optional(),
  timing: timingSchema.optional(),
  markStep: ratio
    .optional()
    .describe("Step of the recorded high-water mark, as a share of the entry price; 0: every tick"),
  ...ruleSpecs,
});

/** A preset's name, or overrides (with or without a preset to start from). */
export const planSpecSchema = z.union([presetName, overridesSchema], {
  error: `a preset (${PRESET_NAMES.join(", ")}) or an object of overrides`,
});

export type PlanSpec = z.output<typeof planSpecSchema>;
/** As written, before it is parsed. */
export type PlanSpecInput = z.input<typeof planSpecSchema>;

/**
 * The settings that a specification means on top of others: arrays and stops replace, objects merge by field.
 * A preset brings its rules; what describes account and exchange (`balance`, `minimumAmount`, `timing`) stays. Who writes a
 * ladder means it: it is on, unless `scaledTakeProfit` says otherwise.
 */
export function resolvePlan(base: PlanSettings, spec: PlanSpec | undefined): PlanSettings {
  if (spec === undefined) return base;
  if (typeof spec === "string") return startFrom(base, spec);
  const { preset, scaledTakeProfit, minimumAmount, timing, ...others } = spec;
  const [rules, plain] = rulesApart(others);
  const start = preset === undefined ? base : startFrom(base, preset);
  const given = defined(plain);
  const nested = [scaledTakeProfit, minimumAmount, timing, rules].some(
    (each) => each !== undefined && Object.keys(each).length > 0,
  );
  return {
    ...start,
    ...given,
    preset: Object.keys(given).length === 0 && !nested ? start.preset : "custom",
    scaledTakeProfit: {
      ...start.scaledTakeProfit,
      ...(given.ladder === undefined ? {} : { enabled: true }),
      ...defined(scaledTakeProfit ?? {}),
    },
    minimumAmount: { ...start.minimumAmount, ...minimumAmount },
    timing: { ...start.timing, ...defined(timing ?? {}) },
    rules: resolveRules(start.rules, rules),
  };
}

/** What is said of rules, and everything else. */
function rulesApart<T extends object>(given: T): readonly [RuleSpecs, Omit<T, keyof RuleSpecs>] {
  const entries = Object.entries(defined(given));
  const isRule = ([name]: readonly [string, unknown]): boolean => Object.hasOwn(ruleSpecs, name);
  return [
    Object.fromEntries(entries.filter(isRule)) as RuleSpecs,
    Object.fromEntries(entries.filter((entry) => !isRule(entry))) as Omit<T, keyof RuleSpecs>,
  ];
}

function startFrom(base: PlanSettings, name: keyof typeof PRESETS): PlanSettings {
  const { balance, minimumAmount, timing } = base;
  return { ...PRESETS[name], balance, minimumAmount, timing };
}

type Defined<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Without the fields that were left out, so that they do not overwrite. */
const defined = <T extends object>(given: T): Defined<T> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Defined<T>;
