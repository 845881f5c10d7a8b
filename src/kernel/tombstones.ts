/**
 * What remains of positions that were reaped: whose an order was, and which of its fills were counted (R1.10).
 * Bounded: the oldest are forgotten first, long after any venue could still report on them.
 */
import type { FillReport } from "../domain/report.ts";
import type { Intent } from "../domain/intent.ts";
import type { Position } from "../domain/position.ts";

export interface Tombstone {
  /** The position as it was when it was reaped. */
  readonly position: Position;
  readonly intent: Intent;
  readonly laterTradeIds: Set<string>;
}

export interface Tombstones {
  add(position: Position): void;
  /** The grave of an order, if this fill of it was never counted; null otherwise. The fill counts as seen from now on. */
  uncounted(report: FillReport): Tombstone | null;
}

const MAXIMUM_ORDERS = 10_000;

export function createTombstones(): Tombstones {
  const ofOrder = new Map<string, Tombstone>();
  return {
    add(position) {
      for (const intent of position.intents) {
        ofOrder.set(intent.clientOrderId, { position, intent, laterTradeIds: new Set() });
      }
      for (const clientOrderId of ofOrder.keys()) {
        if (ofOrder.size <= MAXIMUM_ORDERS) break;
        ofOrder.delete(clientOrderId);
      }
    },
    uncounted(report) {
      const tombstone = ofOrder.get(report.clientOrderId);
      if (tombstone === undefined) return null;
      const { intent, laterTradeIds } = tombstone;
      if (intent.tradeIds.includes(report.tradeId) || laterTradeIds.has(report.tradeId)) return null;
      laterTradeIds.add(report.tradeId);
      return tombstone;
    },
  };
}
