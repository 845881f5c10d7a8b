/** Reports that are to be delivered at a later moment: a heap by time, and among equals in order of arrival. */
import type { OrderReport } from "../domain/report.ts";

interface Scheduled {
  readonly atMs: number;
  readonly sequence: number;
  readonly report: OrderReport;
}

export interface Schedule {
  add(report: OrderReport, atMs: number): void;
  /** When the next one is due; Infinity when none is. */
  nextMs(): number;
  /** Takes the next one that is due at `nowMs`; null when none is. */
  take(nowMs: number): OrderReport | null;
}

export function createSchedule(): Schedule {
  // A restart brings a handful of these: a sorted list is the simplest heap.
  const waiting: Scheduled[] = [];
  let sequence = 0;
  return {
    add(report, atMs) {
      const entry = { atMs, sequence: (sequence += 1), report };
      const later = waiting.findIndex((each) => each.atMs > atMs);
      waiting.splice(later === -1 ? waiting.length : later, 0, entry);
    },
    nextMs: () => waiting[0]?.atMs ?? Number.POSITIVE_INFINITY,
    take: (nowMs) => (waiting[0] !== undefined && waiting[0].atMs <= nowMs ? waiting.shift()!.report : null),
  };
}
