/**
 * The look-up ladder of one order: by its id, in every listing of orders, among conditional orders, in the fills, and by the size
 * of the position (R10.2).
 *
 * Promises: a rung that fails fails the look: it is no answer. "Not seen" is said only where every rung has answered, every
 * listing was complete, and no fill belongs to an order that none of them shows. It does not know when that is proof.
 */
import * as Effect from "effect/Effect";
import type { Market } from "../../domain/market.ts";
import { epochMs, lots, NO_LOTS, sumLots, type EpochMs, type Lots } from "../../domain/units.ts";
import { ExchangeError, type OrderQuery, type Sighting } from "../exchange.ts";
import { parseOrder, parseOrders, parsePositions, parseTrades, type VenueOrder, type VenueTrade } from "./answers.ts";
import { asReadError, CHECK, failedWith, LOOK_UP, type CallJudged, type Calls, type CallWords } from "./calls.ts";
import type { CcxtClient } from "./ccxt-client.ts";
import { textAt } from "./classify.ts";
import { orderReports, reportsOfFills, wholeLots } from "./order-reports.ts";
import type { ListingCall, LookUpCall, Params, SingleCall, VenueProfile } from "./profile.ts";
import type { VenueTime } from "./venue-time.ts";
import { filledIn, venueIdOf } from "./venue-words.ts";

/** Clocks may differ by so much: a listing begins that much before the order was decided on. */
const CLOCK_MARGIN_MS = 60_000;
/** How old an order may be that seems to be of the future. */
const SET_BACK_MS = 24 * 3_600_000;
/** The shortest page that every venue gives, where the profile says nothing. */
const SHORTEST_PAGES = { orders: 50, fills: 50, fillsFrom: null };
const MOST_PAGES = 20;

export interface LookingUp {
  /** Everything that the exchange lists. */
  readonly everywhere: (query: OrderQuery) => Effect.Effect<Sighting, ExchangeError>;
  /** The order by its id and its fills, for one that is known to be there. Null where it is not shown. */
  readonly nearby: (query: OrderQuery) => Effect.Effect<Sighting | null, ExchangeError>;
  /** What is held of a market, short below zero; of one side where both are held apart. Derivatives only. */
  readonly netLots: (symbol: string, side?: "long" | "short", words?: CallWords) => Effect.Effect<Lots, ExchangeError>;
}

export function createLookingUp(input: {
  readonly client: CcxtClient;
  readonly calls: Calls;
  readonly profile: VenueProfile;
  readonly marketOf: (symbol: string) => Market;
  readonly time: VenueTime;
  readonly nowMs: () => EpochMs;
  /** For looks at orders that are over: nothing waits for them, and whatever might be another order under the same id has to be explained. */
  readonly isCheck?: boolean;
}): LookingUp {
  const { client, calls, profile, marketOf, time, nowMs, isCheck = false } = input;
  const asks = isCheck ? CHECK : LOOK_UP;
  const pages = typeof profile.pages?.value === "object" ? profile.pages.value : SHORTEST_PAGES;

  const wordsFor = ({ clientOrderId, decidedAtMs }: OrderQuery): Words => {
    const now = nowMs();
    // Decided after now: our clock was set back since, and when it was nobody knows.
    const sinceMs = (decidedAtMs > now + CLOCK_MARGIN_MS ? now - SET_BACK_MS : decidedAtMs) - CLOCK_MARGIN_MS;
    return { id: venueIdOf(profile, clientOrderId), sinceMs: epochMs(Math.max(0, time.toVenue(sinceMs))) };
  };

  const one = (call: SingleCall, query: OrderQuery, words: Words): Effect.Effect<VenueOrder | null, CallJudged> =>
    calls
      .run(asks, () => client[call.method](undefined, query.symbol, filledIn(call.params, words)), parseOrder)
      .pipe(
        Effect.flatMap((order) =>
          isOurs(order, query, words.id) ? Effect.succeed(order) : Effect.fail(notOurs(order)),
        ),
        Effect.catch((error) => (error.judged.kind === "not found" ? Effect.succeed(null) : Effect.fail(error))),
      );

  /** A full page may not be all. */
  const list = (call: ListingCall, query: OrderQuery, words: Words): Effect.Effect<Listed, CallJudged> => {
    const since = call.method === "fetchOpenOrders" ? undefined : words.sinceMs;
    return calls
      .run(
        asks,
        () => client[call.method](query.symbol, since, pages.orders, filledIn(call.params, words)),
        parseOrders,
      )
      .pipe(Effect.map((orders) => ({ method: call.method, orders, isComplete: orders.length < pages.orders })));
  };

  /** All fills of a market since the order was decided on, page by page. */
  const trades = (query: OrderQuery, sinceMs: number): Effect.Effect<readonly VenueTrade[], CallJudged> =>
    Effect.gen(function* () {
      const all = new Map<string, VenueTrade>();
      let fromMs = sinceMs;
      let upTo: Params = {};
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const found = yield* calls.run(
          asks,
          () => client.fetchMyTrades(query.symbol, fromMs, pages.fills, upTo),
          parseTrades,
        );
        const before = all.size;
        for (const [key, trade] of keyed(found)) all.set(key, trade);
        const moments = found.map(({ timestamp }) => timestamp);
        if (found.length < pages.fills) return Array.from(all.values()).toSorted((a, b) => a.timestamp - b.timestamp);
        // A full page of nothing new: all of one moment, or a venue that gives the latest only. What is missing is not known.
        if (all.size === before || pages.fillsFrom === null) break;
        if (pages.fillsFrom === "the oldest") fromMs = Math.max(...moments);
        else upTo = { until: Math.min(...moments) + 1 };
      }
      return yield* incomplete("fetchMyTrades", all.size);
    });

  const seenAs = (
    query: OrderQuery,
    orders: readonly VenueOrder[],
    fills: readonly VenueTrade[],
  ): Effect.Effect<Sighting, CallJudged> =>
    readable(() => ({
      kind: "seen",
      reports: orderReports({
        clientOrderId: query.clientOrderId,
        market: marketOf(query.symbol),
        orders,
        trades: fills,
        time,
        nowMs: nowMs(),
      }),
    }));

  /** On some venues an order that is filled at once is in no listing, and its fills carry our id. */
  const seenByFills = (query: OrderQuery, fills: readonly VenueTrade[]): Effect.Effect<Sighting, CallJudged> =>
    readable(() => ({
      kind: "seen",
      reports: reportsOfFills({ ...query, market: marketOf(query.symbol), fills, time, nowMs: nowMs() }),
    }));

  const netLots: LookingUp["netLots"] = (symbol, side, words = asks) =>
    calls
      .run(words, () => client.fetchPositions([symbol], {}), parsePositions)
      .pipe(
        Effect.flatMap((positions) =>
          readable(() =>
            sumLots(
              positions
                .filter((position) => position.symbol === symbol && (side === undefined || position.side === side))
                .map(({ contracts, side: held }) => {
                  const quantity = contracts === null ? NO_LOTS : wholeLots(marketOf(symbol), contracts);
                  return held === "short" ? lots(-quantity) : quantity;
                }),
            ),
          ),
        ),
        Effect.mapError(asReadError),
      );

  const byId = (query: OrderQuery, words: Words): Effect.Effect<readonly VenueOrder[], CallJudged> =>
    Effect.map(
      Effect.forEach(profile.byId.value, (call) =>
        isSingleCall(call)
          ? Effect.map(one(call, query, words), (order) => (order === null ? [] : [order]))
          : Effect.map(list(call, query, words), ({ orders }) =>
              orders.filter((order) => isOurs(order, query, words.id)),
            ),
      ),
      (found) => found.flat(),
    );

  return {
    netLots,
    nearby: (query) =>
      Effect.gen(function* () {
        const words = wordsFor(query);
        const orders = distinct(yield* byId(query, words));
        if (orders.length === 0) {
          if (profile.fillIdAt === undefined) return null;
          const own = fillsUnder(profile, yield* trades(query, words.sinceMs), words.id);
          return own.length === 0 ? null : yield* seenByFills(query, own);
        }
        const fills = orders.some(hasFilled) ? yield* trades(query, words.sinceMs) : [];
        return yield* seenAs(query, orders, fills);
      }).pipe(Effect.mapError(asReadError)),
    everywhere: (query) =>
      Effect.gen(function* () {
        const words = wordsFor(query);
        const direct = yield* byId(query, words);
        const listings = yield* Effect.forEach([...profile.listings.value, ...conditionalOf(profile)], (call) =>
          list(call, query, words),
        );
        const shown = [...direct, ...listings.flatMap(({ orders: rows }) => rows)];
        const orders = distinct(shown.filter((order) => isOurs(order, query, words.id)));
        const fills = yield* trades(query, words.sinceMs);
        const own = fillsUnder(profile, fills, words.id);
        if (profile.listedEnds?.value === "guessed" && direct.length === 0 && orders.length > 0)
          return own.length > 0 ? yield* seenByFills(query, own) : yield* endUnknown;
        /** A fill that may be ours, of an order that nothing shows. */
        const stray = fills.find(
          (fill) => (own.includes(fill) || !isAttributed(profile, fill)) && !shown.some(({ id }) => id === fill.order),
        );
        // Found is found, however long the listings are; but a transport may have made two of it.
        if (orders.length > 0)
          return isCheck && stray !== undefined ? yield* unexplained(stray) : yield* seenAs(query, orders, fills);
        if (own.length > 0) return yield* seenByFills(query, own);
        const cut = listings.find(({ isComplete }) => !isComplete);
        if (cut !== undefined) return yield* incomplete(cut.method, cut.orders.length);
        if (profile.pages?.value === "cut before it is filtered") return yield* cannotBeProven;
        return stray === undefined ? null : yield* unexplained(stray);
      }).pipe(
        Effect.mapError(asReadError),
        Effect.flatMap((sighting): Effect.Effect<Sighting, ExchangeError> => {
          if (sighting !== null) return Effect.succeed(sighting);
          if (profile.markets === "spot") return Effect.succeed({ kind: "not seen", netLots: null });
          return Effect.map(netLots(query.symbol), (held) => ({ kind: "not seen", netLots: held }));
        }),
      ),
  };
}

interface Words {
  readonly id: string;
  readonly sinceMs: EpochMs;
}

const conditionalOf = ({ conditionalOrders, otherConditionalOrders }: VenueProfile): readonly ListingCall[] => [
  ...(conditionalOrders.value === null ? [] : [conditionalOrders.value]),
  ...(otherConditionalOrders?.value ?? []),
];

/** It was there, and what became of it nothing tells. */
const endUnknown = Effect.suspend(() =>
  Effect.fail(failedWith({ _tag: "OutcomeUnknown", message: "its history shows it, and not what became of it" })),
);

/** A listing is missing something, and it may be ours. */
const unexplained = ({ id, symbol }: VenueTrade): CallJudged =>
  failedWith({
    _tag: "OutcomeUnknown",
    message: `no listing shows the order of the fill ${id ?? "without an id"} of ${symbol}`,
  });

const fillsUnder = ({ fillIdAt }: VenueProfile, fills: readonly VenueTrade[], id: string): readonly VenueTrade[] =>
  fillIdAt === undefined ? [] : fills.filter((fill) => textAt(fill, fillIdAt.value) === id);

/** It bears an id, and not ours: it is of another order for certain. */
const isAttributed = ({ fillIdAt }: VenueProfile, fill: VenueTrade): boolean =>
  fillIdAt !== undefined && (textAt(fill, fillIdAt.value) ?? "") !== "";

interface Listed {
  readonly method: ListingCall["method"];
  readonly orders: readonly VenueOrder[];
  readonly isComplete: boolean;
}

/** Whether it asks for one order; others list them. */
export const isSingleCall = (call: LookUpCall): call is SingleCall =>
  call.method === "fetchOrder" || call.method === "fetchOpenOrder" || call.method === "fetchClosedOrder";

const isOurs = (order: VenueOrder, { symbol }: OrderQuery, id: string): boolean =>
  order.clientOrderId === id && order.symbol === symbol;

const hasFilled = ({ filled, status }: VenueOrder): boolean =>
  status !== "open" || (filled !== null && Number(filled) > 0);

const distinct = (orders: readonly VenueOrder[]): readonly VenueOrder[] =>
  // The last one seen is the latest.
  Array.from(new Map(orders.map((order) => [order.id, order])).values());

/**
 * By id, or by content where there is none (F26). Of the same content there may be several in one page, and they are as many in the
 * next one, which begins with the moment of the last.
 */
function keyed(page: readonly VenueTrade[]): readonly (readonly [string, VenueTrade])[] {
  const alike = new Map<string, number>();
  return page.map((trade) => {
    const { id, order, timestamp, price, amount } = trade;
    if (id !== null && id !== undefined) return [id, trade] as const;
    const content = [order, timestamp, price, amount].join("|");
    const nth = alike.get(content) ?? 0;
    alike.set(content, nth + 1);
    return [`${content}#${nth}`, trade] as const;
  });
}

const notOurs = (order: VenueOrder): CallJudged =>
  failedWith({
    _tag: "InvalidAnswer",
    message: `asked for one order, the exchange answered with another (${order.id})`,
  });

const cannotBeProven = failedWith({
  _tag: "OutcomeUnknown",
  message: "not found, and the listings of this venue do not tell whether they are complete",
});

const incomplete = (method: string, count: number): CallJudged =>
  failedWith({ _tag: "Transient", message: `${method} gave ${count} entries, which may not be all` });

/** Reading an answer may find that it makes no sense. */
const readable = <A>(read: () => A): Effect.Effect<A, CallJudged> => {
  try {
    return Effect.succeed(read());
  } catch (error) {
    return Effect.fail(
      failedWith({ _tag: "InvalidAnswer", message: error instanceof Error ? error.message : String(error) }),
    );
  }
};
