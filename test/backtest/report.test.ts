/** R12.3, R14.1: a backtest as tables for people and as a file for programs. */
import { describe, expect, it } from "vitest";
import { comparisonsOf, resultJson, statisticsOf, type BacktestResult } from "../../src/backtest/backtest.ts";
import { backtestFileSchema, type BacktestFile } from "../../src/backtest/result-file.ts";
import { resultTables } from "../../src/cli/backtest-tables.ts";
import { jsonSchemaText } from "../../src/config/json-schema.ts";
import { hour, runOf, runOfMultiples, START_MS, tested } from "./tested.ts";

const WITH_RUNGS = runOf(
  [
    tested({
      id: "entry-0",
      closedAtMs: hour(2),
      fees: 0.3,
      reason: "stop_ladder",
      exits: [
        { rung: 1, reason: "take_profit", amount: 0.4, price: 103, fee: 0.1, profit: 1.2, atMs: hour(1) },
        { rung: null, reason: "stop_ladder", amount: 0.6, price: 101, fee: 0.1, profit: 0.6, atMs: hour(2) },
      ],
    }),
    tested({ id: "entry-1", exit: 90, reason: "stop_initial", openedAtMs: hour(3), closedAtMs: hour(800) }),
  ],
  "scaled",
);

const SINGLE = runOfMultiples([1, -1], "a single target with a long name");

const RESULT: BacktestResult = {
  format: "pawl-backtest",
  version: 1,
  runs: [{ ...WITH_RUNGS, range: { worst: -9.5, best: -7, ambiguousCandles: 3 } }, SINGLE],
  series: [
    {
      symbol: "BTC/USDT",
      quote: "USDT",
      kind: "candles",
      source: "btc-1h.csv",
      rows: 1_000,
      fromMs: START_MS,
      toMs: hour(1_000),
      timeframeMs: 3_600_000,
      notes: ["2 gaps"],
    },
  ],
  assumptions: {
    candleOrder: "pessimistic",
    takerFee: "0.0005",
    makerFee: "0.0002",
    slippage: "0.0001",
    funding: false,
    liquidation: false,
    balance: 1_000,
  },
  isPartial: true,
  notes: ["entries from entries.jsonl"],
};
const SPAN = { balance: 1_000, fromMs: START_MS, toMs: hour(1_000) };
const STATISTICS = RESULT.runs.map((run) => statisticsOf(run, SPAN));
const COMPARISONS = comparisonsOf(
  RESULT.runs.map((run, index) => ({ run, statistics: STATISTICS[index]! })),
  { seed: "1", resamples: 500 },
);

describe("tables of a backtest", () => {
  const text = resultTables(RESULT, STATISTICS, COMPARISONS);

  it("R12.3 plans side by side, then rungs, reasons, months, the comparison and notes", async () => {
    await expect(`${text}\n`).toMatchFileSnapshot("report.txt");
  });

  it("R12.3 fits into 100 columns, with any number of plans", () => {
    const many = Array.from({ length: 7 }, (_, index) => ({
      ...RESULT.runs[index % 2]!,
      plan: `plan number ${index} of 7`,
    }));
    const wide = resultTables(
      { ...RESULT, runs: many },
      many.map((run) => statisticsOf(run, SPAN)),
      [],
    );
    const widths = [...text.split("\n"), ...wide.split("\n")].filter((line) => /^[│┌└├]/.test(line));
    expect(widths.length).toBeGreaterThan(50);
    expect(Math.max(...widths.map((line) => line.length))).toBeLessThanOrEqual(100);
    for (const { plan } of many) expect(wide).toContain(plan);
  });

  it("R12.4 what is partial says so before anything else", () => {
    expect(text.startsWith("PARTIAL: ")).toBe(true);
    expect(resultTables({ ...RESULT, isPartial: false }, STATISTICS, [])).not.toContain("PARTIAL");
  });

  it("R12.3 nothing opened is a report, too; money of two currencies is named", () => {
    const empty = { ...RESULT, runs: [runOf([])] };
    expect(resultTables(empty, [statisticsOf(runOf([]), SPAN)], [])).not.toMatch(/NaN|undefined|null|Infinity/);
    const mixed = { ...RESULT, runs: [runOf([tested(), tested({ id: "other", quote: "USDC" })])] };
    expect(resultTables(mixed, [statisticsOf(mixed.runs[0]!, SPAN)], [])).toContain(
      "Money of USDT and USDC is added up as if it were one",
    );
  });
});

describe("file of a backtest", () => {
  it("R14.1 is what its schema takes, and reads back as it was", () => {
    const file: BacktestFile = backtestFileSchema.parse(JSON.parse(resultJson(RESULT, STATISTICS, COMPARISONS)));
    expect(file.format).toBe("pawl-backtest");
    const [first] = file.runs;
    const { statistics, ...run } = first!;
    expect(run).toEqual(asWritten(RESULT.runs[0]));
    expect(statistics).toEqual(asWritten(STATISTICS[0]));
    expect(file.comparisons).toEqual(asWritten(COMPARISONS));
    expect(file).toMatchObject({ series: RESULT.series, assumptions: RESULT.assumptions, notes: RESULT.notes });
  });

  it("R13.7 R14.1 docs/schema/backtest.schema.json is what the code makes", async () => {
    await expect(jsonSchemaText({ title: "A Pawl backtest", schema: backtestFileSchema })).toMatchFileSnapshot(
      "../../docs/schema/backtest.schema.json",
    );
  });
});

/** JSON knows no negative zero. */
const asWritten = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
