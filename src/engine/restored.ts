/** Positions as a journal holds them: what a kernel is given after a restart. */
import { isSettled } from "../domain/intent.ts";
import type { Position } from "../domain/position.ts";
import type { PositionSnapshot } from "../domain/row.ts";
import type { LatestRow } from "../journal/journal.ts";
import type { RestoredPosition } from "../kernel/kernel.ts";

export interface Restored {
  /** Positions that are open, or closed with an order of theirs whose end is not known. */
  readonly positions: readonly RestoredPosition[];
  /** Closed and settled: nothing of theirs is open, a late fill of theirs must still find its grave (R1.10). */
  readonly buried: readonly Position[];
  /** Entries that were refused. */
  readonly refusedIds: readonly string[];
}

/** Sorts the last rows of a journal; `change` may adjust the state of an open position. */
export function restoredFrom(latest: readonly LatestRow[], change: (position: Position) => Position): Restored {
  const positions: RestoredPosition[] = [];
  const buried: Position[] = [];
  const refusedIds: string[] = [];
  for (const { position: id, snapshot, supervision } of latest) {
    if (snapshot === null) refusedIds.push(id);
    else if (isBehindUs(snapshot)) buried.push(snapshot.position);
    else positions.push({ snapshot: { ...snapshot, position: change(snapshot.position) }, supervision });
  }
  return { positions, buried, refusedIds };
}

const isBehindUs = ({ position }: PositionSnapshot): boolean =>
  position.outcome !== null && position.intents.every(isSettled);
