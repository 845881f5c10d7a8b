/**
 * The journal on disk: SQLite in WAL mode with full synchronisation, one durable transaction for each append.
 *
 * Promises: what `append` returns for survives a crash and a power cut; a failed append leaves nothing; one engine per
 * journal, by a lock and by a fencing epoch that each transaction checks (R11.6). It blocks while it commits (about
 * 0.15 ms on a local disk), and it does not repair: a damaged journal is refused.
 */
import { randomUUID } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { EntrySwitch } from "../domain/entry-switch.ts";
import type { Row } from "../domain/row.ts";
import { closedError, conflictError, fencedOffError, inUseError } from "./journal-errors.ts";
import { markJournalled, type Journal, type Journalled, type SwitchRow } from "./journal.ts";
import { GENESIS, recordOf, schemaOf, type Head } from "./record.ts";
import { ROW_SCHEMA_VERSION } from "./row-schema.ts";
import {
  createJournalFile,
  databaseClockMs,
  inspectPath,
  keepCopy,
  openForReading,
  openForWriting,
  readMeta,
  translated,
} from "./sqlite-file.ts";
import { acquireLock, type Lock } from "./sqlite-lock.ts";
import { closeOnce, rowsOf } from "./sqlite-reader.ts";
import { createSwitchTable, insertSwitch, switchesOf } from "./sqlite-switches.ts";

export interface SqliteJournalOptions {
  readonly path: string;
  /** For a new journal; an existing one keeps its own. Random where it is not given. */
  readonly journalId?: string;
  /** Who opens it, for the message that a second engine gets. */
  readonly engine?: string;
  /** The moment of opening, for people; SQLite's clock where it is not given. */
  readonly nowMs?: number;
}

/** Opens the journal for writing, and makes it where there is none. Throws JournalError. */
export function openSqliteJournal(options: SqliteJournalOptions): Journal {
  const path = canonicalPath(options.path);
  try {
    // Look before locking: a file that is not a journal is left alone, and gets no lock file beside it either.
    if (inspectPath(path) !== null) closeOnce(openForReading(path));
    const lock = acquireLock(`${path}.lock`);
    if (lock === null) throw inUseError(path, ownerOf(path));
    try {
      if (inspectPath(path) === null) {
        createJournalFile(path, { id: options.journalId ?? randomUUID().replaceAll("-", ""), nowMs: options.nowMs });
      }
      return openLocked(path, lock, options);
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw translated(error, path, () => 0);
  }
}

function openLocked(path: string, lock: Lock, options: SqliteJournalOptions): Journal {
  const database = openForWriting(path);
  try {
    const reader = rowsOf(database, path);
    reader.last();
    // Rows that follow are in the present form, which the version that wrote the last one could not read.
    const schema = lastSchema(database);
    if (schema !== null && schema < ROW_SCHEMA_VERSION) keepCopy(database, path, schema);
    const since = new Date(options.nowMs ?? databaseClockMs(database)).toISOString();
    const owner = `${options.engine ?? "pawl"}, process ${process.pid} on ${hostname()}, since ${since}`;
    const epoch = takeOver(database, path, owner);
    const switches = switchesOf(database, path);
    // Whether entries are allowed has to be known before anything is decided.
    switches.lastSwitch();
    return {
      id: readMeta(database, path).id,
      ...writer({ database, path, epoch, lastSoundSeq: () => reader.last()?.seq ?? 0 }),
      ...reader,
      ...switches,
      bind: binder(database, path),
      close: () => {
        closeOnce(database);
        lock.release();
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

function binder(database: DatabaseSync, path: string): Journal["bind"] {
  const insert = database.prepare("INSERT OR IGNORE INTO meta (key, value) VALUES ('exchange', ?)");
  const bound = database.prepare("SELECT value FROM meta WHERE key = 'exchange'");
  return (exchange) => {
    if (!database.isOpen) throw closedError(path);
    try {
      insert.run(exchange);
      return String(bound.get()?.["value"]);
    } catch (error) {
      throw translated(error, path, () => 0);
    }
  };
}

/** The version of the form of the last row; null for an empty journal. */
function lastSchema(database: DatabaseSync): number | null {
  const found = database.prepare("SELECT text FROM rows ORDER BY seq DESC LIMIT 1").get();
  return found === undefined ? null : schemaOf(String(found["text"]));
}

/** Raises the epoch, so that whoever had the journal before cannot write any more. */
function takeOver(database: DatabaseSync, path: string, owner: string): number {
  database.exec("BEGIN IMMEDIATE");
  try {
    const epoch = readMeta(database, path).epoch + 1;
    const update = database.prepare("UPDATE meta SET value = ? WHERE key = ?");
    update.run(String(epoch), "epoch");
    update.run(owner, "owner");
    createSwitchTable(database);
    database.exec("COMMIT");
    return epoch;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

function writer(journal: {
  readonly database: DatabaseSync;
  readonly path: string;
  readonly epoch: number;
  readonly lastSoundSeq: () => number;
}): Pick<Journal, "append" | "setSwitch"> {
  const { database, path, epoch } = journal;
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const currentEpoch = database.prepare("SELECT value FROM meta WHERE key = 'epoch'");
  const head = database.prepare("SELECT seq, hash FROM rows ORDER BY seq DESC LIMIT 1");
  const lastVersion = database.prepare("SELECT MAX(version) AS version FROM rows WHERE position = ?");
  const insert = database.prepare(INSERT_NEXT);

  // Nothing is remembered between appends: after a failure the disk alone knows what is there.
  const writeRows = (rows: readonly Row[]): void => {
    let previous: Head = (head.get() as unknown as Head | undefined) ?? GENESIS;
    for (const row of rows) {
      const record = recordOf(previous, row);
      const { changes } = insert.run(record.seq, record.position, record.version, record.text, record.hash);
      if (changes !== 1) throw conflictError(path, row, Number(lastVersion.get(row.position)?.["version"] ?? 0));
      previous = record;
    }
  };

  /** One durable transaction, if this journal is still ours (R11.6). */
  const durably = <T>(write: () => T): T => {
    if (!database.isOpen) throw closedError(path);
    try {
      begin.run();
      if (Number(currentEpoch.get()?.["value"]) !== epoch) throw fencedOffError(path, readMeta(database, path).owner);
      const written = write();
      commit.run();
      return written;
    } catch (error) {
      rollBack(database);
      throw translated(error, path, journal.lastSoundSeq);
    }
  };

  return {
    append: <T>(rows: readonly Row[], release: T): Journalled<T> => {
      durably(() => writeRows(rows));
      return markJournalled(release);
    },
    setSwitch: (set: EntrySwitch): SwitchRow => durably(() => insertSwitch(database, set)),
  };
}

/** Nothing, unless the version is the next of its position. */
const INSERT_NEXT = `
  INSERT INTO rows (seq, position, version, text, hash) SELECT ?1, ?2, ?3, ?4, ?5
  WHERE ?3 = 1 + (SELECT COALESCE(MAX(version), 0) FROM rows WHERE position = ?2)
`;

/**
 * SQLite may have rolled back by itself (disk full, input and output errors). Where it cannot, the next BEGIN is refused,
 * so the error that brought us here is the one to tell.
 */
function rollBack(database: DatabaseSync): void {
  try {
    if (database.isTransaction) database.exec("ROLLBACK");
  } catch {
    return;
  }
}

/** Two names of one file are one journal. */
function canonicalPath(path: string): string {
  const absolute = resolve(path);
  if (existsSync(absolute)) return realpathSync(absolute);
  const folder = dirname(absolute);
  return existsSync(folder) ? join(realpathSync(folder), basename(absolute)) : absolute;
}

function ownerOf(path: string): string {
  try {
    const database = openForReading(path);
    try {
      return readMeta(database, path).owner;
    } finally {
      database.close();
    }
  } catch {
    return "it has only just begun";
  }
}
