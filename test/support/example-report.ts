/** A made-up report of a backtest: several hundred positions under two plans, or as few and as odd as a test wants them. */
import type { BacktestResult, BacktestRun, TestedPosition } from "../../src/backtest/result.ts";
import { positionChart, type ReportInput } from "../../src/backtest/page/report-page.ts";
import { seededStream } from "../../src/prices/seeded-stream.ts";
import {
  EXAMPLE_START_MS,
  exampleCandles,
  examplePosition,
  HOUR_MS,
  type ExampleMarket,
  type ExamplePlan,
} from "./example-positions.ts";
import { exampleStatistics } from "./example-statistics.ts";

const HOURS = 24 * 500;
const BALANCE = 10_000;
const MARKETS: readonly ExampleMarket[] = [
  { symbol: "BTC/USDT:USDT", startPrice: 61_250.5, decimals: 1, amount: 0.08 },
  { symbol: "SHIB/USDT:USDT", startPrice: 0.00002345, decimals: 8, amount: 210_000_000 },
];
const PLANS: readonly ExamplePlan[] = [
  {
    plan: "scaled",
    rungs: [
      [0.015, 0.4],
      [0.03, 0.3],
      [0.05, 0.3],
    ],
    stop: 0.02,
    trail: 0.015,
  },
  { plan: "single target", rungs: [[0.04, 1]], stop: 0.02, trail: null },
];

export interface ExampleReport {
  readonly entries: number;
  readonly symbols?: readonly string[];
  readonly withCharts?: boolean;
}

export function exampleReport({ entries, symbols, withCharts = true }: ExampleReport): ReportInput {
  const markets = MARKETS.map((market, index) => ({ ...market, symbol: symbols?.[index] ?? market.symbol }));
  const hours = Math.min(HOURS, 1_000 + entries * 60);
  const candles = new Map(markets.map((market) => [market.symbol, exampleCandles(market, hours)]));
  const stream = seededStream("example entries");
  const chosen = Array.from({ length: entries }, (_, index) => ({
    market: stream.pick(markets),
    hour: 40 + Math.floor(((hours - 400) * index) / Math.max(1, entries)),
    side: stream.unit() < 0.6 ? ("long" as const) : ("short" as const),
    id: `entry-${index + 1}`,
  }));
  const runs = PLANS.map((plan): BacktestRun => {
    const positions = chosen.map((entry) =>
      examplePosition({ ...entry, plan, candles: candles.get(entry.market.symbol)! }),
    );
    const net = positions.reduce((sum, { netProfit }) => sum + netProfit, 0);
    return {
      plan: plan.plan,
      positions,
      refused: [],
      range: { worst: net - 180, best: net + 412, ambiguousCandles: 34 },
    };
  });
  const result = resultOf(markets, runs);
  return {
    title: "BTC and SHIB, scaled out against one target",
    generatedAtMs: Date.UTC(2025, 8, 1, 9, 30),
    result,
    statistics: runs.map(({ positions }) => exampleStatistics(positions, BALANCE)),
    comparison: [
      {
        plan: "scaled",
        against: "single target",
        headline: "Scaling out lost less on the way, and one target earned more in the end.",
        lines: [
          "The difference per position is 0.04 R, with a 95 % interval from −0.05 R to 0.13 R: it may well be chance.",
          "The deepest drawdown was smaller under the ladder.",
        ],
      },
    ],
    charts: withCharts
      ? runs.flatMap(({ positions }, run) => positions.map((position) => chartOf(run, position, candles)))
      : [],
  };
}

const chartOf = (
  run: number,
  position: TestedPosition,
  candles: ReadonlyMap<string, Parameters<typeof positionChart>[2]>,
) => positionChart(run, position, candles.get(position.symbol)!);

function resultOf(markets: readonly ExampleMarket[], runs: readonly BacktestRun[]): BacktestResult {
  return {
    format: "pawl-backtest",
    version: 1,
    runs,
    isPartial: false,
    series: markets.map(({ symbol }, index) => ({
      symbol,
      quote: "USDT",
      kind: "candles",
      source: `${symbol.split("/")[0]}-1h.csv`,
      rows: HOURS,
      timeframeMs: HOUR_MS,
      fromMs: EXAMPLE_START_MS,
      toMs: EXAMPLE_START_MS + HOURS * HOUR_MS,
      notes: index === 0 ? [] : ["2 gaps, the longest of 3 h at 2024-08-11 04:00"],
    })),
    assumptions: {
      candleOrder: "pessimistic",
      takerFee: "0.05 %",
      makerFee: "0.02 %",
      slippage: "1 tick",
      funding: true,
      liquidation: false,
      balance: BALANCE,
    },
    notes: ["Entries are those of entries.csv; the plan decides about exits alone."],
  };
}
