/**
 * The SQLite file of a journal: its tables, how it is made, and how it is known again.
 *
 * Promises: a journal appears whole or not at all; nothing is written to a file that is not a journal; settings under
 * which a commit could be lost are refused (R11.1); only the owner may read it (R11.8). It knows nothing of rows.
 */
import { hash } from "node:crypto";
import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import {
  damagedError,
  damagedHeaderError,
  notAJournalError,
  unknownSchemaError,
  unwritableError,
} from "./journal-errors.ts";
import { JournalError } from "./journal.ts";

/** What is known of a journal besides its rows. */
export interface Meta {
  readonly id: string;
  readonly createdAtMs: number;
  /** How often the journal was opened for writing; only the latest opener may write. */
  readonly epoch: number;
  /** Who opened it last, for people. */
  readonly owner: string;
}

/** Makes a new, empty journal: beside its place first, then moved there, so that a crash leaves no half of one. */
export function createJournalFile(
  path: string,
  journal: { readonly id: string; readonly nowMs: number | undefined },
): void {
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  closeSync(openSync(draft, "wx", 0o600));
  const database = new DatabaseSync(draft);
  try {
    database.exec(`PRAGMA synchronous = FULL; BEGIN; ${TABLES}`);
    const insert = database.prepare("INSERT INTO meta (key, value) VALUES (?, ?)");
    const createdAtMs = String(journal.nowMs ?? databaseClockMs(database));
    insert.run("id", journal.id);
    insert.run("created_at_ms", createdAtMs);
    insert.run("epoch", "0");
    insert.run("owner", "nobody yet");
    insert.run("seal", sealOf(journal.id, createdAtMs));
    database.exec("COMMIT");
  } finally {
    database.close();
  }
  renameSync(draft, path);
  syncFolder(dirname(path));
}

/** Opens an existing journal for writing. Throws JournalError. */
export function openForWriting(path: string): DatabaseSync {
  ownerOnly(path);
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    readMeta(database, path);
    database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON",
    );
    requireSetting(database, path, "journal_mode", "wal");
    requireSetting(database, path, "synchronous", 2);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Keeps a copy of a journal as it is, beside it, for the version of pawl that wrote it (R11.8). Once: a copy that is
 * there already is from before the first row in the present form. Returns its path.
 */
export function keepCopy(database: DatabaseSync, path: string, schema: number): string {
  const copy = `${path}.v${schema}`;
  if (existsSync(copy)) return copy;
  const draft = `${copy}.new`;
  rmSync(draft, { force: true });
  closeSync(openSync(draft, "wx", 0o600));
  database.prepare("VACUUM INTO ?").run(draft);
  renameSync(draft, copy);
  syncFolder(dirname(copy));
  return copy;
}

/** Opens a journal for reading, also while an engine writes to it. Throws JournalError. */
export function openForReading(path: string): DatabaseSync {
  try {
    return openReadOnly(path, path);
  } catch (error) {
    // On a medium that nobody can write to, SQLite cannot make the file that readers and writers share; nobody writes either.
    if (sqliteCode(error) !== SQLITE_CANTOPEN || existsSync(`${path}-wal`)) throw error;
    return openReadOnly(path, new URL(`${pathToFileURL(path).href}?immutable=1`));
  }
}

/** Throws JournalError unless the path is a file that could be a journal, or (null) nothing at all. */
export function inspectPath(path: string): "file" | null {
  const folder = statSync(dirname(path), { throwIfNoEntry: false });
  if (folder?.isDirectory() !== true) {
    const what = folder === undefined ? "does not exist" : "is not a folder";
    throw unwritableError(
      path,
      `${dirname(path)} ${what}`,
      "Create the folder, or choose another path for the journal.",
    );
  }
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) return null;
  if (file.isDirectory()) throw notAJournalError(path, "it is a folder; a journal is a file in one");
  if (!file.isFile()) throw notAJournalError(path, "it is not a regular file");
  if (file.size === 0) throw notAJournalError(path, "the file is empty (delete it if a new journal is wanted)");
  return "file";
}

/** What the journal says of itself. Throws JournalError for a file that is not a journal or too new to be read. */
export function readMeta(database: DatabaseSync, path: string): Meta {
  let applicationId: unknown;
  try {
    applicationId = database.prepare("PRAGMA application_id").get()?.["application_id"];
  } catch (error) {
    if (sqliteCode(error) === SQLITE_NOTADB) throw notAJournalError(path, "it is not a SQLite file");
    throw error;
  }
  if (applicationId !== APPLICATION_ID) throw notAJournalError(path, "it is a SQLite file of another program");
  const version = database.prepare("PRAGMA user_version").get()?.["user_version"];
  if (version !== FILE_SCHEMA_VERSION)
    throw unknownSchemaError(path, Number(version), { where: "the file", supported: FILE_SCHEMA_VERSION });
  const values = new Map<unknown, string>();
  for (const { key, value } of database.prepare("SELECT key, value FROM meta").all()) values.set(key, String(value));
  const id = values.get("id");
  const createdAtMs = values.get("created_at_ms");
  if (id === undefined || createdAtMs === undefined) throw damagedHeaderError(path);
  if (values.get("seal") !== sealOf(id, createdAtMs)) throw damagedHeaderError(path);
  return {
    id,
    createdAtMs: Number(createdAtMs),
    epoch: Number(values.get("epoch")),
    owner: String(values.get("owner")),
  };
}

/** SQLite's clock, for stamps that only people read; no row is dated by it. */
export const databaseClockMs = (database: DatabaseSync): number =>
  Number(database.prepare("SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS ms").get()?.["ms"]);

/** A SQLite or file-system error in words, with what to do; JournalErrors and defects pass through. */
export function translated(error: unknown, path: string, lastSoundSeq: () => number): unknown {
  if (error instanceof JournalError || !(error instanceof Error)) return error;
  const code = sqliteCode(error);
  if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB || code === SQLITE_ERROR || isOutOfRange(error)) {
    const last = lastSoundSeq();
    return damagedError(path, { seq: last + 1, lastSoundSeq: last, what: error.message });
  }
  if (code !== null) return unwritableError(path, error.message, ADVICE[code] ?? ADVICE_OTHERWISE);
  return "code" in error && "syscall" in error ? unwritableError(path, error.message, ADVICE_OTHERWISE) : error;
}

export const isBusy = (error: unknown): boolean => sqliteCode(error) === SQLITE_BUSY;

const APPLICATION_ID = 0x5061776c; // "Pawl"
const FILE_SCHEMA_VERSION = 1;

// How long a commit waits for another program that has locked the file. The engine stands still meanwhile.
const BUSY_MS = 1_000;

// UNIQUE(position, version) is also the index by which the last row of a position is found.
const TABLES = `
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FILE_SCHEMA_VERSION};
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE rows (
    seq INTEGER PRIMARY KEY,
    position TEXT NOT NULL,
    version INTEGER NOT NULL,
    text TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (position, version)
  ) STRICT;
`;

// https://www.sqlite.org/rescode.html, primary codes
const SQLITE_ERROR = 1; // our statements are sound, so it is the tables that they do not find
const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

const ADVICE_OTHERWISE = "Check that the folder and the file can be written to by this user.";
const ADVICE: Readonly<Record<number, string>> = {
  [SQLITE_BUSY]: "Another program has locked the file; close it.",
  [SQLITE_READONLY]: "The file or its folder is read-only; make it writable.",
  [SQLITE_IOERR]: "The disk did not do what was asked: check its health and the free space.",
  [SQLITE_FULL]: "The disk is full: make room.",
};

function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return null;
  return error.errcode & 0xff;
}

/** An integer column that holds more than a row could have: a damaged page. */
const isOutOfRange = (error: Error): boolean => "code" in error && error.code === "ERR_OUT_OF_RANGE";

/** The id goes into every client order id: a damaged one would make strangers of our own orders. */
const sealOf = (id: string, createdAtMs: string): string => hash("sha256", `${id}\n${createdAtMs}`);

function openReadOnly(path: string, location: string | URL): DatabaseSync {
  const database = new DatabaseSync(location, { readOnly: true, timeout: BUSY_MS });
  try {
    readMeta(database, path);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function requireSetting(database: DatabaseSync, path: string, name: string, wanted: string | number): void {
  const found = database.prepare(`PRAGMA ${name}`).get()?.[name];
  if (found === wanted) return;
  throw unwritableError(
    path,
    `SQLite answers ${name} = ${String(found)} where ${wanted} is needed`,
    "A commit could be lost. Put the journal on a local disk.",
  );
}

/** SQLite gives the files beside a database the mode of the database. */
function ownerOnly(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found !== undefined && (found.mode & 0o077) !== 0) chmodSync(file, 0o600);
  }
}

/** A renamed file survives a power cut only when its folder is written too. Windows has no such call. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
