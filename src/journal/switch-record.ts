/**
 * A switch of entries as a journal keeps it: its text, its hash, and the way back (R8.5).
 *
 * Promises: switches are a chain of their own, like rows; each says which row was the last one when it was set. It does
 * not know where records are kept.
 */
import * as z from "zod";
import { ENTRY_STATES, SWITCHED_BY, type EntrySwitch } from "../domain/entry-switch.ts";
import type { EpochMs } from "../domain/units.ts";
import { damagedSwitchError } from "./journal-errors.ts";
import type { SwitchRow } from "./journal.ts";
import { chainHash, GENESIS, type Head } from "./record.ts";

export interface StoredSwitch {
  readonly seq: number;
  readonly text: string;
  readonly hash: string;
}

const schema = z.strictObject({
  seq: z.int().min(1),
  entries: z.enum(ENTRY_STATES),
  atMs: z.int().transform((value) => value as EpochMs),
  by: z.string().regex(SWITCHED_BY),
  afterRow: z.int().min(0),
});

/** The record that follows the last one. What cannot be read back is a defect of the caller. */
export function switchRecordOf(last: Head | null, set: EntrySwitch, afterRow: number): StoredSwitch {
  const head = last ?? GENESIS;
  const seq = head.seq + 1;
  const { entries, atMs, by } = set;
  const stored = { seq, entries, atMs, by, afterRow };
  if (!schema.safeParse(stored).success)
    throw new Error(`Invariant: a switch that a journal cannot hold: ${JSON.stringify(stored)}`);
  const text = JSON.stringify(stored);
  return { seq, text, hash: chainHash(head.hash, text) };
}

/** The switch of a record, or what is wrong with it. `previousHash` is null where the one before it is missing. */
export function readSwitch(
  record: StoredSwitch,
  previousHash: string | null,
): SwitchRow | { readonly problem: string } {
  if (previousHash === null) return { problem: "the switch before it is missing" };
  if (chainHash(previousHash, record.text) !== record.hash)
    return { problem: "the hash does not fit the switch and the one before it" };
  const parsed = schema.safeParse(jsonOf(record.text));
  if (!parsed.success) return { problem: "it does not fit the schema" };
  if (parsed.data.seq !== record.seq) return { problem: `the text belongs to switch ${parsed.data.seq}` };
  return { ...parsed.data, hash: record.hash };
}

/** All switches in order. Throws JournalError at the first that is not sound. */
export function* soundSwitches(path: string, records: Iterable<StoredSwitch>): Generator<SwitchRow> {
  let head: Head = GENESIS;
  for (const record of records) {
    const read = readSwitch(record, record.seq === head.seq + 1 ? head.hash : null);
    if ("problem" in read) throw damagedSwitchError(path, record.seq, read.problem);
    head = record;
    yield read;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
