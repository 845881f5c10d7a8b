/**
 * A clock that only goes forward, whatever is done to the host's (F63): what libraries wait by. Limiters and breakers go by the time of
 * day; set back by an hour, they would let nobody pass for an hour.
 */
import type * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";

const NANOS_PER_MS = 1_000_000;

/** Milliseconds since some moment. */
export const steadyMsOf = (clock: Clock.Clock): (() => number) => {
  return () => Number(clock.monotonicTimeNanosUnsafe()) / NANOS_PER_MS;
};

/** The same clock with a time of day that is none: good for durations alone. */
export const steadyClockOf = (clock: Clock.Clock): Clock.Clock => {
  const steadyMs = steadyMsOf(clock);
  return Object.create(clock, {
    currentTimeMillisUnsafe: { value: steadyMs },
    currentTimeMillis: { value: Effect.sync(steadyMs) },
    currentTimeNanosUnsafe: { value: () => clock.monotonicTimeNanosUnsafe() },
    currentTimeNanos: { value: Effect.sync(() => clock.monotonicTimeNanosUnsafe()) },
  }) as Clock.Clock;
};
