import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Journal } from "../../src/journal/journal.ts";
import { openSqliteJournal } from "../../src/journal/sqlite.ts";
import { readSqliteJournal } from "../../src/journal/sqlite-reader.ts";
import { aRow, referenceTrade } from "../support/rows.ts";
import { aFolder, anEngineProcess, errorOf } from "./place.ts";

const NAME = "journal.db";
const aPath = (): string => join(aFolder(), NAME);

function opened(path: string, journalId = "journal"): Journal {
  const journal = openSqliteJournal({ path, journalId, nowMs: 0 });
  onTestFinished(() => journal.close());
  return journal;
}

const textsOf = (path: string): readonly string[] => {
  const reader = readSqliteJournal(path);
  const texts = Array.from(reader.rows(), (row) => JSON.stringify(row));
  reader.close();
  return texts;
};

describe("a new and an existing journal", () => {
  it("R11.1 keeps its id, whatever a later opener asks for", () => {
    const path = aPath();
    opened(path, "first").close();
    const again = opened(path, "second");
    expect(again.id).toBe("first");
  });

  it("R10.1 takes a random id of 32 hex digits where none is given", () => {
    const ids = [aPath(), aPath()].map((path) => {
      const journal = openSqliteJournal({ path });
      journal.close();
      return journal.id;
    });
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it("R11.8 only its owner may read it, nor the files beside it; a mode that was widened is narrowed", () => {
    const path = aPath();
    const journal = opened(path);
    journal.append([aRow()], null);
    const modes = (): string[] =>
      readdirSync(dirname(path)).map(
        (name) => `${name} ${(statSync(join(dirname(path), name)).mode & 0o777).toString(8)}`,
      );
    expect(modes().sort()).toEqual([
      "journal.db 600",
      "journal.db-shm 600",
      "journal.db-wal 600",
      "journal.db.lock 600",
    ]);
    journal.close();
    chmodSync(path, 0o644);
    opened(path);
    expect(modes()).toContain("journal.db 600");
  });

  it("R11.1 is in WAL mode with full synchronisation, also where the file was left in another", () => {
    const path = aPath();
    opened(path).close();
    const other = new DatabaseSync(path);
    other.exec("PRAGMA journal_mode = DELETE");
    other.close();
    opened(path);
    const reader = new DatabaseSync(path, { readOnly: true });
    expect(reader.prepare("PRAGMA journal_mode").get()).toMatchObject({ journal_mode: "wal" });
    reader.close();
  });

  it("R11.1 a crash while it is made leaves nothing in its place; the next opener makes it", () => {
    const path = aPath();
    writeFileSync(`${path}.new`, "half of a journal");
    expect(opened(path).id).toBe("journal");
    expect(existsSync(`${path}.new`)).toBe(false);
  });
});

describe("one engine per journal", () => {
  it("R11.6 refuses a second engine in the same process, and goes on refusing", () => {
    const path = aPath();
    const first = opened(path);
    for (const attempt of [1, 2]) {
      const error = errorOf(() => openSqliteJournal({ path, engine: `attempt ${attempt}` }));
      expect(error.failure).toMatchObject({ kind: "in_use" });
      expect(error.message).toContain(path);
      expect(error.message).toContain(`process ${process.pid} `);
    }
    first.append([aRow()], null);
    first.close();
    opened(path);
  });

  it("R11.6 refuses a second engine under another name of the same file", () => {
    const path = aPath();
    opened(path);
    const link = join(aFolder(), "link.db");
    symlinkSync(path, link);
    expect(errorOf(() => openSqliteJournal({ path: link })).failure.kind).toBe("in_use");
  });

  it("R11.6 refuses a second process, names the file and the owner's process, and is free after SIGKILL", async () => {
    const path = aPath();
    const child = anEngineProcess(path, "ask");
    expect(await child.hear()).toMatchObject({ said: "open" });
    const error = errorOf(() => openSqliteJournal({ path }));
    expect(error.failure).toMatchObject({
      kind: "in_use",
      owner: expect.stringContaining(`child, process ${child.pid} on `),
    });
    expect(error.message).toContain(path);
    expect(error.message).toContain(String(child.pid));
    expect(await child.kill()).toBe("SIGKILL");
    expect(existsSync(`${path}.lock`)).toBe(true);
    opened(path).append([aRow()], null);
  });

  it("R11.6 holds against another process, also after refused attempts and readers in its own", async () => {
    const path = aPath();
    const first = opened(path);
    errorOf(() => openSqliteJournal({ path }));
    readSqliteJournal(path).close();
    const child = anEngineProcess(path, "ask");
    expect(await child.hear()).toMatchObject({ said: "refused", failure: { kind: "in_use" } });
    first.append([aRow()], null);
  });

  it("R11.6 a frozen engine that wakes up cannot write, and what it wrote before stays", async () => {
    const path = aPath();
    const child = anEngineProcess(path, "ask");
    await child.hear();
    child.tell("p1 1");
    expect(await child.hear()).toEqual({ said: "appended", seq: 1 });
    child.signal("SIGSTOP");
    // A lock that was lost while its holder slept: a deleted file, or a network disk that gave up on it.
    rmSync(`${path}.lock`);
    const second = openSqliteJournal({ path, engine: "the second" });
    second.append([aRow({ version: 2 })], null);
    child.tell("p2 1");
    child.signal("SIGCONT");
    expect(await child.hear()).toMatchObject({
      said: "refused",
      failure: { kind: "in_use", owner: expect.stringContaining("the second") },
    });
    expect([...second.rows()].map(({ position, version }) => `${position} ${version}`)).toEqual(["p1 1", "p1 2"]);
    second.close();
  });

  it("R11.6 an engine that was replaced cannot even release what needs no row", () => {
    const path = aPath();
    const first = opened(path);
    rmSync(`${path}.lock`);
    opened(path);
    expect(errorOf(() => first.append([], "order")).failure.kind).toBe("in_use");
  });
});

describe("a kill at any instant", () => {
  it("R11.2 every row that was acknowledged is there, byte for byte, and the journal goes on from there", async () => {
    const path = aPath();
    let kept: readonly string[] = [];
    for (const acknowledgements of [1, 7, 30]) {
      const child = anEngineProcess(path, "write");
      expect(await child.hear()).toMatchObject({ said: "open" });
      let acknowledged = 0;
      for (let count = 0; count < acknowledgements; count += 1) acknowledged = (await child.hear()).seq ?? 0;
      const whileItRuns = textsOf(path);
      expect(whileItRuns.slice(0, kept.length)).toEqual(kept);
      expect(await child.kill()).toBe("SIGKILL");
      const after = textsOf(path);
      expect(after.length).toBeGreaterThanOrEqual(Math.max(acknowledged, whileItRuns.length));
      expect(after.slice(0, whileItRuns.length)).toEqual(whileItRuns);
      // Its appends are pairs: both rows of one, or none.
      expect(after.length % 2).toBe(0);
      kept = after;
    }
    const journal = opened(path);
    journal.append([aRow({ position: "after" })], null);
    expect(textsOf(path).slice(0, kept.length)).toEqual(kept);
    expect(journal.last()?.seq).toBe(kept.length + 1);
  });
});

describe("a reader", () => {
  it("R13.2 sees what an engine has committed, while it runs, and changes nothing", () => {
    const path = aPath();
    const journal = openSqliteJournal({ path, journalId: "journal", engine: "runner", nowMs: 1_760_000_000_000 });
    onTestFinished(() => journal.close());
    journal.append(referenceTrade(), null);
    const reader = readSqliteJournal(path);
    expect(reader.id).toBe("journal");
    expect(reader.createdAtMs).toBe(1_760_000_000_000);
    expect(reader.owner).toBe(
      `runner, process ${process.pid} on ${reader.owner.split(" on ")[1]?.split(",")[0]}, since 2025-10-09T08:53:20.000Z`,
    );
    expect(reader.last()).toEqual(journal.last());
    journal.append([aRow({ position: "p2" })], null);
    expect(reader.latest()).toEqual(journal.latest());
    expect("append" in reader).toBe(false);
    reader.close();
    journal.append([aRow({ position: "p3" })], null);
  });

  it("R13.2 reads a journal at rest and leaves its bytes alone", () => {
    const path = aPath();
    const journal = opened(path);
    journal.append(referenceTrade(), null);
    journal.close();
    const bytes = readFileSync(path);
    expect(textsOf(path)).toHaveLength(4);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it("R13.2 says so when there is no journal, and makes none", () => {
    const path = aPath();
    const error = errorOf(() => readSqliteJournal(path));
    expect(error.failure.kind).toBe("not_a_journal");
    expect(error.message).toContain(path);
    expect(readdirSync(dirname(path))).toEqual([]);
  });
});

describe("places where no journal can be", () => {
  it("R11.8 a folder that does not exist, and a file where a folder is needed", () => {
    const folder = aFolder();
    writeFileSync(join(folder, "file"), "");
    for (const parent of ["missing", "file"]) {
      const error = errorOf(() => openSqliteJournal({ path: join(folder, parent, NAME) }));
      expect(error.failure.kind).toBe("unwritable");
      expect(error.message).toContain(join(folder, parent));
    }
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  it("R11.8 a folder in its place", () => {
    const path = aPath();
    mkdirSync(path);
    const error = errorOf(() => openSqliteJournal({ path }));
    expect(error.failure).toEqual({ kind: "not_a_journal" });
    expect(error.message).toContain("folder");
  });

  it("R11.8 a folder in which nothing can be written, whoever runs the tests", () => {
    const error = errorOf(() => openSqliteJournal({ path: "/proc/journal.db" }));
    expect(error.failure.kind).toBe("unwritable");
    expect(error.message).toContain("/proc/journal.db");
  });

  it("R11.8 a file that is something else is refused and left alone", () => {
    const path = aPath();
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE rows (seq INTEGER PRIMARY KEY, text TEXT)");
    other.close();
    const database = readFileSync(path);
    expect(errorOf(() => openSqliteJournal({ path })).failure).toEqual({ kind: "not_a_journal" });
    expect(readFileSync(path).equals(database)).toBe(true);
    writeFileSync(path, "timestamp_ms,open,high,low,close,volume\n".repeat(100));
    expect(errorOf(() => openSqliteJournal({ path })).failure).toEqual({ kind: "not_a_journal" });
    writeFileSync(path, "");
    expect(errorOf(() => openSqliteJournal({ path })).message).toContain("the file is empty");
    expect(readdirSync(dirname(path))).toEqual([NAME]);
  });

  it("R11.8 a journal of a later version of pawl is refused, by the file and by the row", () => {
    const path = aPath();
    opened(path).close();
    const file = new DatabaseSync(path);
    file.exec("PRAGMA user_version = 2");
    file.close();
    const error = errorOf(() => openSqliteJournal({ path }));
    expect(error.failure).toEqual({ kind: "unknown_schema", version: 2, supported: 1 });
    expect(error.message).toContain("version 2");
    expect(errorOf(() => readSqliteJournal(path)).failure.kind).toBe("unknown_schema");
  });
});

describe("a disk that fails", () => {
  it("R11.1 a locked file: nothing is written, and the next append works", () => {
    const path = aPath();
    const journal = opened(path);
    journal.append([aRow()], null);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    const error = errorOf(() => journal.append([aRow({ version: 2 })], null));
    expect(error.failure).toEqual({ kind: "unwritable", cause: "database is locked" });
    expect(error.message).toContain(path);
    other.exec("ROLLBACK");
    other.close();
    expect([...journal.rows()]).toHaveLength(1);
    journal.append([aRow({ version: 2 })], null);
    expect([...journal.rows()]).toHaveLength(2);
  });

  // `ulimit -f` makes every write past a size fail, as a full disk does.
  it("R11.1 a disk that is full: the append fails, what was acknowledged stays", async () => {
    const path = aPath();
    const child = anEngineProcess(path, "ask", "ulimit -f 400");
    expect(await child.hear()).toMatchObject({ said: "open" });
    let acknowledged = 0;
    let refused: Awaited<ReturnType<typeof child.hear>> | null = null;
    while (refused === null && acknowledged < 1_000) {
      child.tell(`p1 ${acknowledged + 1}`);
      const said = await child.hear();
      if (said.said === "refused") refused = said;
      else acknowledged += 1;
    }
    expect(refused).toMatchObject({ failure: { kind: "unwritable" } });
    expect(refused?.message).toContain(path);
    expect(acknowledged).toBeGreaterThan(10);
    expect(textsOf(path)).toHaveLength(acknowledged);
    await child.kill();
    const journal = opened(path);
    journal.append([aRow({ version: acknowledged + 1 })], null);
    expect(journal.last()?.seq).toBe(acknowledged + 1);
  });

  it("R11.1 a closed journal says so", () => {
    const journal = opened(aPath());
    journal.close();
    journal.close();
    expect(errorOf(() => journal.append([aRow()], null)).failure).toEqual({ kind: "unwritable", cause: "closed" });
  });

  it("R11.8 rubbish in the lock file is an error with a name, not a free pass", () => {
    const path = aPath();
    opened(path).close();
    appendFileSync(`${path}.lock`, "rubbish ".repeat(200));
    expect(errorOf(() => openSqliteJournal({ path })).message).toContain(path);
  });
});
