/**
 * A venue of the client library as the `Exchange` service of the live driver, and its prices.
 *
 * Promises: nothing of the library is seen outside of this folder; every report comes from an answer or a stream that was parsed; what
 * is not sure is unknown. Opening it asks the venue for its markets, its clock and the account's position mode, and sends nothing else.
 */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as PubSub from "effect/PubSub";
import * as Random from "effect/Random";
import type * as Scope from "effect/Scope";
import * as Stream from "effect/Stream";
import type { OrderRequest } from "../../domain/intent.ts";
import type { Market } from "../../domain/market.ts";
import type { OrderReport } from "../../domain/report.ts";
import { Exchange, ExchangeError, ExchangePrices, type AbsenceTerms, type ExchangeService } from "../exchange.ts";
import { openAccess } from "./access.ts";
import { watchAccount } from "./account-streams.ts";
import type { ClientSettings, ExchangeSetupError } from "./ccxt-client.ts";
import { makeFollowing } from "./following.ts";
import { holdings } from "./holdings.ts";
import type { LineLimits } from "./line.ts";
import { DEFAULT_PRICE_SETTINGS, watchPrices, type PriceSettings } from "./live-prices.ts";
import { createLookingUp } from "./looking-up.ts";
import { momentOf } from "./order-reports.ts";
import { createPlacingOrders, ORDER_DEADLINE_MS } from "./placing-orders.ts";
import type { VenueProfile } from "./profile.ts";
import { measuredClock, prepareVenue, type FoundVenue } from "./venue-standing.ts";
import { createVenueTime, NOTICEABLE_DIFFERENCE_MS } from "./venue-time.ts";

export interface CcxtOptions extends ClientSettings {
  /** Whose orders these are: one name for one key. */
  readonly account: string;
  /** Markets that are traded: their prices are watched, and on spot what is held of them is told. */
  readonly symbols: readonly string[];
  /** `look`: markets and prices alone; no key is used. Default "trade". */
  readonly access?: "trade" | "look";
  /** Why the keys are not all that the venue needs; null where they are. */
  readonly isComplete?: (needed: readonly string[]) => string | null;
  /** Takes secrets out of what is told; the venue's own words are told, and might hold one. */
  readonly redact?: (text: string) => string;
  /** The client's market structures as markets; the caller knows how to read them. */
  readonly readMarkets: (structures: readonly unknown[]) => readonly Market[];
  /** Something that a person has to know. */
  readonly onTrouble: (message: string) => void;
  readonly timing?: Partial<CcxtTiming>;
  /** @internal For tests: dials another address, without another URL. */
  readonly prepare?: (client: unknown) => Promise<void>;
}

export interface CcxtTiming {
  /** How far the clocks of venue and host may differ while requests are still taken. */
  readonly clockErrorMs: number;
  /** How far two looks have to be apart that establish an absence. */
  readonly looksApartMs: number;
  /** Null: as the client says of its venue. */
  readonly line: LineLimits | null;
  readonly prices: PriceSettings;
}

const DEFAULT_TIMING: CcxtTiming = {
  clockErrorMs: 1_000,
  looksApartMs: 2_000,
  line: null,
  prices: DEFAULT_PRICE_SETTINGS,
};

/** What was found at the venue when it was opened, and what an order would be there. */
export interface VenueStanding extends FoundVenue {
  /** The call that an order would be, as text; nothing is sent. */
  readonly rehearse: (order: OrderRequest) => string;
}

export class Venue extends Context.Service<Venue, VenueStanding>()("pawl/exchange/ccxt/Venue") {}

export const layer = (options: CcxtOptions): Layer.Layer<Exchange | ExchangePrices | Venue, ExchangeSetupError> =>
  Layer.effectContext(open(options));

const open = (
  options: CcxtOptions,
): Effect.Effect<Context.Context<Exchange | ExchangePrices | Venue>, ExchangeSetupError, Scope.Scope> =>
  Effect.gen(function* () {
    const { profile, account, onTrouble } = options;
    const timing = { ...DEFAULT_TIMING, ...options.timing };
    const time = createVenueTime();
    const { clients, calls, nowMs, setClocks } = yield* openAccess({
      ...options,
      onClock: () => time.doubt(),
      limits: timing.line,
      pausesKeptBy: "line",
      onLongWait: (waitMs) =>
        onTrouble(
          `${profile.venue} has told us to wait ${waitMs / 1_000} s: until then only closes and exits are sent`,
        ),
    });
    const random = yield* Random.Random;
    const chance = (): number => random.nextDoubleUnsafe();
    const access = options.access ?? "trade";
    const found = yield* prepareVenue({ ...options, access, clients, calls, nowMs, setClocks });
    if (found.clock !== null) {
      const { differenceMs } = found.clock;
      time.set(differenceMs);
      if (Math.abs(differenceMs) > NOTICEABLE_DIFFERENCE_MS) onTrouble(clockText(profile.venue, differenceMs));
      const measured = Effect.map(measuredClock(calls, clients.rest, nowMs), (clock) => clock.differenceMs);
      yield* Effect.forkScoped(time.keep(measured));
    }
    const marketOf = (symbol: string): Market | null => found.markets.get(symbol) ?? null;
    const known = (symbol: string): Market => {
      const market = marketOf(symbol);
      if (market === null) throw new Error(`Invariant: orders of ${symbol} are refused before they are sent`);
      return market;
    };
    const looks = { client: clients.rest, calls, profile, marketOf: known, time, nowMs };
    const lookingUp = createLookingUp(looks);
    const placing = createPlacingOrders({
      client: clients.orders,
      calls,
      lookingUp,
      profile,
      isHedged: () => found.isHedged,
      marketOf,
      time,
      nowMs,
    });
    const standing: VenueStanding = { ...found, rehearse: placing.rehearse };
    const absence: AbsenceTerms = {
      afterMs: lastArrivalMs(profile) + timing.clockErrorMs + profile.visibilityLagMs.value,
      apartMs: timing.looksApartMs,
    };
    // Unbounded: a report that is dropped would be worse, and an order has a bounded number of them.
    const reports = yield* PubSub.unbounded<OrderReport>();
    const publish = (report: OrderReport): void => void PubSub.publishUnsafe(reports, report);
    const following = yield* makeFollowing({
      look: lookingUp.nearby,
      check: createLookingUp({ ...looks, isCheck: true }).everywhere,
      arrivalMs: absence.afterMs,
      publish,
      nowMs,
    });

    const { symbols } = options;
    const held = holdings({ client: clients.rest, calls, profile, account, markets: found.markets, symbols });
    const service: ExchangeService = {
      markets: Effect.succeed(Array.from(standing.markets.values())),
      absence,
      place: (order) =>
        Effect.suspend(() => {
          const { clientOrderId } = order;
          if (following.tellAgain(clientOrderId)) return Effect.void;
          return Effect.map(placing.place(order), (answer) => {
            if ("kind" in answer) return following.tell([answer]);
            following.follow(order);
            const atMs = momentOf(answer, time, nowMs());
            following.tell([{ kind: "accepted", clientOrderId, atMs, exchangeOrderId: answer.id }]);
          });
        }),
      cancel: (query) => Effect.map(placing.cancel(query), () => following.follow(query)),
      lookUp: (query) =>
        Effect.suspend(() => {
          // It was there when the order was sent: nothing is known of it now, and that is no answer.
          if (marketOf(query.symbol) === null) return Effect.fail(unlisted(profile.venue, query.symbol));
          return Effect.map(lookingUp.everywhere(query), (sighting) => {
            if (sighting.kind !== "seen") return sighting;
            // Found after all: from here on it is an order like any other.
            following.follow(query);
            return { kind: "seen", reports: following.named(sighting.reports) } as const;
          });
        }),
      holdings: held,
      reports: Stream.fromPubSub(reports),
    };
    if (access === "trade")
      yield* watchAccount({ client: clients.orders, profile, following, time, marketOf, onTrouble, chance });
    const prices = {
      watch: (onPrice: Parameters<ExchangePrices["Service"]["watch"]>[0]) =>
        watchPrices({
          client: clients.rest,
          calls,
          settings: timing.prices,
          symbols,
          time,
          nowMs,
          random: chance,
          onPrice,
          onTrouble,
        }),
    };
    return Context.make(Exchange, service).pipe(Context.add(ExchangePrices, prices), Context.add(Venue, standing));
  });

const unlisted = (venue: string, symbol: string): ExchangeError =>
  new ExchangeError({ reason: { _tag: "Transient", message: `${venue} does not list ${symbol} any more` } });

const clockText = (venue: string, differenceMs: number): string => {
  const seconds = (Math.abs(differenceMs) / 1_000).toFixed(1);
  const way = differenceMs > 0 ? "behind" : "ahead of";
  return `the clock of this machine is ${seconds} s ${way} that of ${venue}; times are corrected, and the clock should be set`;
};

/** So long after it was signed an order may still be taken; where nothing bounds that, the profile's lag is the grace period. */
const lastArrivalMs = (profile: VenueProfile): number =>
  profile.deadlineIn === undefined ? (profile.requestDeadlineMs.value ?? 0) : ORDER_DEADLINE_MS;
