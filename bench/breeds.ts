/** Positions under plans with rules on. */
import { rulesWith } from "../src/domain/rules/table.ts";
import { planOf, START_MS, type Breed } from "./population.ts";

const DAY_MS = 86_400_000;

export const TRAILING = { trailing: {} };
export const EVERY_RULE = {
  ...TRAILING,
  smartProfit: {},
  momentumLoss: {},
  maxHoldingTime: { afterMs: DAY_MS },
  exitAtTime: { at: START_MS + 30 * DAY_MS },
  movingTargets: {},
  volatilityCorrection: {},
};

/** With a trailing stop of 2 % no position is open far below its entry. */
export const breedOf = (on: Parameters<typeof rulesWith>[0], markStep = 1_000): Breed => ({
  plan: planOf({ rules: rulesWith(on), markStep }),
  worstMove: "trailing" in on ? -0.019 : -0.048,
});
