/**
 * Rows of version 1, as that version of pawl wrote them (`version-1.jsonl`: the beginning of a session with two open
 * positions and one that is closed): they are read, kept byte for byte, and go on (R11.8).
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { NO_CONTEXT } from "../../src/domain/market-context.ts";
import { NO_RULES, SETTABLE_RULES } from "../../src/domain/rules/table.ts";
import { epochMs } from "../../src/domain/units.ts";
import { openMemoryJournal } from "../../src/journal/memory.ts";
import { chainHash, GENESIS, readRecord, type StoredRecord } from "../../src/journal/record.ts";
import { openSqliteJournal } from "../../src/journal/sqlite.ts";
import { readSqliteJournal } from "../../src/journal/sqlite-reader.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { createKernel } from "../../src/kernel/kernel.ts";
import { aRow } from "../support/rows.ts";
import { aFolder } from "./place.ts";

const RECORDS = readFileSync(join(import.meta.dirname, "version-1.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as StoredRecord);

/** A journal file that version 1 has left behind. */
function anOldJournal(): string {
  const path = join(aFolder(), "old.journal");
  openSqliteJournal({ path, journalId: "version-1" }).close();
  const database = new DatabaseSync(path);
  const insert = database.prepare("INSERT INTO rows (seq, position, version, text, hash) VALUES (?, ?, ?, ?, ?)");
  for (const { seq, position, version, text, hash } of RECORDS) insert.run(seq, position, version, text, hash);
  database.close();
  return path;
}

const textsIn = (path: string): readonly string[] => {
  const database = new DatabaseSync(path, { readOnly: true });
  const texts = database.prepare("SELECT text FROM rows ORDER BY seq").all();
  database.close();
  return texts.map((row) => String(row["text"]));
};

describe("R11.8 rows of version 1", () => {
  it("R11.8 say what they said; what they did not know is off, or not known", () => {
    let before = GENESIS.hash;
    for (const record of RECORDS) {
      const read = readRecord(record, before);
      if (read.kind !== "row") throw new Error(`row ${record.seq}: ${JSON.stringify(read.problem)}`);
      const old = JSON.parse(record.text) as {
        readonly facts: unknown;
        readonly snapshot: { readonly position: object };
      };
      expect(read.row.facts).toEqual(old.facts);
      const { position } = read.row.snapshot!;
      expect(position).toMatchObject({
        mark: null,
        isTrailing: false,
        context: NO_CONTEXT,
        plan: { rules: NO_RULES, markStep: null, minimumExitValueByRegime: null },
      });
      expect(position.rungs.every(({ factor, isFrozen }) => factor === 1_000_000 && !isFrozen)).toBe(true);
      const { mark: _m, isTrailing: _t, context: _c, plan: _p, rungs: _r, ...same } = position;
      expect(old.snapshot.position).toMatchObject(same);
      before = record.hash;
    }
  });

  it("R11.8 open as they are, with a copy kept once, and new rows follow them in one chain", () => {
    const path = anOldJournal();
    const journal = openSqliteJournal({ path });
    const copy = `${path}.v1`;
    expect(statSync(copy).mode & 0o077).toBe(0);
    journal.append([aRow({ position: "new" })], null);
    journal.close();
    const texts = textsIn(path);
    expect(texts.slice(0, -1)).toEqual(RECORDS.map(({ text }) => text));
    expect(texts.at(-1)).toContain('{"schema":2,');
    expect(verifyJournal(path).problems).toEqual([]);
    expect(textsIn(copy)).toEqual(RECORDS.map(({ text }) => text));
    expect(readSqliteJournal(copy).id).toBe("version-1");

    const madeAtMs = statSync(copy).mtimeMs;
    openSqliteJournal({ path }).close();
    expect(statSync(copy).mtimeMs).toBe(madeAtMs);
    expect(existsSync(`${copy}.new`)).toBe(false);
  });

  it("R11.8 reading alone makes no copy, and neither does a journal in the present form", () => {
    const path = anOldJournal();
    readSqliteJournal(path).close();
    expect(existsSync(`${path}.v1`)).toBe(false);
    const fresh = join(aFolder(), "fresh.journal");
    const journal = openSqliteJournal({ path: fresh });
    journal.append([aRow()], null);
    journal.close();
    openSqliteJournal({ path: fresh }).close();
    expect(existsSync(`${fresh}.v2`) || existsSync(`${fresh}.v1`)).toBe(false);
  });

  it("R11.2 R11.8 their positions go on: restored, one is stopped out under the plan that it was opened with", () => {
    const path = anOldJournal();
    const reader = readSqliteJournal(path);
    const positions = reader
      .latest()
      .flatMap(({ snapshot, supervision }) =>
        snapshot === null || snapshot.position.outcome !== null ? [] : [{ snapshot, supervision }],
      );
    reader.close();
    expect(positions.map(({ snapshot }) => snapshot.position.id)).toEqual(["made-up-01", "made-up-03"]);
    const kernel = createKernel({ limits: { maximumFutureMs: 0, maximumAgeMs: null }, visibilityLagMs: 60_000 });
    const nowMs = epochMs(1_800_000_000_000);
    kernel.restore({ positions }, nowMs);
    const { symbol, side } = positions[1]!.snapshot.position;
    const step = kernel.price(kernel.market(symbol), side === "long" ? 0.001 : 1e9, nowMs, nowMs);
    expect(step.rows.at(-1)?.snapshot?.position.closing?.reason).toMatch(/stop/);
  });
});

describe("R5.4 a rule that has come since a row was written", () => {
  it("R5.4 R11.8 is off there", () => {
    const journal = openMemoryJournal({ journalId: "journal" });
    journal.append([aRow()], null);
    const [record] = journal.store.records as [StoredRecord];
    const text = record.text.replace(/"smartProfit":null,/, "");
    expect(text).not.toBe(record.text);
    const read = readRecord({ ...record, text, hash: chainHash(GENESIS.hash, text) }, GENESIS.hash);
    if (read.kind !== "row") throw new Error(JSON.stringify(read.problem));
    expect(Object.keys(read.row.snapshot!.position.plan.rules).toSorted()).toEqual(
      SETTABLE_RULES.map(({ name }) => name).toSorted(),
    );
    expect(read.row.snapshot!.position.plan.rules.smartProfit).toBeNull();
  });
});
