/**
 * What a backtest brought, as plain data: the table, the JSON and the page are made from it, and from nothing else.
 *
 * Money is quote currency, amounts are in the exchange's unit, prices are quote currency for one base unit; all are the
 * numbers nearest to the exact decimals that they were reckoned with. Ratios are plain (0.03 is 3 %), times are
 * milliseconds since 1970, UTC.
 */
import type { StopSource } from "../domain/position.ts";
import type { Side } from "../domain/side.ts";
import type { ExitReason } from "../domain/trade-record.ts";

/** In which order the extremes of a candle are met (R12.2); trades have no extremes. */
export type CandleOrder = "pessimistic" | "path" | "optimistic";

export interface TestedExit {
  /** The rung that it paid out; null for a close of what was left. */
  readonly rung: number | null;
  readonly reason: ExitReason;
  readonly amount: number;
  readonly price: number;
  readonly fee: number;
  /** Before fees. */
  readonly profit: number;
  readonly atMs: number;
}

/** Where the stop stood from a moment on. */
export interface TestedStop {
  readonly atMs: number;
  readonly price: number;
  readonly source: StopSource;
}

/** One position from its entry to its end. */
export interface TestedPosition {
  readonly id: string;
  readonly symbol: string;
  readonly account: string;
  readonly side: Side;
  readonly leverage: number;
  readonly quote: string;
  readonly openedAtMs: number;
  readonly closedAtMs: number;
  /** Why it was closed in the end. */
  readonly reason: ExitReason;
  readonly amount: number;
  readonly entryPrice: number;
  readonly averageExitPrice: number;
  readonly grossProfit: number;
  readonly fees: number;
  /** What funding brought; below zero where it was paid. */
  readonly funding: number;
  /** grossProfit − fees + funding. */
  readonly netProfit: number;
  /** Entry to the nearest of initial stop and emergency levels, times the amount: what one R is in quote currency. */
  readonly risk: number;
  /** netProfit ÷ risk. */
  readonly netR: number;
  /** The furthest the price went for it (never below zero) and against it (never above), as price moves from the entry. */
  readonly mfe: number;
  readonly mae: number;
  /** In order of time. */
  readonly exits: readonly TestedExit[];
  /** In order of time; the first is the initial stop. */
  readonly stops: readonly TestedStop[];
  /** The targets of its rungs as they were planned, from the first. */
  readonly targets: readonly number[];
  /** Candles in which the order of the extremes decided what became of it. */
  readonly ambiguousCandles: number;
}

/** An entry that was not opened, and why. */
export interface RefusedTest {
  readonly id: string;
  readonly symbol: string;
  readonly atMs: number;
  readonly message: string;
}

/** The same entries under one plan. */
export interface BacktestRun {
  /** A preset's name, a file's, or what was changed about one. */
  readonly plan: string;
  /** In order of opening. */
  readonly positions: readonly TestedPosition[];
  readonly refused: readonly RefusedTest[];
  /** Net profit in the worst and the best order inside each candle; null where it was not asked for (R12.2). */
  readonly range: {
    readonly worst: number;
    readonly best: number;
    readonly ambiguousCandles: number;
  } | null;
}

export interface TestedSeries {
  readonly symbol: string;
  readonly quote: string;
  readonly kind: "candles" | "trades";
  /** The file's name, or what made it. */
  readonly source: string;
  readonly rows: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Length of a candle; null for trades. */
  readonly timeframeMs: number | null;
  /** What was said about its data: gaps, rows left out. */
  readonly notes: readonly string[];
}

/** What was assumed about fills and costs. */
export interface Assumptions {
  readonly candleOrder: CandleOrder;
  readonly takerFee: string;
  readonly makerFee: string;
  readonly slippage: string;
  /** Whether funding rates were given. */
  readonly funding: boolean;
  /** Whether leverage brackets were given. */
  readonly liquidation: boolean;
  /** What every position begins with, quote currency: for equity and drawdown as a share. */
  readonly balance: number;
}

export interface BacktestResult {
  readonly format: "pawl-backtest";
  readonly version: 1;
  /** One of them, or several over the same entries (`pawl compare`). */
  readonly runs: readonly BacktestRun[];
  readonly series: readonly TestedSeries[];
  readonly assumptions: Assumptions;
  /** It was interrupted: what is here is right, and not all. */
  readonly isPartial: boolean;
  /** What a reader has to know before the figures. */
  readonly notes: readonly string[];
}
