/** When a position wants to be asked again without a price. */
import { closeInFlight, inTheWay } from "./closing.ts";
import { exitInFlight, unsettledIntents } from "./placing.ts";
import type { Position } from "./position.ts";
import { epochMs, type EpochMs } from "./units.ts";

/** The earliest such moment; null when never. */
export function nextWakeAtMs(position: Position): EpochMs | null {
  const moments: number[] = unsettledIntents(position).map((intent) => intent.lookUpAtMs);
  if (position.outcome === null)
    moments.push(...(position.closing === null ? whileOpen(position) : whileClosing(position)));
  return moments.length === 0 ? null : epochMs(Math.min(...moments));
}

function whileOpen(position: Position): readonly number[] {
  const { rungCooldownUntilMs } = position;
  return rungCooldownUntilMs === null || exitInFlight(position) ? [] : [rungCooldownUntilMs];
}

function whileClosing(position: Position): readonly number[] {
  const { settleByMs, retryAtMs } = position.closing!;
  return [
    ...(inTheWay(position).length > 0 ? [settleByMs] : []),
    ...(retryAtMs === null || closeInFlight(position) ? [] : [retryAtMs]),
  ];
}
