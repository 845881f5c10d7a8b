/** The options of `createEngine` that are settings: parsed, completed, and the plan in them judged (R13.7). */
import * as z from "zod";
import type { ContextSettings } from "../domain/context-settings.ts";
import { DEFAULT_PLAN_SETTINGS, makePlan, type PlanSettings } from "../domain/make-plan.ts";
import type { PriceLimits } from "../domain/price-gate.ts";
import { isRefused } from "../domain/refused.ts";
import { throwIfAny } from "./config-error.ts";
import { contextSchema, contextSettings } from "./context-settings.ts";
import { name } from "./key-names.ts";
import { planSpecSchema, resolvePlan } from "./plan-settings.ts";
import { parseWith } from "./schema-problems.ts";

export interface EngineSettings {
  readonly account: string;
  readonly plan: PlanSettings;
  readonly prices: PriceLimits;
  /** Null where market context is turned off; `isAsked` where it is not left to the plan. */
  readonly context: { readonly settings: ContextSettings; readonly isAsked: boolean } | null;
}

const DEFAULT_PRICE_LIMIT_MS = 5_000;
const WHERE = 'a file, or "memory"';
const PLACE = { file: "engine options", line: null } as const;
const limitMs = z.number().min(0, { error: "0 or more" });

const optionsSchema = z.strictObject({
  journal: z.string({ error: WHERE }).min(1, { error: WHERE }),
  exchange: z.looseObject({ kind: z.literal("paper"), markets: z.array(z.unknown(), { error: "a list of markets" }) }),
  account: name.default("default"),
  plan: planSpecSchema.optional(),
  context: contextSchema.optional(),
  prices: z
    .strictObject({
      maximumFutureMs: limitMs.default(DEFAULT_PRICE_LIMIT_MS),
      maximumAgeMs: limitMs.nullable().default(DEFAULT_PRICE_LIMIT_MS),
    })
    .prefault({}),
  onAlert: z.unknown().optional(),
});

/** What is not parsed elsewhere: markets come parsed, paper settings have their own error. Throws ConfigError. */
export function parseEngineOptions(options: {
  readonly journal: unknown;
  readonly exchange: unknown;
  readonly account?: unknown;
  readonly plan?: unknown;
  readonly context?: unknown;
  readonly prices?: unknown;
  readonly onAlert?: unknown;
}): EngineSettings {
  const parsed = parseWith(optionsSchema, options, PLACE);
  if ("problems" in parsed) {
    throwIfAny(parsed.problems);
    throw new Error("Invariant: what could not be parsed has a problem to name");
  }
  const settled = resolvePlan(DEFAULT_PLAN_SETTINGS, parsed.value.plan);
  // A plan that no entry could be opened with is told now, not with the first entry.
  const made = makePlan(settled);
  if (isRefused(made)) {
    const { field, value, limit } = made;
    throwIfAny([{ ...PLACE, path: `plan.${field}`, value, allowed: limit }]);
  }
  const reckoned = contextSettings(parsed.value.context);
  return {
    account: parsed.value.account,
    plan: settled,
    prices: parsed.value.prices,
    context: reckoned === null ? null : { settings: reckoned, isAsked: parsed.value.context !== undefined },
  };
}
