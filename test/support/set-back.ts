/** The clock of this machine as others set it: behind what it was, until the scope ends. Durations go on as they are. */
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";

export const setBack = (byMs: number): Effect.Effect<void, never, Scope.Scope> =>
  Effect.asVoid(
    Effect.acquireRelease(
      Effect.sync(() => {
        const trueNow = Date.now;
        Date.now = () => trueNow() - byMs;
        return trueNow;
      }),
      (trueNow) => Effect.sync(() => void (Date.now = trueNow)),
    ),
  );
