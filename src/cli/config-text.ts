/**
 * A configuration as the file that means it: every field written out, in the words of the schema (R13.7).
 *
 * Promises: what is shown can be saved and read again, and means the same; only the preset's name becomes "custom",
 * because everything it stands for is then written down.
 */
import type * as z from "zod";
import type { Config, configSchema } from "../config/config-file.ts";
import { planInput } from "../config/plan-input.ts";

type ConfigInput = z.input<typeof configSchema>;

export function configText(config: Config): string {
  const { account, hedgeMode, plan, paper, markets, prices, caps, context, log, alerts } = config;
  const input: ConfigInput = {
    account,
    hedgeMode,
    plan: planInput(plan),
    paper,
    ...(markets === null
      ? {}
      : {
          markets:
            markets.precisionMode === null
              ? markets.path
              : { path: markets.path, precisionMode: markets.precisionMode },
        }),
    prices,
    caps: { ...caps, symbols: caps.symbols === null ? null : [...caps.symbols] },
    ...(context === "auto" ? {} : { context: contextInput(context) }),
    ...(log === null
      ? {}
      : { log: { level: log.level, format: log.format, ...(log.file === null ? {} : { file: log.file }) } }),
    ...(alerts.webhook === null ? {} : { alerts: { webhook: alerts.webhook } }),
  };
  return JSON.stringify(input, null, 2);
}

const contextInput = (context: Exclude<Config["context"], "auto">): ConfigInput["context"] =>
  context === "off"
    ? false
    : { timeframe: `${context.timeframeMs}ms`, periods: { ...context.periods }, bounds: { ...context.bounds } };
