/** The control socket of a running engine: where it is, who may connect, and what it answers (R13.2). */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { askEngine } from "../../src/control/client.ts";
import { moveIntoPlace } from "../../src/control/socket-place.ts";
import { createEngine, type Engine } from "../../src/index.ts";
import { ETH, optionsFor, SOL } from "../engine/embedding.ts";
import { aFolder, anEngine, controlErrorOf, untilNothingIsOpen } from "./place.ts";

/** An engine in this process, with its socket beside its journal. */
async function here(journal = join(aFolder(), "journal"), control: boolean | string = true): Promise<Engine> {
  const engine = await createEngine(optionsFor(journal, { control }));
  onTestFinished(async () => void (await engine.stop()));
  return engine;
}

const modeOf = (path: string): string => (lstatSync(path).mode & 0o777).toString(8);

describe("where the socket is", () => {
  it("R13.2 beside the journal, for its owner alone, and gone when the engine stops", async () => {
    const journal = join(aFolder(), "journal");
    const engine = await createEngine(optionsFor(journal, { control: true }));
    expect(lstatSync(`${journal}.sock`).isSocket()).toBe(true);
    expect(modeOf(`${journal}.sock`)).toBe("600");
    expect(readdirSync(dirname(journal)).filter((name) => name.startsWith(".pawl-"))).toEqual([]);
    await engine.stop();
    expect(existsSync(`${journal}.sock`)).toBe(false);
    expect((await controlErrorOf(askEngine(journal, "health", {}))).failure.kind).toBe("no_engine");
  });

  it("R13.2 without being asked for there is none", async () => {
    const journal = join(aFolder(), "journal");
    await here(journal, false);
    expect(existsSync(`${journal}.sock`)).toBe(false);
  });

  it("R13.2 never open to others: the folder in which it is made lets nobody in", async () => {
    const folder = aFolder();
    chmodSync(folder, 0o755);
    const server = createServer();
    onTestFinished(() => void server.close());
    const modes: string[] = [];
    const takeAway = await moveIntoPlace({ socket: join(folder, "s"), link: null }, async (draft) => {
      await new Promise<void>((resolve) => server.listen(draft, resolve));
      modes.push(modeOf(dirname(draft)));
    });
    expect([...modes, modeOf(join(folder, "s"))]).toEqual(["700", "600"]);
    expect(readdirSync(folder)).toEqual(["s"]);
    takeAway();
    takeAway();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("R13.2 where the host wants it; a link beside the journal leads there", async () => {
    const folder = aFolder();
    const journal = join(folder, "journal");
    const path = join(folder, "elsewhere");
    const engine = await createEngine(optionsFor(journal, { control: path }));
    expect(lstatSync(path).isSocket()).toBe(true);
    expect(readlinkSync(`${journal}.sock`)).toBe(path);
    expect((await askEngine(journal, "health", {})).kind).toBe("answer");
    await engine.stop();
    expect(readdirSync(folder).toSorted()).toEqual(["journal", "journal.lock", "journal.paper"]);
  });

  it("R13.2 a path that is too long for the system gets a short one, and a link to it", async () => {
    const folder = join(aFolder(), "x".repeat(90), "y".repeat(40));
    mkdirSync(folder, { recursive: true });
    const runtime = aFolder();
    chmodSync(runtime, 0o700);
    const journal = join(folder, "journal");
    const child = anEngine(journal, "", { ...process.env, XDG_RUNTIME_DIR: runtime });
    expect(await child.hear()).toMatchObject({ said: "open" });
    const socket = readlinkSync(`${journal}.sock`);
    expect(dirname(socket)).toBe(join(runtime, "pawl"));
    expect(modeOf(dirname(socket))).toBe("700");
    // Whoever asks need not know of that folder.
    expect((await askEngine(journal, "health", {})).kind).toBe("answer");
    expect(await child.stopped()).toBe(0);
    expect(readdirSync(join(runtime, "pawl"))).toEqual([]);
    expect(lstatSync(`${journal}.sock`, { throwIfNoEntry: false })).toBe(undefined);
  });

  it("R13.2 a runtime folder that others may enter is not used", async () => {
    const folder = join(aFolder(), "x".repeat(90), "y".repeat(40));
    mkdirSync(folder, { recursive: true });
    const runtime = aFolder();
    mkdirSync(join(runtime, "pawl"));
    chmodSync(join(runtime, "pawl"), 0o755);
    const child = anEngine(join(folder, "journal"), "", { ...process.env, XDG_RUNTIME_DIR: runtime });
    expect(await child.hear()).toMatchObject({ said: "refused", name: "ControlError", kind: "unavailable" });
  });

  it("R13.2 a path of one's own that is too long is an error that says how long it may be", async () => {
    const error = await controlErrorOf(here(join(aFolder(), "journal"), `/tmp/${"x".repeat(120)}`));
    expect(error.failure).toMatchObject({ kind: "path_too_long", longest: process.platform === "linux" ? 107 : 103 });
    expect(error.message).toContain("choose a shorter one");
  });

  it("R13.2 a journal in memory has no place beside it", async () => {
    expect((await controlErrorOf(here("memory"))).failure.kind).toBe("no_place");
    const path = join(aFolder(), "s");
    await here("memory", path);
    expect(lstatSync(path).isSocket()).toBe(true);
  });

  it("R13.2 a folder that is not there, and a file that is something else, are left alone", async () => {
    const folder = aFolder();
    expect((await controlErrorOf(here(join(folder, "journal"), join(folder, "missing", "s")))).failure.kind).toBe(
      "unavailable",
    );
    writeFileSync(join(folder, "notes"), "notes");
    expect((await controlErrorOf(here(join(folder, "journal"), join(folder, "notes")))).failure.kind).toBe(
      "not_a_socket",
    );
    expect(readFileSync(join(folder, "notes"), "utf8")).toBe("notes");
    // The journal is free again.
    await here(join(folder, "journal"));
  });
});

describe("two engines", () => {
  it("R13.2 R11.6 the socket of a running one is left alone", async () => {
    const folder = aFolder();
    const path = join(folder, "shared");
    const first = anEngine(join(folder, "one"), path);
    expect(await first.hear()).toMatchObject({ said: "open" });
    const error = await controlErrorOf(here(join(folder, "two"), path));
    expect(error.failure.kind).toBe("in_use");
    expect(await askEngine(join(folder, "one"), "health", {})).toMatchObject({ answer: { account: "desk" } });
    const second = anEngine(join(folder, "one"), path);
    expect(await second.hear()).toMatchObject({ said: "refused", name: "JournalError", kind: "in_use" });
    expect((await askEngine(join(folder, "one"), "health", {})).kind).toBe("answer");
  });

  it("R13.2 the socket of one that was killed is replaced", async () => {
    const journal = join(aFolder(), "journal");
    const first = anEngine(journal);
    await first.hear();
    await first.killed();
    expect(lstatSync(`${journal}.sock`).isSocket()).toBe(true);
    expect((await controlErrorOf(askEngine(journal, "health", {}))).failure.kind).toBe("no_engine");
    const second = anEngine(journal);
    expect(await second.hear()).toMatchObject({ said: "open" });
    expect((await askEngine(journal, "health", {})).kind).toBe("answer");
    expect(await second.stopped()).toBe(0);
  });

  it("R8.5 a kill that was answered is in force after kill -9, until somebody resumes", async () => {
    const journal = join(aFolder(), "journal");
    const first = anEngine(journal);
    await first.hear();
    await first.opened("p1", ETH);
    const killed = await askEngine(journal, "kill", { by: "a test" });
    await first.killed();
    expect(killed).toMatchObject({ answer: { entries: "killed", by: "a test", closing: ["p1"], suspended: [] } });
    const second = anEngine(journal);
    await second.hear();
    expect(await askEngine(journal, "health", {})).toMatchObject({ answer: { health: { entries: "killed" } } });
    await expect(second.opened("p2", SOL)).rejects.toThrow("R8.5");
    await untilNothingIsOpen(journal);
    expect(await askEngine(journal, "resume", { by: "a test" })).toMatchObject({ answer: { entries: "allowed" } });
    await second.opened("p3", SOL);
    expect(await second.stopped()).toBe(0);
  });
});

describe("what can be asked", () => {
  it("R13.2 health, status, close by id, by symbol and of everything, retry, pause, resume, kill", async () => {
    const journal = join(aFolder(), "journal");
    const engine = await here(journal);
    for (const [id, symbol] of [
      ["p1", ETH],
      ["p2", SOL],
    ] as const) {
      engine.price(symbol, 2_000);
      const opened = await engine.open({ id, symbol, side: "long", amount: "1" });
      if (opened.kind === "opened") await opened.filled;
    }
    expect(await askEngine(journal, "health", {})).toMatchObject({
      kind: "answer",
      answer: {
        journal,
        account: "default",
        pid: process.pid,
        health: { mode: "running", entries: "allowed", openPositions: 2 },
      },
    });
    expect(await askEngine(journal, "status", {})).toMatchObject({
      answer: {
        positions: [
          { status: { id: "p1", state: "open" }, supervision: "running", price: { price: "2000" } },
          { status: { id: "p2" } },
        ],
      },
    });
    expect(await askEngine(journal, "status", { position: "p2" })).toMatchObject({
      answer: { positions: [{ status: { symbol: SOL } }] },
    });
    expect(await askEngine(journal, "retry", { position: "p1" })).toMatchObject({ answer: { position: "p1" } });
    expect(await askEngine(journal, "pause", { by: "ann" })).toMatchObject({
      answer: { entries: "paused", by: "ann" },
    });
    expect(engine.health().entries).toBe("paused");
    expect(await askEngine(journal, "resume", { by: "ann" })).toMatchObject({ answer: { entries: "allowed" } });
    expect(await askEngine(journal, "close", { target: { name: "p1" } })).toMatchObject({
      answer: { closing: ["p1"], suspended: [] },
    });
    expect(await askEngine(journal, "close", { target: { name: SOL } })).toMatchObject({ answer: { closing: ["p2"] } });
    expect(await askEngine(journal, "kill", { by: "ann" })).toMatchObject({ answer: { entries: "killed" } });
    for (const id of ["p1", "p2"]) expect(["closing", "closed"]).toContain(engine.status(id).state);
  });

  it("R13.1 R13.2 what there is not is a typed fault", async () => {
    const journal = join(aFolder(), "journal");
    const engine = await here(journal);
    const fault = async (asked: Promise<unknown>): Promise<unknown> => ((await asked) as { fault: unknown }).fault;
    const unknown = { kind: "unknown_position", message: `No position found for ${SOL} to scale out of` };
    expect(await fault(askEngine(journal, "close", { target: { name: SOL } }))).toEqual(unknown);
    expect(await fault(askEngine(journal, "status", { position: SOL }))).toEqual(unknown);
    expect(await fault(askEngine(journal, "retry", { position: SOL }))).toEqual(unknown);
    expect(await askEngine(journal, "close", { target: { all: true } })).toMatchObject({
      answer: { closing: [], suspended: [] },
    });
    engine.price(ETH, 2_000);
    const opened = await engine.open({ id: "p1", symbol: ETH, side: "long", amount: "1" });
    if (opened.kind === "opened") await opened.filled;
    const closed = new Promise<void>((resolve) => {
      engine.subscribe(({ fact }) => fact.type === "closed" && resolve());
    });
    await engine.close("p1");
    await closed;
    expect(await fault(askEngine(journal, "close", { target: { name: "p1" } }))).toMatchObject({ kind: "not_open" });
    expect(await fault(askEngine(journal, "retry", { position: "p1" }))).toMatchObject({ kind: "not_open" });
    expect(await fault(askEngine(journal, "pause", { by: "two\nlines" }))).toMatchObject({
      kind: "bad_request",
      message: "pause: by: 1 to 100 letters, digits, signs or spaces",
    });
  });
});
