/**
 * Made-up positions over made-up candles, for whatever shows the result of a backtest: the same entries under a ladder
 * of three rungs with a stop that follows, and under one target. Simple on purpose; the engine is tested elsewhere.
 */
import type { TestedExit, TestedPosition, TestedStop } from "../../src/backtest/result.ts";
import type { Bars } from "../../src/backtest/page/position-chart.ts";
import type { ExitReason } from "../../src/domain/trade-record.ts";
import { seededStream } from "../../src/prices/seeded-stream.ts";

export const HOUR_MS = 3_600_000;
export const EXAMPLE_START_MS = Date.UTC(2024, 2, 4);
const FEE = 0.0005;
const LONGEST_HOURS = 24 * 12;

export interface ExampleMarket {
  readonly symbol: string;
  readonly startPrice: number;
  /** Decimals of its prices. */
  readonly decimals: number;
  readonly amount: number;
}

export interface ExamplePlan {
  readonly plan: string;
  /** Price moves and the shares closed there; what is left is for the stop. */
  readonly rungs: readonly (readonly [move: number, share: number])[];
  readonly stop: number;
  /** How far behind the best price the stop follows after the first rung; null where it does not. */
  readonly trail: number | null;
}

export function exampleCandles({ symbol, startPrice, decimals }: ExampleMarket, hours: number): Bars {
  const stream = seededStream("example candles", symbol);
  const bars = [...Array(5)].map(() => new Float64Array(hours));
  const [at, open, high, low, close] = bars as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const round = (price: number): number => Number(price.toFixed(decimals));
  let price = startPrice;
  let drift = 0;
  for (let hour = 0; hour < hours; hour += 1) {
    if (hour % 160 === 0) drift = stream.bell() * 0.0009;
    const opened = price;
    const steps = [1, 2, 3, 4].map(() => (price *= 1 + drift / 4 + stream.bell() * 0.0032));
    at[hour] = EXAMPLE_START_MS + hour * HOUR_MS;
    open[hour] = round(opened);
    high[hour] = round(Math.max(opened, ...steps));
    low[hour] = round(Math.min(opened, ...steps));
    close[hour] = round(price);
  }
  return { at, open, high, low, close };
}

/** Plays one entry through the candles from its hour on, the price that hurts first. */
export function examplePosition(entry: {
  readonly id: string;
  readonly market: ExampleMarket;
  readonly candles: Bars;
  readonly hour: number;
  readonly side: "long" | "short";
  readonly plan: ExamplePlan;
}): TestedPosition {
  const { id, market, candles, hour, side, plan } = entry;
  const sign = side === "long" ? 1 : -1;
  const round = (price: number): number => Number(price.toFixed(market.decimals));
  const entryPrice = candles.open[hour]!;
  const at = (move: number): number => round(entryPrice * (1 + sign * move));
  const targets = plan.rungs.map(([move]) => at(move));
  const exits: TestedExit[] = [];
  const stops: TestedStop[] = [{ atMs: candles.at[hour]!, price: at(-plan.stop), source: "initial" }];
  let left = 1;
  let [mfe, mae] = [0, 0];
  let ambiguousCandles = 0;
  const close = (share: number, price: number, reason: ExitReason, rung: number | null, bar: number): void => {
    const amount = market.amount * share;
    left -= share;
    exits.push({
      rung,
      reason,
      amount,
      price,
      fee: amount * price * FEE,
      profit: sign * amount * (price - entryPrice),
      atMs: candles.at[bar]! + HOUR_MS / 2,
    });
  };
  const last = Math.min(candles.at.length - 1, hour + LONGEST_HOURS);
  for (let bar = hour; left > 1e-9; bar += 1) {
    const [best, worst] =
      sign === 1 ? [candles.high[bar]!, candles.low[bar]!] : [candles.low[bar]!, candles.high[bar]!];
    const stop = stops.at(-1)!;
    const next = plan.rungs[exits.length];
    const target = targets[exits.length];
    const isStopped = sign * (worst - stop.price) <= 0;
    const isReached = target !== undefined && sign * (best - target) >= 0;
    if (isStopped && isReached) ambiguousCandles += 1;
    mae = Math.min(mae, sign * ((isStopped ? stop.price : worst) / entryPrice - 1));
    if (isStopped) {
      const opened = candles.open[bar]!;
      close(left, sign * (opened - stop.price) < 0 ? opened : stop.price, `stop_${stop.source}`, null, bar);
      continue;
    }
    mfe = Math.max(mfe, sign * (best / entryPrice - 1));
    if (isReached && next !== undefined) {
      const isLast = exits.length === plan.rungs.length - 1;
      const reason = plan.rungs.length === 1 ? "single_target" : isLast ? "take_profit_final" : "take_profit";
      close(isLast ? Math.min(left, next[1]) : next[1], target, reason, exits.length + 1, bar);
      if (exits.length === 1 && plan.trail !== null && left > 1e-9)
        stops.push({ atMs: candles.at[bar]! + HOUR_MS / 2, price: entryPrice, source: "ladder" });
    } else if (exits.length > 0 && plan.trail !== null) {
      const trailed = round(best * (1 - sign * plan.trail));
      if (sign * (trailed - stop.price) > 0)
        stops.push({ atMs: candles.at[bar]! + HOUR_MS / 2, price: trailed, source: "trailing" });
    }
    if (bar >= last && left > 1e-9)
      close(left, candles.close[bar]!, bar >= candles.at.length - 1 ? "end_of_data" : "max_holding_time", null, bar);
  }
  const sum = (of: (exit: TestedExit) => number): number => exits.reduce((total, exit) => total + of(exit), 0);
  const openedAtMs = candles.at[hour]!;
  const closedAtMs = exits.at(-1)!.atMs;
  const grossProfit = sum(({ profit }) => profit);
  const fees = sum(({ fee }) => fee) + market.amount * entryPrice * FEE;
  const funding = -market.amount * entryPrice * 0.0001 * Math.floor((closedAtMs - openedAtMs) / (8 * HOUR_MS));
  const risk = market.amount * entryPrice * plan.stop;
  const netProfit = grossProfit - fees + funding;
  return {
    id,
    symbol: market.symbol,
    account: "main",
    side,
    leverage: 3,
    quote: "USDT",
    openedAtMs,
    closedAtMs,
    reason: exits.at(-1)!.reason,
    amount: market.amount,
    entryPrice,
    averageExitPrice: sum(({ amount, price }) => amount * price) / market.amount,
    grossProfit,
    fees,
    funding,
    netProfit,
    risk,
    netR: netProfit / risk,
    mfe,
    mae,
    exits,
    stops,
    targets,
    ambiguousCandles,
  };
}
