/**
 * A configuration as the file that means it: every field written out, in the words of the schema (R13.7).
 *
 * Promises: what is shown can be saved and read again, and means the same; only the preset's name becomes "custom",
 * because everything it stands for is then written down.
 */
import type * as z from "zod";
import type { Config, configSchema } from "../config/config-file.ts";
import { ruleInputs } from "../config/rule-settings.ts";
import { exact } from "../domain/decimal.ts";
import type { PlanSettings } from "../domain/make-plan.ts";
import type { InitialStop } from "../domain/plan.ts";

type ConfigInput = z.input<typeof configSchema>;

export function configText(config: Config): string {
  const { account, hedgeMode, plan, paper, markets, prices, context } = config;
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
    ...(context === "auto" ? {} : { context: contextInput(context) }),
  };
  return JSON.stringify(input, null, 2);
}

const contextInput = (context: Exclude<Config["context"], "auto">): ConfigInput["context"] =>
  context === "off"
    ? false
    : { timeframe: `${context.timeframeMs}ms`, periods: { ...context.periods }, bounds: { ...context.bounds } };

function planInput(plan: PlanSettings): ConfigInput["plan"] {
  const { preset: _preset, ladder, singleTarget, stop, emergencyLevels, rules, markStep, ...same } = plan;
  return {
    ...same,
    ladder: ladder.map((rung) => ({ target: ratio(rung.target), fraction: ratio(rung.fraction) })),
    singleTarget: singleTarget === null ? null : ratio(singleTarget),
    stop: stopInput(stop),
    emergencyLevels: emergencyLevels.map(({ roi, reason }) => ({ roi: ratio(roi), reason })),
    markStep: ratio(markStep),
    ...ruleInputs(rules),
  };
}

const stopInput = (stop: InitialStop): { readonly fraction: string } | { readonly price: string } =>
  stop.kind === "fraction" ? { fraction: ratio(stop.fraction) } : { price: stop.price };

/** Decimal text of millionths. */
const ratio = (millionths: number): string => exact(millionths).shiftedBy(-6).toFixed();
