/** R13.5: the log: entries of rows and of Effect, as JSON and for people, in a file that may fail. */
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Fact } from "../../src/domain/fact.ts";
import type { Row } from "../../src/domain/row.ts";
import { decimalText, epochMs } from "../../src/domain/units.ts";
import { effectLogLayer } from "../../src/observability/effect-log.ts";
import { fileSink, streamSink, type LineSink } from "../../src/observability/line-sink.ts";
import { createLog, type Log, type LogEntry, type LogSettings } from "../../src/observability/log.ts";
import { logRows } from "../../src/observability/log-rows.ts";
import { createRedactor } from "../../src/observability/redact.ts";

const SECRET = "a secret of this process";
const AT = 1_700_000_000_000;

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pawl-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function aLog(
  settings: Partial<LogSettings> = {},
  openSink?: (trouble: Parameters<typeof fileSink>[1]) => LineSink,
): { readonly log: Log; readonly lines: readonly string[]; readonly said: readonly string[] } {
  const lines: string[] = [];
  const said: string[] = [];
  const log = createLog({
    settings: { level: "info", format: "json", ...settings },
    redactor: createRedactor([Redacted.make(SECRET)]),
    nowMs: () => AT,
    openSink: openSink ?? (() => ({ write: (line) => lines.push(line), close: () => Promise.resolve() })),
    say: (text) => said.push(text),
  });
  return { log, lines, said };
}

const entry = (message: string, changes: Partial<LogEntry> = {}): LogEntry => ({
  atMs: AT,
  level: "info",
  tag: "ORDER",
  message,
  fields: {},
  ...changes,
});

const rowOf = (...facts: readonly Fact[]): Row => ({
  position: "p1",
  version: 1,
  symbol: "BTC/USDT",
  side: "long",
  atMs: epochMs(AT),
  feed: null,
  cause: { event: "PRICE", rule: "rungs", price: decimalText("103"), priceAtMs: epochMs(AT) },
  facts,
  supervision: "running",
  snapshot: null,
});

const notDone = (reason: Extract<Fact, { type: "notDone" }>["reason"]): Fact => ({
  type: "notDone",
  reason,
  rung: null,
  message: reason,
});

describe("entries", () => {
  it("R13.5 JSON: one object a line, with time, level, tag, message and fields", () => {
    const { log, lines } = aLog();
    log.write(entry("sent\nagain", { fields: { orderId: "7", error: new Error(`refused ${SECRET}`) } }));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      atMs: AT,
      level: "info",
      tag: "ORDER",
      message: "sent\nagain",
      fields: { orderId: "7", error: { message: "refused <redacted>" } },
    });
    expect(lines[0]).not.toContain("\n");
  });

  it("R13.5 R13.6 text: one line whatever an exchange has sent", () => {
    const { log, lines } = aLog({ format: "text" });
    log.write(entry(`no\n2023 error \u001b[31m\u202e\u2028 ${SECRET}`, { level: "error", fields: { n: 1 } }));
    expect(lines).toEqual([
      "2023-11-14 22:13:20.000Z error   [ORDER] no\\n2023 error \\u001b[31m\\u202e\\u2028 <redacted> n=1",
    ]);
    log.write(entry("when?", { atMs: Number.NaN }));
    expect(lines[1]).toContain("when?");
    const hostile = Object.defineProperty(new Error(SECRET), "message", { get: () => SECRET.repeat(-1) });
    const fields = { apiKey: "abc", error: Object.assign(new Error(`no ${SECRET}`), { code: 1 }), hostile };
    log.write(entry("failed", { fields }));
    expect(lines[2]).toMatch(/ failed apiKey="<redacted>" error=Error: no <redacted> hostile=/);
  });

  it.each([
    ["debug", 4],
    ["info", 3],
    ["warning", 2],
    ["error", 1],
  ] as const)("R13.5 the level %s is the least that is written", (level, count) => {
    const { log, lines } = aLog({ level });
    for (const each of ["debug", "info", "warning", "error"] as const) log.write(entry(each, { level: each }));
    expect(lines).toHaveLength(count);
  });
});

describe("entries of rows", () => {
  const stopMoved: Fact = {
    type: "stopMoved",
    from: decimalText("95"),
    to: decimalText("100"),
    source: "ladder",
  };

  it("R13.5 levels: opens, exits and stop moves info; raises, retries, skipped prices and validation warning; failures error", () => {
    const { log, lines } = aLog({ level: "debug" });
    const told = logRows(log);
    const warning: Fact = { type: "warning", severity: "warning", message: "raised to the minimum" };
    const facts = [
      stopMoved,
      warning,
      ...(["price_dropped", "entry_refused", "rung_skipped", "exit_failed", "suspended"] as const).map(notDone),
    ];
    told([rowOf(...facts), rowOf()]);
    const entries = lines.map((line) => JSON.parse(line) as LogEntry);
    expect(entries.map(({ level, tag }) => [level, tag])).toEqual([
      ["info", "POSITION"],
      ["warning", "POSITION"],
      ["warning", "PRICE"],
      ["warning", "POSITION"],
      ["warning", "POSITION"],
      ["error", "ORDER"],
      ["error", "SUPERVISOR"],
      ["debug", "POSITION"],
    ]);
    expect(entries[0]).toMatchObject({ atMs: AT, fields: { position: "p1", symbol: "BTC/USDT", fact: stopMoved } });
  });
});

describe("what the engine logs through Effect", () => {
  it("R13.5 arrives in the log with its tag, cause and annotations, redacted", async () => {
    const { log, lines } = aLog();
    const said = Effect.gen(function* () {
      yield* Effect.logDebug("[ORDER] not asked for");
      yield* Effect.logWarning("[JOURNAL] slow", { ms: 12 });
      yield* Effect.annotateLogs(Effect.logInfo("no tag"), { account: "main" });
      yield* Effect.catchCause(Effect.die(new Error(`refused ${SECRET}`)), (cause) =>
        Effect.logError("[ORDER] an errand has failed", cause),
      );
    });
    await Effect.runPromise(Effect.provide(said, effectLogLayer(log)));
    const entries = lines.map((line) => JSON.parse(line) as LogEntry);
    expect(entries).toMatchObject([
      { level: "warning", tag: "JOURNAL", message: "slow", fields: { details: [{ ms: 12 }] } },
      { level: "info", tag: "SUPERVISOR", message: "no tag", fields: { account: "main" } },
      { level: "error", tag: "ORDER", message: "an errand has failed" },
    ]);
    expect(entries[2]!.fields["cause"]).toContain("refused <redacted>");
    expect(lines.join()).not.toContain(SECRET);
  });
});

describe("a file", () => {
  it("R13.5 gets every line in order, is its owner's alone, and may be rotated", async () => {
    const file = join(aFolder(), "pawl.log");
    const { log } = aLog({}, (trouble) => fileSink(file, trouble));
    for (let number = 0; number < 1_000; number += 1) log.write(entry(`line ${number}`));
    await log.close();
    expect(linesOf(file).map((line) => (JSON.parse(line) as LogEntry).message)).toEqual(
      Array.from({ length: 1_000 }, (_, number) => `line ${number}`),
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    renameSync(file, `${file}.1`);
    log.write(entry("after"));
    await log.close();
    expect(linesOf(file)).toHaveLength(1);
  });

  it("R13.5 a line that a crash has left unfinished is ended first", async () => {
    const file = join(aFolder(), "pawl.log");
    writeFileSync(file, '{"atMs":1}\n{"atMs":2,"mess');
    const { log } = aLog({}, (trouble) => fileSink(file, trouble));
    log.write(entry("after"));
    await log.close();
    expect(linesOf(file).map((line) => line.slice(0, 9))).toEqual(['{"atMs":1', '{"atMs":2', '{"atMs":1']);
  });

  it("R13.5 that cannot be written is said once, stops nothing, and goes on with a count when it can be", async () => {
    const file = join(aFolder(), "pawl.log");
    mkdirSync(file);
    const { log, said } = aLog({}, (trouble) => fileSink(file, trouble));
    for (const message of ["one", "two", "three"]) {
      log.write(entry(message));
      await log.close();
    }
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^\[SUPERVISOR\] the log cannot be written: .*EISDIR/);
    rmdirSync(file);
    log.write(entry("four"));
    await log.close();
    expect(linesOf(file).map((line) => (JSON.parse(line) as LogEntry).message)).toEqual([
      "four",
      "3 lines of the log could not be written",
    ]);
  });

  it.runIf(existsSync("/dev/full"))("R13.5 a full disk is said once and stops nothing", async () => {
    const { log, said } = aLog({}, (trouble) => fileSink("/dev/full", trouble));
    for (let number = 0; number < 100; number += 1) log.write(entry("x"));
    await log.close();
    expect(said).toHaveLength(1);
    expect(said[0]).toContain("ENOSPC");
  });
});

describe("a stream", () => {
  it("R13.5 whose reader has gone takes nothing more, and stops nothing", async () => {
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error("EPIPE")) });
    const { log, said } = aLog({}, (trouble) => streamSink(stream, trouble));
    for (let number = 0; number < 100; number += 1) log.write(entry("x"));
    await log.close();
    expect(said).toHaveLength(1);
  });

  it("R13.5 that is slow is given a bounded amount, and the rest is counted", async () => {
    let go = (): void => undefined;
    const chunks: string[] = [];
    const stream = new Writable({
      decodeStrings: false,
      write(chunk: string, _encoding, done) {
        chunks.push(chunk);
        if (chunks.length === 1) go = done;
        else done();
      },
    });
    const { log } = aLog({}, (trouble) => streamSink(stream, trouble));
    for (let number = 0; number < 2_000; number += 1) log.write(entry("x".repeat(8_000)));
    expect(stream.writableLength).toBeLessThan(5_000_000);
    go();
    await log.close();
    log.write(entry("after"));
    await log.close();
    expect(chunks.join("")).toMatch(/\d+ lines of the log could not be written/);
  });
});

const linesOf = (file: string): readonly string[] => readFileSync(file, "utf8").trimEnd().split("\n");
