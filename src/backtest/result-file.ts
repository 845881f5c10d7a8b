/**
 * A backtest as a file: `pawl-backtest` version 1, one JSON object that holds everything the tables and the page show.
 *
 * Promises: what is written is what the schema takes, and reads back as it was; numbers are not rounded. A later version
 * has another number.
 */
import * as z from "zod";
import { EXIT_REASONS } from "../domain/trade-record.ts";
import type { PlanComparison } from "./compare.ts";
import type { BacktestResult, BacktestRun } from "./result.ts";
import type { RunStatistics } from "./run-statistics.ts";

export type BacktestFile = Omit<BacktestResult, "runs"> & {
  readonly runs: readonly (BacktestRun & { readonly statistics: RunStatistics })[];
  readonly comparisons: readonly PlanComparison[];
};

/** The text of the file, with a line feed at its end. `statistics` are those of the runs, in their order. */
export function resultJson(
  result: BacktestResult,
  statistics: readonly RunStatistics[],
  comparisons: readonly PlanComparison[],
): string {
  const { format, version, runs, ...others } = result;
  if (runs.length !== statistics.length) throw new Error("Invariant: every run has its statistics");
  const file: BacktestFile = {
    format,
    version,
    ...others,
    runs: runs.map((run, index) => ({ ...run, statistics: statistics[index]! })),
    comparisons,
  };
  return `${JSON.stringify(file)}\n`;
}

const number = z.number();
const nullable = z.number().nullable();
const moment = z.int().describe("ms since 1970, UTC");
const count = z.int().min(0);
const texts = z.array(z.string());

const exit = z.strictObject({
  rung: count.nullable().describe("Null for a close of what was left"),
  reason: z.enum(EXIT_REASONS),
  amount: number,
  price: number,
  fee: number,
  profit: number.describe("Before fees"),
  atMs: moment,
});

const position = z.strictObject({
  id: z.string(),
  symbol: z.string(),
  account: z.string(),
  side: z.enum(["long", "short"]),
  leverage: number,
  quote: z.string(),
  openedAtMs: moment,
  closedAtMs: moment,
  reason: z.enum(EXIT_REASONS),
  amount: number,
  entryPrice: number,
  averageExitPrice: number,
  grossProfit: number,
  fees: number,
  funding: number.describe("Below zero where it was paid"),
  netProfit: number.describe("grossProfit − fees + funding"),
  risk: number.describe("One R in quote currency"),
  netR: number,
  mfe: number,
  mae: number,
  exits: z.array(exit),
  stops: z.array(z.strictObject({ atMs: moment, price: number, source: z.enum(["initial", "ladder", "trailing"]) })),
  targets: z.array(number),
  ambiguousCandles: count,
});

const statistics = z.strictObject({
  positions: count,
  wins: count,
  losses: count,
  winRate: nullable,
  netProfit: number,
  grossProfit: number,
  fees: number,
  funding: number,
  profitFactor: nullable,
  expectancy: nullable,
  averageR: nullable,
  medianR: nullable,
  bestR: nullable,
  worstR: nullable,
  averageMfe: nullable,
  averageMae: nullable,
  averageHoldingMs: nullable,
  longestLosingStreak: count,
  exposure: nullable,
  maximumDrawdown: number,
  maximumDrawdownShare: nullable,
  byRung: z.array(z.strictObject({ rung: count.nullable(), exits: count, profit: number })),
  byReason: z.array(z.strictObject({ reason: z.string(), positions: count, netProfit: number })),
  byMonth: z.array(
    z.strictObject({ year: z.int(), month: z.int().min(1).max(12), positions: count, netProfit: number }),
  ),
  rHistogram: z.array(z.strictObject({ from: number, to: number, count })),
  equity: z.array(z.strictObject({ atMs: moment, equity: number, drawdown: number })),
});

const run = z.strictObject({
  plan: z.string(),
  positions: z.array(position),
  refused: z.array(z.strictObject({ id: z.string(), symbol: z.string(), atMs: moment, message: z.string() })),
  range: z
    .strictObject({ worst: number, best: number, ambiguousCandles: count })
    .nullable()
    .describe("Net profit in the worst and the best order inside each candle"),
  statistics,
});

const estimate = z.strictObject({ mean: number, low: number, high: number }).nullable();

const comparison = z.strictObject({
  a: z.string(),
  b: z.string(),
  confidence: number,
  resamples: count,
  pairs: count,
  onlyA: count,
  onlyB: count,
  differenceR: estimate.describe("A − B of an average pair"),
  difference: estimate,
  probabilityABetter: nullable,
  signs: z.strictObject({ better: count, worse: count, equal: count, p: nullable }),
  expectancyA: estimate,
  expectancyB: estimate,
  drawdownDifference: number,
  verdict: z.enum(["better", "worse", "same", "undecided", "unknown"]),
  sentence: z.string(),
  warnings: texts,
});

/** @internal The commands write the file; tests, and the schema in docs/schema, read it. */
export const backtestFileSchema = z.strictObject({
  format: z.literal("pawl-backtest"),
  version: z.literal(1),
  runs: z.array(run),
  series: z.array(
    z.strictObject({
      symbol: z.string(),
      quote: z.string(),
      kind: z.enum(["candles", "trades"]),
      source: z.string(),
      rows: count,
      fromMs: moment,
      toMs: moment,
      timeframeMs: nullable,
      notes: texts,
    }),
  ),
  assumptions: z.strictObject({
    candleOrder: z.enum(["pessimistic", "path", "optimistic"]),
    takerFee: z.string(),
    makerFee: z.string(),
    slippage: z.string(),
    funding: z.boolean(),
    liquidation: z.boolean(),
    balance: number,
  }),
  isPartial: z.boolean().describe("It was interrupted: what is here is right, and not all"),
  notes: texts,
  comparisons: z.array(comparison),
});
