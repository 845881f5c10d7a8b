/**
 * The rungs of the ladder: from the first armed target onward (R2.3); while partial exits must wait, from the last target
 * only. Where an exit was held back because it is worth too little (R3.5), at the prices at which it is worth enough.
 */
import { worthwhileLevels } from "../exit-worth.ts";
import { sizeRungExit } from "../exit-size.ts";
import { highestDueRung, rungsPassed } from "../ladder.ts";
import { entrySettled, exitInFlight } from "../placing.ts";
import { heightOf } from "../price-axis.ts";
import type { Position } from "../position.ts";
import type { FreshPrice } from "../price-gate.ts";
import type { ExitReason } from "../trade-record.ts";
import { height, type EpochMs, type Height } from "../units.ts";
import { between, NEVER, upFrom, type Decision, type Rule, type FiringInterval } from "./rule.ts";

export const rungs = {
  name: "rungs",
  requirement: "R2.3",
  about: "takes profit in parts, rung by rung",
  intervals,
  decide,
} as const satisfies Rule;

function intervals(position: Position, nowMs: EpochMs): readonly FiringInterval[] {
  const { rungs: ladder, side } = position;
  const passed = rungsPassed(position);
  if (passed >= ladder.length || !entrySettled(position)) return NEVER;
  const targetOf = (number: number): Height => heightOf(side, ladder[number - 1]!.target);
  const last = upFrom(targetOf(ladder.length));
  if (mustWait(position, nowMs)) return last;
  if (position.heldBackThrough <= passed) return upFrom(targetOf(passed + 1));
  const found: FiringInterval[] = [];
  for (let number = passed + 1; number < ladder.length; number += 1) {
    const [from, to] = [targetOf(number), targetOf(number + 1)];
    found.push(
      ...(position.heldBackThrough < number
        ? between(from, to)
        : worthwhile(position, numbersTo(position, number), from, to)),
    );
  }
  return [...found, ...last];
}

/** One exit at a time, and none while a rung rests after a failed one (R10.6). */
const mustWait = (position: Position, nowMs: EpochMs): boolean =>
  exitInFlight(position) || (position.rungCooldownUntilMs !== null && nowMs < position.rungCooldownUntilMs);

/** The part of a segment of the axis in which the exit of these rungs would not be held back. */
const worthwhile = (
  position: Position,
  numbers: readonly number[],
  from: Height,
  to: Height,
): readonly FiringInterval[] =>
  worthwhileLevels(position, numbers).flatMap(([low, high]) => {
    const [near, far] = position.side === "long" ? [low, high] : [0 - high, 0 - low];
    return between(height(Math.max(from, near)), height(Math.min(to, far)));
  });

function decide(position: Position, at: FreshPrice): Decision | null {
  const due = highestDueRung(position, at.value);
  if (due === 0) return null;
  const numbers = numbersTo(position, due);
  if (due === position.rungs.length) {
    const reason: ExitReason = position.plan.takeProfit === "single" ? "single_target" : "take_profit_final";
    return { kind: "close", rule: rungs.name, reason, rungs: numbers };
  }
  const verdict = sizeRungExit(position, numbers, at);
  if (verdict.kind === "heldBack" && position.heldBackThrough >= due) return null;
  return { kind: "exitRungs", rule: rungs.name, rungs: numbers, verdict };
}

/** The rungs that are not passed, up to this one. */
const numbersTo = (position: Position, last: number): readonly number[] => {
  const first = rungsPassed(position) + 1;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
};
