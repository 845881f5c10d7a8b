/**
 * The options of `pawl paper` that change the configuration, laid over it and judged by its own schema.
 *
 * Promises: a value that is not allowed is a usage error that names the option, the value and what is allowed.
 */
import { defaultConfig, readConfig, type Config } from "../config/config-file.ts";
import { DURATION_LIMIT, durationMsOf } from "../config/duration.ts";
import { paperSchema, type PaperConfig } from "../config/paper-settings.ts";
import { parseWith } from "../config/schema-problems.ts";
import { DEFAULT_CONTEXT_SETTINGS } from "../domain/context-settings.ts";
import { UsageError } from "./exit-codes.ts";
import { planFrom } from "./plan-option.ts";

export interface PaperOptions {
  readonly config?: string;
  readonly plan?: string;
  readonly seed?: string;
  readonly takerFee?: string;
  readonly makerFee?: string;
  readonly slippage?: string;
  readonly latency?: string;
  readonly partialFills?: string;
  readonly expireRest?: string;
  readonly context?: string;
}

/** The configuration file, or the defaults, with what the command line says on top. */
export function configFrom(options: PaperOptions): Config {
  const config = options.config === undefined ? defaultConfig() : readConfig(options.config);
  if (config.hedgeMode) {
    throw new UsageError(`${config.file}: hedgeMode is true; allowed: false in a paper session`);
  }
  return {
    ...config,
    plan: options.plan === undefined ? config.plan : planFrom(config.plan, options.plan),
    paper: paperFrom(config.paper, options),
    context: options.context === undefined ? config.context : contextFrom(options.context, config.context),
  };
}

/** A timeframe, or "off"; the other settings are the configuration's. */
function contextFrom(text: string, config: Config["context"]): Config["context"] {
  if (text === "off") return "off";
  const timeframeMs = durationMsOf(text);
  if (timeframeMs === null)
    throw new UsageError(`--context is ${JSON.stringify(text)}; allowed: off, or ${DURATION_LIMIT}`);
  const settings = typeof config === "object" ? config : DEFAULT_CONTEXT_SETTINGS;
  return { ...settings, timeframeMs };
}

const OPTION_OF: readonly (readonly [path: string, option: string])[] = [
  ["seed", "--seed"],
  ["takerFee", "--taker-fee"],
  ["makerFee", "--maker-fee"],
  ["slippage", "--slippage"],
  ["latencyMs", "--latency"],
  ["partialFills", "--partial-fills"],
  ["expireRestProbability", "--expire-rest"],
];

function paperFrom(base: PaperConfig, options: PaperOptions): PaperConfig {
  const { seed, takerFee, makerFee, slippage, latency, partialFills, expireRest } = options;
  const changed = {
    ...base,
    ...(seed === undefined ? {} : { seed }),
    ...(takerFee === undefined ? {} : { takerFee }),
    ...(makerFee === undefined ? {} : { makerFee }),
    ...(slippage === undefined ? {} : { slippage }),
    ...(latency === undefined ? {} : { latencyMs: latencyFrom(latency) }),
    ...(partialFills === undefined ? {} : { partialFills: partialFillsFrom(partialFills) }),
    ...(expireRest === undefined ? {} : { expireRestProbability: numberFrom(expireRest, "--expire-rest", "0 to 1") }),
  };
  const parsed = parseWith(paperSchema, changed, { file: "command line", line: null });
  if (!("problems" in parsed)) return parsed.value;
  const texts = parsed.problems.map(({ path, value, allowed }) => {
    const option = OPTION_OF.find(([start]) => path === start || path.startsWith(`${start}.`))?.[1] ?? path;
    return `${option} is ${value}; allowed: ${allowed}`;
  });
  throw new UsageError(texts.join("\n"));
}

const LATENCY = "MS or MIN-MAX in whole milliseconds, for example 50-250";

function latencyFrom(text: string): PaperConfig["latencyMs"] {
  const [, minimum, maximum] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(text) ?? [];
  if (minimum === undefined) throw new UsageError(`--latency is ${JSON.stringify(text)}; allowed: ${LATENCY}`);
  return { minimum: Number(minimum), maximum: Number(maximum ?? minimum) };
}

/** PROBABILITY[,SLICES[,GAP_MS]] */
function partialFillsFrom(text: string): PaperConfig["partialFills"] {
  const allowed = "PROBABILITY[,SLICES[,GAP_MS]], for example 0.3,4,250";
  const [probability = "", slices = "3", gapMs = "0", ...rest] = text.split(",");
  if (rest.length > 0) throw new UsageError(`--partial-fills is ${JSON.stringify(text)}; allowed: ${allowed}`);
  const number = (part: string): number => numberFrom(part, "--partial-fills", allowed, text);
  return { probability: number(probability), maximumSlices: number(slices), gapMs: number(gapMs) };
}

function numberFrom(text: string, option: string, allowed: string, whole = text): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new UsageError(`${option} is ${JSON.stringify(whole)}; allowed: ${allowed}`);
}

/** "1m", "15m", "4h", "1d", or milliseconds. */
export function timeframeFrom(text: string): number {
  const value = durationMsOf(text);
  if (value !== null) return value;
  throw new UsageError(`--timeframe is ${JSON.stringify(text)}; allowed: ${DURATION_LIMIT}`);
}

/** Feed events per second. */
export function paceFrom(text: string): number {
  const value = numberFrom(text, "--pace", "events per second, more than 0");
  if (value > 0) return value;
  throw new UsageError(`--pace is ${JSON.stringify(text)}; allowed: events per second, more than 0`);
}
