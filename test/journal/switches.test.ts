/** Switches of entries in the file of a journal: made where they were missing, and not to be changed unseen (R8.5, R11.8). */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/domain/units.ts";
import { openSqliteJournal } from "../../src/journal/sqlite.ts";
import { readSqliteJournal } from "../../src/journal/sqlite-reader.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { aRow } from "../support/rows.ts";
import { aFolder, anEngineProcess, errorOf } from "./place.ts";

const aSwitch = (entries: "allowed" | "paused" | "killed") => ({ entries, atMs: epochMs(7), by: "a person" });

/** Two rows, a pause, a row, a kill. */
function aJournal(): string {
  const path = join(aFolder(), "journal.db");
  const journal = openSqliteJournal({ path });
  journal.append([aRow(), aRow({ version: 2 })], null);
  journal.setSwitch(aSwitch("paused"));
  journal.append([aRow({ version: 3 })], null);
  journal.setSwitch(aSwitch("killed"));
  journal.close();
  return path;
}

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

const reading = <T>(path: string, ask: (reader: ReturnType<typeof readSqliteJournal>) => T): T => {
  const reader = readSqliteJournal(path);
  try {
    return ask(reader);
  } finally {
    reader.close();
  }
};

describe("R8.5 switches of entries on disk", () => {
  it("R8.5 R13.2 a reader sees them, while an engine works with the journal", () => {
    const path = aJournal();
    const journal = openSqliteJournal({ path });
    expect(reading(path, (reader) => reader.lastSwitch())).toMatchObject({ seq: 2, entries: "killed", afterRow: 3 });
    journal.setSwitch(aSwitch("allowed"));
    expect(reading(path, (reader) => [...reader.switches()].map(({ entries }) => entries))).toEqual([
      "paused",
      "killed",
      "allowed",
    ]);
    journal.close();
    expect(verifyJournal(path)).toMatchObject({ rows: 3, switches: 3, problems: [] });
  });

  it("R8.5 R11.8 a journal from before there were any has none to read, and gets them when it is opened", () => {
    const path = aJournal();
    change(path, "DROP TABLE switches");
    expect(reading(path, (reader) => [reader.lastSwitch(), ...reader.switches()])).toEqual([null]);
    expect(verifyJournal(path)).toMatchObject({ switches: 0, problems: [] });
    const journal = openSqliteJournal({ path });
    expect(journal.lastSwitch()).toBeNull();
    journal.setSwitch(aSwitch("paused"));
    journal.close();
    expect(reading(path, (reader) => reader.lastSwitch())).toMatchObject({ seq: 1, entries: "paused", afterRow: 3 });
  });

  it.each([
    [
      "changed",
      `UPDATE switches SET text = replace(text, 'killed', 'allowed') WHERE seq = 2`,
      "switch 2 of entries: the hash does not fit the switch and the one before it",
    ],
    ["taken out", "DELETE FROM switches WHERE seq = 1", "switch 2 of entries: the switch before it is missing"],
    ["moved", "UPDATE switches SET seq = 5 WHERE seq = 2", "switch 5 of entries: the switch before it is missing"],
  ])(
    "R8.5 R11.8 one that was %s is found: nobody knows whether entries are allowed, so nothing goes on",
    (_, sql, what) => {
      const path = aJournal();
      change(path, sql);
      expect(verifyJournal(path).problems).toEqual([{ seq: null, what }]);
      const error = errorOf(() => openSqliteJournal({ path }));
      expect(error.failure.kind).toBe("damaged");
      expect(error.message).toContain("of entries is damaged");
      expect(errorOf(() => reading(path, (reader) => reader.lastSwitch())).failure.kind).toBe("damaged");
      // The lock is free again.
      expect(errorOf(() => openSqliteJournal({ path })).failure.kind).toBe("damaged");
    },
  );

  it("R8.5 R11.8 rows that were cut off behind a switch are missed by verify", () => {
    const path = aJournal();
    change(path, "DELETE FROM rows WHERE seq = 3");
    expect(verifyJournal(path).problems).toEqual([
      { seq: null, what: "switch 2 of entries was set after row 3, and the last row is 2" },
    ]);
  });

  it("R8.5 is there after a kill of the process that is writing", async () => {
    const path = aJournal();
    const child = anEngineProcess(path, "write");
    await child.hear();
    await child.hear();
    expect(await child.kill()).toBe("SIGKILL");
    const journal = openSqliteJournal({ path });
    expect(journal.lastSwitch()).toMatchObject({ entries: "killed" });
    journal.close();
  });
});
