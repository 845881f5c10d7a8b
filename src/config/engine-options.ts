/** The options of `createEngine` that are settings: parsed, completed, and the plan in them judged (R13.7). */
import * as z from "zod";
import { NO_CAPS, type Caps } from "../domain/caps.ts";
import type { ContextSettings } from "../domain/context-settings.ts";
import { DEFAULT_PLAN_SETTINGS, makePlan, type PlanSettings } from "../domain/make-plan.ts";
import type { PriceLimits } from "../domain/price-gate.ts";
import { isRefused } from "../domain/refused.ts";
import { alertsConfig, alertsSchema, type AlertsConfig } from "./alert-settings.ts";
import { capsOf, capsSchema } from "./caps-settings.ts";
import { throwIfAny } from "./config-error.ts";
import { isKeysPrefix, KEYS_PREFIX_LIMIT } from "./credentials.ts";
import { contextSchema, contextSettings } from "./context-settings.ts";
import { name } from "./key-names.ts";
import { logConfig, logSchema, type LogConfig } from "./log-settings.ts";
import { planSpecSchema, resolvePlan } from "./plan-settings.ts";
import { parsedOrThrow } from "./schema-problems.ts";

export interface EngineSettings {
  readonly account: string;
  readonly plan: PlanSettings;
  readonly prices: PriceLimits;
  readonly caps: Caps;
  /** Whether commands reach the engine over a socket (R13.2), and where it is, if not beside the journal. */
  readonly control: boolean | string;
  /** Null where market context is turned off; `isAsked` where it is not left to the plan. */
  readonly context: { readonly settings: ContextSettings; readonly isAsked: boolean } | null;
  /** Null: alerts and failures alone, on the console. */
  readonly log: LogConfig | null;
  readonly alerts: AlertsConfig;
}

const DEFAULT_PRICE_LIMIT_MS = 5_000;
const WHERE = 'a file, or "memory"';
const PLACE = { file: "engine options", line: null } as const;
const limitMs = z.number().min(0, { error: "0 or more" });

const optionsSchema = z.strictObject({
  journal: z.string({ error: WHERE }).min(1, { error: WHERE }),
  exchange: z.discriminatedUnion(
    "kind",
    [
      z.looseObject({ kind: z.literal("paper"), markets: z.array(z.unknown(), { error: "a list of markets" }) }),
      z.looseObject({
        kind: z.literal("venue"),
        venue: z.string({ error: "the name of a venue" }).min(1, { error: "the name of a venue" }),
        mode: z.enum(["demo", "dry-run"]),
        symbols: z.array(z.string().min(1), { error: "a list of symbols" }).min(1, { error: "at least one symbol" }),
        keysPrefix: z.string().refine(isKeysPrefix, { error: KEYS_PREFIX_LIMIT }).optional(),
        marginMode: z.enum(["cross", "isolated"]).optional(),
      }),
    ],
    { error: '{"kind": "paper", …} or {"kind": "venue", …}' },
  ),
  account: name.default("default"),
  plan: planSpecSchema.optional(),
  context: contextSchema.optional(),
  prices: z
    .strictObject({
      maximumFutureMs: limitMs.default(DEFAULT_PRICE_LIMIT_MS),
      maximumAgeMs: limitMs.nullable().default(DEFAULT_PRICE_LIMIT_MS),
    })
    .prefault({}),
  caps: capsSchema.optional(),
  control: z.union([z.boolean(), z.string().min(1)], { error: "true, false, or the path of a socket" }).default(false),
  log: logSchema.optional(),
  alerts: alertsSchema.optional(),
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
  readonly caps?: unknown;
  readonly control?: unknown;
  readonly log?: unknown;
  readonly alerts?: unknown;
  readonly onAlert?: unknown;
}): EngineSettings {
  const parsed = parsedOrThrow(optionsSchema, options, PLACE);
  const settled = resolvePlan(DEFAULT_PLAN_SETTINGS, parsed.plan);
  // A plan that no entry could be opened with is told now, not with the first entry.
  const made = makePlan(settled);
  if (isRefused(made)) {
    const { field, value, limit } = made;
    throwIfAny([{ ...PLACE, path: `plan.${field}`, value, allowed: limit }]);
  }
  const reckoned = contextSettings(parsed.context);
  return {
    account: parsed.account,
    plan: settled,
    prices: parsed.prices,
    caps: parsed.caps === undefined ? NO_CAPS : capsOf(parsed.caps),
    control: parsed.control,
    context: reckoned === null ? null : { settings: reckoned, isAsked: parsed.context !== undefined },
    log: logConfig(parsed.log),
    alerts: alertsConfig(parsed.alerts),
  };
}
