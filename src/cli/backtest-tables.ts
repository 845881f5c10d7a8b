/**
 * A backtest for people at a terminal: plans side by side, then where the profit came from, then what to think of it.
 *
 * Promises: no line is wider than 100 columns unless a note is; what cannot be told is "-"; a partial result says so first. The
 * tables are rounded, the JSON is not. Money of several quote currencies is named where it was added up.
 */
import {
  quotesOf,
  type BacktestResult,
  type BacktestRun,
  type PlanComparison,
  type RunStatistics,
} from "../backtest/backtest.ts";
import { exact, toText } from "../domain/decimal.ts";
import { percentText } from "../domain/wording.ts";
import { durationText, moneyText, multipleText, ratioText, shortTimeText } from "../observability/number-texts.ts";
import { plainTable } from "./outcome-table.ts";

interface Column {
  readonly run: BacktestRun;
  readonly figures: RunStatistics;
}

/** What fits beside the names of the figures in 100 columns. */
const COLUMNS_A_TABLE = 3;
const LONGEST_NAME = 20;

/** `statistics` are those of the runs, in their order. */
export function resultTables(
  result: BacktestResult,
  statistics: readonly RunStatistics[],
  comparisons: readonly PlanComparison[],
): string {
  const columns = result.runs.map((run, index): Column => ({ run, figures: statistics[index]! }));
  const beside = Array.from({ length: Math.ceil(columns.length / COLUMNS_A_TABLE) }, (_, at) =>
    columns.slice(at * COLUMNS_A_TABLE, (at + 1) * COLUMNS_A_TABLE),
  );
  const sections = [
    heading(result),
    ...beside.flatMap((some) => [
      figureTable(some),
      keyed("rung, before fees", some, rungCells),
      keyed("exit reason, net", some, reasonCells),
      keyed("month (UTC)", some, monthCells),
    ]),
    ...comparisons.map(comparisonText),
    listed("Refused", refusalLines(result)),
    listed("Notes", [
      ...result.notes,
      ...result.series.flatMap(({ symbol, notes }) => notes.map((note) => `${symbol}: ${note}`)),
    ]),
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

function heading({ isPartial, series, assumptions, runs }: BacktestResult): string {
  const { candleOrder, takerFee, makerFee, slippage, funding, liquidation, balance } = assumptions;
  const quotes = [...new Set([...series.map(({ quote }) => quote), ...quotesOf(runs)])];
  return [
    ...(isPartial ? ["PARTIAL: it was interrupted. What is here is right, and it is not all."] : []),
    ...series.map(({ symbol, kind, rows, timeframeMs, fromMs, toMs, source }) =>
      [
        `${symbol}: ${rows} ${timeframeMs === null ? kind : `${kind} of ${durationText(timeframeMs)}`}`,
        `${shortTimeText(fromMs)} to ${shortTimeText(toMs)}`,
        source,
      ].join(", "),
    ),
    `Inside a candle: ${candleOrder}. Fees: taker ${takerFee}, maker ${makerFee}. Slippage: ${slippage}.`,
    `Funding ${funding ? "counted" : "left out"}, liquidation ${liquidation ? "counted" : "left out"}. Balance ${balance} ${quotes.join("/")}.`,
    ...(quotes.length > 1 ? [`Money of ${quotes.join(" and ")} is added up as if it were one: split the runs.`] : []),
  ].join("\n");
}

type Figure = readonly [name: string, text: (column: Column) => string];

const FIGURES: readonly Figure[] = [
  ["positions", ({ figures }) => String(figures.positions)],
  ["refused entries", ({ run }) => String(run.refused.length)],
  ["won / lost", ({ figures }) => `${figures.wins} / ${figures.losses}`],
  ["win rate", ({ figures }) => share(figures.winRate)],
  ["net profit", ({ figures }) => money(figures.netProfit)],
  ["before fees", ({ figures }) => money(figures.grossProfit)],
  ["fees", ({ figures }) => money(-figures.fees)],
  ["funding", ({ figures }) => money(figures.funding)],
  ["profit factor", ({ figures }) => figures.profitFactor?.toFixed(2) ?? "-"],
  ["expectancy", ({ figures }) => money(figures.expectancy)],
  ["average / median R", ({ figures }) => `${multiple(figures.averageR)} / ${multiple(figures.medianR)}`],
  ["best / worst R", ({ figures }) => `${multiple(figures.bestR)} / ${multiple(figures.worstR)}`],
  ["average MFE / MAE", ({ figures }) => `${ratio(figures.averageMfe)} / ${ratio(figures.averageMae)}`],
  ["average holding", ({ figures: { averageHoldingMs: held } }) => (held === null ? "-" : durationText(held))],
  ["losses in a row", ({ figures }) => String(figures.longestLosingStreak)],
  ["exposure", ({ figures }) => share(figures.exposure)],
  ["maximum drawdown", ({ figures }) => `${money(figures.maximumDrawdown)} (${share(figures.maximumDrawdownShare)})`],
  ["worst order", ({ run: { range } }) => money(range?.worst ?? null)],
  ["best order", ({ run: { range } }) => money(range?.best ?? null)],
  ["ambiguous candles", ({ run }) => String(run.range?.ambiguousCandles ?? ambiguousOf(run))],
];

/** Asked for or not at all: a row of nothing but dashes is left out. */
const OPTIONAL: ReadonlySet<string> = new Set(["worst order", "best order"]);

function figureTable(columns: readonly Column[]): string {
  const table = plainTable(["", ...columns.map(({ run }) => shortName(run.plan))]);
  for (const [name, text] of FIGURES) {
    const cells = columns.map(text);
    if (!(OPTIONAL.has(name) && cells.every((cell) => cell === "-"))) table.push([name, ...cells]);
  }
  return columns.length === 0 ? "" : table.toString();
}

const ambiguousOf = ({ positions }: BacktestRun): number =>
  positions.reduce((sum, { ambiguousCandles }) => sum + ambiguousCandles, 0);

/** A row for every key of any column, in the order of `rank`. */
interface Cell {
  readonly key: string;
  readonly rank: number;
  readonly text: string;
}

const rungCells = ({ figures }: Column): readonly Cell[] =>
  figures.byRung.map(({ rung, exits, profit }) => ({
    key: rung === null ? "without a rung" : `rung ${rung}`,
    rank: rung ?? Infinity,
    text: `${money(profit)} (${exits})`,
  }));

const reasonCells = ({ figures }: Column): readonly Cell[] =>
  figures.byReason.map(({ reason, positions, netProfit }) => ({
    key: reason,
    rank: -positions,
    text: `${money(netProfit)} (${positions})`,
  }));

const monthCells = ({ figures }: Column): readonly Cell[] =>
  figures.byMonth.map(({ year, month, positions, netProfit }) => ({
    key: `${year}-${String(month).padStart(2, "0")}`,
    rank: year * 12 + month,
    text: `${money(netProfit)} (${positions})`,
  }));

function keyed(name: string, columns: readonly Column[], cellsOf: (column: Column) => readonly Cell[]): string {
  const byColumn = columns.map((column) => new Map(cellsOf(column).map((cell) => [cell.key, cell])));
  const ranks = new Map<string, number>();
  for (const { key, rank } of byColumn.flatMap((cells) => [...cells.values()])) {
    ranks.set(key, Math.min(rank, ranks.get(key) ?? Infinity));
  }
  if (ranks.size === 0) return "";
  const table = plainTable([name, ...columns.map(({ run }) => shortName(run.plan))]);
  // Two infinite ranks do not differ: their difference would be NaN.
  for (const [key] of [...ranks].toSorted(([, a], [, b]) => (a === b ? 0 : a - b))) {
    table.push([key, ...byColumn.map((cells) => cells.get(key)?.text ?? "-")]);
  }
  return table.toString();
}

function comparisonText(comparison: PlanComparison): string {
  const { a, b, differenceR, difference, probabilityABetter, signs, drawdownDifference, sentence, warnings } =
    comparison;
  const { confidence } = comparison;
  const table = plainTable([
    `${shortName(a)} − ${shortName(b)}`,
    "mean",
    `${Math.round(confidence * 1000) / 10} % interval`,
  ]);
  const interval = (estimate: PlanComparison["difference"], text: (value: number) => string): readonly string[] =>
    estimate === null ? ["-", "-"] : [text(estimate.mean), `${text(estimate.low)} to ${text(estimate.high)}`];
  table.push(
    ["R per entry", ...interval(differenceR, multiple)],
    ["net profit per entry", ...interval(difference, money)],
    [
      "better / worse / equal",
      `${signs.better} / ${signs.worse} / ${signs.equal}`,
      `sign test p ${signs.p?.toFixed(3) ?? "-"}`,
    ],
    ["resamples in favor", share(probabilityABetter), ""],
    [
      "maximum drawdown",
      money(drawdownDifference),
      drawdownDifference > 0 ? "less deep" : drawdownDifference < 0 ? "deeper" : "",
    ],
  );
  return [sentence, ...warnings.map((warning) => `  ${warning}`), table.toString()].join("\n");
}

const MOST_REFUSALS = 5;

/** An entry that every plan refused for the same reason is one line. */
function refusalLines({ runs }: BacktestResult): readonly string[] {
  const messages = [...new Set(runs.flatMap(({ refused }) => refused.map(({ message }) => message)))];
  if (messages.length <= MOST_REFUSALS) return messages;
  return [...messages.slice(0, MOST_REFUSALS), `… and ${messages.length - MOST_REFUSALS} more (--json has all)`];
}

const listed = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? "" : [`${title}:`, ...lines.map((line) => `  ${line}`)].join("\n");

const shortName = (name: string): string =>
  name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1)}…`;

/** Plus 0: a minus before nothing helps nobody. */
const money = (value: number | null): string => (value === null ? "-" : moneyText(toText(exact(value + 0))));
const multiple = (value: number | null): string => multipleText(value === null ? null : toText(exact(value)));
const ratio = (value: number | null): string => ratioText(value === null ? null : toText(exact(value)));
const share = (value: number | null): string => (value === null ? "-" : percentText(value * 1e6));
