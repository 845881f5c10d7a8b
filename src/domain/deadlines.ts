/** When a position wants to be asked again without a price. */
import { closeInFlight, inTheWay } from "./closing.ts";
import { nextMomentMs } from "./firings.ts";
import { isSettled } from "./intent.ts";
import { exitInFlight } from "./placing.ts";
import type { Position } from "./position.ts";
import { epochMs, type EpochMs } from "./units.ts";

/** The earliest such moment after now, or at any time where something is overdue; null when never. */
export function nextWakeAtMs(position: Position, nowMs: EpochMs): EpochMs | null {
  let next = Number.POSITIVE_INFINITY;
  for (const intent of position.intents) if (!isSettled(intent)) next = Math.min(next, intent.lookUpAtMs);
  if (position.outcome === null)
    next = Math.min(next, position.closing === null ? whileOpen(position, nowMs) : whileClosing(position));
  return next === Number.POSITIVE_INFINITY ? null : epochMs(next);
}

function whileOpen(position: Position, nowMs: EpochMs): number {
  const { rungCooldownUntilMs } = position;
  // What has passed has been taken into account, or waits for the next price.
  const moment = nextMomentMs(position, nowMs);
  return rungCooldownUntilMs === null || exitInFlight(position) ? moment : Math.min(moment, rungCooldownUntilMs);
}

function whileClosing(position: Position): number {
  const { settleByMs, retryAtMs } = position.closing!;
  const settle = inTheWay(position).length > 0 ? settleByMs : Number.POSITIVE_INFINITY;
  return retryAtMs === null || closeInFlight(position) ? settle : Math.min(settle, retryAtMs);
}
