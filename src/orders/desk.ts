/**
 * The order desk: makes one command true, whatever the network does. The same code serves the first attempt, a retry
 * and a restart.
 *
 * Promises: only journalled commands are carried out; an order is sent again only where it certainly never left; a
 * failure whose outcome is unknown is reported as unknown and looked up until there is evidence (R10.2); a failed
 * look-up is no answer. What an answer means is the position's business: everything comes back as a report.
 */
import * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Schedule from "effect/Schedule";
import type * as Scope from "effect/Scope";
import * as Semaphore from "effect/Semaphore";
import type { Command, IntentPurpose, OrderRequest } from "../domain/intent.ts";
import type { OrderReport } from "../domain/report.ts";
import type { EpochMs, Lots } from "../domain/units.ts";
import { ExchangeError, type ExchangeService, type OrderQuery, type Sighting } from "../exchange/exchange.ts";
import type { Journalled } from "../journal/journal.ts";
import { makeBreaker, type Breaker, type BreakerPolicy } from "./breaker.ts";
import { steadyMsOf } from "../clock/steady-clock.ts";
import { createSettlement } from "./settlement.ts";

export interface DeskPolicy {
  /** Our own limit on one call; running into it means that the outcome is unknown. */
  readonly timeoutMs: number;
  /** Further attempts for an order that certainly did not leave, by purpose (R10.6). */
  readonly resends: Readonly<Record<IntentPurpose, number>>;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  readonly breaker: BreakerPolicy;
  /** Looks at a time: a look is many requests, and all of them at once would never come to an end. */
  readonly looksAtOnce: number;
  /** An order that has been looked up in vain for so long is told, and again each time as long has passed. */
  readonly alertAfterMs: number;
}

export const DEFAULT_DESK_POLICY: DeskPolicy = {
  timeoutMs: 10_000,
  resends: { entry: 1, exit: 1, close: 5 },
  firstPauseMs: 200,
  longestPauseMs: 8_000,
  breaker: { failuresInARow: 5, openMs: 10_000 },
  looksAtOnce: 4,
  alertAfterMs: 60_000,
};

export interface DeskInput {
  readonly exchange: ExchangeService;
  readonly policy: DeskPolicy;
  readonly nowMs: () => EpochMs;
  /** What all positions of an account hold in a market, by the fills that are counted; short is below zero. */
  readonly countedLots: (query: OrderQuery) => Lots;
  readonly onReport: (report: OrderReport) => void;
  /** The exchange refuses our key: no new exposure until somebody has looked. */
  readonly onUnauthorized: (message: string) => void;
  /** Something that a person has to know: an answer that cannot be read, an adapter that has thrown. */
  readonly onAlert: (message: string) => void;
}

export interface Desk {
  carryOut(command: Journalled<Command>): Effect.Effect<void>;
}

export const makeDesk = (input: DeskInput): Effect.Effect<Desk, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock;
    const steadyMs = steadyMsOf(clock);
    const looks = yield* Semaphore.make(input.policy.looksAtOnce);
    return deskWith({ ...input, steadyMs, looks }, yield* makeBreaker(input.policy.breaker));
  });

/** `steadyMs` only goes forward, whatever is done to the host's clock. */
function deskWith(
  input: DeskInput & { readonly steadyMs: () => number; readonly looks: Semaphore.Semaphore },
  breaker: Breaker,
): Desk {
  const { exchange, policy, steadyMs, looks } = input;
  const settlement = createSettlement(exchange.absence, steadyMs());
  /** Orders on their way to the exchange, from the first attempt to the last. */
  const placing = new Set<string>();
  /** Orders that were called off while they were being sent. */
  const calledOff = new Map<string, Journalled<OrderQuery>>();
  /** Orders that are being looked up; what is learned of one that is sent meanwhile is older than the sending. */
  const lookingUp = new Map<string, { isOutdated: boolean }>();

  /** Within our own limit; running into it, or something thrown, is an unknown outcome. */
  const limited = <A>(call: () => Effect.Effect<A, ExchangeError>, mayPass = true): Effect.Effect<A, ExchangeError> =>
    breaker.guard(withinLimit(call), mayPass);
  const withinLimit = <A>(call: () => Effect.Effect<A, ExchangeError>): Effect.Effect<A, ExchangeError> =>
    Effect.suspend(call).pipe(
      Effect.catchDefect((defect) => {
        input.onAlert(`The exchange's adapter has thrown: ${String(defect)}`);
        return Effect.fail(outcomeUnknown(String(defect)));
      }),
      Effect.timeoutOrElse({
        duration: policy.timeoutMs,
        orElse: () => Effect.fail(outcomeUnknown(`no answer within ${policy.timeoutMs} ms`)),
      }),
    );

  /** Pauses that grow and are not the same for everybody; where the exchange has said how long, that long. */
  const pauses = Schedule.min([Schedule.exponential(policy.firstPauseMs), Schedule.spaced(policy.longestPauseMs)]).pipe(
    Schedule.jittered,
    Schedule.setInputType<ExchangeError>(),
    Schedule.modifyDelay(({ duration, input: { reason } }) =>
      Effect.succeed(
        reason._tag === "RateLimited"
          ? Math.max(policy.firstPauseMs, reason.retryAfterMs)
          : Duration.toMillis(duration),
      ),
    ),
  );
  const again = (times: number, isWorthIt: (error: ExchangeError) => boolean) =>
    pauses.pipe(
      Schedule.upTo({ times }),
      Schedule.while(({ input: error }) => isWorthIt(error)),
    );

  const place = (order: Journalled<OrderRequest>): Effect.Effect<void> =>
    Effect.suspend(() => {
      const { clientOrderId, purpose } = order;
      // Two sendings of one order at a time would be two orders on a venue that does not compare ids.
      if (placing.has(clientOrderId)) return Effect.void;
      placing.add(clientOrderId);
      const asked = lookingUp.get(clientOrderId);
      if (asked !== undefined) asked.isOutdated = true;
      const send = Effect.suspend(() =>
        calledOff.has(clientOrderId) ? Effect.fail(notSent) : limited(() => exchange.place(order), purpose !== "entry"),
      );
      return send.pipe(
        // Sent or not, it may have left until now.
        Effect.ensuring(Effect.sync(() => settlement.noteLeft(clientOrderId, steadyMs()))),
        Effect.retry(
          again(policy.resends[purpose], (error) => isCertainlyNotSent(error) && !calledOff.has(clientOrderId)),
        ),
        Effect.as(null),
        Effect.catch((error) => Effect.succeed(error)),
        Effect.ensuring(Effect.sync(() => placing.delete(clientOrderId))),
        Effect.flatMap((error) => {
          const query = calledOff.get(clientOrderId);
          calledOff.delete(clientOrderId);
          const mayBeThere = error === null || !isCertainlyNotSent(error);
          const canceled = query !== undefined && mayBeThere ? cancel(query) : Effect.void;
          return error === null ? canceled : Effect.andThen(canceled, placementFailed(order, error));
        }),
      );
    });

  /** A placement that did not go well: refused for certain, or unknown and looked up. */
  const placementFailed = (order: OrderRequest, { reason }: ExchangeError): Effect.Effect<void> => {
    const about = { clientOrderId: order.clientOrderId, atMs: input.nowMs() };
    const { message } = reason;
    if (reason._tag === "Transient" || reason._tag === "Unauthorized") {
      return Effect.sync(() => {
        if (reason._tag === "Unauthorized") input.onUnauthorized(message);
        input.onReport({ kind: "rejected", ...about, reason: "other", message });
      });
    }
    return Effect.sync(() => input.onReport({ kind: "unknown", ...about, message })).pipe(
      Effect.andThen(lookUp(order, "until it is known")),
    );
  };

  /**
   * Asks the exchange until it answers: a failed look-up is no answer, and there is no last try. "No news yet" is an
   * answer where the position itself asks again, and none where the outcome of a sending is unknown.
   */
  const lookUp = (query: OrderQuery, patience: "once answered" | "until it is known"): Effect.Effect<void> =>
    Effect.suspend(() => {
      const { clientOrderId } = query;
      if (placing.has(clientOrderId) || lookingUp.has(clientOrderId)) return Effect.void;
      const asked = { isOutdated: false };
      lookingUp.set(clientOrderId, asked);
      let isTold = false;
      let alertAtMs = steadyMs() + policy.alertAfterMs;
      return Effect.suspend(() => {
        const beganSteadyMs = steadyMs();
        return Effect.map(
          limited(() => exchange.lookUp(query)),
          (sighting) => ({ sighting, beganSteadyMs }),
        );
      }).pipe(
        looks.withPermits(1),
        Effect.flatMap(({ sighting, beganSteadyMs }) =>
          asked.isOutdated ? Effect.succeed([]) : known(query, sighting, beganSteadyMs, patience),
        ),
        Effect.tapError((error) =>
          Effect.sync(() => {
            if (!isTold) isTold = tellFailure(`look-up of order ${clientOrderId}`, error);
            if (steadyMs() < alertAtMs) return;
            alertAtMs = steadyMs() + policy.alertAfterMs;
            input.onAlert(`Order ${clientOrderId} of ${query.symbol} is still looked up: ${error.reason.message}`);
          }),
        ),
        Effect.retry(pauses),
        Effect.ensuring(Effect.sync(() => lookingUp.delete(clientOrderId))),
        Effect.map((reports) => reports.forEach(input.onReport)),
        // The pauses have no end, so that no failure comes out of the retries.
        Effect.orDie,
      );
    });

  /** What a look proves; a failure where it proves nothing yet. */
  const known = (
    query: OrderQuery,
    sighting: Sighting,
    beganSteadyMs: number,
    patience: "once answered" | "until it is known",
  ): Effect.Effect<readonly OrderReport[], ExchangeError> => {
    const look = { sighting, beganSteadyMs, endedAtMs: input.nowMs(), countedLots: input.countedLots(query) };
    const verdict = settlement.judge(query, look);
    if (verdict.kind === "unresolved") {
      if (verdict.needsSomebody) input.onAlert(`Order ${query.clientOrderId} of ${query.symbol}: ${verdict.why}`);
      return Effect.fail(outcomeUnknown(verdict.why));
    }
    const isNews = verdict.reports.length > 0 || patience === "once answered";
    return isNews ? Effect.succeed(verdict.reports) : Effect.fail(nothingYet);
  };

  /** What came of a cancellation is reported by the exchange, or found by the next look-up. */
  const cancel = (query: Journalled<OrderQuery>): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (!placing.has(query.clientOrderId)) return cancelNow(query);
      // It is being sent, or waits to be sent again: that stops, and what may be there is canceled once it is known.
      calledOff.set(query.clientOrderId, query);
      return Effect.void;
    });

  const cancelNow = (query: Journalled<OrderQuery>): Effect.Effect<void> =>
    limited(() => exchange.cancel(query)).pipe(
      Effect.retry(
        again(policy.resends.close, (error) => isCertainlyNotSent(error) || error.reason._tag === "RateLimited"),
      ),
      Effect.catch((error) => {
        tellFailure(`cancellation of order ${query.clientOrderId}`, error);
        return Effect.logWarning(`[ORDER] cancel ${query.clientOrderId}: ${error.reason.message}`);
      }),
    );

  /** Whether it was something that a person has to know. */
  const tellFailure = (what: string, { reason }: ExchangeError): boolean => {
    if (reason._tag === "Unauthorized") input.onUnauthorized(reason.message);
    if (reason._tag === "InvalidAnswer")
      input.onAlert(`The exchange's answer to the ${what} cannot be read: ${reason.message}`);
    return reason._tag === "Unauthorized" || reason._tag === "InvalidAnswer";
  };

  return {
    carryOut(command) {
      switch (command.kind) {
        case "placeOrder":
          return place(command.order as Journalled<OrderRequest>);
        case "cancelOrder":
          return cancel(command);
        case "lookUpOrder":
          return lookUp(command, "once answered");
      }
    },
  };
}

const isCertainlyNotSent = (error: ExchangeError): boolean => error.reason._tag === "Transient";

const outcomeUnknown = (message: string): ExchangeError =>
  new ExchangeError({ reason: { _tag: "OutcomeUnknown", message } });

const notSent = new ExchangeError({ reason: { _tag: "Transient", message: "called off before it was sent" } });

const nothingYet = outcomeUnknown("the exchange has no news of it yet");
