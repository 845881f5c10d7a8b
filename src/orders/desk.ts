/**
 * The order desk: makes one command true, whatever the network does. The same code serves the first attempt, a retry
 * and a restart.
 *
 * Promises: only journalled commands are carried out; an order is sent again only where it certainly never left; a
 * failure whose outcome is unknown is reported as unknown and looked up until there is evidence (R10.2); a failed
 * look-up is no answer. What an answer means is the position's business: everything comes back as a report.
 */
import * as Effect from "effect/Effect";
import * as Schedule from "effect/Schedule";
import type { Command, IntentPurpose, OrderRequest } from "../domain/intent.ts";
import type { OrderReport } from "../domain/report.ts";
import type { EpochMs } from "../domain/units.ts";
import { ExchangeError, type ExchangeService, type OrderQuery } from "../exchange/exchange.ts";
import type { Journalled } from "../journal/journal.ts";

export interface DeskPolicy {
  /** Our own limit on one call; running into it means that the outcome is unknown. */
  readonly timeoutMs: number;
  /** Further attempts for an order that certainly did not leave, by purpose (R10.6). */
  readonly resends: Readonly<Record<IntentPurpose, number>>;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export const DEFAULT_DESK_POLICY: DeskPolicy = {
  timeoutMs: 10_000,
  resends: { entry: 1, exit: 1, close: 5 },
  firstPauseMs: 200,
  longestPauseMs: 8_000,
};

export interface DeskInput {
  readonly exchange: ExchangeService;
  readonly policy: DeskPolicy;
  readonly nowMs: () => EpochMs;
  readonly onReport: (report: OrderReport) => void;
  /** The exchange refuses our key: no new exposure until somebody has looked. */
  readonly onUnauthorized: (message: string) => void;
}

export interface Desk {
  carryOut(command: Journalled<Command>): Effect.Effect<void>;
}

export function makeDesk(input: DeskInput): Desk {
  const { exchange, policy } = input;

  /** Within our own limit; running into it is an unknown outcome. */
  const limited = <A>(call: Effect.Effect<A, ExchangeError>): Effect.Effect<A, ExchangeError> =>
    Effect.timeoutOrElse(call, { duration: policy.timeoutMs, orElse: () => Effect.fail(timedOut(policy.timeoutMs)) });

  const backoff = Schedule.min([
    Schedule.exponential(policy.firstPauseMs),
    Schedule.spaced(policy.longestPauseMs),
  ]).pipe(Schedule.jittered);

  const resend = (times: number) =>
    backoff.pipe(Schedule.upTo({ times }), Schedule.setInputType<ExchangeError>(), Schedule.while(({ input: error }) => certainlyNotSent(error)));

  const place = (order: Journalled<OrderRequest>): Effect.Effect<void> =>
    limited(exchange.place(order)).pipe(
      Effect.retry(resend(policy.resends[order.purpose])),
      Effect.catch((error) => placementFailed(order, error)),
    );

  /** A placement that did not go well: refused for certain, or unknown and looked up. */
  const placementFailed = (order: OrderRequest, { reason }: ExchangeError): Effect.Effect<void> => {
    const { clientOrderId } = order;
    const { message } = reason;
    if (reason._tag === "Transient" || reason._tag === "Unauthorized") {
      return Effect.sync(() => {
        if (reason._tag === "Unauthorized") input.onUnauthorized(message);
        input.onReport({ kind: "rejected", clientOrderId, atMs: input.nowMs(), reason: "other", message });
      });
    }
    return Effect.sync(() => input.onReport({ kind: "unknown", clientOrderId, atMs: input.nowMs(), message })).pipe(
      Effect.andThen(settle(order)),
    );
  };

  /** Looks an order up until the exchange says something of it: a failed look-up is no answer, and there is no last try. */
  const settle = (query: OrderQuery): Effect.Effect<void> =>
    limited(exchange.lookUp(query)).pipe(
      Effect.flatMap((reports) => (reports.length === 0 ? Effect.fail(nothingYet) : Effect.succeed(reports))),
      Effect.retry(backoff),
      Effect.map((reports) => reports.forEach(input.onReport)),
      Effect.orDie,
    );

  /** One look-up that was asked for: an order still on its way has no news, and the position asks again. */
  const lookUp = (query: OrderQuery): Effect.Effect<void> =>
    limited(exchange.lookUp(query)).pipe(
      Effect.retry(backoff),
      Effect.map((reports) => reports.forEach(input.onReport)),
      Effect.orDie,
    );

  /** What came of a cancellation is reported by the exchange, or found by the next look-up. */
  const cancel = (query: Journalled<OrderQuery>): Effect.Effect<void> =>
    limited(exchange.cancel(query)).pipe(
      Effect.retry(resend(policy.resends.close)),
      Effect.catch(({ reason }) => Effect.logWarning(`[ORDER] cancel ${query.clientOrderId}: ${reason.message}`)),
    );

  return {
    carryOut(command) {
      switch (command.kind) {
        case "placeOrder":
          return place(command.order as Journalled<OrderRequest>);
        case "cancelOrder":
          return cancel(command);
        case "lookUpOrder":
          return lookUp(command);
      }
    },
  };
}

const certainlyNotSent = (error: ExchangeError): boolean => error.reason._tag === "Transient";

const timedOut = (timeoutMs: number): ExchangeError =>
  new ExchangeError({ reason: { _tag: "OutcomeUnknown", message: `no answer within ${timeoutMs} ms` } });

const nothingYet = new ExchangeError({ reason: { _tag: "OutcomeUnknown", message: "the exchange has no news of it yet" } });

