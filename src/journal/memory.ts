/**
 * The journal in memory, for tests and for replays that keep nothing: the same behavior as on disk, without the disk.
 *
 * Promises: what a restart reads (`latest`, `last`) is checked as strictly as from a disk, and shares nothing with what was
 * given; opening a store again fences off whoever had it, as a kill and a restart would. A row's text and hash are made when
 * somebody asks for them: the states in it are values that nobody changes, so they say the same then.
 */
import type { JournalRow, Row } from "../domain/row.ts";
import { closedError, conflictError, fencedOffError, recordError } from "./journal-errors.ts";
import type { EntrySwitch } from "../domain/entry-switch.ts";
import { markJournalled, type Journal, type Journalled, type LatestRow, type SwitchRow } from "./journal.ts";
import {
  assertJson,
  chainHash,
  GENESIS,
  latestRowOf,
  ownRow,
  readRecord,
  recordText,
  type StoredRecord,
} from "./record.ts";
import { soundSwitches, switchRecordOf, type StoredSwitch } from "./switch-record.ts";

/** What a memory journal leaves behind: open it again to restart on the same rows. Only journals write to it. */
export interface MemoryStore {
  readonly id: string;
  readonly records: StoredRecord[];
  /** Last record of each position, in the order of first rows. */
  readonly latest: Map<string, StoredRecord>;
  readonly switches: StoredSwitch[];
  /** Null until it is bound. */
  exchange: string | null;
  /** Raised by each opening; only the latest may write. */
  epoch: number;
}

export const createMemoryStore = (journalId: string): MemoryStore => ({
  id: journalId,
  records: [],
  latest: new Map(),
  switches: [],
  exchange: null,
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
  const assertOwner = (): void => {
    if (!open) throw closedError(PATH);
    if (store.epoch !== epoch) throw fencedOffError(PATH, "in this process");
  };
  const switches = (): Iterable<SwitchRow> => soundSwitches(PATH, store.switches);

  return {
    id: store.id,
    store,
    append<T>(rows: readonly Row[], release: T): Journalled<T> {
      assertOwner();
      assertFollows(store, rows);
      for (const row of rows) {
        const record = new LaterRecord(store.records.at(-1) ?? null, row);
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
    setSwitch(set: EntrySwitch): SwitchRow {
      assertOwner();
      const record = switchRecordOf(store.switches.at(-1) ?? null, set, store.records.length);
      store.switches.push(record);
      return lastOf(switches())!;
    },
    switches,
    bind: (exchange) => (store.exchange ??= exchange),
    lastSwitch: () => lastOf(switches()),
    close(): void {
      open = false;
    },
    reopen: () => openMemoryJournal({ store }),
  };
}

const PATH = "(memory)";

const lastOf = <T>(all: Iterable<T>): T | null => Array.from(all).at(-1) ?? null;

/** Each row the next of its position, and such as JSON can hold; or the refusal of all of them. */
function assertFollows(store: MemoryStore, rows: readonly Row[]): void {
  const versions = new Map<string, number>();
  for (const row of rows) {
    const last = versions.get(row.position) ?? store.latest.get(row.position)?.version ?? 0;
    if (row.version !== last + 1) throw conflictError(PATH, row, last);
    assertJson(row);
    versions.set(row.position, row.version);
  }
}

/** A record whose text and hash are made when they are asked for. */
class LaterRecord implements StoredRecord {
  readonly seq: number;
  readonly position: string;
  readonly version: number;
  readonly #row: Row;
  #before: StoredRecord | null;
  #text: string | null = null;
  #hash: string | null = null;

  constructor(before: StoredRecord | null, row: Row) {
    this.seq = (before?.seq ?? GENESIS.seq) + 1;
    this.position = row.position;
    this.version = row.version;
    this.#row = { ...row, facts: [...row.facts] };
    this.#before = before;
  }

  get text(): string {
    this.#text ??= recordText(this.seq, this.#row);
    return this.#text;
  }

  get hash(): string {
    if (this.#hash === null) LaterRecord.#chain(this);
    return this.#hash!;
  }

  /** From the last record that has a hash to this one: in a loop, because there may be very many. */
  static #chain(last: LaterRecord): void {
    const without: LaterRecord[] = [];
    let before: StoredRecord | null = last;
    while (before instanceof LaterRecord && before.#hash === null) {
      without.push(before);
      before = before.#before;
    }
    let hash = before?.hash ?? GENESIS.hash;
    for (const record of without.toReversed()) {
      hash = chainHash(hash, record.text);
      record.#hash = hash;
      record.#before = null;
    }
  }
}

function checkedRow(store: MemoryStore, record: StoredRecord): JournalRow {
  const before = store.records[record.seq - 2] ?? GENESIS;
  const read = readRecord(record, before.hash);
  if (read.kind === "row") return read.row;
  throw recordError(PATH, record.seq, read.problem, () => record.seq - 1);
}
