/**
 * The configuration: one JSON file, every field of which may be left out (R13.7, section 16).
 *
 * Promises: every problem of the file is told at once with path, value and what is allowed; the plan in it has been
 * judged; paths in it are relative to the file. It holds no secrets and reads no environment.
 */
import { dirname, resolve } from "node:path";
import * as z from "zod";
import type { Caps } from "../domain/caps.ts";
import { DEFAULT_PLAN_SETTINGS, makePlan, type PlanSettings } from "../domain/make-plan.ts";
import type { PriceLimits } from "../domain/price-gate.ts";
import { isRefused, type Refused } from "../domain/refused.ts";
import { alertsConfig, alertsSchema, type AlertsConfig } from "./alert-settings.ts";
import { capsOf, capsSchema } from "./caps-settings.ts";
import { ConfigError, type ConfigProblem } from "./config-error.ts";
import type { ContextSettings } from "../domain/context-settings.ts";
import { contextSchema, contextSettings } from "./context-settings.ts";
import { parseJson, readText } from "./json-file.ts";
import { name } from "./key-names.ts";
import { logConfig, logSchema, type LogConfig } from "./log-settings.ts";
import { paperSchema, type PaperConfig } from "./paper-settings.ts";
import { planSpecSchema, resolvePlan } from "./plan-settings.ts";
import { parseWith } from "./schema-problems.ts";

export interface MarketsSource {
  /** Absolute. */
  readonly path: string;
  readonly precisionMode: "TICK_SIZE" | "DECIMAL_PLACES" | null;
}

export interface Config {
  /** Where it was read from; null for the defaults. */
  readonly file: string | null;
  readonly account: string;
  readonly hedgeMode: boolean;
  /** What entries without a plan of their own get. */
  readonly plan: PlanSettings;
  readonly paper: PaperConfig;
  /** Null: named defaults per symbol. */
  readonly markets: MarketsSource | null;
  readonly prices: PriceLimits;
  /** Of new positions; not of those of a backtest. */
  readonly caps: Caps;
  /** "auto": as by default, where a plan looks at it. */
  readonly context: ContextSettings | "auto" | "off";
  /** Null: alerts and failures alone, on the console. */
  readonly log: LogConfig | null;
  readonly alerts: AlertsConfig;
  /** What the plan was mended with, for `check`. */
  readonly warnings: readonly string[];
}

const LONGEST_MS = 86_400_000;

const path = z.string().min(1).max(4_096);

const marketsSchema = z.union(
  [path, z.strictObject({ path, precisionMode: z.enum(["TICK_SIZE", "DECIMAL_PLACES"]).optional() })],
  { error: 'a path, or {"path": …, "precisionMode": …}' },
);

export const configSchema = z.strictObject({
  $schema: z.string().optional().describe("For editors; not read"),
  account: name.default("default"),
  hedgeMode: z.boolean().default(false).describe("One position per symbol and side, in place of one per symbol"),
  plan: planSpecSchema.optional().describe("A preset, or overrides laid over the preset scaled"),
  paper: paperSchema.prefault({}),
  markets: marketsSchema.optional().describe("A JSON file of markets in ccxt's structure, relative to this file"),
  context: contextSchema
    .optional()
    .describe("Market context: reckoned by default where a plan looks at it; false: never"),
  prices: z
    .strictObject({
      maximumFutureMs: z
        .int()
        .min(0)
        .max(LONGEST_MS)
        .default(5_000)
        .describe("How far ahead of the clock a price may be stamped"),
      maximumAgeMs: z
        .int()
        .min(1)
        .max(LONGEST_MS)
        .nullable()
        .default(5_000)
        .describe("How old a price may be when a decision is made on it; null: any age"),
    })
    .prefault({}),
  caps: capsSchema.prefault({}).describe("Caps on new positions; what is left out is no cap"),
  log: logSchema
    .optional()
    .describe("What a live engine tells of what it does; by default alerts and failures, on the console"),
  alerts: alertsSchema.optional().describe("Where a live engine sends alerts, besides the log"),
});

/** Reads a configuration file. Throws ConfigError. */
export function readConfig(file: string): Config {
  const json = parseJson(readText(file, "a JSON file of configuration"), { file, line: null });
  if ("problem" in json) throw new ConfigError([json.problem]);
  return parseConfig(json.value, file);
}

/** The configuration where there is no file: everything as in section 16. */
export const defaultConfig = (): Config => ({ ...parseConfig({}, "defaults"), file: null });

/** The same for JSON that is already read; `file` is for messages and for paths. */
export function parseConfig(json: unknown, file: string): Config {
  const place = { file, line: null };
  const parsed = parseWith(configSchema, json, place);
  if ("problems" in parsed) throw new ConfigError(parsed.problems);
  const { account, hedgeMode, paper, markets, prices, caps, context } = parsed.value;
  const plan = resolvePlan(DEFAULT_PLAN_SETTINGS, parsed.value.plan);
  const made = makePlan(plan);
  if (isRefused(made)) throw new ConfigError([planProblem(made, file)]);
  return {
    file,
    account,
    hedgeMode,
    plan,
    paper,
    markets: marketsFrom(markets, file),
    prices,
    caps: capsOf(caps),
    context: context === undefined ? "auto" : (contextSettings(context) ?? "off"),
    log: logConfig(parsed.value.log, (path) => resolve(dirname(file), path)),
    alerts: alertsConfig(parsed.value.alerts),
    warnings: made.warnings,
  };
}

/** A refusal's own words are kept where they say more than "field is value". */
function planProblem(plan: Refused, file: string): ConfigProblem {
  const { field, value, limit, message } = plan;
  const says = message.startsWith(`${field} is `) ? "" : ` (${message})`;
  return { file, line: null, path: `plan.${field}`, value, allowed: limit, wrong: `plan.${field} is ${value}${says}` };
}

function marketsFrom(markets: z.output<typeof marketsSchema> | undefined, file: string): MarketsSource | null {
  if (markets === undefined) return null;
  const at = (given: string): string => resolve(dirname(file), given);
  if (typeof markets === "string") return { path: at(markets), precisionMode: null };
  return { path: at(markets.path), precisionMode: markets.precisionMode ?? null };
}
