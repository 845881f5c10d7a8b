/** Commands that reach a running engine, and what they do where none runs (R13.2, R8.5, R14.4). */
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { isConfirmed } from "../../src/cli/confirm.ts";
import { openSqliteJournal } from "../../src/journal/sqlite.ts";
import { readSqliteJournal } from "../../src/journal/sqlite-reader.ts";
import { anEngine, untilNothingIsOpen } from "../control/place.ts";
import { aRow, referenceTrade } from "../support/rows.ts";
import { ended, folder, held, pawl, said, start, type Ended } from "./command.ts";
import { entryLine, risingCandles, sessionOver } from "./price-files.ts";

const ETH = "ETH/USDT:USDT";
const SOL = "SOL/USDT:USDT";

const json = ({ out }: Ended): unknown => JSON.parse(out);

/** A journal with one open position, that nobody works with. */
function aJournal(): string {
  const path = folder().at("resting.journal");
  const journal = openSqliteJournal({ path });
  journal.append([aRow({ position: "p1" }), ...referenceTrade("over")], null);
  journal.close();
  return path;
}

const switchIn = (path: string) => {
  const reader = readSqliteJournal(path);
  const last = reader.lastSwitch();
  reader.close();
  return last;
};

describe("with a running engine", () => {
  it("R13.2 status asks it for prices and says how it does; close, retry, pause and resume reach it", async () => {
    const journal = folder().at("live.journal");
    const engine = anEngine(journal);
    await engine.hear();
    await engine.opened("p1", ETH);
    await engine.opened("p2", SOL);
    const [text, status] = await Promise.all([
      pawl("status", "--journal", journal),
      pawl("status", "--journal", journal, "--json"),
    ]);
    expect([text.code, status.code, text.err]).toEqual([0, 0, ""]);
    expect(text.out).toMatch(
      /engine: process \d+, account desk, running, entries allowed; last price \d\.\d s ago, last commit \d+\.\d s ago; 0 orders under way, 0 of unknown outcome/,
    );
    expect(json(status)).toMatchObject({
      engine: { account: "desk", health: { mode: "running", entries: "allowed", openPositions: 2 } },
      entries: null,
      open: [{ status: { id: "p1", unrealized: { price: "2000" } } }, { status: { id: "p2" } }],
    });
    // Fresh from the engine: no row of the journal has this time.
    const { open } = json(status) as { readonly open: readonly { readonly priceAtMs: number }[] };
    expect(Math.abs(Date.now() - open[0]!.priceAtMs)).toBeLessThan(20_000);

    const paused = await pawl("pause", "--journal", journal);
    expect(paused).toMatchObject({ code: 0, err: "" });
    expect(paused.out).toMatch(/^entries are paused \(by .+, pawl pause, \d{4}-.+Z\)\n$/);
    await expect(engine.opened("p3", "BTC/USDT:USDT")).rejects.toThrow("Entries are paused");
    const [retried, unknown, again] = await Promise.all([
      pawl("retry", "p1", "--journal", journal, "--json"),
      pawl("close", "DOGE/USDT:USDT", "--journal", journal),
      pawl("status", "--journal", journal),
    ]);
    expect(json(retried)).toEqual({ position: "p1" });
    expect(unknown).toEqual({ code: 1, out: "", err: "pawl: No position found for DOGE/USDT:USDT to scale out of\n" });
    expect(again.out).toContain("running, entries paused");
    expect(json(await pawl("resume", "--journal", journal, "--json"))).toMatchObject({
      engine: true,
      entries: "allowed",
    });
    expect(await pawl("close", "p1", "--journal", journal)).toEqual({ code: 0, out: "closing: p1\n", err: "" });
    const all = await pawl("close", "--all", "--yes", "--journal", journal, "--json");
    expect(json(all)).toMatchObject({ closing: expect.arrayContaining(["p2"]) as unknown, suspended: [] });
    await untilNothingIsOpen(journal);
    expect((await pawl("close", "--all", "--yes", "--journal", journal)).out).toBe("Nothing is open.\n");
    expect(await engine.stopped()).toBe(0);
  });

  it("R8.5 kill asks for a confirmation, closes what is open, and holds when the engine is started again", async () => {
    const journal = folder().at("live.journal");
    const engine = anEngine(journal);
    await engine.hear();
    await engine.opened("p1", ETH);
    const unconfirmed = await pawl("kill", "--journal", journal);
    expect(unconfirmed).toMatchObject({ code: 2, out: "" });
    expect(unconfirmed.err).toContain("lets no new one in: nobody is there to confirm it; add --yes");
    expect(switchIn(journal)).toBeNull();
    const killed = await pawl("kill", "--journal", journal, "--yes");
    expect(killed.code).toBe(0);
    expect(killed.out).toMatch(/^the kill switch is set \(by .+, pawl kill, .+\)\nclosing: p1\n$/);
    await engine.killed();

    const rest = await pawl("status", "--journal", journal);
    expect(rest.out).not.toContain("engine: process");
    expect(rest.out).toMatch(/entries killed by .+, pawl kill/);
    const second = anEngine(journal);
    await second.hear();
    await expect(second.opened("p2", SOL)).rejects.toThrow("The kill switch is set");
    expect(json(await pawl("kill", "--journal", journal, "--yes", "--json"))).toMatchObject({
      engine: true,
      entries: "killed",
    });
    expect(await second.stopped()).toBe(0);
  });
});

describe("without a running engine", () => {
  it("R13.2 R14.4 what needs one says that there is none, and what to do", async () => {
    const journal = aJournal();
    const ended = await Promise.all([
      pawl("close", "p1", "--journal", journal),
      pawl("close", "--all", "--yes", "--journal", journal, "--json"),
      pawl("retry", "p1", "--journal", journal),
    ]);
    const err = `pawl: no engine is running on ${journal}: start it again, or look after its positions at the exchange by hand\n`;
    expect(ended).toEqual([1, 2, 3].map(() => ({ code: 1, out: "", err })));
    expect(switchIn(journal)).toBeNull();
  });

  it("R8.5 pause, kill and resume are set in the journal, for the next start", async () => {
    const journal = aJournal();
    const paused = await pawl("pause", "--journal", journal);
    expect(paused.code).toBe(0);
    expect(paused.out).toContain(`no engine is running on ${journal}: the next start acts on it`);
    expect(switchIn(journal)).toMatchObject({
      entries: "paused",
      by: expect.stringMatching(/, pawl pause$/) as unknown,
    });
    expect((await pawl("kill", "--journal", journal)).code).toBe(2);
    const killed = await pawl("kill", "--yes", "--journal", journal);
    expect(killed.out).toContain("the next start closes p1; until then nothing watches it");
    expect(switchIn(journal)).toMatchObject({ seq: 2, entries: "killed" });
    expect(json(await pawl("resume", "--journal", journal, "--json"))).toMatchObject({
      engine: false,
      entries: "allowed",
      open: ["p1"],
    });
    const verified = await pawl("journal", "verify", "--journal", journal);
    expect(verified).toMatchObject({ code: 0, out: expect.stringContaining("3 switches of entries") as unknown });
  });

  it("R8.5 a killed journal: the next start closes what is open in it", async () => {
    const journal = folder().at("live.journal");
    const engine = anEngine(journal);
    await engine.hear();
    await engine.opened("p1", ETH);
    await engine.killed();
    expect((await pawl("kill", "--yes", "--journal", journal)).code).toBe(0);
    const second = anEngine(journal);
    await second.hear();
    await untilNothingIsOpen(journal);
    expect(await second.stopped()).toBe(0);
    const exported = await pawl("journal", "export", "--journal", journal);
    expect(exported.out).toContain('"reason":"kill_switch"');
  });

  it("R8.5 a killed paper session closes what is open when it goes on, and refuses the entries that follow", async () => {
    const place = folder();
    const entries = [entryLine({ id: "first" }), entryLine({ id: "later", at: "2025-03-01T04:30:00Z" })].join("\n");
    const args = sessionOver(place, risingCandles(300), entries);
    const child = start(...args, "--pace", "100");
    const end = ended(child);
    await said(child, "first: TP1 hit");
    child.kill("SIGINT");
    await end;
    const journal = place.at("paper.journal");
    expect((await pawl("kill", "--yes", "--journal", journal)).out).toContain("the next start closes first");
    await pawl(...args);
    const facts = (await pawl("journal", "export", "--journal", journal)).out;
    expect(facts).toContain('"reason":"kill_switch"');
    expect(facts).toContain("Entry later for BTC/USDT:USDT refused: The kill switch is set");
  });

  it("R13.2 an engine without a socket is another answer", async () => {
    const journal = aJournal();
    held(journal);
    const [close, pause, status] = await Promise.all([
      pawl("close", "p1", "--journal", journal),
      pawl("pause", "--journal", journal),
      pawl("status", "--journal", journal),
    ]);
    for (const { code, err } of [close, pause]) {
      expect(code).toBe(1);
      expect(err).toMatch(/an engine works with .+ \(a test, process \d+ on .+\), but it has no control socket/);
    }
    expect(status).toMatchObject({ code: 0, err: "" });
  });
});

describe("a confirmation", () => {
  const typed = async (
    text: string,
    expected = "desk",
  ): Promise<{ readonly answer: boolean; readonly said: string }> => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const output = new PassThrough();
    const answer = isConfirmed({ what: "This closes everything", expected }, { input, output });
    input.end(text);
    return { answer: await answer, said: String(output.read()) };
  };

  it.each([
    ["desk\n", true],
    ["  desk \n", true],
    ["yes\n", false],
    ["DESK\n", false],
    ["\n", false],
    ["", false],
  ])("R8.5 R14.4 %j typed at a terminal: %s", async (text, answer) => {
    expect(await typed(text)).toEqual({
      answer,
      said: expect.stringContaining("This closes everything. To go on, type desk: ") as unknown,
    });
  });

  it("R14.4 nobody at a terminal is never a yes", async () => {
    const asked = isConfirmed(
      { what: "This closes everything", expected: "x" },
      { input: new PassThrough(), output: new PassThrough() },
    );
    await expect(asked).rejects.toThrow("This closes everything: nobody is there to confirm it; add --yes");
  });
});
