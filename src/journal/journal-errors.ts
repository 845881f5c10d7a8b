/**
 * What a journal says when it does not work: each message names the file, what was found, and what to do about it.
 * The failure's kind is for the caller, the message for people. It decides nothing.
 */
import type { Row } from "../domain/row.ts";
import { JournalError } from "./journal.ts";
import type { RecordProblem } from "./record.ts";
import { ROW_SCHEMA_VERSION } from "./row-schema.ts";

/** Versions of a position follow one another without gaps; anything else is a second writer of the same transition. */
export const conflictError = (path: string, row: Row, lastVersion: number): JournalError =>
  new JournalError(
    path,
    { kind: "conflict", position: row.position, version: row.version },
    `${path}: position ${row.position} is at version ${lastVersion}, so its next row is version ${lastVersion + 1}, not ${row.version}. ` +
      "Somebody else has written this transition, or it was made from an old state; nothing was written.",
  );

export const inUseError = (path: string, owner: string): JournalError =>
  new JournalError(
    path,
    { kind: "in_use", owner },
    `${path}: another engine works with this journal (${owner}). Stop that engine first, or choose another journal: one journal has one engine.`,
  );

/** The engine was frozen, or its lock file was deleted, and another one has begun to write (R11.6). */
export const fencedOffError = (path: string, owner: string): JournalError =>
  new JournalError(
    path,
    { kind: "in_use", owner },
    `${path}: another engine has taken over this journal (${owner}); this one cannot write any more and nothing was written. Stop one of the two.`,
  );

export const notAJournalError = (path: string, what: string): JournalError =>
  new JournalError(
    path,
    { kind: "not_a_journal" },
    `${path}: not a journal of pawl: ${what}. Nothing was changed; name another file.`,
  );

export const unknownSchemaError = (
  path: string,
  version: number,
  { where, supported }: { readonly where: string; readonly supported: number },
): JournalError =>
  new JournalError(
    path,
    { kind: "unknown_schema", version, supported },
    `${path}: ${where} has schema version ${version}; this version of pawl reads versions up to ${supported}. Use the version of pawl that wrote it.`,
  );

export const damagedError = (
  path: string,
  damage: { readonly seq: number; readonly lastSoundSeq: number; readonly what: string },
): JournalError =>
  new JournalError(
    path,
    { kind: "damaged", seq: damage.seq, lastSoundSeq: damage.lastSoundSeq },
    `${path}: row ${damage.seq} is damaged (${damage.what}). The last sound row is ${damage.lastSoundSeq}. ` +
      "Keep a copy of the file, run `pawl journal verify` for the whole picture, and restore the journal from a backup.",
  );

export const damagedHeaderError = (path: string): JournalError =>
  new JournalError(
    path,
    { kind: "damaged", seq: 0, lastSoundSeq: 0 },
    `${path}: the head of the journal is damaged (its id does not fit its seal). Keep a copy of the file and restore the journal from a backup.`,
  );

/** A switch that cannot be trusted: nobody knows whether entries are allowed, so nothing goes on (R8.5). */
export const damagedSwitchError = (path: string, seq: number, what: string): JournalError =>
  new JournalError(
    path,
    { kind: "damaged", seq, lastSoundSeq: seq - 1 },
    `${path}: switch ${seq} of entries is damaged (${what}). ` +
      "Keep a copy of the file, run `pawl journal verify` for the whole picture, and restore the journal from a backup.",
  );

/** The error for a record that cannot be read. `lastSoundSeq` is asked only when it is needed: it may read everything. */
export const recordError = (
  path: string,
  seq: number,
  problem: RecordProblem,
  lastSoundSeq: () => number,
): JournalError =>
  problem.kind === "unknown_schema"
    ? unknownSchemaError(path, problem.version, { where: `row ${seq}`, supported: ROW_SCHEMA_VERSION })
    : damagedError(path, { seq, lastSoundSeq: lastSoundSeq(), what: problem.what });

export const closedError = (path: string): JournalError =>
  new JournalError(path, { kind: "unwritable", cause: "closed" }, `${path}: the journal is closed; open it again.`);

export const unwritableError = (path: string, cause: string, advice: string): JournalError =>
  new JournalError(path, { kind: "unwritable", cause }, `${path}: ${cause}. ${advice}`);
