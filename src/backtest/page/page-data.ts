/**
 * What the page carries with it: everything that its script shows, packed small enough for thousands of positions.
 * Both sides of the page know these types: the one that packs (Node) and the one that unpacks (the browser).
 */
import type { Side } from "../../domain/side.ts";
import type { ExitReason } from "../../domain/trade-record.ts";
import type { StopSource } from "../../domain/position.ts";
import type { Assumptions, BacktestRun, RefusedTest, TestedSeries } from "../result.ts";
import type { RunStatistics } from "../run-statistics.ts";

/** An answer to "is this plan better than that one?", in plain text that is made elsewhere. */
export interface ComparisonText {
  readonly plan: string;
  readonly against: string;
  readonly headline: string;
  readonly lines: readonly string[];
}

export interface PageData {
  readonly title: string;
  readonly generatedAtMs: number;
  readonly isPartial: boolean;
  readonly notes: readonly string[];
  readonly series: readonly TestedSeries[];
  readonly assumptions: Assumptions;
  readonly comparison: readonly ComparisonText[];
  readonly runs: readonly PageRun[];
  /** Null where no run has a point of equity. */
  readonly equity: EquityGrid | null;
  readonly charts: readonly PackedChart[];
  /** Decimals with which prices of a symbol are written. */
  readonly priceDecimals: readonly (readonly [symbol: string, decimals: number])[];
  /** Decimals with which money is written. */
  readonly moneyDecimals: number;
}

export interface PageRun {
  readonly plan: string;
  readonly range: BacktestRun["range"];
  readonly figures: Omit<RunStatistics, "equity">;
  /** The first of them; `refusedCount` is all. */
  readonly refused: readonly RefusedTest[];
  readonly refusedCount: number;
  readonly positions: readonly PackedPosition[];
}

/** A TestedPosition without the names of its fields. */
export type PackedPosition = readonly [
  id: string,
  symbol: string,
  account: string,
  side: Side,
  leverage: number,
  quote: string,
  openedAtMs: number,
  closedAtMs: number,
  reason: ExitReason,
  amount: number,
  entryPrice: number,
  averageExitPrice: number,
  grossProfit: number,
  fees: number,
  funding: number,
  netProfit: number,
  risk: number,
  netR: number,
  mfe: number,
  mae: number,
  exits: readonly PackedExit[],
  stops: readonly PackedStop[],
  targets: readonly number[],
  ambiguousCandles: number,
];

export type PackedExit = readonly [
  rung: number | null,
  reason: ExitReason,
  amount: number,
  price: number,
  fee: number,
  profit: number,
  atMs: number,
];

export type PackedStop = readonly [atMs: number, price: number, source: StopSource];

/** The bars around one position; prices are whole numbers of 10^-decimals. */
export interface PackedChart {
  readonly run: number;
  /** Its place among the positions of the run. */
  readonly position: number;
  readonly decimals: number;
  /** The first opening time, then steps to the next ones and how often each: [start, step, count, step, count …]. */
  readonly at: readonly number[];
  /** For each bar: open less the close before, high over the body, low under the body, close less open. */
  readonly bars: readonly number[];
}

/** Equity of all runs at the same moments, `stepMs` apart. */
export interface EquityGrid {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly runs: readonly EquityLine[];
}

/** What stood at each moment, and the deepest drawdown since the moment before. */
export interface EquityLine {
  readonly equity: readonly number[];
  readonly drawdown: readonly number[];
}
