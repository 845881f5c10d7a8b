import { copyFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JournalError } from "../../src/journal/journal.ts";
import { openMemoryJournal } from "../../src/journal/memory.ts";
import { chainHash, recordOf, type StoredRecord } from "../../src/journal/record.ts";
import { openSqliteJournal } from "../../src/journal/sqlite.ts";
import { readSqliteJournal } from "../../src/journal/sqlite-reader.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { aRow } from "../support/rows.ts";
import { aFolder, errorOf } from "./place.ts";

/** A closed journal: ten rows of p1 and p2 in turn, "marker N" standing in row N. */
function aJournal(): string {
  const path = join(aFolder(), "journal.db");
  const journal = openSqliteJournal({ path, journalId: "journal", nowMs: 0 });
  for (let seq = 1; seq <= 10; seq += 1) {
    const version = Math.ceil(seq / 2);
    const facts = [{ type: "warning", severity: "info", message: `marker ${seq}.` }] as const;
    journal.append([aRow({ position: seq % 2 === 1 ? "p1" : "p2", version, facts })], null);
  }
  journal.close();
  return path;
}

function changeText(path: string, from: string, to: string): void {
  const bytes = readFileSync(path);
  const at = bytes.indexOf(from);
  if (at < 0) throw new Error(`${from} is not in the file`);
  bytes.write(to, at);
  writeFileSync(path, bytes);
}

function inDatabase(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

// https://www.sqlite.org/fileformat2.html: a leaf page of an index, and the head of an entry of a two-letter text and two bytes
const PAGE_BYTES = 4096;
const INDEX_LEAF = 0x0a;
const CELL_COUNT_OFFSET = 3;
const INDEX_ENTRY = [4, 17, 1, 1];

/** Where the page begins that holds the index of positions and versions. */
function indexPage(bytes: Buffer): number {
  for (let page = PAGE_BYTES; page < bytes.length; page += PAGE_BYTES) {
    const entries = bytes.subarray(page, page + PAGE_BYTES);
    if (entries[0] === INDEX_LEAF && entries.includes(Buffer.from([...INDEX_ENTRY, 0x70]))) return page;
  }
  throw new Error("the index is not in the file");
}

/** Everything that a reader tells. */
function everything(path: string): string {
  const reader = readSqliteJournal(path);
  try {
    const latest = [...reader.latest()].sort((a, b) => a.position.localeCompare(b.position));
    return JSON.stringify([reader.id, [...reader.rows()], latest, reader.last()]);
  } finally {
    reader.close();
  }
}

describe("a sound journal", () => {
  it("R11.8 verify walks it and finds nothing", () => {
    const path = aJournal();
    const reader = readSqliteJournal(path);
    expect(verifyJournal(path)).toEqual({
      rows: 10,
      positions: 2,
      firstSeq: 1,
      lastSeq: 10,
      headHash: reader.last()?.hash,
      switches: 0,
      problems: [],
    });
    reader.close();
  });

  it("R11.8 verify of an empty journal, and of none", () => {
    const path = join(aFolder(), "journal.db");
    expect(errorOf(() => verifyJournal(path)).failure.kind).toBe("not_a_journal");
    openSqliteJournal({ path }).close();
    expect(verifyJournal(path)).toEqual({
      rows: 0,
      positions: 0,
      firstSeq: null,
      lastSeq: null,
      headHash: null,
      switches: 0,
      problems: [],
    });
  });

  it("R11.8 verify works while an engine runs", () => {
    const path = aJournal();
    const journal = openSqliteJournal({ path });
    journal.append([aRow({ position: "p3" })], null);
    expect(verifyJournal(path)).toMatchObject({ rows: 11, positions: 3, problems: [] });
    journal.close();
  });
});

describe("a changed row", () => {
  it("R11.8 in the middle: reading stops there and names the last sound row; verify goes on", () => {
    const path = aJournal();
    changeText(path, "marker 4.", "Marker 4.");
    const reader = readSqliteJournal(path);
    const read: number[] = [];
    const error = errorOf(() => {
      for (const { seq } of reader.rows()) read.push(seq);
    });
    expect(read).toEqual([1, 2, 3]);
    expect(error.failure).toEqual({ kind: "damaged", seq: 4, lastSoundSeq: 3 });
    expect(error.message).toContain(`${path}: row 4 is damaged`);
    expect(error.message).toContain("The last sound row is 3.");
    reader.close();
    expect(verifyJournal(path)).toMatchObject({
      rows: 10,
      problems: [{ seq: 4, what: "the hash does not fit the row and the one before it" }],
    });
  });

  it("R11.8 the last of a position: a restore is refused", () => {
    const path = aJournal();
    changeText(path, "marker 9.", "marker 8.");
    const journal = openSqliteJournal({ path });
    expect(errorOf(() => journal.latest()).failure).toEqual({ kind: "damaged", seq: 9, lastSoundSeq: 8 });
    journal.close();
  });

  it("R11.8 the last of all: the journal does not open, and is not held", () => {
    const path = aJournal();
    changeText(path, "marker 10.", "marker 11.");
    const bytes = readFileSync(path);
    for (const _again of [1, 2])
      expect(errorOf(() => openSqliteJournal({ path })).failure).toEqual({ kind: "damaged", seq: 10, lastSoundSeq: 9 });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it("R11.8 with a hash that was made to fit: the next row tells, and the schema is strict", () => {
    const path = aJournal();
    const [before, row] = recordsOf(path).slice(3, 5) as [StoredRecord, StoredRecord];
    const forged = row.text.replace('"leverage":10', '"leverage":"10"');
    inDatabase(path, `UPDATE rows SET text = '${forged}', hash = '${chainHash(before.hash, forged)}' WHERE seq = 5`);
    expect(verifyJournal(path).problems).toEqual([
      { seq: 5, what: "snapshot.position.leverage: Invalid input: expected number, received string" },
      { seq: 6, what: "the hash does not fit the row and the one before it" },
    ]);
  });

  it("R11.8 a row of a later schema is refused by its version", () => {
    const path = aJournal();
    const before = recordsOf(path)[9] as StoredRecord;
    const text = JSON.stringify({ schema: 3, seq: 11, anything: true });
    inDatabase(path, `INSERT INTO rows VALUES (11, 'p1', 6, '${text}', '${chainHash(before.hash, text)}')`);
    const error = errorOf(() => openSqliteJournal({ path }));
    expect(error.failure).toEqual({ kind: "unknown_schema", version: 3, supported: 2 });
    expect(error.message).toContain("row 11");
    expect(verifyJournal(path).problems).toEqual([{ seq: 11, what: "unknown schema version 3" }]);
  });

  it.each([
    ["a row that is gone", "DELETE FROM rows WHERE seq = 5", 5],
    ["a first row that is gone", "DELETE FROM rows WHERE seq = 1", 1],
    [
      "two rows that changed places",
      "UPDATE rows SET seq = -1 WHERE seq = 3; UPDATE rows SET seq = 3 WHERE seq = 5; UPDATE rows SET seq = 5 WHERE seq = -1",
      3,
    ],
    ["a row that was given to another position", "UPDATE rows SET position = 'p9' WHERE seq = 10", 10],
  ])("R11.8 %s", (_what, sql, seq) => {
    const path = aJournal();
    inDatabase(path, sql);
    const reader = readSqliteJournal(path);
    expect(errorOf(() => [...reader.rows()]).failure).toEqual({ kind: "damaged", seq, lastSoundSeq: seq - 1 });
    expect(verifyJournal(path).problems.map((problem) => problem.seq)).toContain(
      seq === 5 || seq === 1 ? seq + 1 : seq,
    );
    reader.close();
  });

  it("R11.8 a position that is gone is missed by a restore, though the rows of the others are sound", () => {
    const path = aJournal();
    inDatabase(path, "DELETE FROM rows WHERE position = 'p2'");
    const reader = readSqliteJournal(path);
    expect(errorOf(() => reader.latest()).failure).toMatchObject({ kind: "damaged", lastSoundSeq: 1 });
    reader.close();
  });

  // Why these tests? The rows are sound and their hashes fit: only the index by which a restart finds them is not.
  it("R11.8 an index that has lost a position: a restart does not overlook it", () => {
    const path = aJournal();
    const bytes = readFileSync(path);
    const page = indexPage(bytes);
    bytes.writeUInt16BE(5, page + CELL_COUNT_OFFSET); // of ten: those of p2 sort last
    writeFileSync(path, bytes);
    const reader = readSqliteJournal(path);
    const error = errorOf(() => reader.latest());
    expect(error.failure.kind).toBe("damaged");
    expect(error.message).toContain("the index of positions counts 5 rows where there are 10");
    expect([...reader.rows()]).toHaveLength(10);
    reader.close();
    expect(verifyJournal(path).problems.map(({ seq }) => seq)).toContain(null);
  });

  it("R11.8 an index that points to an older row: a restart does not begin there", () => {
    const path = aJournal();
    const bytes = readFileSync(path);
    const entry = bytes.indexOf(Buffer.from([...INDEX_ENTRY, 0x70, 0x31, 5, 9]), indexPage(bytes)); // p1, version 5, row 9
    bytes[entry + INDEX_ENTRY.length + 3] = 7;
    writeFileSync(path, bytes);
    const reader = readSqliteJournal(path);
    expect(errorOf(() => reader.latest()).message).toContain(
      "row 7 is damaged (it is not version 5 of position p1, as the index says)",
    );
    reader.close();
  });

  it("R11.8 a changed id of the journal is refused: it is part of every client order id", () => {
    const path = aJournal();
    inDatabase(path, "UPDATE meta SET value = 'other' WHERE key = 'id'");
    expect(errorOf(() => openSqliteJournal({ path })).failure).toEqual({ kind: "damaged", seq: 0, lastSoundSeq: 0 });
  });
});

describe("a damaged file", () => {
  const sound = (): { readonly path: string; readonly bytes: Buffer; readonly told: string; readonly copy: string } => {
    const path = aJournal();
    return { path, bytes: readFileSync(path), told: everything(path), copy: `${path}.copy` };
  };

  it("R11.8 one bit flipped anywhere: refused with a JournalError, or nothing that is told has changed", () => {
    const { bytes, told, copy } = sound();
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const damaged = Buffer.from(bytes);
        damaged[bit >> 3] = damaged[bit >> 3]! ^ (1 << (bit & 7));
        writeFileSync(copy, damaged);
        expectSoundOrRefused(copy, told);
      }),
      { numRuns: 60 },
    );
  });

  it("R11.8 cut off anywhere: refused with a JournalError, or nothing that is told has changed", () => {
    const { path, bytes, told, copy } = sound();
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        copyFileSync(path, copy);
        truncateSync(copy, length);
        expectSoundOrRefused(copy, told);
      }),
      { numRuns: 25 },
    );
  });

  it("R11.2 a write-ahead log cut off anywhere: an earlier state of whole appends, never part of one", () => {
    const path = join(aFolder(), "journal.db");
    const journal = openSqliteJournal({ path, journalId: "journal", nowMs: 0 });
    for (let version = 1; version <= 10; version += 1)
      journal.append([aRow({ version }), aRow({ position: "p2", version })], null);
    const all = Array.from(journal.rows(), (row) => JSON.stringify(row));
    const [database, log] = [readFileSync(path), readFileSync(`${path}-wal`)];
    journal.close();
    const copy = join(aFolder(), "copy.db");
    fc.assert(
      fc.property(fc.nat(log.length), (length) => {
        writeFileSync(copy, database);
        writeFileSync(`${copy}-wal`, log.subarray(0, length));
        const again = openSqliteJournal({ path: copy });
        const rows = Array.from(again.rows(), (row) => JSON.stringify(row));
        expect(rows.length % 2).toBe(0);
        expect(rows).toEqual(all.slice(0, rows.length));
        again.append([aRow({ version: rows.length / 2 + 1 })], null);
        again.close();
        expect(verifyJournal(copy).problems).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});

describe("the memory journal", () => {
  it("R11.8 refuses what a disk would have refused when it is read for a restart", () => {
    const journal = openMemoryJournal({ journalId: "journal" });
    journal.append([aRow(), aRow({ version: 2 })], null);
    const { records, latest } = journal.store;
    const changed = { ...records[1]!, text: records[1]!.text.replace("running", "refused") };
    records[1] = changed;
    latest.set("p1", changed);
    expect(errorOf(() => journal.latest()).failure).toEqual({ kind: "damaged", seq: 2, lastSoundSeq: 1 });
  });
});

describe("the record", () => {
  it("R11.8 the hash is SHA-256 of the hash before and the text", () => {
    // printf '%064d{"schema":1}' 0 | sha256sum
    expect(chainHash("0".repeat(64), '{"schema":1}')).toBe(
      "180dced2a74ddd20df228e33c216923bd9541fee6aaf69b56f84c45af05e322c",
    );
    const record = recordOf({ seq: 6, hash: "ab" }, aRow());
    expect(record.text.startsWith('{"schema":2,"seq":7,"position":"p1","version":1,')).toBe(true);
    expect(record.hash).toBe(chainHash("ab", record.text));
  });
});

function expectSoundOrRefused(path: string, told: string): void {
  let now: string;
  try {
    now = everything(path);
  } catch (error) {
    expect(error).toBeInstanceOf(JournalError);
    return;
  }
  expect(now === told).toBe(true);
}

function recordsOf(path: string): readonly StoredRecord[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const records = database.prepare("SELECT * FROM rows ORDER BY seq").all() as unknown as readonly StoredRecord[];
  database.close();
  return records;
}
