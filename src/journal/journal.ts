/**
 * The journal port: an append-only record of rows, and the only maker of `Journalled` tickets.
 *
 * Promises: what `append` returns for is durable; `UNIQUE(position, version)` refuses a second writer of the same
 * transition; rows are chained by hash. It does not know what a row means.
 */
import type { EntrySwitch } from "../domain/entry-switch.ts";
import type { JournalRow, PositionSnapshot, Row, Supervision } from "../domain/row.ts";

declare const journalled: unique symbol;

/** Something that may leave the process: the rows behind it are on disk (R10.1, R11.1). */
export type Journalled<T> = T & { readonly [journalled]: true };

/** @internal Only journals call this, and only after their rows are durable. */
export const markJournalled = <T>(released: T): Journalled<T> => released as Journalled<T>;

/** The last row of each position, in the order of its first row. */
export interface LatestRow {
  readonly position: string;
  readonly version: number;
  readonly supervision: Supervision;
  readonly snapshot: PositionSnapshot | null;
  /** The last row itself. */
  readonly row: JournalRow;
}

/** Those of them whose position is open. */
export const openIn = (
  latest: readonly LatestRow[],
): readonly (LatestRow & { readonly snapshot: PositionSnapshot })[] =>
  latest.flatMap((each) => (each.snapshot?.position.outcome === null ? [{ ...each, snapshot: each.snapshot }] : []));

/** A switch of entries as it stands in a journal (R8.5). */
export interface SwitchRow extends EntrySwitch {
  /** 1 for the first, without gaps. */
  readonly seq: number;
  /** The row that was the last one when it was set, 0 for none. */
  readonly afterRow: number;
  /** SHA-256 over the hash of the switch before it and its own text. */
  readonly hash: string;
}

/** What is set by it. */
export const entrySwitchOf = ({ entries, atMs, by }: SwitchRow): EntrySwitch => ({ entries, atMs, by });

export interface Journal {
  /** Chosen when the journal is created; part of every client order id. */
  readonly id: string;
  /**
   * Appends all rows in one durable transaction, then hands back what may be released.
   * Throws JournalError: nothing of the rows was written, nothing may be released.
   */
  append<T>(rows: readonly Row[], release: T): Journalled<T>;
  /**
   * Ties the journal to the exchange that its orders go to, once and for good, and says which one that is: whoever gets another answer
   * than it has given must not go on with it. Throws JournalError.
   */
  bind(exchange: string): string;
  /** All rows in order. */
  rows(): Iterable<JournalRow>;
  latest(): readonly LatestRow[];
  /** The last row of all, or null for an empty journal: where a replay continues. */
  last(): JournalRow | null;
  /** Writes a switch of entries down: durable when it returns. Throws JournalError: nothing was written. */
  setSwitch(set: EntrySwitch): SwitchRow;
  /** All switches in order. */
  switches(): Iterable<SwitchRow>;
  /** The one that holds; null where none was ever set, and entries are allowed. */
  lastSwitch(): SwitchRow | null;
  close(): void;
}

/** What the caller has to do about a journal that does not work. */
export type JournalFailure =
  | { readonly kind: "in_use"; readonly owner: string }
  | { readonly kind: "not_a_journal" }
  | { readonly kind: "damaged"; readonly seq: number; readonly lastSoundSeq: number }
  | { readonly kind: "unknown_schema"; readonly version: number; readonly supported: number }
  | { readonly kind: "conflict"; readonly position: string; readonly version: number }
  | { readonly kind: "unwritable"; readonly cause: string };

export class JournalError extends Error {
  readonly failure: JournalFailure;
  readonly path: string;
  constructor(path: string, failure: JournalFailure, message: string) {
    super(message);
    this.name = "JournalError";
    this.path = path;
    this.failure = failure;
  }
}
