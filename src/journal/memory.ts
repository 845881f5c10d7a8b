/**
 * The journal in memory, for tests and for replays that keep nothing: the same behavior as on disk, without the disk.
 *
 * Promises: rows are kept as text, so nothing aliases live state; what a restart reads (`latest`, `last`) is checked as
 * strictly as from a disk; opening a store again fences off whoever had it, as a kill and a restart would.
 */
import type { JournalRow, Row } from "../domain/row.ts";
import { closedError, conflictError, fencedOffError, recordError } from "./journal-errors.ts";
import { markJournalled, type Journal, type Journalled, type LatestRow } from "./journal.ts";
import { GENESIS, latestRowOf, ownRow, readRecord, recordOf, type StoredRecord } from "./record.ts";

/** What a memory journal leaves behind: open it again to restart on the same rows. Only journals write to it. */
export interface MemoryStore {
  readonly id: string;
  readonly records: StoredRecord[];
  /** Last record of each position, in the order of first rows. */
  readonly latest: Map<string, StoredRecord>;
  /** Raised by each opening; only the latest may write. */
  epoch: number;
}

export const createMemoryStore = (journalId: string): MemoryStore => ({
  id: journalId,
  records: [],
  latest: new Map(),
  epoch: 0,
});

export interface MemoryJournal extends Journal {
  readonly store: MemoryStore;
  /** A new journal on the same rows; this one cannot write any more. */
  reopen(): MemoryJournal;
}

export function openMemoryJournal(
  from: { readonly journalId: string } | { readonly store: MemoryStore },
): MemoryJournal {
  const store = "store" in from ? from.store : createMemoryStore(from.journalId);
  store.epoch += 1;
  const epoch = store.epoch;
  let open = true;

  return {
    id: store.id,
    store,
    append<T>(rows: readonly Row[], release: T): Journalled<T> {
      if (!open) throw closedError(PATH);
      if (store.epoch !== epoch) throw fencedOffError(PATH, "in this process");
      for (const record of recordsOf(store, rows)) {
        store.records.push(record);
        store.latest.set(record.position, record);
      }
      return markJournalled(release);
    },
    *rows(): Iterable<JournalRow> {
      for (const record of store.records) yield ownRow(record);
    },
    latest: (): readonly LatestRow[] =>
      Array.from(store.latest.values(), (record) => latestRowOf(checkedRow(store, record))),
    last(): JournalRow | null {
      const record = store.records.at(-1);
      return record === undefined ? null : checkedRow(store, record);
    },
    close(): void {
      open = false;
    },
    reopen: () => openMemoryJournal({ store }),
  };
}

const PATH = "(memory)";

/** All records of a batch, or the refusal of all of them. */
function recordsOf(store: MemoryStore, rows: readonly Row[]): readonly StoredRecord[] {
  const batch: StoredRecord[] = [];
  const versions = new Map<string, number>();
  let head = store.records.at(-1) ?? GENESIS;
  for (const row of rows) {
    const last = versions.get(row.position) ?? store.latest.get(row.position)?.version ?? 0;
    if (row.version !== last + 1) throw conflictError(PATH, row, last);
    const record = recordOf(head, row);
    versions.set(row.position, row.version);
    batch.push(record);
    head = record;
  }
  return batch;
}

function checkedRow(store: MemoryStore, record: StoredRecord): JournalRow {
  const before = store.records[record.seq - 2] ?? GENESIS;
  const read = readRecord(record, before.hash);
  if (read.kind === "row") return read.row;
  throw recordError(PATH, record.seq, read.problem, () => record.seq - 1);
}
