/**
 * The real client on the local venue, as the contract of the exchange port asks for it: one account with a perpetual and a spot
 * market, each behind a gateway of its own, joined by symbol. On the real clock.
 */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as PubSub from "effect/PubSub";
import type * as Scope from "effect/Scope";
import * as Stream from "effect/Stream";
import type { OrderReport } from "../../src/domain/report.ts";
import { epochMs } from "../../src/domain/units.ts";
import { layer } from "../../src/exchange/ccxt/layer.ts";
import { binance } from "../../src/exchange/ccxt/profiles/binance.ts";
import { Exchange, type ExchangeService } from "../../src/exchange/exchange.ts";
import { markJournalled } from "../../src/journal/journal.ts";
import { PERP, SPOT } from "./paper-orders.ts";
import { scopedVenue } from "./scoped-venue.ts";
import { ccxtOptions, quick } from "./trading-bench.ts";
import type { LocalVenue, LocalVenueOptions } from "./venue/local-venue.ts";
import type { VenueMarket } from "./venue/markets.ts";

const MARKET = {
  symbol: "BTCUSDT",
  base: "BTC",
  quote: "USDT",
  amountStep: "0.001",
  minimumAmount: "0.01",
  maximumAmount: "100",
  priceTick: "0.1",
  minimumNotional: "5",
  price: "100.0",
} as const satisfies Omit<VenueMarket, "kind">;

/** As in `paper-orders.ts`. */
const MARKETS: readonly VenueMarket[] = [
  { ...MARKET, kind: "perpetual" },
  { ...MARKET, kind: "spot" },
];

export interface JoinedVenue {
  readonly local: LocalVenue;
  readonly exchange: ExchangeService;
  /** Waits until everything that was placed has ended, and is told. */
  readonly settle: Effect.Effect<void>;
}

export const openJoinedVenue = (options: LocalVenueOptions = {}): Effect.Effect<JoinedVenue, unknown, Scope.Scope> =>
  Effect.gen(function* () {
    const local = yield* scopedVenue({ markets: MARKETS, ...options });
    const futures = Context.get(yield* Layer.build(layer(ccxtOptions(local, { symbols: [PERP] }))), Exchange);
    const coins = { profile: quick(binance), symbols: [SPOT] };
    const spot = Context.get(yield* Layer.build(layer(ccxtOptions(local, coins))), Exchange);
    const placed = new Set<string>();
    const over = new Set<string>();
    const reports = yield* PubSub.unbounded<OrderReport>();
    for (const gateway of [futures, spot]) {
      yield* gateway.reports.pipe(
        Stream.runForEach((report) =>
          Effect.sync(() => {
            if (isEnd(report)) over.add(report.clientOrderId);
            PubSub.publishUnsafe(reports, report);
          }),
        ),
        Effect.forkScoped({ startImmediately: true }),
      );
    }
    const joined = join(futures, spot, Stream.fromPubSub(reports));
    // The suite's orders are decided on at a moment of its own; here that is the moment of opening.
    const decidedAtMs = epochMs(Date.now());
    const exchange: ExchangeService = {
      ...joined,
      place(order) {
        placed.add(order.clientOrderId);
        return joined.place(markJournalled({ ...order, decidedAtMs }));
      },
      cancel: (query) => joined.cancel(markJournalled({ ...query, decidedAtMs })),
      lookUp: (query) => joined.lookUp({ ...query, decidedAtMs }),
    };
    const settle = Effect.gen(function* () {
      const untilMs = performance.now() + 5_000;
      const working = (): readonly string[] => [...placed].filter((clientOrderId) => !over.has(clientOrderId));
      while (working().length > 0) {
        if (performance.now() > untilMs) throw new Error(`not at its end: ${working().join(", ")}`);
        yield* Effect.sleep(5);
      }
      yield* Effect.sleep(5);
    });
    return { local, exchange, settle };
  });

const isEnd = ({ kind }: OrderReport): boolean => kind === "ended" || kind === "rejected";

/** One exchange of two: spot markets belong to the second. */
function join(futures: ExchangeService, spot: ExchangeService, reports: ExchangeService["reports"]): ExchangeService {
  const of = ({ symbol }: { readonly symbol: string }): ExchangeService => (symbol === SPOT ? spot : futures);
  return {
    markets: Effect.map(Effect.all([futures.markets, spot.markets]), (all) => all.flat()),
    place: (order) => of(order).place(order),
    cancel: (query) => of(query).cancel(query),
    lookUp: (query) => of(query).lookUp(query),
    absence: futures.absence,
    holdings: Effect.map(Effect.all([futures.holdings, spot.holdings]), (all) => all.flat()),
    reports,
  };
}
