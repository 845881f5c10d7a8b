/** A plan as a file that means it: every field written out, in the words of the schema. Read again it is the same plan. */
import { exact } from "../domain/decimal.ts";
import type { PlanSettings } from "../domain/make-plan.ts";
import type { InitialStop } from "../domain/plan.ts";
import type { PlanSpecInput } from "./plan-settings.ts";
import { ruleInputs } from "./rule-settings.ts";

export type WrittenPlan = Exclude<PlanSpecInput, string>;

/** Without the preset's name: everything it stands for is written down. */
export function planInput(plan: PlanSettings): WrittenPlan {
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
