/**
 * Reading a SQLite journal: the rows in order, the last row of each position, the last row of all.
 *
 * Promises: every row that it hands out fits its hash, the one before it and the schema; a row that does not is an error
 * that names it and the last sound one. It never writes, and works while an engine writes.
 */
import type { DatabaseSync } from "node:sqlite";
import { resolve } from "node:path";
import type { JournalRow } from "../domain/row.ts";
import { damagedError, notAJournalError, recordError } from "./journal-errors.ts";
import { JournalError, type Journal, type LatestRow } from "./journal.ts";
import { GENESIS, latestRowOf, readRecord, type StoredRecord } from "./record.ts";
import type { SharedParts } from "./shared-parts.ts";
import { inspectPath, openForReading, readMeta, translated } from "./sqlite-file.ts";
import { switchesOf } from "./sqlite-switches.ts";

/** A journal that is only looked at. */
export interface JournalReader extends Omit<Journal, "append" | "setSwitch" | "bind"> {
  readonly createdAtMs: number;
  /** Who opened it for writing last, for people. */
  readonly owner: string;
}

/** Opens a journal for looking only, also while an engine works with it. Throws JournalError. */
export function readSqliteJournal(path: string): JournalReader {
  const file = resolve(path);
  if (inspectPath(file) === null) throw notAJournalError(file, "there is no such file");
  try {
    const database = openForReading(file);
    const { id, createdAtMs, owner } = readMeta(database, file);
    return {
      id,
      createdAtMs,
      owner,
      ...rowsOf(database, file),
      ...switchesOf(database, file),
      close: () => closeOnce(database),
    };
  } catch (error) {
    throw translated(error, file, () => 0);
  }
}

export type RowReader = Pick<Journal, "rows" | "latest" | "last">;

/** @internal What the reader and the writer share. */
export function rowsOf(database: DatabaseSync, path: string): RowReader {
  const latestSeqs = database.prepare(LATEST_SEQS);
  const recordAt = database.prepare(RECORD_AT);
  const lastRecord = database.prepare(LAST_RECORD);

  const lastSoundSeq = (): number => {
    let sound = 0;
    try {
      for (const row of rows()) sound = row.seq;
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
    }
    return sound;
  };
  const read = <T>(ask: () => T): T => {
    try {
      return ask();
    } catch (error) {
      throw translated(error, path, lastSoundSeq);
    }
  };
  const checked = (found: LinkedRecord, shared?: SharedParts): JournalRow => {
    const result = readRecord(found, found.seq === 1 ? GENESIS.hash : found.previousHash, shared);
    if (result.kind === "row") return result.row;
    throw recordError(path, found.seq, result.problem, lastSoundSeq);
  };

  const listedRow = (listed: LatestSeq, shared: SharedParts): JournalRow => {
    const { seq, position, version } = listed;
    const found = recordAt.get(seq) as unknown as LinkedRecord | undefined;
    if (found?.position === position && found.version === version) return checked(found, shared);
    throw damagedError(path, {
      seq,
      lastSoundSeq: lastSoundSeq(),
      what: `it is not version ${version} of position ${position}, as the index says`,
    });
  };

  function* rows(): Iterable<JournalRow> {
    let head = GENESIS;
    try {
      for (const record of recordsOf(database)) {
        const lastSound = head.seq;
        if (record.seq !== lastSound + 1)
          throw damagedError(path, { seq: lastSound + 1, lastSoundSeq: lastSound, what: "it is missing" });
        const result = readRecord(record, head.hash);
        if (result.kind === "problem") throw recordError(path, record.seq, result.problem, () => lastSound);
        head = record;
        yield result.row;
      }
    } catch (error) {
      throw translated(error, path, () => head.seq);
    }
  }

  return {
    rows,
    latest: (): readonly LatestRow[] =>
      read(() => {
        const found = latestSeqs.all() as unknown as readonly LatestSeq[];
        assertEveryRowCounted(path, found, lastSoundSeq);
        const shared: SharedParts = new Map();
        return found.map((listed) => latestRowOf(listedRow(listed, shared)));
      }),
    last: (): JournalRow | null =>
      read(() => {
        const found = lastRecord.get() as unknown as LinkedRecord | undefined;
        return found === undefined ? null : checked(found);
      }),
  };
}

/** @internal All records in order, in pages, so that nothing stays open in SQLite while the caller works on them. */
export function* recordsOf(database: DatabaseSync): Generator<StoredRecord> {
  const page = database.prepare(RECORD_PAGE);
  let after = 0;
  for (;;) {
    const records = page.all(after, PAGE_ROWS) as unknown as readonly StoredRecord[];
    yield* records;
    const last = records.at(-1);
    if (last === undefined) return;
    after = last.seq;
  }
}

export const closeOnce = (database: DatabaseSync): void => {
  if (database.isOpen) database.close();
};

// The casts above rest on STRICT tables; what a damaged page may still give instead fails the hash in readRecord.
interface LinkedRecord extends StoredRecord {
  readonly previousHash: string | null;
}

interface LatestSeq {
  readonly seq: number;
  readonly position: string;
  readonly version: number;
  readonly lastSeq: number;
}

const PAGE_ROWS = 256;
const COLUMNS = "r.seq, r.position, r.version, r.text, r.hash";
const PREVIOUS_HASH = "(SELECT hash FROM rows WHERE seq = r.seq - 1) AS previousHash";
const RECORD_PAGE = `SELECT ${COLUMNS} FROM rows r WHERE r.seq > ? ORDER BY r.seq LIMIT ?`;
const RECORD_AT = `SELECT ${COLUMNS}, ${PREVIOUS_HASH} FROM rows r WHERE r.seq = ?`;
const LAST_RECORD = `SELECT ${COLUMNS}, ${PREVIOUS_HASH} FROM rows r ORDER BY r.seq DESC LIMIT 1`;

// Hops through the index from one position to the next: two look-ups a position, however many rows each has.
const LATEST_SEQS = `
  WITH RECURSIVE positions (position) AS (
    SELECT MIN(position) FROM rows
    UNION ALL
    SELECT (SELECT MIN(position) FROM rows WHERE position > positions.position) FROM positions WHERE position IS NOT NULL
  )
  SELECT r.seq, r.position, r.version, (SELECT MAX(seq) FROM rows) AS lastSeq
  FROM positions p
  JOIN rows r ON r.position = p.position AND r.version = (SELECT MAX(version) FROM rows WHERE position = p.position)
  ORDER BY (SELECT MIN(f.seq) FROM rows f WHERE f.position = p.position AND f.version = 1)
`;

/** Versions begin at 1 and have no gaps, and neither do the rows: so the last versions add up to the last row, or one is missing. */
function assertEveryRowCounted(path: string, found: readonly LatestSeq[], lastSoundSeq: () => number): void {
  const lastSeq = found[0]?.lastSeq ?? 0;
  const counted = found.reduce((sum, { version }) => sum + version, 0);
  if (counted === lastSeq) return;
  const last = lastSoundSeq();
  throw damagedError(path, {
    seq: Math.min(last + 1, lastSeq),
    lastSoundSeq: last,
    what: `the index of positions counts ${counted} rows where there are ${lastSeq}`,
  });
}
