/** The stop: hit at its price or beyond; the reason is that of the stop that counts (R4.3). */
import { heightOf } from "../price-axis.ts";
import type { Position, StopSource } from "../position.ts";
import type { ExitReason } from "../trade-record.ts";
import { downFrom, NEVER, type Decision, type Rule, type FiringInterval } from "./rule.ts";

export const stopHit = {
  name: "stop",
  requirement: "R4.3",
  about: "leaves at the stop: the most favorable of initial, ladder and trailing stop",
  intervals,
  decide,
} as const satisfies Rule;

function intervals({ stop, side }: Position): readonly FiringInterval[] {
  return stop === null ? NEVER : downFrom(heightOf(side, stop.level));
}

const REASONS: Record<StopSource, ExitReason> = {
  initial: "stop_initial",
  ladder: "stop_ladder",
  trailing: "stop_trailing",
};

function decide({ stop }: Position): Decision | null {
  return stop === null ? null : { kind: "close", rule: stopHit.name, reason: REASONS[stop.source], rungs: [] };
}
