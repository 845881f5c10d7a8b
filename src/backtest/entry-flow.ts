/**
 * Where the entries of one market come from: a list that somebody has written, or a rule that goes on as long as there are
 * prices. A list is judged entry by entry; a rule is asked anew whenever nothing is held.
 */
import type { EntryToJudge } from "../engine/judge-entry.ts";
import type { PriceColumns } from "./price-columns.ts";

/** An entry and the row at whose first price it is carried out. */
export interface TimedEntry {
  readonly row: number;
  readonly entry: EntryToJudge;
}

export type EntryFlow =
  /** Each at the first price at or after its time (R14.1); in order of time. */
  | { readonly kind: "list"; readonly entries: readonly EntryToJudge[] }
  | {
      readonly kind: "rule";
      /** The first one at or after a row of these prices; null where no more come among them. */
      readonly next: (fromRow: number, columns: PriceColumns) => TimedEntry | null;
    };

export const listFlow = (entries: readonly EntryToJudge[]): EntryFlow => ({
  kind: "list",
  entries: entries.toSorted((a, b) => a.request.atMs - b.request.atMs),
});
