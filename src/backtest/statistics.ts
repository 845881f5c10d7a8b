/**
 * The figures of one run (R12.3), from what became of its positions and, for equity, from the closes of its symbols.
 *
 * Promises: no figure is ever NaN or infinite; what cannot be told is null; a run without positions has figures too. Money
 * is added up as it stands: a run in several quote currencies has to be split first (`quotesOf`).
 */
import { mean, median } from "simple-statistics";
import { equityOf, type EquityInput } from "./equity.ts";
import type { BacktestRun, TestedPosition } from "./result.ts";
import type { HistogramBar, MonthFigures, ReasonFigures, RungFigures, RunStatistics } from "./run-statistics.ts";

export type StatisticsInput = EquityInput;

export function statisticsOf(run: BacktestRun, input: StatisticsInput): RunStatistics {
  const { positions } = run;
  const equity = equityOf(positions, input);
  const profits = positions.map(({ netProfit }) => netProfit);
  const won = profits.filter((profit) => profit > 0);
  const lost = profits.filter((profit) => profit < 0);
  const multiples = positions.map(({ netR }) => netR).filter(Number.isFinite);
  return {
    positions: positions.length,
    wins: won.length,
    losses: lost.length,
    winRate: positions.length === 0 ? null : won.length / positions.length,
    netProfit: total(profits),
    grossProfit: total(positions.map(({ grossProfit }) => grossProfit)),
    fees: total(positions.map(({ fees }) => fees)),
    funding: total(positions.map(({ funding }) => funding)),
    profitFactor: lost.length === 0 ? null : total(won) / -total(lost),
    expectancy: meanOf(profits),
    averageR: meanOf(multiples),
    medianR: multiples.length === 0 ? null : median(multiples),
    bestR: extreme(multiples, (a, b) => a > b),
    worstR: extreme(multiples, (a, b) => a < b),
    averageMfe: meanOf(positions.map(({ mfe }) => mfe)),
    averageMae: meanOf(positions.map(({ mae }) => mae)),
    averageHoldingMs: meanOf(positions.map(({ openedAtMs, closedAtMs }) => closedAtMs - openedAtMs)),
    longestLosingStreak: longestLosingStreak(positions),
    exposure: exposureOf(positions, input),
    maximumDrawdown: equity.maximumDrawdown,
    maximumDrawdownShare: equity.maximumDrawdownShare,
    byRung: byRung(positions),
    byReason: byReason(positions),
    byMonth: byMonth(positions),
    rHistogram: histogram(multiples),
    equity: equity.curve,
  };
}

/** The quote currencies of some runs, in alphabetical order: money of several of them cannot be added up. */
export const quotesOf = (runs: readonly BacktestRun[]): readonly string[] =>
  [...new Set(runs.flatMap(({ positions }) => positions.map(({ quote }) => quote)))].toSorted();

function total(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

const meanOf = (values: readonly number[]): number | null => (values.length === 0 ? null : mean([...values]));

function extreme(values: readonly number[], isBeyond: (a: number, b: number) => boolean): number | null {
  let found: number | null = null;
  for (const value of values) if (found === null || isBeyond(value, found)) found = value;
  return found;
}

/** In order of closing. What made exactly nothing ends a streak. */
function longestLosingStreak(positions: readonly TestedPosition[]): number {
  let longest = 0;
  let streak = 0;
  for (const { netProfit } of positions.toSorted((a, b) => a.closedAtMs - b.closedAtMs)) {
    streak = netProfit < 0 ? streak + 1 : 0;
    if (streak > longest) longest = streak;
  }
  return longest;
}

/** The union of the times in which positions were open, as a share of the whole. */
function exposureOf(positions: readonly TestedPosition[], { fromMs, toMs }: StatisticsInput): number | null {
  if (!(toMs > fromMs)) return null;
  let covered = 0;
  let reached = fromMs;
  for (const { openedAtMs, closedAtMs } of positions.toSorted((a, b) => a.openedAtMs - b.openedAtMs)) {
    const start = Math.max(openedAtMs, reached);
    const end = Math.min(closedAtMs, toMs);
    if (end <= start) continue;
    covered += end - start;
    reached = end;
  }
  return covered / (toMs - fromMs);
}

/** From the first rung; what had no rung comes last. */
function byRung(positions: readonly TestedPosition[]): readonly RungFigures[] {
  const rungs = Map.groupBy(
    positions.flatMap(({ exits }) => exits),
    ({ rung }) => rung,
  );
  return [...rungs]
    .toSorted(([a], [b]) => (a ?? Infinity) - (b ?? Infinity))
    .map(([rung, exits]) => ({ rung, exits: exits.length, profit: total(exits.map(({ profit }) => profit)) }));
}

/** The most frequent first. */
function byReason(positions: readonly TestedPosition[]): readonly ReasonFigures[] {
  return [...Map.groupBy(positions, ({ reason }) => reason)]
    .map(([reason, ended]) => ({
      reason,
      positions: ended.length,
      netProfit: total(ended.map(({ netProfit }) => netProfit)),
    }))
    .toSorted((a, b) => b.positions - a.positions || (a.reason < b.reason ? -1 : 1));
}

/** By the month in which they closed, UTC; months in which nothing closed are not there. */
function byMonth(positions: readonly TestedPosition[]): readonly MonthFigures[] {
  const months = Map.groupBy(positions, ({ closedAtMs }) => {
    const closed = new Date(closedAtMs);
    return closed.getUTCFullYear() * 12 + closed.getUTCMonth();
  });
  return [...months]
    .toSorted(([a], [b]) => a - b)
    .map(([month, ended]) => ({
      year: Math.floor(month / 12),
      month: (month % 12) + 1,
      positions: ended.length,
      netProfit: total(ended.map(({ netProfit }) => netProfit)),
    }));
}

const BAR_R = 0.5;
const LOWEST_R = -3;
const HIGHEST_R = 6;

/** Bars of half an R from −3 to +6, and one at either end for what lies beyond. */
function histogram(multiples: readonly number[]): readonly HistogramBar[] {
  if (multiples.length === 0) return [];
  const bars = (HIGHEST_R - LOWEST_R) / BAR_R;
  const counts = Array.from({ length: bars + 2 }, () => 0);
  let lowest = LOWEST_R - BAR_R;
  let highest = HIGHEST_R + BAR_R;
  for (const multiple of multiples) {
    const bar = Math.floor((multiple - LOWEST_R) / BAR_R) + 1;
    counts[Math.min(bars + 1, Math.max(0, bar))]! += 1;
    lowest = Math.min(lowest, Math.floor(multiple / BAR_R) * BAR_R);
    highest = Math.max(highest, (Math.floor(multiple / BAR_R) + 1) * BAR_R);
  }
  return counts.map((count, index) => ({
    from: index === 0 ? lowest : LOWEST_R + (index - 1) * BAR_R,
    to: index === bars + 1 ? highest : LOWEST_R + index * BAR_R,
    count,
  }));
}
