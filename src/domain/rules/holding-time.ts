/**
 * The maximum holding time (R5.3), off by default. It needs no fresh price: a deadline leaves at once, whatever is known;
 * between two prices that nothing connects (a replay of trades) the next one is what the position gets.
 */
import type { Position } from "../position.ts";
import { durationMs } from "./setting.ts";
import type { Leaving, Rule } from "./rule.ts";

const HOUR_MS = 3_600_000;

const fields = {
  afterMs: durationMs({ about: "Time since the first fill", byDefault: 24 * HOUR_MS, from: 1, to: 100_000 * HOUR_MS }),
};

export const maxHoldingTime = {
  name: "maxHoldingTime",
  requirement: "R5.3",
  about: "leaves a position that has been held for so long",
  fields,
  leaves,
} as const satisfies Rule;

function leaves({ plan, openedAtMs }: Position): Leaving | null {
  const settings = plan.rules.maxHoldingTime;
  if (settings === null || openedAtMs === null) return null;
  return { atMs: openedAtMs + settings.afterMs, reason: "max_holding_time" };
}
