/** `pawl live` over the local venue: the real command, the unmodified client, real HTTP and WebSocket (R12.1, R13.2). */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { leaks } from "../exchange/canary.ts";
import type { LocalVenue } from "../exchange/venue/local-venue.ts";
import { folder, pawl } from "./command.ts";
import { aVenue, KEYS, pawlAt, startAt, type Listening } from "./venue-command.ts";

const ROOT = join(import.meta.dirname, "../..");
const SYMBOL = "BTC/USDT:USDT";

interface Session {
  readonly child: Listening;
  readonly lines: readonly Line[];
  /** Everything printed so far. */
  readonly text: () => string;
  readonly send: (entry: object | string) => void;
  /** Resolves with the first line that holds. */
  readonly line: (what: string, holds: (line: Line) => boolean) => Promise<Line>;
  readonly ended: Promise<number | null>;
}

type Line = Readonly<Record<string, unknown>>;

/** A session that reads entries from standard input and tells JSON lines. */
function session(venue: LocalVenue, journal: string, ...more: readonly string[]): Session {
  const mode = more.includes("--dry-run") ? [] : ["--demo"];
  const symbols = more.includes("--symbol") ? [] : ["--symbol", SYMBOL];
  const args = [
    "live",
    "--venue",
    "binanceusdm",
    ...mode,
    ...symbols,
    "--journal",
    journal,
    "--entries",
    "-",
    "--json",
  ];
  const child = startAt(venue, [...args, ...more], KEYS, { stdin: "pipe" });
  const lines: Line[] = [];
  const waiting: { readonly holds: (line: Line) => boolean; readonly resolve: (line: Line) => void }[] = [];
  let out = "";
  let rest = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
    const parts = (rest + chunk.toString()).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const line = JSON.parse(part) as Line;
      lines.push(line);
      for (const each of waiting.filter(({ holds }) => holds(line))) each.resolve(line);
    }
  });
  child.stderr.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    child,
    lines,
    text: () => out,
    send: (entry) => void child.stdin.write(`${typeof entry === "string" ? entry : JSON.stringify(entry)}\n`),
    line: (what, holds) =>
      new Promise((resolve, reject) => {
        const found = lines.find(holds);
        if (found !== undefined) return resolve(found);
        waiting.push({ holds, resolve });
        void ended.then((code) => reject(new Error(`it ended with ${code} before: ${what}\n${out}`)));
      }),
    ended,
  };
}

const typed = (type: string) => (line: Line) => line["type"] === type;
const saysNoCaps = (line: Line): boolean => String(line["message"]).startsWith("no caps are set");
const ready = (live: Session): Promise<Line> => live.line("ready", typed("ready"));
const ENTRY = { id: "bot-1", symbol: SYMBOL, side: "long", amount: "0.1" };

/** Nothing that a session has written anywhere holds a piece of a key, or of a signature. */
function expectNoSecret(live: Session, venue: LocalVenue, at: string): void {
  const written = readdirSync(at).map((name) => readFileSync(join(at, name)).toString("latin1"));
  expect(leaks({ printed: [live.text()], written }, venue.requests)).toEqual([]);
}

describe("pawl live", () => {
  it("R12.1 R13.2 a demo session carries out what a bot hands in, and commands reach it", async () => {
    const venue = await aVenue();
    const files = folder();
    const journal = files.at("demo.journal");
    const live = session(venue, journal);
    await ready(live);
    live.send(ENTRY);
    expect(await live.line("opened", typed("opened"))).toMatchObject({
      position: "bot-1",
      amount: "0.1",
      price: "60000",
    });
    venue.price("BTCUSDT", "61800");
    expect(await live.line("first rung", typed("exit"))).toMatchObject({ rung: 1, amount: "0.04", remaining: "0.06" });
    const status = await pawlAt(venue, ["status", "--journal", journal, "--json"]);
    expect(JSON.parse(status.out)).toMatchObject({
      engine: { account: "default", health: { mode: "running", entries: "allowed" } },
    });
    expect((await pawl("pause", "--journal", journal)).code).toBe(0);
    live.send({ ...ENTRY, id: "bot-2" });
    expect(await live.line("refused", typed("notDone"))).toMatchObject({ reason: "entry_refused" });
    expect((await pawl("close", "bot-1", "--yes", "--journal", journal)).code).toBe(0);
    expect(await live.line("closed", typed("closed"))).toMatchObject({ position: "bot-1" });
    expect(venue.ledger.position("BTCUSDT")).toBe("0");
    live.child.kill("SIGINT");
    expect(await live.ended).toBe(0);
    expect(live.lines.at(-1)).toMatchObject({ type: "left", positions: [] });
    expectNoSecret(live, venue, files.path);
  });

  it("R12.4 R11.2 it says what it leaves behind, and after a kill the same command goes on", async () => {
    const venue = await aVenue();
    const files = folder();
    const journal = files.at("demo.journal");
    const first = session(venue, journal);
    await ready(first);
    first.send(ENTRY);
    await first.line("opened", typed("opened"));
    first.child.kill("SIGKILL");
    await first.ended;
    // With other markets: that of the open position is watched all the same.
    const second = session(venue, journal, "--symbol", "ETH/USDT:USDT");
    await ready(second);
    // The same line again, from a bot that is not sure: refused by its id.
    second.send(ENTRY);
    expect(await second.line("refused", typed("notDone"))).toMatchObject({ reason: "entry_refused" });
    venue.price("BTCUSDT", "56900");
    expect(await second.line("stopped out", typed("closed"))).toMatchObject({ position: "bot-1" });
    expect(venue.ledger.orders.map(({ side, filled }) => [side, filled])).toEqual([
      ["BUY", "0.1"],
      ["SELL", "0.1"],
    ]);
    second.send({ ...ENTRY, id: "bot-3", amount: "0.2" });
    await second.line("opened", (line) => line["type"] === "opened" && line["position"] === "bot-3");
    second.child.kill("SIGTERM");
    expect(await second.ended).toBe(130);
    expect(second.lines.at(-1)).toMatchObject({
      type: "left",
      positions: [{ position: "bot-3", protectedOnExchange: false }],
    });
  });

  it("R12.1 a dry run uses no key and sends nothing; the call that it would be is logged", async () => {
    const venue = await aVenue();
    const files = folder();
    const journal = files.at("dry.journal");
    const live = session(venue, journal, "--dry-run");
    await ready(live);
    live.send(ENTRY);
    await live.line("opened", typed("opened"));
    venue.price("BTCUSDT", "61800");
    await live.line("first rung", typed("exit"));
    expect(live.text()).toContain('dry run, not sent: market buy 0.1 BTC/USDT:USDT {"clientOrderId"');
    expect(live.text()).toContain('"reduceOnly":true');
    expect(venue.ledger.orders).toEqual([]);
    expect(venue.requests.filter(({ params }) => "signature" in params)).toEqual([]);
    live.child.kill("SIGINT");
    expect(await live.ended).toBe(130);
    const demo = await pawlAt(
      venue,
      ["live", "--venue", "binanceusdm", "--demo", "--symbol", SYMBOL, "--journal", journal],
      KEYS,
    );
    expect(demo).toMatchObject({ code: 1 });
    expect(demo.err).toContain("belongs to another exchange");
  });

  it("R13.0 lines of standard input that are wrong are said and left out", async () => {
    const venue = await aVenue();
    const live = session(venue, folder().at("demo.journal"));
    await ready(live);
    live.send("nonsense");
    live.send({ ...ENTRY, side: "sideways" });
    await live.line("second", (line) => String(line["message"]).startsWith("line 2 of standard input is left out"));
    expect(live.lines.some((line) => String(line["message"]).startsWith("line 1 of standard input is left out"))).toBe(
      true,
    );
    for (const line of ["null", "5", "[1]"]) live.send(line);
    await live.line("fifth", (line) => String(line["message"]).startsWith("line 5 of standard input is left out"));
    const messages = live.lines.map((line) => String(line["message"]));
    for (const [number, value] of [
      [3, "null"],
      [4, "5"],
      [5, "[1]"],
    ] as const) {
      expect(messages).toContain(
        `line ${number} of standard input is left out: standard input, line ${number}: it is ${value}; allowed: a JSON object`,
      );
    }
    live.send(ENTRY);
    await live.line("opened", typed("opened"));
  });

  it("R13.0 R14.1 the end of standard input is said once; what is open is still looked after", async () => {
    const venue = await aVenue();
    const live = session(venue, folder().at("demo.journal"));
    await ready(live);
    live.send(ENTRY);
    await live.line("opened", typed("opened"));
    live.child.stdin.end();
    const said = "pawl: standard input has ended: no more entries come; positions are still looked after, Ctrl-C stops";
    await expect.poll(live.text).toContain(said);
    venue.price("BTCUSDT", "56900");
    await live.line("stopped out", typed("closed"));
    live.child.kill("SIGINT");
    // Nothing is open: this is an end like any other (operations.md, exit codes).
    expect(await live.ended).toBe(0);
    expect(live.text().split(said)).toHaveLength(2);
  });

  it("R14.4 --demo and --dry-run are two things", async () => {
    const both = ["--demo", "--dry-run", "--symbol", SYMBOL, "--journal", "x.journal"];
    const { code, out, err } = await pawl("live", "--venue", "binanceusdm", ...both);
    expect([code, out, err]).toEqual([
      2,
      "",
      "pawl: --demo sends orders, --dry-run sends none: choose one of them, not both\n",
    ]);
  });

  it("R14.4 help says where entries are described", async () => {
    const { out } = await pawl("live", "--help");
    expect(out).toContain("Entries are JSON lines (docs/guide/live.md)");
    expect(readFileSync(join(ROOT, "docs/guide/live.md"), "utf8")).toContain("## Entries");
  });

  it("R13.6 a real account is refused, and it is said why", async () => {
    const { code, err } = await pawl("live", "--venue", "binanceusdm", "--symbol", SYMBOL, "--journal", "x.journal");
    expect(code).toBe(2);
    expect(err).toContain("pawl live needs --dry-run or --demo: real accounts are refused until");
  });

  const refusals: readonly (readonly [string, readonly string[], Readonly<Record<string, string>>, number, string])[] =
    [
      ["no keys", [], {}, 1, "binanceusdm needs keys: PAWL_API_KEY and PAWL_API_SECRET must be set in the environment"],
      ["a wrong key", [], { PAWL_API_KEY: "wrong", PAWL_API_SECRET: "wrong" }, 1, "-2015"],
      [
        "a market that is not there",
        ["--symbol", "DOGE/USDT:USDT"],
        KEYS,
        1,
        "binanceusdm has no market DOGE/USDT:USDT",
      ],
      ["a venue that is not there", ["--venue", "nowhere"], KEYS, 1, "There is no exchange nowhere"],
      [
        "a margin mode that is not there",
        ["--margin-mode", "both"],
        KEYS,
        2,
        '--margin-mode is "both"; allowed: cross, isolated',
      ],
      ["a prefix that is none", ["--keys-prefix", "a b"], KEYS, 2, '--keys-prefix is "a b"; allowed: capital letters'],
      ["entries that are not there", ["--entries", "nowhere.jsonl"], KEYS, 2, "nowhere.jsonl"],
    ];
  it.each(refusals)("R14.4 %s: exit code and message", async (_name, more, env, code, text) => {
    const venue = await aVenue();
    const args = [
      "live",
      "--venue",
      "binanceusdm",
      "--demo",
      "--symbol",
      SYMBOL,
      "--journal",
      folder().at("x.journal"),
    ];
    const ended = await pawlAt(venue, [...args, ...more], env);
    expect(ended.err).toContain(text);
    expect(ended.code).toBe(code);
  });

  it("R8.6 caps of the configuration hold, and a session without any says so", async () => {
    const venue = await aVenue();
    const files = folder();
    const config = files.write("live.json", JSON.stringify({ caps: { maximumOrderNotional: "5000" } }));
    const live = session(venue, files.at("demo.journal"), "--config", config);
    await ready(live);
    expect(live.lines.some(saysNoCaps)).toBe(false);
    live.send(ENTRY);
    const refused = await live.line("refused", typed("notDone"));
    expect(String(refused["message"])).toContain("at most 5000.0 USDT for one order");
    expect(venue.ledger.orders).toEqual([]);
    const uncapped = session(venue, files.at("uncapped.journal"));
    await ready(uncapped);
    const beforeReady = uncapped.lines.slice(0, uncapped.lines.findIndex(typed("ready")));
    expect(beforeReady.filter(saysNoCaps)).toHaveLength(1);
  });
});
