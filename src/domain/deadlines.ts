/** When a position wants to be asked again without a price. */
import { closeInFlight, inTheWay } from "./closing.ts";
import { momentsMs } from "./exit-rules.ts";
import { exitInFlight, unsettledIntents } from "./placing.ts";
import type { Position } from "./position.ts";
import { epochMs, type EpochMs } from "./units.ts";

/** The earliest such moment after now, or at any time where something is overdue; null when never. */
export function nextWakeAtMs(position: Position, nowMs: EpochMs): EpochMs | null {
  const moments: number[] = unsettledIntents(position).map((intent) => intent.lookUpAtMs);
  if (position.outcome === null)
    moments.push(...(position.closing === null ? whileOpen(position, nowMs) : whileClosing(position)));
  return moments.length === 0 ? null : epochMs(Math.min(...moments));
}

function whileOpen(position: Position, nowMs: EpochMs): readonly number[] {
  const { rungCooldownUntilMs } = position;
  return [
    // What has passed has been taken into account, or waits for the next price.
    ...momentsMs(position).filter((moment) => moment > nowMs),
    ...(rungCooldownUntilMs === null || exitInFlight(position) ? [] : [rungCooldownUntilMs]),
  ];
}

function whileClosing(position: Position): readonly number[] {
  const { settleByMs, retryAtMs } = position.closing!;
  return [
    ...(inTheWay(position).length > 0 ? [settleByMs] : []),
    ...(retryAtMs === null || closeInFlight(position) ? [] : [retryAtMs]),
  ];
}
