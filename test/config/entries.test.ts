/** R14.1: the entries file. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/config/config-error.ts";
import { parseEntries, readEntries, type EntriesFile } from "../../src/config/entries.ts";
import { DEFAULT_PLAN_SETTINGS } from "../../src/domain/make-plan.ts";

const FILE = "entries.jsonl";
const AT = Date.UTC(2025, 2, 6);

const line = (changes: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ at: AT, symbol: "BTC/USDT:USDT", side: "long", amount: "0.1", ...changes });
const parse = (...lines: readonly string[]): EntriesFile => parseEntries(FILE, lines.join("\n"));

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (cause) {
    if (cause instanceof ConfigError) return cause.message;
    throw cause;
  }
  throw new Error("it was accepted");
}

describe("entries", () => {
  it("R14.1 the example of the format", () => {
    const text =
      '{"id": "a", "at": "2025-03-06T00:00:00Z", "symbol": "BTC/USDT:USDT", "side": "short", "amount": "0.1", "leverage": 10, "stop": {"fraction": "0.02"}, "plan": "scaled"}';
    expect(parse(text)).toEqual({
      file: FILE,
      entries: [
        {
          line: 1,
          request: {
            id: "a",
            account: "default",
            symbol: "BTC/USDT:USDT",
            side: "short",
            amount: "0.1",
            leverage: 10,
            stop: { kind: "fraction", fraction: 20_000 },
            atMs: AT,
          },
          plan: "scaled",
          settings: DEFAULT_PLAN_SETTINGS,
        },
      ],
      warnings: [],
    });
  });

  it("R14.1 ids default to the line, blank lines and line ends of any kind do not count as entries", () => {
    const { entries } = parseEntries(FILE, `\n${line()}\r\n   \n${line({ id: "x" })}\n`);
    expect(entries.map((entry) => [entry.line, entry.request.id])).toEqual([
      [2, "entry-2"],
      [4, "x"],
    ]);
  });

  it("R14.1 R8.1 what may be left out: leverage 1, the plan's stop, the configuration's plan and account", () => {
    const plan = { ...DEFAULT_PLAN_SETTINGS, preset: "custom", undersizedExit: "skip" } as const;
    const [entry] = parseEntries(FILE, line(), { plan, account: "main" }).entries;
    expect(entry).toMatchObject({ request: { account: "main", leverage: 1, stop: undefined }, settings: plan });
  });

  it("R14.1 overrides are laid over the configuration's plan", () => {
    const plan = { ...DEFAULT_PLAN_SETTINGS, preset: "custom", undersizedExit: "skip" } as const;
    const [entry] = parseEntries(FILE, line({ plan: { singleTarget: "0.1", scaledTakeProfit: { enabled: false } } }), {
      plan,
    }).entries;
    expect(entry!.settings).toEqual({
      ...plan,
      singleTarget: 100_000,
      scaledTakeProfit: { enabled: false, strict: false },
    });
  });

  it("R14.1 order is by time, and by line where the time is the same", () => {
    const { entries } = parse(line({ at: AT + 2 }), line({ at: AT }), line({ at: AT + 2 }), line({ at: AT + 1 }));
    expect(entries.map((entry) => entry.line)).toEqual([2, 4, 1, 3]);
  });

  it.each([
    ["2025-03-06T00:00:00Z", AT],
    ["2025-03-06T00:00Z", AT],
    ["2025-03-06T00:00:00.123Z", AT + 123],
    ["2025-03-06T00:00:00.123456Z", AT + 123],
    ["2025-03-06T02:00:00+02:00", AT],
    ["2025-03-05T19:00:00-05:00", AT],
    ["2025-03-05T19:00:00-0500", AT],
    ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
    [0, 0],
    [AT, AT],
  ])("R14.1 at %s", (at, atMs) => {
    const file = parse(line({ at }));
    expect([file.entries[0]!.request.atMs, file.warnings]).toEqual([atMs, []]);
  });

  it.each(["2025-03-06", "2025-03-06T00:00:00"])("R14.1 at %s has no zone: it is UTC, and that is said", (at) => {
    const file = parse(line({ at }));
    expect(file.entries[0]!.request.atMs).toBe(AT);
    expect(file.warnings).toEqual(["entries.jsonl, line 1: the time has no zone, it is taken as UTC"]);
  });

  it("R14.1 an empty file is said to be empty", () => {
    expect(parse("", "")).toEqual({ file: FILE, entries: [], warnings: ["entries.jsonl: there are no entries in it"] });
  });

  it("R8.1 numbers that an entry is refused for later do not stop the file", () => {
    const { entries } = parse(line({ amount: "0" }), line({ leverage: 500 }), line({ stop: { fraction: "1.5" } }));
    expect(entries.map((entry) => entry.request.leverage)).toEqual([1, 500, 1]);
  });
});

describe("what is wrong in a file", () => {
  const TIME = 'ISO 8601 ("2025-03-06T00:00:00Z") or epoch milliseconds (0 or more, whole)';
  const KEYS = "id, at, symbol, side, amount, leverage, stop, plan";

  it.each<[string, string, string]>([
    ["an amount that is a number", line({ amount: 0.1 }), 'amount is 0.1; allowed: decimal text, for example "0.1"'],
    [
      "an amount with an exponent",
      line({ amount: "1e3" }),
      'amount is "1e3"; allowed: decimal text, for example "0.1"',
    ],
    ["a day that is not there", line({ at: "2025-02-29T00:00:00Z" }), `at is "2025-02-29T00:00:00Z"; allowed: ${TIME}`],
    [
      "an hour that is not there",
      line({ at: "2025-02-28T24:00:00Z" }),
      `at is "2025-02-28T24:00:00Z"; allowed: ${TIME}`,
    ],
    ["words for a time", line({ at: "yesterday" }), `at is "yesterday"; allowed: ${TIME}`],
    ["a negative time", line({ at: -1 }), `at is -1; allowed: ${TIME}`],
    ["half a millisecond", line({ at: 0.5 }), `at is 0.5; allowed: ${TIME}`],
    ["no time", line({ at: undefined }), `at is missing; allowed: ${TIME}`],
    ["another side", line({ side: "buy" }), 'side is "buy"; allowed: long, short'],
    ["an unknown key", line({ leverag: 3 }), `leverag is not known, did you mean leverage?; allowed: ${KEYS}`],
    ["leverage as text", line({ leverage: "10" }), 'leverage is "10"; allowed: a number'],
    [
      "a stop finer than a millionth",
      line({ stop: { fraction: "0.0200001" } }),
      'stop.fraction is "0.0200001"; allowed: a ratio exact to a millionth, as decimal text or number: "0.03" is 3 %',
    ],
    ["an empty stop", line({ stop: {} }), 'stop is {}; allowed: either {"fraction": …} or {"price": …}'],
    ["an unknown preset", line({ plan: "aggressiv" }), 'plan is "aggressiv"; allowed: scaled, guarded, adaptive'],
    ["a ladder that is no list", line({ plan: { ladder: 3 } }), "plan.ladder is 3; allowed: a list […]"],
    [
      "an id with spaces",
      line({ id: "a b" }),
      'id is "a b"; allowed: text of 1 to 100 letters, digits or signs, no spaces',
    ],
    ["no JSON", "at,symbol", "the text is not JSON; allowed: JSON"],
    ["half a line", '{"at": ', "the text is not JSON, it ends too early; allowed: JSON"],
    ["a list", "[1]", "it is [1]; allowed: an object {…}"],
  ])("R14.1 %s: file, line, path, value and what is allowed", (_, wrong, message) => {
    expect(messageOf(() => parse(line(), wrong))).toBe(`entries.jsonl, line 2: ${message}`);
  });

  it("R14.1 an id is there once, a default one included", () => {
    expect(messageOf(() => parse(line({ id: "x" }), line({ id: "entry-3" }), line(), line({ id: "x" })))).toBe(
      [
        'entries.jsonl, line 3: id is "entry-3"; allowed: each id once; line 2 has it too',
        'entries.jsonl, line 4: id is "x"; allowed: each id once; line 1 has it too',
      ].join("\n"),
    );
  });

  it("R14.1 all wrong lines are told at once, up to twenty", () => {
    const wrong = Array.from({ length: 500 }, () => line({ side: "buy" }));
    expect(messageOf(() => parse(...wrong)).split("\n")).toHaveLength(20);
  });
});

it("R14.1 a file on disk", () => {
  const folder = mkdtempSync(join(tmpdir(), "pawl-entries-"));
  try {
    const path = join(folder, "entries.jsonl");
    writeFileSync(path, `${line()}\n`);
    expect(readEntries(path).entries).toHaveLength(1);
    expect(messageOf(() => readEntries(join(folder, "none.jsonl")))).toMatch(/none\.jsonl: the file cannot be read/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
