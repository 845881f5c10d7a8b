/**
 * Market streams by name (`btcusdt@trade`): which events a new price gives, and what a new subscriber gets first.
 */
import { places } from "./decimal.ts";
import type { ListedMarket, MarketKind } from "./markets.ts";
import { bestBidAndAsk, CANDLE_MS, priceText } from "./price-bodies.ts";
import type { World } from "./world.ts";

export interface MarketStream {
  readonly market: ListedMarket;
  readonly channel: string;
}

/** `btcusdt@kline_1m` of the futures or spot host; undefined when there is no such market. */
export function readStreamName(world: World, kind: MarketKind, name: string): MarketStream | undefined {
  const [id = "", channel = ""] = name.split("@");
  const market = world.markets.find(({ spec }) => spec.kind === kind && spec.symbol.toLowerCase() === id);
  return market === undefined ? undefined : { market, channel };
}

/** Trades come only with a price; everything else is sent to a new subscriber at once, as the venue does within a second. */
export function firstEvent(world: World, { market, channel }: MarketStream): object | undefined {
  return channel === "trade" || channel === "aggTrade" ? undefined : marketEvent(world, { market, channel });
}

export function marketEvent(world: World, { market, channel }: MarketStream): object | undefined {
  const now = world.clock.now();
  const s = market.spec.symbol;
  const price = priceText(market, market.last);
  switch (channel) {
    case "trade":
      return { e: "trade", E: now, T: now, s, t: world.nextMarketTradeId++, p: price, q: "1", X: "MARKET", m: false };
    case "aggTrade": {
      const id = world.nextMarketTradeId++;
      return { e: "aggTrade", E: now, T: now, s, a: id, f: id, l: id, p: price, q: "1", m: false };
    }
    case "bookTicker": {
      const { bid, ask } = bestBidAndAsk(market);
      const book = { u: now, s, b: bid, B: "100", a: ask, A: "100" };
      return market.spec.kind === "spot" ? book : { e: "bookTicker", E: now, T: now, ...book };
    }
    case "miniTicker":
      return { e: "24hrMiniTicker", E: now, s, c: price, o: price, h: price, l: price, v: "1000", q: "1000" };
    case "ticker":
      return dayTicker(market, now);
    default:
      if (channel.startsWith("markPrice")) return markPrice(market, now);
      if (channel.startsWith("kline_")) return candle(market, channel.slice("kline_".length), now);
      return undefined;
  }
}

function dayTicker(market: ListedMarket, now: number): object {
  const price = priceText(market, market.last);
  const { bid, ask } = bestBidAndAsk(market);
  return {
    e: "24hrTicker",
    E: now,
    s: market.spec.symbol,
    p: "0",
    P: "0",
    w: price,
    c: price,
    Q: "1",
    o: price,
    h: price,
    l: price,
    b: bid,
    B: "100",
    a: ask,
    A: "100",
    v: "1000",
    q: "1000",
    O: now - 86_400_000,
    C: now,
    F: 1,
    L: 2,
    n: 2,
  };
}

function markPrice(market: ListedMarket, now: number): object {
  const mark = places(market.mark, 8);
  return {
    e: "markPriceUpdate",
    E: now,
    s: market.spec.symbol,
    p: mark,
    P: mark,
    i: mark,
    r: "0.0001",
    T: now + 3_600_000,
  };
}

function candle(market: ListedMarket, interval: string, now: number): object | undefined {
  const lengthMs = CANDLE_MS[interval];
  if (lengthMs === undefined) return undefined;
  const start = Math.floor(now / lengthMs) * lengthMs;
  const price = priceText(market, market.last);
  const s = market.spec.symbol;
  const k = { t: start, T: start + lengthMs - 1, s, i: interval, f: 1, L: 1, o: price, c: price, h: price, l: price };
  return { e: "kline", E: now, s, k: { ...k, v: "1", n: 1, x: false, q: price, V: "1", Q: price, B: "0" } };
}
