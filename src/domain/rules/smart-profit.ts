/**
 * Smart profit taking (R5.1): a good profit is taken while the next target is still far. A table of rows, each a price
 * move and how far the target must be from the price at least; one row that holds is enough.
 *
 * While a partial exit is under way this rule waits: the target that it would measure is the one being paid out.
 */
import { rungsPassed } from "../ladder.ts";
import { exitInFlight } from "../placing.ts";
import { heightAtMove, heightOf, heightTimes } from "../price-axis.ts";
import type { Position } from "../position.ts";
import { direction } from "../side.ts";
import { height, ONE, type Height } from "../units.ts";
import { between, HIGHEST, NEVER, upFrom, type Decision, type Rule, type FiringInterval } from "./rule.ts";
import { optional, ratio, rows } from "./setting.ts";

const fields = {
  rows: rows(
    "One row that holds is enough",
    {
      move: ratio({ about: "Price move, at least", byDefault: 0.1, over: 0, to: 1000 }),
      targetFurtherThan: optional(
        ratio({
          about: "The next target is further than this from the price, as a share of the price; null: however near",
          byDefault: 0,
          from: 0,
          under: 1,
        }),
      ),
    },
    // SPEC R5.1
    [
      { move: 0.2, targetFurtherThan: null },
      { move: 0.15, targetFurtherThan: 0.02 },
      { move: 0.1, targetFurtherThan: 0.02 },
      { move: 0.08, targetFurtherThan: 0.03 },
      { move: 0.05, targetFurtherThan: 0.05 },
    ],
  ),
};

export const smartProfit = {
  name: "smartProfit",
  requirement: "R5.1",
  about: "takes a good profit while the next target is still far",
  fields,
  intervals,
  decide,
} as const satisfies Rule;

function intervals(position: Position): readonly FiringInterval[] {
  const settings = position.plan.rules.smartProfit;
  const next = position.rungs[rungsPassed(position)];
  if (settings === null || next === undefined || exitInFlight(position)) return NEVER;
  const target = heightOf(position.side, next.target);
  const found: FiringInterval[] = [];
  for (const { move, targetFurtherThan } of settings.rows) {
    const from = heightAtMove(position, move, "favorable");
    if (targetFurtherThan === null) {
      found.push(...upFrom(from));
    } else {
      const { near, far } = bounds(position, target, targetFurtherThan);
      found.push(...between(from, near), { from: height(Math.max(from, far)), to: HIGHEST });
    }
  }
  return found;
}

/** Up to `near`, and again from `far` on, the price is further from the target than so much of itself. */
function bounds(position: Position, target: Height, distance: number): { readonly near: Height; readonly far: Height } {
  // |target − price| ÷ price > d: for a long that comes to price < target ÷ (1 + d) or price > target ÷ (1 − d); a short mirrors it.
  const share = direction(position.side) * distance;
  return {
    near: height(heightTimes(target, ONE, ONE + share, "favorable") - 1),
    far: height(heightTimes(target, ONE, ONE - share, "unfavorable") + 1),
  };
}

function decide(): Decision {
  return { kind: "close", rule: smartProfit.name, reason: "smart_profit", rungs: [] };
}
