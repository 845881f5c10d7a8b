/** Emergency stops by ROI: they override everything else; the deepest level reached names the reason (R4.2). */
import { heightOf } from "../price-axis.ts";
import { levelPrice } from "../market.ts";
import type { Position } from "../position.ts";
import type { FreshPrice } from "../price-gate.ts";
import { atOrWorse } from "../side.ts";
import { downFrom, NEVER, type Decision, type Rule, type FiringInterval } from "./rule.ts";

export const emergency = {
  name: "emergency",
  requirement: "R4.2",
  about: "leaves at a loss on the margin that is too large, whatever else holds",
  intervals,
  decide,
} as const satisfies Rule;

/** Levels stand shallowest first (`makePlan`). */
function intervals({ emergency: levels, side }: Position): readonly FiringInterval[] {
  const nearest = levels[0];
  return nearest === undefined ? NEVER : downFrom(heightOf(side, nearest.level));
}

function decide({ emergency: levels, side, grid }: Position, at: FreshPrice): Decision | null {
  const deepest = levels.findLast(({ level }) => atOrWorse(side, at.value, levelPrice(grid!, level)));
  return deepest === undefined ? null : { kind: "close", rule: emergency.name, reason: deepest.reason, rungs: [] };
}
