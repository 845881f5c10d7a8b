/** R12.2, R12.3, R12.4: `pawl backtest`, `compare` and `sweep` as processes, over the example in docs and files of their own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { backtestFileSchema, type BacktestFile } from "../../src/backtest/result-file.ts";
import { sweepFileSchema } from "../../src/cli/sweep-file.ts";
import { jsonSchemaText } from "../../src/config/json-schema.ts";
import { syntheticCandles, syntheticMarkets } from "../../src/prices/synthetic.ts";
import { ended, folder, pawl, start, type Ended } from "./command.ts";
import { candle, entryLine, risingCandles, START_MS } from "./price-files.ts";

const EXAMPLE = join(import.meta.dirname, "../../docs/examples/backtest");
const example = (name: string): string => join(EXAMPLE, name);
const PRICES = ["--prices", example("candles.csv"), "--quiet"];
const FILES = [...PRICES, "--entries", example("entries.jsonl")];
const RULE = [...PRICES, "--symbol", "SOL/USDT:USDT", "--enter", "random:30:test"];

/** What a browser would fetch: a link to follow (`<a href>`, in a licence) is none. */
const LOADS =
  /<(?:script|img|iframe|source)\b[^>]*\bsrc\s*=|<link\b[^>]*\bhref=(?!"data:)|@import\s+(?:url|["'])|url\(\s*["']?https?:/i;

const resultOf = ({ out }: Ended): BacktestFile => backtestFileSchema.parse(JSON.parse(out));

describe("pawl backtest", () => {
  it("R12.3 R14.1 over a file of entries: tables, and JSON that its schema takes", async () => {
    const [tables, json] = await Promise.all([pawl("backtest", ...FILES), pawl("backtest", ...FILES, "--json")]);
    expect([tables.code, tables.err, json.code, json.err]).toEqual([0, "", 0, ""]);
    const {
      runs: [run],
      ...result
    } = resultOf(json);
    expect(result).toMatchObject({ isPartial: false, series: [{ symbol: "SOL/USDT:USDT", rows: 576 }] });
    expect(run!.positions.length + run!.refused.length).toBe(36);
    expect(tables.out).toMatch(new RegExp(`positions +│ ${run!.positions.length} `));
    // Nothing happens in silence: what was not opened is there with its reason.
    expect(tables.out).toContain(`\nRefused:\n  ${run!.refused[0]!.message}\n`);
    expect(run!.refused[0]!.message).toContain("allowed: one position per account and symbol");
  });

  it("R12.1 R12.3 by a rule: the same options give the same bytes, however many threads work", async () => {
    const args = ["compare", ...RULE, "--json"];
    const [one, again, two, other] = await Promise.all([
      pawl(...args, "--threads", "1"),
      pawl(...args, "--threads", "1"),
      pawl(...args, "--threads", "2"),
      pawl("compare", ...RULE.with(-1, "random:30:other"), "--json"),
    ]);
    expect(resultOf(one).runs.map(({ plan }) => plan)).toEqual(["scaled", "single"]);
    expect(again.out).toBe(one.out);
    expect(two.out).toBe(one.out);
    expect(other.out).not.toBe(one.out);
  });

  it("R12.2 worst and best order, finer candles and funding are in the result, and said", async () => {
    const [plain, full] = await Promise.all([
      pawl("backtest", ...FILES, "--json"),
      pawl(
        "backtest",
        ...FILES,
        "--json",
        "--range",
        "--finer",
        example("candles-15m.csv"),
        "--funding",
        example("funding.csv"),
      ),
    ]);
    const [without, result] = [resultOf(plain), resultOf(full)];
    expect(without.runs[0]!.range).toBeNull();
    expect(without.runs[0]!.positions.every(({ funding }) => funding === 0)).toBe(true);
    const { range, statistics } = result.runs[0]!;
    expect(range!.worst).toBeLessThanOrEqual(statistics.netProfit);
    expect(range!.best).toBeGreaterThanOrEqual(statistics.netProfit);
    expect(result.assumptions.funding).toBe(true);
    expect(statistics.funding).not.toBe(0);
    expect(result.series[0]!.notes).toContain("120 candles are seen through the finer ones of candles-15m.csv");
  });

  it("R12.3 the page needs nothing but itself", async () => {
    const place = folder();
    const { code } = await pawl("backtest", ...FILES, "--html", place.at("report.html"));
    expect(code).toBe(0);
    const page = readFileSync(place.at("report.html"), "utf8");
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page).toContain("entry-01");
    expect(page.match(LOADS)?.[0]).toBeUndefined();
  });

  it("R13.0 spot takes no shorts: a rule that would go short says so", async () => {
    const { out } = await pawl("backtest", ...RULE.with(3, "--symbol").with(4, "SOL/USDT"), "--json");
    expect(resultOf({ code: 0, err: "", out }).notes).toContain(
      "SOL/USDT is spot: signals to the short side are left out",
    );
  });
});

describe("pawl compare", () => {
  it("R12.3 answers with a sentence, over every entry by itself", async () => {
    const { code, out } = await pawl("compare", ...FILES);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Between scaled and single there is no difference that 36 entries can show: .* R per entry \(95 % interval/m,
    );
    expect(out).toMatch(/refused entries +│ 0 +│ 0 +│/);
  });
});

describe("pawl sweep", () => {
  const SWEEP = ["sweep", ...FILES, "--plan", "adaptive", "--context", "1h", "--folds", "2"];
  const VARIED = ["--vary", "stop.fraction=0.02,0.04,0.06", "ladder.0.target=0.02,0.09"];

  it("R12.3 R14.1 tries a grid, says what speaks against the best, and writes it as a plan that is the same again", async () => {
    const place = folder();
    const best = place.at("best.json");
    const [tables, json] = await Promise.all([
      pawl(...SWEEP, ...VARIED, "--best", best),
      pawl(...SWEEP, ...VARIED, "--json"),
    ]);
    expect([tables.code, json.code]).toEqual([0, 0]);
    expect(tables.out).toContain("3 plans, by averageR over the whole time:");
    expect(tables.out).toContain("stop.fraction: the best value, 0.02, is the smallest that was tried");
    expect(tables.out).toMatch(/Fold 1: \d+ positions out of sample are too few \(at least 30\)/);
    expect(tables.out).toMatch(/3 combinations make no plan, for example .*ladder\.0\.target=0\.09: /);
    const { ranked, walk, isPartial } = sweepFileSchema.parse(JSON.parse(json.out));
    expect([isPartial, ranked.length, walk.folds.length]).toEqual([false, 3, 2]);
    // Why this test? The file held only what was varied, and over the default plan it was another one than over adaptive.
    const compared = resultOf(await pawl("compare", ...FILES, "--context", "1h", "--json", "--plan", best, "scaled"));
    expect(compared.runs[0]!.statistics.averageR).toBeCloseTo(ranked[0]!.value!, 9);
  });

  it("R13.7 R14.1 docs/schema/sweep.schema.json is what the code makes", async () => {
    await expect(jsonSchemaText({ title: "A Pawl sweep", schema: sweepFileSchema })).toMatchFileSnapshot(
      "../../docs/schema/sweep.schema.json",
    );
  });
});

describe("what cannot be meant", () => {
  it("R14.3 bad rows stop it with their numbers, exit code 1; skipped, they are counted and named", async () => {
    const place = folder();
    const files = [
      "--prices",
      place.write("prices.csv", risingCandles(30, { 5: candle(5, "NaN", 50_300) })),
      "--entries",
      place.write("entries.jsonl", entryLine()),
    ];
    const [stopped, skipped] = await Promise.all([
      pawl("backtest", ...files),
      pawl("backtest", ...files, "--bad-rows", "skip"),
    ]);
    expect(stopped.err).toMatch(/row 7: not a number: open is NaN; allowed: decimal text/);
    expect([stopped.code, stopped.out]).toEqual([1, ""]);
    expect(skipped.code).toBe(0);
    expect(skipped.out).toMatch(/Notes:[^]*not a number[^]*row 7/);
  });

  const ENTRIES = ["--entries", example("entries.jsonl")];
  const MISTAKES = [
    [["backtest", ...ENTRIES], "--prices FILE is missing"],
    [["backtest", ...FILES, "--enter", "always"], "--entries and --enter are both given; allowed: one of them"],
    [["backtest", ...PRICES, "--enter", "always"], "name it with --symbol SYMBOL or --prices SYMBOL=FILE"],
    [["backtest", ...FILES, "--worth", "100"], "--worth is for entries of a rule (--enter)"],
    [["backtest", ...FILES, "--threads", "0"], '--threads is "0"; allowed: a whole number, 1 to 256'],
    [["compare", ...FILES, "--plan", "scaled", "scaled"], "--plan names scaled twice; allowed: each plan once"],
    [["compare", ...PRICES, "--symbol", "SOL/USDT:USDT", "--enter", "always"], "--enter always enters when"],
    [["sweep", ...FILES], "--vary is missing"],
    [["sweep", ...FILES, "--vary", "stop.fraction=0.01,0.02", "--best", "best"], '--best is "best"; allowed:'],
  ] as const;
  it.concurrent.each(MISTAKES.map(([args, message]) => [message, args] as const))(
    "R14.4 a usage error, exit code 2: %s",
    async (message, args) => {
      const { code, out, err } = await pawl(...args);
      expect(err).toContain(message);
      expect(err).not.toContain("    at ");
      expect([code, out]).toEqual([2, ""]);
    },
  );
});

// Each waits for a tenth of work that would take a quiet machine ten seconds or more.
describe("Ctrl-C", { timeout: 90_000 }, () => {
  /** Interrupts a command as soon as it says how far it is. */
  async function interrupted(...args: readonly string[]): Promise<Ended> {
    const child = start(...args);
    child.stderr.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes(" % of ")) child.kill("SIGINT");
    });
    return ended(child);
  }

  /** Hourly candles of a year. */
  function manyPrices(place: ReturnType<typeof folder>): readonly string[] {
    const { market, startPrice } = syntheticMarkets()[1]!;
    const count = 8_760;
    const { at, open, high, low, close } = syntheticCandles({
      market,
      startPrice,
      count,
      seed: "long",
      startAtMs: START_MS,
      timeframeMs: 3_600_000,
    });
    const lines = Array.from(at, (ms, row) => [ms, open[row], high[row], low[row], close[row]].join(","));
    const path = place.write("long.csv", ["timestamp_ms,open,high,low,close", ...lines, ""].join("\n"));
    return ["--prices", path, "--symbol", "ETH/USDT:USDT", "--enter", "random:8:long"];
  }

  it.each(["1", "2"])(
    "R12.4 with %s threads leaves a comparison that says it is partial, exit code 130",
    async (threads) => {
      const place = folder();
      const done = await interrupted(
        "compare",
        ...manyPrices(place),
        "--json",
        "--threads",
        threads,
        "--plan",
        "adaptive",
        "guarded",
        "--context",
        "1h",
      );
      expect(done.err).toContain("pawl: interrupted; what is done is reported");
      expect(done.code).toBe(130);
      const { isPartial, runs } = resultOf(done);
      expect(isPartial).toBe(true);
      expect(runs[0]!.positions.length).toBeGreaterThan(0);
    },
  );

  it("R12.4 leaves the plans of a sweep that were tried", async () => {
    const loud = FILES.filter((each) => each !== "--quiet");
    const done = await interrupted(
      "sweep",
      ...loud,
      "--random",
      "1000",
      "--threads",
      "1",
      "--folds",
      "1",
      "--vary",
      "stop.fraction=0.01..0.05",
      "--json",
    );
    expect(done.code).toBe(130);
    const { isPartial, ranked, plans } = sweepFileSchema.parse(JSON.parse(done.out));
    expect(isPartial).toBe(true);
    expect(ranked.length).toBeGreaterThan(0);
    expect(ranked.length).toBeLessThan(plans);
  });
});
