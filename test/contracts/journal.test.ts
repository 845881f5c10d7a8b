/**
 * The contract of the journal port, run against every implementation. What only a disk can do (locks, kills, damage) is
 * tested in `test/journal/`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { JournalError, type Journal, type JournalFailure } from "../../src/journal/journal.ts";
import { createMemoryStore, openMemoryJournal } from "../../src/journal/memory.ts";
import { chainHash, GENESIS } from "../../src/journal/record.ts";
import { openSqliteJournal } from "../../src/journal/sqlite.ts";
import type { EntryState } from "../../src/domain/entry-switch.ts";
import { epochMs } from "../../src/domain/units.ts";
import { aPosition, aRow, referenceTrade, refusedRow } from "../support/rows.ts";

/** A place for one journal: `open` opens it again on the same rows, as a restart would. */
interface Place {
  readonly open: () => Journal;
  readonly remove: () => void;
}

const IMPLEMENTATIONS: readonly { readonly name: string; readonly place: () => Place }[] = [
  {
    name: "memory",
    place: () => {
      const store = createMemoryStore("journal");
      return { open: () => openMemoryJournal({ store }), remove: () => undefined };
    },
  },
  {
    name: "sqlite",
    place: () => {
      const folder = mkdtempSync(join(tmpdir(), "pawl-journal-"));
      return {
        open: () => openSqliteJournal({ path: join(folder, "journal.db"), journalId: "journal" }),
        remove: () => rmSync(folder, { recursive: true }),
      };
    },
  },
];

describe.each(IMPLEMENTATIONS)("R11.1 the journal, $name", ({ place }) => {
  let here: Place;
  let journal: Journal;
  beforeEach(() => {
    here = place();
    journal = here.open();
  });
  afterEach(() => {
    journal.close();
    here.remove();
  });
  const restart = (): void => {
    journal.close();
    journal = here.open();
  };

  it("R12.1 is tied to the first exchange that it is opened for, and says so ever after", () => {
    expect(journal.bind("binanceusdm, demo")).toBe("binanceusdm, demo");
    expect(journal.bind("paper")).toBe("binanceusdm, demo");
    restart();
    expect(journal.bind("paper")).toBe("binanceusdm, demo");
  });

  it("R11.1 begins empty, under the id that it was given", () => {
    expect(journal.id).toBe("journal");
    expect([...journal.rows()]).toEqual([]);
    expect(journal.latest()).toEqual([]);
    expect(journal.last()).toBeNull();
  });

  it("R11.1 hands back what may be released, and the rows are there", () => {
    const rows = referenceTrade();
    const release = { orders: ["one"] };
    expect(journal.append(rows, release)).toBe(release);
    expect([...journal.rows()].map((row) => row.version)).toEqual([1, 2, 3, 4]);
  });

  it("R11.2 gives rows back byte for byte, also after a restart", () => {
    const rows = [...referenceTrade("p1"), ...referenceTrade("p2"), refusedRow("p3")];
    for (const row of rows) journal.append([row], null);
    restart();
    const read = [...journal.rows()];
    expect(read.map(({ seq: _seq, hash: _hash, ...row }) => JSON.stringify(row))).toEqual(
      rows.map((row) => JSON.stringify(row)),
    );
    expect(read.map((row) => row.seq)).toEqual(rows.map((_row, index) => index + 1));
  });

  it("R11.2 gives the last row of each position, in the order of first rows", () => {
    const [b1, b2, b3, b4] = referenceTrade("b");
    const [a1, a2] = referenceTrade("a");
    journal.append([b1!], null);
    journal.append([a1!, refusedRow("c"), b2!, b3!], null);
    journal.append([a2!, b4!], null);
    const expected = [
      { position: "b", version: 4, supervision: "running", snapshot: b4!.snapshot },
      { position: "a", version: 2, supervision: "running", snapshot: a2!.snapshot },
      { position: "c", version: 1, supervision: "refused", snapshot: null },
    ];
    expect(journal.latest().map(({ row: _row, ...latest }) => latest)).toEqual(expected);
    restart();
    expect(journal.latest().map(({ row: _row, ...latest }) => latest)).toEqual(expected);
    expect(journal.latest().map(({ row }) => row.seq)).toEqual([7, 6, 3]);
  });

  it("R11.2 commits the position of the price feed with the rows", () => {
    const feed = { event: 17, symbol: "BTC/USDT:USDT", price: 50_123.4, atMs: epochMs(5) };
    journal.append([aRow(), aRow({ version: 2, feed })], null);
    restart();
    expect(journal.last()?.feed).toEqual(feed);
    expect(journal.last()?.seq).toBe(2);
  });

  it("R11.8 chains rows by hash: each covers the one before it and its own text", () => {
    journal.append(referenceTrade(), null);
    restart();
    journal.append([aRow({ position: "p2" })], null);
    let previous = GENESIS.hash;
    for (const { seq, hash, ...row } of journal.rows()) {
      expect(hash).toBe(chainHash(previous, JSON.stringify({ schema: 2, seq, ...row })));
      previous = hash;
    }
  });

  it("R11.8 the same rows give the same hashes in every kind of journal, however they were batched", () => {
    const other = openMemoryJournal({ journalId: "other" });
    for (const row of referenceTrade()) other.append([row], null);
    journal.append(referenceTrade(), null);
    expect([...journal.rows()].map(({ hash }) => hash)).toEqual([...other.rows()].map(({ hash }) => hash));
  });

  it("R11.1 refuses a second writer of a transition, and nothing of its batch is there", () => {
    journal.append([aRow()], null);
    const before = [...journal.rows()];
    const failure = failureOf(() =>
      journal.append([aRow({ position: "p2" }), aRow({ position: "p1", version: 1 })], "never"),
    );
    expect(failure).toEqual({ kind: "conflict", position: "p1", version: 1 });
    expect([...journal.rows()]).toEqual(before);
    expect(journal.latest().map(({ position }) => position)).toEqual(["p1"]);
    journal.append([aRow({ position: "p2" }), aRow({ version: 2 })], null);
    expect([...journal.rows()].map((row) => row.seq)).toEqual([1, 2, 3]);
  });

  it("R11.1 refuses a gap between the versions of a position", () => {
    journal.append([aRow()], null);
    expect(failureOf(() => journal.append([aRow({ version: 3 })], null))).toEqual({
      kind: "conflict",
      position: "p1",
      version: 3,
    });
    expect(failureOf(() => journal.append([aRow({ position: "p2", version: 2 })], null))).toMatchObject({
      kind: "conflict",
    });
    expect([...journal.rows()]).toHaveLength(1);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, undefined])(
    "R11.1 writes nothing that JSON would lose: %s is a defect",
    (bestPrice) => {
      const snapshot = {
        schema: 1,
        state: "open",
        position: { ...aPosition(), bestPrice: bestPrice as never },
      } as const;
      expect(() => journal.append([aRow({ position: "p2" }), aRow({ snapshot })], null)).toThrow(
        "Invariant: a journal row holds what JSON cannot: row.snapshot.position.bestPrice",
      );
      expect([...journal.rows()]).toEqual([]);
    },
  );

  it("R11.2 does not share state with the rows that it was given or gave", () => {
    const facts = [...referenceTrade()[0]!.facts];
    journal.append([aRow({ facts })], null);
    const given = JSON.stringify(journal.last());
    facts.pop();
    (journal.last() as { symbol: string }).symbol = "changed";
    (journal.latest()[0]!.snapshot as { state: unknown }).state = "changed";
    expect(JSON.stringify(journal.last())).toBe(given);
  });

  it("R11.6 an owner that was replaced cannot write any more; what it wrote stays", () => {
    journal.append([aRow()], null);
    journal.close();
    const second = here.open();
    expect(failureOf(() => journal.append([aRow({ version: 2 })], null))).toMatchObject({
      kind: expect.stringMatching(/in_use|unwritable/),
    });
    expect([...second.rows()]).toHaveLength(1);
    journal = second;
  });

  it("R11.1 an empty append releases, and writes nothing", () => {
    expect(journal.append([], "out")).toBe("out");
    expect(journal.last()).toBeNull();
  });

  const aSwitch = (entries: EntryState, by = "a person") => ({ entries, atMs: epochMs(7), by });

  it("R8.5 has no switch of entries until one is set; the last one holds, also after a restart", () => {
    expect(journal.lastSwitch()).toBeNull();
    expect([...journal.switches()]).toEqual([]);
    const paused = journal.setSwitch(aSwitch("paused"));
    expect(paused).toMatchObject({ seq: 1, entries: "paused", atMs: 7, by: "a person", afterRow: 0 });
    journal.append(referenceTrade(), null);
    const killed = journal.setSwitch(aSwitch("killed", "another one"));
    expect(killed).toMatchObject({ seq: 2, afterRow: 4 });
    for (const again of [false, true]) {
      if (again) restart();
      expect(journal.lastSwitch()).toEqual(killed);
      expect([...journal.switches()]).toEqual([paused, killed]);
    }
    expect([...journal.rows()]).toHaveLength(4);
  });

  it("R8.5 R11.8 chains switches by hash, and the same ones give the same hashes in every kind of journal", () => {
    const other = openMemoryJournal({ journalId: "other" });
    for (const entries of ["paused", "allowed", "killed"] as const) {
      journal.setSwitch(aSwitch(entries));
      other.setSwitch(aSwitch(entries));
    }
    let previous = GENESIS.hash;
    for (const { hash, ...set } of journal.switches()) {
      const { seq, entries, atMs, by, afterRow } = set;
      expect(hash).toBe(chainHash(previous, JSON.stringify({ seq, entries, atMs, by, afterRow })));
      previous = hash;
    }
    expect([...journal.switches()]).toEqual([...other.switches()]);
  });

  it("R8.5 R11.6 an owner that was replaced cannot set a switch any more", () => {
    journal.setSwitch(aSwitch("killed"));
    journal.close();
    const second = here.open();
    expect(failureOf(() => journal.setSwitch(aSwitch("allowed")))).toMatchObject({
      kind: expect.stringMatching(/in_use|unwritable/) as string,
    });
    expect(second.lastSwitch()).toMatchObject({ entries: "killed" });
    journal = second;
  });

  it.each(["", "x".repeat(101), "two\nlines"])("R8.5 a switch by %j is a defect, and nothing is written", (by) => {
    expect(() => journal.setSwitch(aSwitch("paused", by))).toThrow("Invariant: a switch that a journal cannot hold");
    expect(journal.lastSwitch()).toBeNull();
    journal.append([aRow()], null);
  });

  it("R11.2 any batches in any order: rows, last rows and chain are those of a simple book, before and after a restart", () => {
    const batches = fc.array(fc.array(fc.constantFrom("x", "y", "z", 'ä€"\n,'), { maxLength: 5 }), { maxLength: 8 });
    fc.assert(
      fc.property(batches, (plan) => {
        const other = place();
        let tried = other.open();
        const book: { position: string; version: number }[] = [];
        for (const positions of plan) {
          const batch = positions.map((position, index) => {
            const earlier = [...book.map((row) => row.position), ...positions.slice(0, index)];
            return aRow({ position, version: earlier.filter((name) => name === position).length + 1 });
          });
          tried.append(batch, null);
          book.push(...batch.map(({ position, version }) => ({ position, version })));
        }
        const told = (): unknown => [[...tried.rows()], tried.latest(), tried.last()];
        const before = JSON.stringify(told());
        expect([...tried.rows()].map(({ position, version }) => ({ position, version }))).toEqual(book);
        const order = [...new Set(book.map(({ position }) => position))];
        expect(tried.latest().map(({ position }) => position)).toEqual(order);
        expect(tried.latest().map(({ version }) => version)).toEqual(
          order.map((name) => book.filter(({ position }) => position === name).length),
        );
        tried.close();
        tried = other.open();
        expect(JSON.stringify(told())).toBe(before);
        tried.close();
        other.remove();
      }),
      { numRuns: 25 },
    );
  });
});

function failureOf(act: () => unknown): JournalFailure {
  try {
    act();
  } catch (error) {
    if (error instanceof JournalError) return error.failure;
    throw error;
  }
  throw new Error("expected a JournalError, but it worked");
}
