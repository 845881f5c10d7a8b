/**
 * Public prices of a market: tickers, book, candles, mark price. There is one price; book and candles are made from it.
 */
import { places, type Decimal } from "./decimal.ts";
import type { ListedMarket } from "./markets.ts";

const BOOK_AMOUNT = "100";
const VOLUME = "1000";

export function priceText(market: ListedMarket, price: Decimal): string {
  return places(price, market.pricePlaces);
}

/** Bid one tick below the price, ask at the price. */
export function bestBidAndAsk(market: ListedMarket): { readonly bid: string; readonly ask: string } {
  return { bid: priceText(market, market.last.minus(market.tick)), ask: priceText(market, market.last) };
}

export function bookTicker(market: ListedMarket, nowMs: number): object {
  const { bid, ask } = bestBidAndAsk(market);
  return {
    symbol: market.spec.symbol,
    bidPrice: bid,
    bidQty: BOOK_AMOUNT,
    askPrice: ask,
    askQty: BOOK_AMOUNT,
    time: nowMs,
    lastUpdateId: nowMs,
  };
}

export function depth(market: ListedMarket, nowMs: number): object {
  const levels = [0, 1, 2, 3, 4];
  const last = market.last;
  return {
    lastUpdateId: nowMs,
    E: nowMs,
    T: nowMs,
    bids: levels.map((level) => [priceText(market, last.minus(market.tick.times(level + 1))), BOOK_AMOUNT]),
    asks: levels.map((level) => [priceText(market, last.plus(market.tick.times(level))), BOOK_AMOUNT]),
  };
}

export function dayTicker(market: ListedMarket, nowMs: number): object {
  const price = priceText(market, market.last);
  const { bid, ask } = bestBidAndAsk(market);
  return {
    symbol: market.spec.symbol,
    priceChange: "0",
    priceChangePercent: "0",
    weightedAvgPrice: price,
    prevClosePrice: price,
    lastPrice: price,
    lastQty: "1",
    bidPrice: bid,
    bidQty: BOOK_AMOUNT,
    askPrice: ask,
    askQty: BOOK_AMOUNT,
    openPrice: price,
    highPrice: price,
    lowPrice: price,
    volume: VOLUME,
    quoteVolume: places(market.last.times(VOLUME), 8),
    openTime: nowMs - 86_400_000,
    closeTime: nowMs,
    firstId: 1,
    lastId: 2,
    count: 2,
  };
}

export function lastPrice(market: ListedMarket, nowMs: number): object {
  return { symbol: market.spec.symbol, price: priceText(market, market.last), time: nowMs };
}

export function premiumIndex(market: ListedMarket, nowMs: number): object {
  const mark = places(market.mark, 8);
  return {
    symbol: market.spec.symbol,
    markPrice: mark,
    indexPrice: mark,
    estimatedSettlePrice: mark,
    lastFundingRate: "0.00010000",
    interestRate: "0.00010000",
    nextFundingTime: nowMs + 3_600_000,
    time: nowMs,
  };
}

const MINUTE_MS = 60_000;
export const CANDLE_MS: Readonly<Record<string, number>> = {
  "1m": MINUTE_MS,
  "3m": 3 * MINUTE_MS,
  "5m": 5 * MINUTE_MS,
  "15m": 15 * MINUTE_MS,
  "30m": 30 * MINUTE_MS,
  "1h": 60 * MINUTE_MS,
  "2h": 120 * MINUTE_MS,
  "4h": 240 * MINUTE_MS,
  "6h": 360 * MINUTE_MS,
  "8h": 480 * MINUTE_MS,
  "12h": 720 * MINUTE_MS,
  "1d": 1440 * MINUTE_MS,
  "1w": 10_080 * MINUTE_MS,
};

/** Flat candles at the current price, the last one still open. */
export function candles(
  market: ListedMarket,
  span: {
    readonly interval: string;
    readonly limit: number;
    readonly startMs: number | undefined;
    readonly nowMs: number;
  },
): unknown[][] {
  const lengthMs = CANDLE_MS[span.interval] ?? MINUTE_MS;
  const current = Math.floor(span.nowMs / lengthMs) * lengthMs;
  const first = span.startMs ?? current - (span.limit - 1) * lengthMs;
  const price = priceText(market, market.last);
  const rows: unknown[][] = [];
  for (
    let start = Math.ceil(first / lengthMs) * lengthMs;
    start <= current && rows.length < span.limit;
    start += lengthMs
  ) {
    rows.push([start, price, price, price, price, "1", start + lengthMs - 1, price, 1, "1", price, "0"]);
  }
  return rows;
}
