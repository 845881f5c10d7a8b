/**
 * Switches of entries in the SQLite file of a journal: a table of their own, chained by hash (R8.5, R11.8).
 *
 * Promises: a journal that was made before there were switches is read as one that has none, and gets the table when it
 * is opened for writing. Who may write is decided by whoever opens the transaction.
 */
import type { DatabaseSync } from "node:sqlite";
import type { EntrySwitch } from "../domain/entry-switch.ts";
import { damagedSwitchError } from "./journal-errors.ts";
import type { Journal, SwitchRow } from "./journal.ts";
import { GENESIS } from "./record.ts";
import { translated } from "./sqlite-file.ts";
import { readSwitch, soundSwitches, switchRecordOf, type StoredSwitch } from "./switch-record.ts";

export type SwitchReader = Pick<Journal, "switches" | "lastSwitch">;

export const createSwitchTable = (database: DatabaseSync): void =>
  database.exec(
    "CREATE TABLE IF NOT EXISTS switches (seq INTEGER PRIMARY KEY, text TEXT NOT NULL, hash TEXT NOT NULL) STRICT",
  );

/** @internal What the reader and the writer share. */
export function switchesOf(database: DatabaseSync, path: string): SwitchReader {
  const read = <T>(ask: () => T): T => {
    try {
      return ask();
    } catch (error) {
      throw translated(error, path, () => 0);
    }
  };
  return {
    switches: () => read(() => Array.from(soundSwitches(path, storedSwitches(database)))),
    lastSwitch: () =>
      read(() => {
        if (!hasSwitches(database)) return null;
        const found = database.prepare(LAST_LINKED).get() as unknown as LinkedSwitch | undefined;
        if (found === undefined) return null;
        const result = readSwitch(found, found.seq === 1 ? GENESIS.hash : found.previousHash);
        if ("problem" in result) throw damagedSwitchError(path, found.seq, result.problem);
        return result;
      }),
  };
}

/** @internal As they are kept, in order. */
export const storedSwitches = (database: DatabaseSync): readonly StoredSwitch[] =>
  hasSwitches(database)
    ? (database.prepare("SELECT seq, text, hash FROM switches ORDER BY seq").all() as unknown as StoredSwitch[])
    : [];

/** @internal Inside a transaction of its caller. */
export function insertSwitch(database: DatabaseSync, set: EntrySwitch): SwitchRow {
  const last = database.prepare("SELECT seq, text, hash FROM switches ORDER BY seq DESC LIMIT 1").get();
  const row = database.prepare("SELECT MAX(seq) AS seq FROM rows").get();
  const record = switchRecordOf(
    last === undefined ? null : (last as unknown as StoredSwitch),
    set,
    Number(row?.["seq"] ?? 0),
  );
  database.prepare("INSERT INTO switches (seq, text, hash) VALUES (?, ?, ?)").run(record.seq, record.text, record.hash);
  return { ...set, seq: record.seq, afterRow: Number(row?.["seq"] ?? 0), hash: record.hash };
}

const hasSwitches = (database: DatabaseSync): boolean =>
  database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'switches'").get() !== undefined;

// The casts rest on a STRICT table; what a damaged page may still give instead fails the hash in readSwitch.
interface LinkedSwitch extends StoredSwitch {
  readonly previousHash: string | null;
}

const LAST_LINKED = `
  SELECT s.seq, s.text, s.hash, (SELECT hash FROM switches WHERE seq = s.seq - 1) AS previousHash
  FROM switches s ORDER BY s.seq DESC LIMIT 1
`;
