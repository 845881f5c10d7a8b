/**
 * Public price calls, the same for perpetuals and spot but for the path.
 */
import { open, type CallTable } from "./calls.ts";
import type { ListedMarket, MarketKind } from "./markets.ts";
import { optionalInteger, required, type Params } from "./params.ts";
import { bookTicker, candles, dayTicker, depth, lastPrice, premiumIndex } from "./price-bodies.ts";
import { requiredMarket } from "./required-market.ts";
import type { World } from "./world.ts";

export function priceCalls(kind: MarketKind, path: string): CallTable {
  const each = (body: (market: ListedMarket, nowMs: number) => object) =>
    open("prices", (world, params) => oneOrAll(world, kind, params, body));
  const one = (body: (market: ListedMarket, nowMs: number) => object) =>
    open("prices", (world, params) => body(requiredMarket(world, kind, params), world.clock.now()));
  const calls = {
    [`GET ${path}/depth`]: one(depth),
    [`GET ${path}/ticker/24hr`]: each(dayTicker),
    [`GET ${path}/ticker/price`]: each(lastPrice),
    [`GET ${path}/ticker/bookTicker`]: each(bookTicker),
    [`GET ${path}/klines`]: open("prices", (world, params) =>
      candles(requiredMarket(world, kind, params), {
        interval: required(params, "interval"),
        limit: optionalInteger(params, "limit") ?? 500,
        startMs: optionalInteger(params, "startTime"),
        nowMs: world.clock.now(),
      }),
    ),
  };
  return kind === "spot"
    ? calls
    : {
        ...calls,
        [`GET ${path}/premiumIndex`]: each(premiumIndex),
        [`GET ${path.replace("v1", "v2")}/ticker/price`]: each(lastPrice),
      };
}

function oneOrAll(
  world: World,
  kind: MarketKind,
  params: Params,
  body: (market: ListedMarket, nowMs: number) => object,
): object {
  const nowMs = world.clock.now();
  if (params["symbol"] !== undefined) return body(requiredMarket(world, kind, params), nowMs);
  return world.markets.filter(({ spec }) => spec.kind === kind).map((market) => body(market, nowMs));
}
