/**
 * The paper exchange's ledger in a SQLite file of its own: WAL, full synchronization, readable by its owner only.
 *
 * Promises: a commit is on disk when `append` returns; a process killed at any instant leaves whole commits; a second
 * writer is refused at its next append, because it numbers its records itself. A lock is waited for two seconds at most.
 */
import { chmodSync, closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { PaperLedgerError, type PaperLedger } from "./ledger.ts";
import { parseRecord, recordOrderId, type PaperRecord } from "./record.ts";

/** "PwlP" in SQLite's header: tells a ledger from a journal and from anything else. */
const APPLICATION_ID = 0x50776c50;
const SCHEMA_VERSION = 1;
const LOCK_TIMEOUT_MS = 2_000;

const SCHEMA = `
  CREATE TABLE record (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    client_order_id TEXT,
    trade_id TEXT UNIQUE,
    body TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX received_once ON record (client_order_id) WHERE kind = 'received';
  CREATE UNIQUE INDEX ended_once ON record (client_order_id) WHERE kind IN ('ended', 'rejected');
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

export interface PaperLedgerOptions {
  /** How long a lock of somebody else is waited for. The call waits, and the process with it. */
  readonly lockTimeoutMs?: number;
}

/** Opens the ledger, or begins one where there is no file. Throws PaperLedgerError. */
export function openPaperLedger(path: string, options: PaperLedgerOptions = {}): PaperLedger {
  const database = openDatabase(path, options.lockTimeoutMs ?? LOCK_TIMEOUT_MS);
  try {
    prepareFile(path, database);
    return ledgerOver(path, database);
  } catch (error) {
    database.close();
    throw failureOf(path, error);
  }
}

function openDatabase(path: string, timeout: number): DatabaseSync {
  try {
    // Created here, so that at no moment somebody else can read it; SQLite gives its side files the same mode.
    closeSync(openSync(path, "a", 0o600));
    return new DatabaseSync(path, { timeout });
  } catch (error) {
    throw new PaperLedgerError(path, { kind: "unwritable", cause: messageOf(error) });
  }
}

function prepareFile(path: string, database: DatabaseSync): void {
  // Whose file it is comes first: a stranger's file is left as it is.
  const isNew = readNumber(database, "SELECT count(*) AS value FROM sqlite_schema") === 0;
  if (!isNew && readNumber(database, "SELECT application_id AS value FROM pragma_application_id") !== APPLICATION_ID) {
    throw new PaperLedgerError(path, { kind: "not_a_ledger" });
  }
  const version = readNumber(database, "SELECT user_version AS value FROM pragma_user_version");
  if (!isNew && version !== SCHEMA_VERSION) {
    throw new PaperLedgerError(path, { kind: "unknown_schema", version, supported: SCHEMA_VERSION });
  }
  chmodSync(path, 0o600);
  const mode = database.prepare("PRAGMA journal_mode = WAL").get() as { readonly journal_mode: string };
  if (mode.journal_mode !== "wal") {
    throw new PaperLedgerError(path, {
      kind: "unwritable",
      cause: `journal mode is ${mode.journal_mode}, must be wal`,
    });
  }
  database.exec("PRAGMA synchronous = FULL");
  if (isNew) begin(database);
}

/** Two processes may begin the same file: the second finds it begun. */
function begin(database: DatabaseSync): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    if (readNumber(database, "SELECT count(*) AS value FROM sqlite_schema") === 0) database.exec(SCHEMA);
    database.exec("COMMIT");
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

function ledgerOver(path: string, database: DatabaseSync): PaperLedger {
  const insert = database.prepare(
    "INSERT INTO record (seq, kind, client_order_id, trade_id, body) VALUES (?, ?, ?, ?, ?)",
  );
  const all = database.prepare("SELECT seq, body FROM record ORDER BY seq");
  let lastSeq = readNumber(database, "SELECT coalesce(max(seq), 0) AS value FROM record");
  return {
    path,
    records() {
      try {
        const rows = all.all() as unknown as readonly { readonly seq: number; readonly body: string }[];
        const records = rows.map((row, index) => readRow(path, row, index + 1));
        lastSeq = records.length;
        return records;
      } catch (error) {
        throw failureOf(path, error);
      }
    },
    append(records) {
      try {
        database.exec("BEGIN IMMEDIATE");
        records.forEach((record, index) => {
          insert.run(
            lastSeq + 1 + index,
            kindOf(record),
            recordOrderId(record),
            tradeIdOf(record),
            JSON.stringify(record),
          );
        });
        database.exec("COMMIT");
        lastSeq += records.length;
      } catch (error) {
        rollBack(database);
        if (isConstraint(error)) throw new PaperLedgerError(path, { kind: "conflict", seq: lastSeq + 1 });
        throw new PaperLedgerError(path, { kind: "unwritable", cause: messageOf(error) });
      }
    },
    close() {
      if (database.isOpen) database.close();
    },
  };
}

function readRow(path: string, row: { readonly seq: number; readonly body: string }, expectedSeq: number): PaperRecord {
  if (row.seq !== expectedSeq) {
    throw new PaperLedgerError(path, { kind: "damaged", seq: expectedSeq, cause: "it is missing" });
  }
  try {
    return parseRecord(JSON.parse(row.body));
  } catch (error) {
    throw new PaperLedgerError(path, { kind: "damaged", seq: row.seq, cause: messageOf(error) });
  }
}

/** What is told of an order is kept under the report's kind, so that the indexes can hold "ends once". */
const kindOf = (record: PaperRecord): string => (record.kind === "told" ? record.report.kind : record.kind);

const tradeIdOf = (record: PaperRecord): string | null =>
  record.kind === "told" && record.report.kind === "fill" ? record.report.tradeId : null;

const readNumber = (database: DatabaseSync, query: string): number => {
  const row = database.prepare(query).get() as { readonly value: number };
  return row.value;
};

function rollBack(database: DatabaseSync): void {
  if (database.isOpen && database.isTransaction) database.exec("ROLLBACK");
}

function failureOf(path: string, error: unknown): PaperLedgerError {
  if (error instanceof PaperLedgerError) return error;
  const code = sqliteCode(error);
  if (code === SQLITE_NOTADB) return new PaperLedgerError(path, { kind: "not_a_ledger" });
  if (code === SQLITE_CORRUPT)
    return new PaperLedgerError(path, { kind: "damaged", seq: null, cause: messageOf(error) });
  return new PaperLedgerError(path, { kind: "unwritable", cause: messageOf(error) });
}

/** https://www.sqlite.org/rescode.html; the low byte is the primary code. */
const SQLITE_CORRUPT = 11;
const SQLITE_CONSTRAINT = 19;
const SQLITE_NOTADB = 26;

function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return null;
  return error.errcode & 0xff;
}

const isConstraint = (error: unknown): boolean => sqliteCode(error) === SQLITE_CONSTRAINT;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
