/** Positions and runs for tests, by what differs from a plain one: long 1 of BTC/USDT from 100, stop 90, closed at 110. */
import type { BacktestRun, TestedExit, TestedPosition } from "../../src/backtest/result.ts";

export const HOUR_MS = 3_600_000;
/** 2025-01-01 00:00 UTC, and hours after it. */
export const START_MS = Date.UTC(2025, 0, 1);
export const hour = (hours: number): number => START_MS + hours * HOUR_MS;

type Some<T> = { readonly [Key in keyof T]?: T[Key] };

/** One position; what is not given follows from what is. */
export function tested(given: Some<TestedPosition> & { readonly exit?: number } = {}): TestedPosition {
  const { exit: exitPrice = 110, ...about } = given;
  const { side = "long", amount = 1, entryPrice = 100, openedAtMs = hour(0), closedAtMs = hour(1) } = about;
  const sign = side === "long" ? 1 : -1;
  const last: TestedExit = {
    rung: null,
    reason: about.reason ?? "single_target",
    amount,
    price: exitPrice,
    fee: 0,
    profit: sign * amount * (exitPrice - entryPrice),
    atMs: closedAtMs,
  };
  const exits = about.exits ?? [last];
  const grossProfit = about.grossProfit ?? exits.reduce((sum, { profit }) => sum + profit, 0);
  const { fees = 0, funding = 0 } = about;
  const netProfit = about.netProfit ?? grossProfit - fees + funding;
  const risk = about.risk ?? 10 * amount;
  return {
    id: "entry-1",
    symbol: "BTC/USDT",
    account: "default",
    leverage: 1,
    quote: "USDT",
    reason: last.reason,
    averageExitPrice: exitPrice,
    mfe: 0.1,
    mae: -0.02,
    stops: [{ atMs: openedAtMs, price: entryPrice - sign * 10, source: "initial" }],
    targets: [110],
    ambiguousCandles: 0,
    ...about,
    side,
    amount,
    entryPrice,
    openedAtMs,
    closedAtMs,
    exits,
    grossProfit,
    fees,
    funding,
    netProfit,
    risk,
    netR: about.netR ?? netProfit / risk,
  };
}

export const runOf = (positions: readonly TestedPosition[], plan = "scaled"): BacktestRun => ({
  plan,
  positions,
  refused: [],
  range: null,
});

/** A run of positions that are nothing but their R (10 USDT each), one an hour: entry-0, entry-1, … */
export const runOfMultiples = (multiples: readonly number[], plan = "scaled"): BacktestRun =>
  runOf(
    multiples.map((netR, index) =>
      tested({ id: `entry-${index}`, exit: 100 + 10 * netR, openedAtMs: hour(index), closedAtMs: hour(index + 1) }),
    ),
    plan,
  );
