/** One market of a backtest: its prices with what is known beside them. Plain data, so that it can be handed to a worker. */
import type { Market } from "../domain/market.ts";
import type { FundingRates } from "../prices/funding.ts";
import type { LeverageBracket } from "../prices/leverage-brackets.ts";
import type { Closes } from "./equity.ts";
import { columnsWith, endAt, indexAtOrAfter, type PriceColumns } from "./price-columns.ts";
import type { TestedSeries } from "./result.ts";

export interface TestedMarket {
  readonly market: Market;
  /** What positions ride through. */
  readonly columns: PriceColumns;
  /** What rules and the market's context are reckoned from: the candles as they were before finer ones took their place. */
  readonly seen: PriceColumns;
  readonly series: TestedSeries;
  /** Null where none are given: nothing is paid. */
  readonly funding: FundingRates | null;
  /** Null where none are given: nothing is taken away. */
  readonly brackets: readonly LeverageBracket[] | null;
}

/** When the last price of a market is over. */
export const endOf = ({ columns }: Pick<TestedMarket, "columns">): number => endAt(columns, columns.at.length - 1);

/** The prices that are ridden from one moment to before another; what is seen stays whole, since it only looks back. */
export function between(tested: TestedMarket, fromMs: number, toMs: number): TestedMarket {
  const { columns } = tested;
  const from = indexAtOrAfter(columns.at, fromMs);
  const to = indexAtOrAfter(columns.at, toMs);
  const rest = { ...columns, lengths: columns.lengths?.subarray(from, to) };
  return { ...tested, columns: columnsWith(rest, (name) => columns[name].subarray(from, to)) };
}

/** What positions are worth when nothing is sold: at each close. */
export function closesOf({ columns, market }: TestedMarket): Closes {
  const { at, close, kind } = columns;
  const contractSize = Number(market.contractSize);
  if (kind === "trades") return { at, close, contractSize };
  const ends = new Float64Array(at.length);
  const { lengths, timeframeMs } = columns;
  const last = at.length - 1;
  for (let row = 0; row < last; row += 1) {
    const own = at[row]! + (lengths === undefined ? timeframeMs : lengths[row]!);
    ends[row] = (own < at[row + 1]! ? own : at[row + 1]!) - 1;
  }
  ends[last] = endAt(columns, last);
  return { at: ends, close, contractSize };
}

/**
 * Candles with finer ones in their place where those cover them whole (R12.2), and how many they have taken the place of.
 * A candle that the finer ones contradict stays as it is: they are of another market, or of other hours.
 */
export function refined(
  coarse: PriceColumns,
  finer: PriceColumns,
): { readonly columns: PriceColumns; readonly refinedCandles: number; readonly contradicted: number } {
  const rows: (readonly [PriceColumns, number])[] = [];
  let [refinedCandles, contradicted] = [0, 0];
  for (let row = 0; row < coarse.at.length; row += 1) {
    const from = indexAtOrAfter(finer.at, coarse.at[row]!);
    const to = indexAtOrAfter(finer.at, coarse.at[row]! + coarse.timeframeMs);
    const isWhole = (to - from) * finer.timeframeMs === coarse.timeframeMs && finer.timeframeMs < coarse.timeframeMs;
    if (isWhole && agrees(coarse, row, finer, from, to)) {
      refinedCandles += 1;
      for (let at = from; at < to; at += 1) rows.push([finer, at]);
      continue;
    }
    if (isWhole) contradicted += 1;
    rows.push([coarse, row]);
  }
  const lengths = Float64Array.from(rows, ([from]) => from.timeframeMs);
  return {
    columns: columnsWith({ ...coarse, lengths }, (name) => Float64Array.from(rows, ([from, row]) => from[name][row]!)),
    refinedCandles,
    contradicted,
  };
}

function agrees(coarse: PriceColumns, row: number, finer: PriceColumns, from: number, to: number): boolean {
  let [high, low] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let at = from; at < to; at += 1) {
    high = Math.max(high, finer.high[at]!);
    low = Math.min(low, finer.low[at]!);
  }
  return high === coarse.high[row] && low === coarse.low[row];
}
