/**
 * Where the entries of one market come from: a list that somebody has written, or a rule that goes on as long as there are
 * prices. A list is judged entry by entry; a rule is asked anew whenever nothing is held.
 */
import type { EntryToJudge } from "../engine/judge-entry.ts";
import { indexAtOrAfter } from "./price-columns.ts";

/** An entry and the row at whose first price it is carried out. */
export interface TimedEntry {
  readonly row: number;
  readonly entry: EntryToJudge;
}

export type EntryFlow =
  /** In order of rows. */
  | { readonly kind: "list"; readonly entries: readonly TimedEntry[] }
  | {
      readonly kind: "rule";
      /** The first one at or after a row; null where no more come. */
      readonly next: (fromRow: number) => TimedEntry | null;
    };

/** Each at the first price at or after its time (R14.1); those whose time comes after the last price are left over. */
export function timedEntries(
  entries: readonly EntryToJudge[],
  at: Float64Array,
): { readonly flow: EntryFlow; readonly late: readonly EntryToJudge[] } {
  const timed = entries
    .map((entry) => ({ entry, row: indexAtOrAfter(at, entry.request.atMs) }))
    .toSorted((a, b) => a.row - b.row || a.entry.request.atMs - b.entry.request.atMs);
  return {
    flow: { kind: "list", entries: timed.filter(({ row }) => row < at.length) },
    late: timed.filter(({ row }) => row >= at.length).map(({ entry }) => entry),
  };
}
