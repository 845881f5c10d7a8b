/**
 * The venue's time seen from this machine: how far its clock is ahead of ours, measured at the start, while we trade, and at once when
 * something does not fit (F63).
 *
 * Promises: what comes from the venue is told in our time, so that a machine whose clock is wrong still knows how old a price is; what
 * goes there is told in its time.
 */
import * as Effect from "effect/Effect";
import * as Latch from "effect/Latch";
import type { EpochMs } from "../../domain/units.ts";
import { epochMs } from "../../domain/units.ts";

export interface VenueTime {
  set(differenceMs: number): void;
  /** A moment of the venue's as our clock would have it. */
  toOurs(venueMs: number): EpochMs;
  toVenue(ourMs: number): EpochMs;
  /**
   * Something bore a time that cannot be: one of the clocks has been set. True where the difference is measured again soon; false
   * where nothing measures it, because the venue does not tell its time.
   */
  doubt(): boolean;
  /** Measures again and again: clocks drift, and are set. A question that fails keeps the last. */
  keep(measured: Effect.Effect<number, unknown>): Effect.Effect<never>;
}

/** Beyond this a difference is told, and requests are signed with the venue's time: others would refuse them, or their deadline say nothing. */
export const NOTICEABLE_DIFFERENCE_MS = 1_000;

const MEASURED_EVERY_MS = 5 * 60_000;
const NOT_MORE_OFTEN_MS = 2_000;

export function createVenueTime(): VenueTime {
  /** The venue's clock less ours. */
  let difference = 0;
  let isKept = false;
  const doubted = Latch.makeUnsafe();
  const set = (differenceMs: number): void => void (difference = differenceMs);
  return {
    set,
    toOurs: (venueMs) => epochMs(venueMs - difference),
    toVenue: (ourMs) => epochMs(ourMs + difference),
    doubt() {
      doubted.openUnsafe();
      return isKept;
    },
    keep: (measured) =>
      Effect.gen(function* () {
        isKept = true;
        yield* Effect.sleep(NOT_MORE_OFTEN_MS);
        yield* Effect.raceFirst(doubted.await, Effect.sleep(MEASURED_EVERY_MS));
        doubted.closeUnsafe();
        yield* Effect.ignore(Effect.map(measured, set));
      }).pipe(Effect.forever),
  };
}
