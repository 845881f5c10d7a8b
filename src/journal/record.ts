/**
 * A row as it is stored: its text, its hash, and the way back.
 *
 * Promises: the stored text is what is hashed, so no second form of a row has to be kept stable; nothing that JSON
 * would lose silently (NaN, infinity, undefined) is ever written; what is read back is the row that was written, with its
 * keys in the order in which they were written. It does not know where records are kept.
 */
import { hash } from "node:crypto";
import type { JournalRow, Row } from "../domain/row.ts";
import type { LatestRow } from "./journal.ts";
import { rowSchema1, upgradeRow1, type Row1 } from "./row-schema-1.ts";
import { ROW_SCHEMA_VERSION, rowSchema, rowSchemaWithoutParts, type StoredRow } from "./row-schema.ts";
import { withKnownParts, type SharedParts } from "./shared-parts.ts";
import { withNewRules } from "./rule-schema.ts";

/** One record of a journal, as it is kept. Position and version stand beside the text for the sake of an index. */
export interface StoredRecord {
  readonly seq: number;
  readonly position: string;
  readonly version: number;
  readonly text: string;
  readonly hash: string;
}

/** Where the chain of an empty journal begins. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}
export const GENESIS: Head = { seq: 0, hash: "0".repeat(64) };

/** The record that follows the head. */
export function recordOf(head: Head, row: Row): StoredRecord {
  assertJson(row);
  const seq = head.seq + 1;
  const text = recordText(seq, row);
  return { seq, position: row.position, version: row.version, text, hash: chainHash(head.hash, text) };
}

/** Refuses what JSON would lose silently. */
export function assertJson(row: Row): void {
  const foreign = foreignToJson(row);
  if (foreign !== null) throw new Error(`Invariant: a journal row holds what JSON cannot: row${foreign}`);
}

export function recordText(seq: number, row: Row): string {
  const stored: StoredRow = {
    schema: ROW_SCHEMA_VERSION,
    seq,
    position: row.position,
    version: row.version,
    symbol: row.symbol,
    side: row.side,
    atMs: row.atMs,
    feed: row.feed,
    cause: row.cause,
    facts: row.facts,
    supervision: row.supervision,
    snapshot: row.snapshot,
  };
  return JSON.stringify(stored);
}

/** SHA-256, in hex, of the previous hash followed by the text. */
export const chainHash = (previousHash: string, text: string): string => hash("sha256", previousHash + text);

export type RecordProblem =
  | { readonly kind: "damaged"; readonly what: string }
  | { readonly kind: "unknown_schema"; readonly version: number };

export type ReadRecord =
  | { readonly kind: "row"; readonly row: JournalRow }
  | { readonly kind: "problem"; readonly problem: RecordProblem };

/** The row of a record, or what is wrong with it. `previousHash` is null where the record before it is missing. */
export function readRecord(
  record: StoredRecord,
  previousHash: string | null,
  shared: SharedParts = new Map(),
): ReadRecord {
  if (previousHash === null) return damaged("the row before it is missing");
  if (chainHash(previousHash, record.text) !== record.hash)
    return damaged("the hash does not fit the row and the one before it");
  let value: unknown;
  let hasKnownParts = false;
  try {
    const known = withKnownParts(record.text, shared);
    hasKnownParts = known !== null;
    value = known ?? JSON.parse(record.text);
  } catch (error) {
    return damaged(`not JSON: ${String(error)}`);
  }
  const version = schemaVersionOf(value);
  if (version !== null && version !== ROW_SCHEMA_VERSION && version !== 1)
    return { kind: "problem", problem: { kind: "unknown_schema", version } };
  const parsed =
    version === 1 ? rowSchema1.safeParse(value) : (hasKnownParts ? rowSchemaWithoutParts : rowSchema).safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return damaged(`${issue?.path.join(".") ?? "row"}: ${issue?.message ?? "does not fit the schema"}`);
  }
  const stored = version === 1 ? upgradeRow1(value as Row1) : withAllRules(value as StoredRow);
  if (stored.seq !== record.seq || stored.position !== record.position || stored.version !== record.version) {
    return damaged(`the text belongs to row ${stored.seq} (${stored.position}, version ${stored.version})`);
  }
  return { kind: "row", row: journalRow(stored, record.hash) };
}

/** The version of the form in which a row's text was written; null where it does not say. */
export function schemaOf(text: string): number | null {
  try {
    return schemaVersionOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function withAllRules(stored: StoredRow): StoredRow {
  const { snapshot } = stored;
  if (snapshot === null) return stored;
  const { plan } = snapshot.position;
  const rules = withNewRules(plan.rules);
  if (rules === plan.rules) return stored;
  return { ...stored, snapshot: { ...snapshot, position: { ...snapshot.position, plan: { ...plan, rules } } } };
}

/** The row in a text that this process has written itself: no border, so no check. */
export const ownRow = (record: StoredRecord): JournalRow =>
  journalRow(JSON.parse(record.text) as StoredRow, record.hash);

export const latestRowOf = (row: JournalRow): LatestRow => ({
  position: row.position,
  version: row.version,
  supervision: row.supervision,
  snapshot: row.snapshot,
  row,
});

/** Keys in the order of the row, the hash last; the version of the form stays behind. */
function journalRow(stored: StoredRow, rowHash: string): JournalRow {
  const { schema: _schema, seq, ...row } = stored;
  return { ...row, seq, hash: rowHash };
}

const damaged = (what: string): ReadRecord => ({ kind: "problem", problem: { kind: "damaged", what } });

function schemaVersionOf(value: unknown): number | null {
  if (typeof value !== "object" || value === null || !("schema" in value)) return null;
  return typeof value.schema === "number" ? value.schema : null;
}

/** The place and kind of whatever JSON could not hold (a NaN, something undefined), or null: checked before it is lost. */
function foreignToJson(value: unknown): string | null {
  if (isPlain(value)) return null;
  if (typeof value === "number") return `: ${value}`;
  if (typeof value !== "object" || value === null) return `: ${typeof value}`;
  return Array.isArray(value) ? foreignAmong(value) : foreignInside(value as Readonly<Record<string, unknown>>);
}

const isPlain = (value: unknown): boolean =>
  typeof value === "string" || typeof value === "boolean" || value === null || Number.isFinite(value);

// The path is put together on the way out of a failure only: every row is checked, none should fail.
function foreignInside(parent: Readonly<Record<string, unknown>>): string | null {
  for (const key in parent) {
    const value = parent[key];
    if (isPlain(value)) continue;
    const found = foreignToJson(value);
    if (found !== null) return `.${key}${found}`;
  }
  return null;
}

function foreignAmong(items: readonly unknown[]): string | null {
  for (let index = 0; index < items.length; index += 1) {
    const found = foreignToJson(items[index]);
    if (found !== null) return `.${index}${found}`;
  }
  return null;
}
