/**
 * Positions as the journal has them: what status, events and health tell (R11.1). The kernel may be ahead of it inside
 * one group commit, and what is never written must never have been said.
 */
import { isSettled } from "../domain/intent.ts";
import type { PositionSnapshot, Row } from "../domain/row.ts";

export interface JournalledView {
  get(id: string): PositionSnapshot | null;
  all(): readonly PositionSnapshot[];
  /** Rows that are durable now, in order. */
  take(rows: readonly Row[]): void;
  /** Drops positions that nobody looks after any more. */
  keepOnly(isKnown: (id: string) => boolean): void;
  counts(): ViewCounts;
}

export interface ViewCounts {
  readonly openPositions: number;
  /** Orders whose end is not known. */
  readonly unsettledOrders: number;
  /** Those of them that were sent without an answer that can be trusted (R10.2). */
  readonly unresolvedOrders: number;
}

export function createJournalledView(restored: readonly PositionSnapshot[]): JournalledView {
  const snapshots = new Map(restored.map((snapshot) => [snapshot.position.id, snapshot]));
  return {
    get: (id) => snapshots.get(id) ?? null,
    all: () => Array.from(snapshots.values()),
    take(rows) {
      for (const { position, snapshot } of rows) if (snapshot !== null) snapshots.set(position, snapshot);
    },
    keepOnly(isKnown) {
      for (const id of snapshots.keys()) if (!isKnown(id)) snapshots.delete(id);
    },
    counts() {
      let openPositions = 0;
      let unsettledOrders = 0;
      let unresolvedOrders = 0;
      for (const { position } of snapshots.values()) {
        if (position.outcome === null) openPositions += 1;
        for (const intent of position.intents) {
          if (!isSettled(intent)) unsettledOrders += 1;
          if (intent.progress.kind === "unresolved") unresolvedOrders += 1;
        }
      }
      return { openPositions, unsettledOrders, unresolvedOrders };
    },
  };
}
