/**
 * Candles read as a path (R9.5): the open is a jump; then the price moves without a break to the extreme nearer to
 * the open (equally near: the low), to the other extreme, to the close, at one third, two thirds and the whole of
 * the candle's length less 1 ms, in whole milliseconds.
 *
 * Promises: four events for every candle, also where a stretch leads nowhere (equal prices: it still carries time
 * forward); the last candle is as long as all others; one that the next candle cuts short ends before that opens.
 */
import { exact } from "../domain/decimal.ts";
import { epochMs } from "../domain/units.ts";
import type { Candles, CandlePrices } from "./candles.ts";
import type { FeedEvent, PriceFeed, Stretch } from "./price-feed.ts";

export interface CandleFeedSource {
  readonly symbol: string;
  readonly candles: Candles;
  readonly timeframeMs: number;
}

export const candleFeed = (source: CandleFeedSource): PriceFeed => ({
  symbols: [source.symbol],
  candles: new Map([[source.symbol, source.timeframeMs]]),
  rowCount: source.candles.at.length,
  events: () => candleEvents(source),
});

/** Is the low the first extreme of the path? Equal distances are judged on the decimal text, not on float64. */
export function lowComesFirst({ open, high, low }: CandlePrices): boolean {
  const down = open - low;
  const up = high - open;
  if (down === up) return true;
  if (Math.abs(down - up) > high * DOUBTFUL) return down < up;
  return lowIsNearer(open, high, low);
}

/** Differences of three float64 prices are off by less than this share of the highest. */
const DOUBTFUL = 1e-14;

/** open − low ≤ high − open, exact: on whole numbers at the first scale where all three are whole. */
function lowIsNearer(open: number, high: number, low: number): boolean {
  for (let scale = 1; scale <= 1e12; scale *= 10) {
    const [opens, highs, lows] = [Math.round(open * scale), Math.round(high * scale), Math.round(low * scale)];
    if (highs > MOST_UNITS) break;
    if (opens / scale === open && highs / scale === high && lows / scale === low) return opens - lows <= highs - opens;
  }
  return exact(open).times(2).lte(exact(high).plus(low));
}

const MOST_UNITS = 2 ** 52;

function* candleEvents({ symbol, candles, timeframeMs }: CandleFeedSource): Generator<FeedEvent, void, undefined> {
  const { at, open, high, low, close } = candles;
  for (let index = 0; index < at.length; index++) {
    const opens = at[index]!;
    const nextOpens = at[index + 1] ?? Number.POSITIVE_INFINITY;
    const length = Math.min(timeframeMs, nextOpens - opens);
    const ends = opens + length - 1;
    const firstAt = Math.min(opens + Math.round(length / 3), ends);
    const secondAt = Math.min(opens + Math.round((length * 2) / 3), ends);
    const candle = { open: open[index]!, high: high[index]!, low: low[index]!, close: close[index]! };
    const lowFirst = lowComesFirst(candle);
    const first = lowFirst ? candle.low : candle.high;
    const second = lowFirst ? candle.high : candle.low;
    yield { kind: "jump", symbol, price: candle.open, atMs: epochMs(opens) };
    yield stretch(symbol, candle.open, opens, first, firstAt);
    yield stretch(symbol, first, firstAt, second, secondAt);
    yield {
      ...stretch(symbol, second, secondAt, candle.close, ends),
      closes: { atMs: opens, lengthMs: length, ...candle },
    };
  }
}

const stretch = (symbol: string, fromPrice: number, fromAtMs: number, toPrice: number, toAtMs: number): Stretch => ({
  kind: "stretch",
  symbol,
  fromPrice,
  fromAtMs: epochMs(fromAtMs),
  toPrice,
  toAtMs: epochMs(toAtMs),
});
