/**
 * `pawl journal verify`: the whole journal, row by row, and what is wrong with it.
 *
 * Promises: looks at everything (SQLite's own pages and index, the chain of hashes, the schema, the running numbers of rows
 * and of each position's versions), goes on after a problem, and writes nothing. It cannot know of rows cut off at the end.
 */
import { resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { notAJournalError } from "./journal-errors.ts";
import { GENESIS, readRecord, type StoredRecord } from "./record.ts";
import { inspectPath, openForReading, translated } from "./sqlite-file.ts";
import { recordsOf } from "./sqlite-reader.ts";
import { storedSwitches } from "./sqlite-switches.ts";
import { readSwitch, type StoredSwitch } from "./switch-record.ts";

export interface JournalProblem {
  /** The row, or null for a problem of the file. */
  readonly seq: number | null;
  readonly what: string;
}

export interface VerifyReport {
  readonly rows: number;
  readonly positions: number;
  /** Null for an empty journal. */
  readonly firstSeq: number | null;
  readonly lastSeq: number | null;
  readonly headHash: string | null;
  /** Switches of entries (R8.5). */
  readonly switches: number;
  readonly problems: readonly JournalProblem[];
}

/** Walks the journal. Throws JournalError only for what is not a journal at all. */
export function verifyJournal(path: string): VerifyReport {
  const file = resolve(path);
  if (inspectPath(file) === null) throw notAJournalError(file, "there is no such file");
  try {
    const database = openForReading(file);
    try {
      return walk(database);
    } finally {
      database.close();
    }
  } catch (error) {
    throw translated(error, file, () => 0);
  }
}

function walk(database: DatabaseSync): VerifyReport {
  const problems: JournalProblem[] = [];
  const versions = new Map<string, number>();
  let rows = 0;
  let first: StoredRecord | null = null;
  let last: StoredRecord | null = null;
  try {
    for (const record of recordsOf(database)) {
      rows += 1;
      first ??= record;
      problems.push(...problemsOf(record, last, versions.get(record.position) ?? 0));
      versions.set(record.position, record.version);
      last = record;
    }
  } catch (error) {
    problems.push({ seq: (last?.seq ?? 0) + 1, what: `cannot be read: ${messageOf(error)}` });
  }
  const switches = readSwitches(database, problems, last?.seq ?? 0);
  problems.push(...fileProblems(database));
  return {
    rows,
    positions: versions.size,
    firstSeq: first?.seq ?? null,
    lastSeq: last?.seq ?? null,
    headHash: last?.hash ?? null,
    switches,
    problems,
  };
}

function* problemsOf(
  record: StoredRecord,
  before: StoredRecord | null,
  versionBefore: number,
): Generator<JournalProblem> {
  const { seq } = record;
  const expected = (before?.seq ?? 0) + 1;
  if (seq !== expected) yield { seq, what: `follows row ${expected - 1}: ${seq - expected} missing between them` };
  const read = readRecord(record, seq === expected ? (before ?? GENESIS).hash : null);
  if (read.kind === "problem") {
    yield {
      seq,
      what: read.problem.kind === "damaged" ? read.problem.what : `unknown schema version ${read.problem.version}`,
    };
  }
  if (record.version !== versionBefore + 1) {
    yield { seq, what: `position ${record.position} goes from version ${versionBefore} to ${record.version}` };
  }
}

/** How many switches there are; what is wrong with them is added to the problems. */
function readSwitches(database: DatabaseSync, problems: JournalProblem[], lastRow: number): number {
  try {
    const stored = storedSwitches(database);
    problems.push(...switchProblems(stored, lastRow));
    return stored.length;
  } catch (error) {
    problems.push({ seq: null, what: `the switches of entries cannot be read: ${messageOf(error)}` });
    return 0;
  }
}

/** A switch knows which row was the last one when it was set: rows that were cut off behind it are missed. */
function* switchProblems(stored: readonly StoredSwitch[], lastRow: number): Generator<JournalProblem> {
  let before: StoredSwitch | null = null;
  for (const record of stored) {
    const isNext = record.seq === (before?.seq ?? 0) + 1;
    const read = readSwitch(record, isNext ? (before ?? GENESIS).hash : null);
    const name = `switch ${record.seq} of entries`;
    if ("problem" in read) yield { seq: null, what: `${name}: ${read.problem}` };
    else if (read.afterRow > lastRow)
      yield { seq: null, what: `${name} was set after row ${read.afterRow}, and the last row is ${lastRow}` };
    before = record;
  }
}

const MAXIMUM_FILE_PROBLEMS = 20;

function* fileProblems(database: DatabaseSync): Generator<JournalProblem> {
  try {
    for (const row of database.prepare(`PRAGMA integrity_check(${MAXIMUM_FILE_PROBLEMS})`).all()) {
      const what = String(row["integrity_check"]);
      if (what !== "ok") yield { seq: null, what: `SQLite: ${what}` };
    }
  } catch (error) {
    yield { seq: null, what: `SQLite: ${messageOf(error)}` };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
