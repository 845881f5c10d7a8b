/**
 * The circuit breaker of an exchange account: after failures in a row nothing that can wait is sent for a while (R10.6).
 *
 * Promises: what reduces a position passes always, and every call's end is counted. Effect's breaker does the counting; it is
 * tagged experimental, so that this file is the only one that knows it.
 */
import * as Clock from "effect/Clock";
import * as CircuitBreaker from "effect/persistence/CircuitBreaker";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import { ExchangeError } from "../exchange/exchange.ts";
import { steadyClockOf } from "../clock/steady-clock.ts";

export interface BreakerPolicy {
  readonly failuresInARow: number;
  readonly openMs: number;
}

export interface Breaker {
  /** `mayPass`: it is carried out while the circuit is open, too. */
  guard<A>(call: Effect.Effect<A, ExchangeError>, mayPass: boolean): Effect.Effect<A, ExchangeError>;
}

/** One circuit for each account's exchange: there is one desk for each. */
const KEY = "exchange";

export const makeBreaker = (policy: BreakerPolicy): Effect.Effect<Breaker, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock;
    // The breaker goes by the time of day: set back by an hour, the circuit would stay open for an hour (F63).
    const steadyClock = steadyClockOf(clock);
    const breaker = yield* CircuitBreaker.make({
      tripPolicy: CircuitBreaker.consecutive(policy.failuresInARow),
      openDuration: policy.openMs,
    });
    return {
      guard: (call, mayPass) =>
        Effect.provideService(call, Clock.Clock, clock).pipe(
          breaker.execute({ key: KEY }),
          Effect.provideService(Clock.Clock, steadyClock),
          Effect.catch((error) => {
            if (error instanceof ExchangeError) return Effect.fail(error);
            return mayPass ? call : Effect.fail(circuitIsOpen(error));
          }),
        ),
    } satisfies Breaker;
  }).pipe(Effect.provide(CircuitBreaker.layerStoreMemory()));

function circuitIsOpen({ reason }: CircuitBreaker.CircuitBreakerError): ExchangeError {
  const pause = reason._tag === "CircuitOpen" ? ` for another ${Duration.toMillis(reason.retryAfter)} ms` : "";
  const message = `not sent: too many calls to the exchange have failed in a row; nothing that can wait is sent${pause}`;
  return new ExchangeError({ reason: { _tag: "Transient", message } });
}
