/** A local venue for as long as a scope is open. */
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import { startLocalVenue, type LocalVenue, type LocalVenueOptions } from "./venue/local-venue.ts";

export const scopedVenue = (options?: LocalVenueOptions): Effect.Effect<LocalVenue, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(() => startLocalVenue(options)),
    (venue) => Effect.promise(() => venue.close()),
  );

/** Runs a program on a venue of its own. */
export const onVenue = (
  program: (venue: LocalVenue) => Effect.Effect<void, unknown, Scope.Scope>,
  options?: LocalVenueOptions,
): Promise<void> => Effect.runPromise(Effect.scoped(Effect.flatMap(scopedVenue(options), program)));
