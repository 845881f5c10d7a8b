/**
 * The recorded high-water mark (R4.4): the most favorable deciding price since the position opened, moved in steps. When
 * the price stands a step beyond the mark, the mark becomes that price. Kept where a rule of the plan uses it.
 *
 * The mark is a level: a price between two ticks counts as the last tick that it passed, never as one it has not reached.
 */
import { levelText } from "../market.ts";
import { heightOf, levelAtHeight, placeOf, ticksOfEntry } from "../price-axis.ts";
import type { Position } from "../position.ts";
import type { FreshPrice } from "../price-gate.ts";
import { become, type Turn } from "../turn.ts";
import { height, type Height } from "../units.ts";
import { NEVER, upFrom, type Decision, type Rule, type FiringInterval } from "./rule.ts";

export const mark = {
  name: "mark",
  requirement: "R4.4",
  about: "records the most favorable price in steps, for the rules that use it",
  intervals,
  decide,
  adjust,
  adjusts: "the mark moves here, and what hangs on it",
  standing,
} as const satisfies Rule;

function intervals(position: Position): readonly FiringInterval[] {
  if (position.mark === null || position.plan.markStep === null) return NEVER;
  return upFrom(height(heightOf(position.side, position.mark) + stepTicks(position, position.plan.markStep)));
}

function standing({ mark: at, grid }: Position): string | null {
  return at === null || grid === null ? null : `at ${levelText(grid, at)}`;
}

/** A share of the entry price, at least one tick. */
export const stepTicks = (position: Position, step: number): number => Math.max(1, ticksOfEntry(position, step));

function decide(): Decision {
  return { kind: "adjust", rule: mark.name };
}

function adjust(turn: Turn, at: FreshPrice): Turn {
  const { grid, side } = turn.position;
  return become(turn, { mark: levelAtHeight(side, reached(turn.position, placeOf(grid!, side, at.value).atOrBelow)) });
}

/** Total, whatever it is given: a mark never moves back. */
const reached = ({ mark: before, side }: Position, at: Height): Height => {
  const was = before === null ? at : heightOf(side, before);
  return at > was ? at : was;
};
