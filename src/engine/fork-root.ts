/** The one way to start a fiber that lives as long as the engine: a failure is logged and alerted, never silent. */
import * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";

export const forkRoot = <A, E, R>(
  name: string,
  effect: Effect.Effect<A, E, R>,
  onDefect: (message: string) => void,
): Effect.Effect<void, never, R | Scope.Scope> =>
  effect.pipe(
    Effect.catchCause((cause) =>
      Cause.hasInterruptsOnly(cause)
        ? Effect.interrupt
        : Effect.logError(`[SUPERVISOR] ${name} has failed`, cause).pipe(
            Effect.andThen(Effect.sync(() => onDefect(`${name} has failed: ${Cause.pretty(cause)}`))),
          ),
    ),
    Effect.forkScoped({ startImmediately: true }),
    Effect.asVoid,
  );
