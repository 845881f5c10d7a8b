/** The stop: hit at its price or beyond; the reason is that of the stop that counts (R4.3). */
import { heightOf } from "../price-axis.ts";
import type { Position, StopSource } from "../position.ts";
import type { ExitReason } from "../trade-record.ts";
import { downFrom, NEVER, type Decision, type ExitRule, type FiringInterval } from "./rule.ts";

export const stopHit: ExitRule = { name: "stop", intervals, decide };

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
