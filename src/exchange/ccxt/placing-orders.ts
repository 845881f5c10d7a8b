/**
 * Placing and canceling at a venue: one order in the venue's words, through the line, with what its answer proves.
 *
 * Promises: what is sent equals what the journal says, digit for digit, or it is not sent (I14); only what the profile names is sent;
 * a close that others may have overtaken is sized by what the exchange holds (R10.4). A refusal is a report, not an error.
 */
import * as Effect from "effect/Effect";
import { ceilDivide, exact, floorDivide, toText } from "../../domain/decimal.ts";
import type { OrderRequest } from "../../domain/intent.ts";
import { lotsToAmount, type Market } from "../../domain/market.ts";
import type { RejectedReport } from "../../domain/report.ts";
import { lots, type DecimalText, type EpochMs, type Lots } from "../../domain/units.ts";
import { ExchangeError, type OrderQuery } from "../exchange.ts";
import { AnswerError, parsePlacedOrder, parseTicker, type PlacedOrder } from "./answers.ts";
import { asReadError, noAnswerWithin, type CallJudged, type Calls, type CallWords } from "./calls.ts";
import type { CcxtClient } from "./ccxt-client.ts";
import type { Priority } from "./line.ts";
import type { LookingUp } from "./looking-up.ts";
import type { Params, VenueProfile } from "./profile.ts";
import type { VenueTime } from "./venue-time.ts";
import { filledIn, venueIdOf } from "./venue-words.ts";

export interface PlacingOrders {
  /** What the exchange has answered: the order as it took it, or its refusal. */
  readonly place: (order: OrderRequest) => Effect.Effect<PlacedOrder | RejectedReport, ExchangeError>;
  /** The call that it would be, as text. */
  readonly rehearse: (order: OrderRequest) => string;
  /** Whether it was taken; an order that is not there is looked up either way. */
  readonly cancel: (query: OrderQuery) => Effect.Effect<void, ExchangeError>;
}

/** An order whose turn has not come by then is not sent: it is the desk that asks again. */
const TURN_MS = 4_000;
/** Whatever has to be asked before an order is sent has to be answered by then. */
const QUESTION_MS = 3_000;

/** An entry that has waited for its turn so long is not the bot's decision any more. */
const ENTRY_FRESH_MS = 5_000;

export function createPlacingOrders(input: {
  readonly client: CcxtClient;
  readonly calls: Calls;
  readonly lookingUp: Pick<LookingUp, "netLots">;
  readonly profile: VenueProfile;
  readonly isHedged: () => boolean;
  readonly marketOf: (symbol: string) => Market | null;
  readonly time: VenueTime;
  readonly nowMs: () => EpochMs;
}): PlacingOrders {
  const { client, calls, lookingUp, profile, isHedged, marketOf, time, nowMs } = input;
  const refusedBeforehand = (
    order: OrderRequest,
    reason: RejectedReport["reason"],
    message: string,
  ): RejectedReport => ({
    kind: "rejected",
    clientOrderId: order.clientOrderId,
    atMs: nowMs(),
    reason,
    message: `not sent: ${message}`,
  });

  /** How much to send: what was decided, or at most what the exchange still shows. */
  const sized = (order: OrderRequest): Effect.Effect<Lots, ExchangeError> => {
    if (order.sizedBy === "position") return Effect.succeed(order.lots);
    return lookingUp.netLots(order.symbol, order.orderSide === "sell" ? "long" : "short", askedFor(order)).pipe(
      Effect.map((held) => lots(Math.min(order.lots, Math.abs(held)))),
      answeredInTime,
      Effect.mapError(notSentBecause),
    );
  };

  const priceFor = (order: OrderRequest, market: Market): Effect.Effect<DecimalText | undefined, ExchangeError> => {
    const beyond = profile.placing.value.priceBeyond;
    if (beyond === null) return Effect.succeed(undefined);
    return calls
      .run(askedFor(order), () => client.fetchTicker(order.symbol, {}), parseTicker)
      .pipe(
        Effect.map(({ last }) => worseBy(last, beyond, order.orderSide, market)),
        Effect.mapError(asReadError),
        answeredInTime,
        Effect.mapError(notSentBecause),
      );
  };

  const wordsFor = (order: OrderRequest) => {
    const id = venueIdOf(profile, order.clientOrderId);
    const deadline = deadlineOf(profile, time.toVenue(nowMs()));
    const form = filledIn(formOf(profile, order, isHedged()), { id, sinceMs: order.decidedAtMs });
    return { id, params: { ...form, ...deadline.params }, headers: deadline.headers };
  };

  return {
    rehearse(order) {
      const { params } = wordsFor(order);
      const market = marketOf(order.symbol);
      const fault = market === null ? "no such market" : amountFault(client, market, order.amount, order.lots);
      const call = `market ${order.orderSide} ${order.amount} ${order.symbol} ${JSON.stringify(params)}`;
      return fault === null ? call : `${call}, which would be refused: ${fault}`;
    },
    place: (order) =>
      Effect.gen(function* () {
        const market = marketOf(order.symbol);
        if (market === null)
          return refusedBeforehand(order, "unknown_symbol", `there is no market ${order.symbol} at ${profile.venue}`);
        const quantity = yield* sized(order);
        if (quantity <= 0)
          return refusedBeforehand(order, "reduce_only", `the exchange holds nothing of ${order.symbol} to close`);
        const amount = quantity === order.lots ? order.amount : lotsToAmount(market, quantity);
        const fault = amountFault(client, market, amount, quantity);
        if (fault !== null) return refusedBeforehand(order, "precision", fault);
        const price = yield* priceFor(order, market);
        const turnMs = nowMs() + TURN_MS;
        const leaveByMs = order.purpose === "entry" ? Math.min(turnMs, order.decidedAtMs + ENTRY_FRESH_MS) : turnMs;
        const { id, params, headers } = wordsFor(order);
        return yield* calls
          .run(
            { kind: "place", priority: priorityOf(order), leaveByMs, headers },
            () => client.createOrder(order.symbol, "market", order.orderSide, amount, price, params),
            (answer) => asOurs(parsePlacedOrder(answer), order.symbol, id),
          )
          .pipe(Effect.catch((error) => refusalOf(order, error, nowMs())));
      }),
    cancel: (query) =>
      Effect.gen(function* () {
        const id = venueIdOf(profile, query.clientOrderId);
        const params = filledIn(profile.cancel.value.params, { id, sinceMs: query.decidedAtMs });
        yield* calls
          .run(
            { kind: "cancel", priority: "exit" },
            () => client.cancelOrder(undefined, query.symbol, params),
            () => undefined,
          )
          .pipe(
            Effect.catch(({ judged }) =>
              // It filled, it is gone, or it never was: the look that follows tells.
              judged.kind === "failed" ? Effect.fail(new ExchangeError({ reason: judged.reason })) : Effect.void,
            ),
          );
      }),
  };
}

/** What a failed placement proves: a refusal for a report, everything else for the desk. */
function refusalOf(
  order: OrderRequest,
  { judged }: CallJudged,
  nowMs: EpochMs,
): Effect.Effect<RejectedReport, ExchangeError> {
  switch (judged.kind) {
    case "rejected": {
      const { reason, message } = judged;
      return Effect.succeed({ kind: "rejected", clientOrderId: order.clientOrderId, atMs: nowMs, reason, message });
    }
    case "not found":
      return Effect.fail(new ExchangeError({ reason: { _tag: "OutcomeUnknown", message: judged.message } }));
    case "failed":
      return Effect.fail(new ExchangeError({ reason: judged.reason }));
  }
}

const answeredInTime = <A>(question: Effect.Effect<A, ExchangeError>): Effect.Effect<A, ExchangeError> =>
  Effect.timeoutOrElse(question, {
    duration: QUESTION_MS,
    orElse: () => Effect.fail(new ExchangeError({ reason: noAnswerWithin(QUESTION_MS) })),
  });

const notSentBecause = ({ reason }: ExchangeError): ExchangeError =>
  new ExchangeError({ reason: { _tag: "Transient", message: `not sent: ${reason.message}` } });

/** What has to be asked before an order can be sent stands in the line where the order will: no close waits behind a pause. */
const askedFor = (order: OrderRequest): CallWords => ({ kind: "read", priority: priorityOf(order) });

const priorityOf = ({ purpose }: OrderRequest): Priority => (purpose === "entry" ? "rest" : purpose);

function formOf({ placing, venue }: VenueProfile, { reduceOnly, purpose }: OrderRequest, isHedged: boolean): Params {
  const form = isHedged ? placing.value.hedge : placing.value;
  if (form === null) throw new Error(`Invariant: the profile of ${venue} has no hedge mode; it is refused at start`);
  return reduceOnly || purpose !== "entry" ? form.exit : form.entry;
}

/** Orders that a venue can be told a moment for are refused after it: their turn, and five seconds on the way. */
export const ORDER_DEADLINE_MS = TURN_MS + 5_000;

function deadlineOf(
  { deadlineIn }: VenueProfile,
  nowMs: EpochMs,
): { readonly params: Readonly<Record<string, string>>; readonly headers: Readonly<Record<string, string>> } {
  if (deadlineIn === undefined) return { params: {}, headers: {} };
  const { where, name, as } = deadlineIn.value;
  const atMs = nowMs + ORDER_DEADLINE_MS;
  const value = { [name]: as === "epoch ms" ? String(atMs) : new Date(atMs).toISOString() };
  return where === "params" ? { params: value, headers: {} } : { params: {}, headers: value };
}

/** The client must neither round nor cut what we have decided on (it rounds up on one venue). */
function amountFault(client: CcxtClient, market: Market, amount: DecimalText, quantity: Lots): string | null {
  if (!exact(lotsToAmount(market, quantity)).eq(exact(amount)))
    return `the amount ${amount} is not the ${quantity} lots that were decided on`;
  let sent: string;
  try {
    sent = client.amountToPrecision(market.symbol, amount);
  } catch (error) {
    return `the client cannot write the amount ${amount} of ${market.symbol} (${String(error)})`;
  }
  if (Number.isFinite(Number(sent)) && exact(sent as DecimalText).eq(exact(amount))) return null;
  return `the client would send ${sent} of ${market.symbol} in place of ${amount}`;
}

/** An answer that names another symbol or another id is no acceptance of ours. */
function asOurs(order: PlacedOrder, symbol: string, id: string): PlacedOrder {
  const about = order.symbol ?? symbol;
  if (about !== symbol) throw new AnswerError("answer to the order", `it is about ${about}, not ${symbol}`);
  const named = order.clientOrderId ?? id;
  if (named !== id) throw new AnswerError("answer to the order", `it names the id ${named}, not ${id}`);
  return order;
}

/** A limit so far beyond the market that it fills like a market order, on the tick that is worse for us. */
function worseBy(last: DecimalText, beyond: string, orderSide: OrderRequest["orderSide"], market: Market): DecimalText {
  const factor = orderSide === "buy" ? exact(1).plus(beyond) : exact(1).minus(beyond);
  const price = exact(last).times(factor);
  if (market.priceTick === null) return toText(price);
  const tick = exact(market.priceTick);
  const ticks = orderSide === "buy" ? ceilDivide(price, tick) : floorDivide(price, tick);
  return toText(ticks.times(tick));
}
