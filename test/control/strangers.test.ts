/** What the control socket makes of whoever keeps to no protocol, and what a client makes of such an engine (R13.2). */
import { writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { askEngine } from "../../src/control/client.ts";
import type { ControlledEngine } from "../../src/control/commands.ts";
import { DEFAULT_LIMITS, openControl, type ControlLimits } from "../../src/control/server.ts";
import type { PositionStatus } from "../../src/domain/status.ts";
import { aFolder, controlErrorOf, stranger } from "./place.ts";

/** An engine that is never asked for anything that it would have to do. */
const anIdleEngine = (changes: Partial<ControlledEngine> = {}): ControlledEngine => {
  const not = () => Promise.reject(new Error("not in this test"));
  return {
    health: () => expect.unreachable(),
    positions: () => [],
    close: not,
    retry: not,
    pause: not,
    resume: not,
    kill: not,
    ...changes,
  };
};

async function aServer(limits: Partial<ControlLimits>, engine: ControlledEngine = anIdleEngine()): Promise<string> {
  const path = join(aFolder(), "s");
  const server = await openControl({ journal: null, path, engine, limits: { ...DEFAULT_LIMITS, ...limits } });
  onTestFinished(() => server.close());
  return path;
}

describe("strangers", () => {
  const faultIn = (text: string): unknown => (JSON.parse(text) as { fault: unknown }).fault;
  const sent = async (path: string, text: string): Promise<string> => {
    const { socket, all } = stranger(path);
    socket.end(text);
    return all;
  };

  it.each([
    ["no JSON", "hello\n", { kind: "not_json" }],
    ["an empty line", "\n", { kind: "not_json" }],
    ["no object", "[1]\n", { kind: "bad_request" }],
    ["null", "null\n", { kind: "bad_request" }],
    [
      "no version",
      '{"command":"health"}\n',
      { kind: "unknown_version", message: "version is missing; this engine speaks version 1", allowed: ["1"] },
    ],
    ["another version", '{"version":2,"command":"health"}\n', { kind: "unknown_version", allowed: ["1"] }],
    [
      "an unknown command",
      '{"version":1,"command":"sell"}\n',
      {
        kind: "unknown_command",
        message: 'command is "sell"; there is health, status, close, retry, pause, resume, kill',
        allowed: ["health", "status", "close", "retry", "pause", "resume", "kill"],
      },
    ],
    ["no command", '{"version":1}\n', { kind: "unknown_command" }],
    ["a command that objects have", '{"version":1,"command":"constructor"}\n', { kind: "unknown_command" }],
    ["a key too many", '{"version":1,"command":"health","x":1}\n', { kind: "bad_request" }],
    ["a kill by nobody", '{"version":1,"command":"kill"}\n', { kind: "bad_request" }],
    ["a close of nothing", '{"version":1,"command":"close","target":{}}\n', { kind: "bad_request" }],
    [
      "half a line",
      '{"version":1,"comm',
      { kind: "bad_request", message: "the last line has no end: a request ends with a line feed" },
    ],
    ["a huge line", `${"x".repeat(100_000)}\n`, { kind: "too_long", message: "a request may have 16384 bytes" }],
    ["a huge line without an end", "x".repeat(100_000), { kind: "too_long" }],
    ["bytes that are no text", "\u0000\ufffd\n", { kind: "not_json" }],
  ])("R13.2 %s gets a typed fault, and the engine goes on", async (_, text, fault) => {
    const path = await aServer({});
    expect(faultIn(await sent(path, text))).toMatchObject(fault);
    expect(faultIn(await sent(path, "again\n"))).toMatchObject({ kind: "not_json" });
  });

  it("R13.2 requests of one connection are answered in their order, also in one piece", async () => {
    const path = await aServer({});
    const text = await sent(
      path,
      `x\n{"version":1,"command":"close","target":{"all":true}}\n{"version":1,"command":"status"}\n`,
    );
    expect(text.split("\n").map((line) => (line === "" ? "" : Object.keys(JSON.parse(line) as object).at(-1)))).toEqual(
      ["fault", "answer", "answer", ""],
    );
  });

  it("R13.2 whoever is slow to say a line is told, and sent away", async () => {
    const path = await aServer({ lineMs: 50 });
    const { socket, all } = stranger(path);
    socket.write('{"version":1,');
    expect(faultIn(await all)).toMatchObject({ kind: "too_late" });
    // A byte now and then is no line either.
    const drip = stranger(path);
    const dripping = setInterval(() => drip.socket.writable && drip.socket.write(" "), 10);
    expect(faultIn(await drip.all)).toMatchObject({ kind: "too_late" });
    clearInterval(dripping);
  });

  it("R13.2 whoever takes no answer is sent away, and nothing piles up for them", async () => {
    let asked = 0;
    const status = { id: "x".repeat(10_000), state: "open" } as PositionStatus;
    const positions = () => {
      asked += 1;
      return Array.from({ length: 200 }, () => ({ status, supervision: "running", price: null }) as const);
    };
    const path = await aServer({ lineMs: 50, connections: 1 }, anIdleEngine({ positions }));
    const { socket, all } = stranger(path);
    socket.pause();
    socket.write('{"version":1,"command":"status"}\n'.repeat(100));
    await new Promise<void>((resolve) => socket.once("connect", resolve));
    while (asked === 0) await askPath(path);
    while ((await askPath(path)).includes("too_many"));
    expect(asked).toBeLessThan(10);
    socket.resume();
    await all;
  });

  it("R13.2 no more connections than there may be; when one goes, another may come", async () => {
    const path = await aServer({ connections: 2, lineMs: 5_000 });
    const first = stranger(path);
    const second = stranger(path);
    for (const { socket } of [first, second])
      await new Promise((resolve) => (socket.write("x\n"), socket.once("data", resolve)));
    const third = stranger(path);
    expect(faultIn(await third.all)).toMatchObject({ kind: "too_many", message: "more than 2 connections" });
    first.socket.destroy();
    await first.all;
    for (;;) if (!(await askPath(path)).includes("too_many")) break;
  });

  it("R13.2 a defect of the engine is an answer, and no end of the server", async () => {
    const path = await aServer({}, anIdleEngine({ pause: () => Promise.reject(new Error("broken")) }));
    const text = await sent(path, '{"version":1,"command":"pause","by":"ann"}\n');
    expect(faultIn(text)).toEqual({ kind: "failed", message: "broken" });
  });

  const askPath = (path: string): Promise<string> => sent(path, "x\n");
});

describe("the side that asks", () => {
  it("R13.2 an engine that answers nothing, nonsense, or goes away is an error that says so", async () => {
    const journal = join(aFolder(), "journal");
    writeFileSync(journal, "");
    const answers: ((socket: Socket) => void)[] = [
      () => undefined,
      (socket) => void socket.write("nonsense\n"),
      (socket) => void socket.write('{"version":1,"ok":true,"answer":{}}\n'),
      (socket) => void socket.destroy(),
    ];
    const server = createServer((socket) => answers.shift()?.(socket));
    await new Promise<void>((resolve) => server.listen(`${journal}.sock`, resolve));
    onTestFinished(() => void server.close());
    for (const what of ["nothing within 30 ms", "not JSON", "answer.journal", "closed the connection"]) {
      const error = await controlErrorOf(askEngine(journal, "health", {}, what.startsWith("nothing") ? 30 : 5_000));
      expect(error.failure.kind).toBe("no_answer");
      expect(error.message).toContain(what);
    }
  });
});
