/** Positions as a journal holds them: what a kernel is given after a restart. */
import type { Journal } from "../journal/journal.ts";
import type { RestoredPosition } from "../kernel/kernel.ts";

export function restoredFrom(
  journal: Journal,
  options: { readonly excursionsApproximate: boolean },
): { readonly positions: readonly RestoredPosition[]; readonly usedIds: readonly string[] } {
  const positions: RestoredPosition[] = [];
  const usedIds: string[] = [];
  for (const { position: id, snapshot, supervision } of journal.latest()) {
    // Closed ones are behind us: nothing of theirs is open, their ids are remembered.
    if (snapshot === null || snapshot.position.outcome !== null) usedIds.push(id);
    else if (!options.excursionsApproximate) positions.push({ snapshot, supervision });
    else {
      const position = { ...snapshot.position, excursionsApproximate: true };
      positions.push({ snapshot: { ...snapshot, position }, supervision });
    }
  }
  return { positions, usedIds };
}
