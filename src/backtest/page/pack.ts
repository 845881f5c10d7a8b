/** From a result to what the page carries with it. The page's script unpacks it (`browser/unpacking.js`). */
import type { BacktestResult, BacktestRun, TestedPosition } from "../result.ts";
import type { RunStatistics } from "../run-statistics.ts";
import { decimalsOfMoney, decimalsOfPrices, shortened } from "./decimals.ts";
import { equityGrid } from "./equity-grid.ts";
import type { ComparisonText, PackedChart, PackedPosition, PageData, PageRun } from "./page-data.ts";
import type { PositionChart } from "./position-chart.ts";

/** What a report is made of. */
export interface ReportInput {
  readonly title: string;
  readonly generatedAtMs: number;
  readonly result: BacktestResult;
  /** One for each run, in the same order. */
  readonly statistics: readonly RunStatistics[];
  /** Nothing where there is nothing to compare. */
  readonly comparison: readonly ComparisonText[];
  /** At most `MOST_CHARTS` are drawn, the first positions of each run; a position without one has its figures. */
  readonly charts: readonly PositionChart[];
}

/** Several hundred positions stay a few megabytes; beyond, a page is slow to open and to send. */
export const MOST_CHARTS = 400;
const MOST_REFUSED = 200;

export function pageData({ title, generatedAtMs, result, statistics, comparison, charts }: ReportInput): PageData {
  if (statistics.length !== result.runs.length)
    throw new Error(`A report needs one set of figures for each run: ${result.runs.length} runs, ${statistics.length}`);
  const places = result.runs.map((run) => new Map(run.positions.map(({ id }, index) => [id, index])));
  return {
    title,
    generatedAtMs,
    isPartial: result.isPartial,
    notes: result.notes,
    series: result.series,
    assumptions: result.assumptions,
    comparison,
    runs: result.runs.map((run, index) => packRun(run, statistics[index]!)),
    equity: equityGrid(
      statistics.map(({ equity }) => equity),
      result.assumptions.balance,
    ),
    charts: chosenCharts(charts, places).map(({ chart, position }) => packChart(chart, position)),
    priceDecimals: priceDecimals(result.runs),
    moneyDecimals: decimalsOfMoney(result.runs.flatMap(({ positions }) => positions.map(({ netProfit }) => netProfit))),
  };
}

function packRun({ plan, range, refused, positions }: BacktestRun, statistics: RunStatistics): PageRun {
  const { equity: _, ...figures } = statistics;
  return {
    plan,
    range,
    figures,
    refused: refused.slice(0, MOST_REFUSED),
    refusedCount: refused.length,
    positions: positions.map(packPosition),
  };
}

const packPosition = (position: TestedPosition): PackedPosition => [
  position.id,
  position.symbol,
  position.account,
  position.side,
  position.leverage,
  position.quote,
  position.openedAtMs,
  position.closedAtMs,
  position.reason,
  shortened(position.amount),
  shortened(position.entryPrice),
  shortened(position.averageExitPrice),
  shortened(position.grossProfit),
  shortened(position.fees),
  shortened(position.funding),
  shortened(position.netProfit),
  shortened(position.risk),
  shortened(position.netR),
  shortened(position.mfe),
  shortened(position.mae),
  position.exits.map(({ rung, reason, amount, price, fee, profit, atMs }) => [
    rung,
    reason,
    shortened(amount),
    shortened(price),
    shortened(fee),
    shortened(profit),
    atMs,
  ]),
  position.stops.map(({ atMs, price, source }) => [atMs, shortened(price), source]),
  position.targets.map(shortened),
  position.ambiguousCandles,
];

/** Prices as planned lie on the grid of their market; averages do not, and are rounded to it. */
function priceDecimals(runs: readonly BacktestRun[]): PageData["priceDecimals"] {
  const prices = new Map<string, number[]>();
  for (const { positions } of runs)
    for (const { symbol, targets, exits, stops } of positions) {
      const known = prices.get(symbol) ?? [];
      known.push(...targets, ...exits.map(({ price }) => price), ...stops.map(({ price }) => price));
      prices.set(symbol, known);
    }
  return [...prices].map(([symbol, known]) => [symbol, decimalsOfPrices(known)]);
}

/** The first positions of every run, so that an entry can be seen under each plan. */
function chosenCharts(charts: readonly PositionChart[], places: readonly ReadonlyMap<string, number>[]) {
  return charts
    .flatMap((chart) => {
      const position = places[chart.run]?.get(chart.positionId);
      return position === undefined || chart.at.length === 0 ? [] : [{ chart, position }];
    })
    .toSorted((a, b) => a.position - b.position)
    .slice(0, MOST_CHARTS);
}

function packChart({ run, at, open, high, low, close }: PositionChart, position: number): PackedChart {
  const decimals = decimalsOfPrices([...open, ...high, ...low, ...close]);
  const whole = (price: number): number => Math.round(price * 10 ** decimals);
  const bars: number[] = [];
  let before = 0;
  for (const [index, opening] of open.entries()) {
    const [first, last] = [whole(opening), whole(close[index]!)];
    bars.push(first - before, whole(high[index]!) - Math.max(first, last));
    bars.push(Math.min(first, last) - whole(low[index]!), last - first);
    before = last;
  }
  return { run, position, decimals, at: packTimes(at), bars };
}

function packTimes(at: Float64Array): readonly number[] {
  const packed = [at[0]!];
  for (let index = 1; index < at.length; index += 1) {
    const step = at[index]! - at[index - 1]!;
    if (packed.length > 1 && packed.at(-2) === step) packed[packed.length - 1]! += 1;
    else packed.push(step, 1);
  }
  return packed;
}
