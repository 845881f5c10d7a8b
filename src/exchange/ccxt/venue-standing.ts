/**
 * How things stand at a venue when it is opened: markets, clock, position mode (R8.1, R13.6).
 *
 * Promises: a failure here is an ExchangeSetupError that says what failed; a failed loading of markets is tried again with a fresh
 * request, never answered from the client's memory of the failure.
 */
import * as Effect from "effect/Effect";
import * as Schedule from "effect/Schedule";
import type { Market } from "../../domain/market.ts";
import type { EpochMs } from "../../domain/units.ts";
import { parsePositionMode, parsePositions, parseTime } from "./answers.ts";
import type { CallJudged, Calls } from "./calls.ts";
import { ExchangeSetupError, type Clients } from "./ccxt-client.ts";
import type { VenueProfile } from "./profile.ts";
import { NOTICEABLE_DIFFERENCE_MS } from "./venue-time.ts";

export interface FoundVenue {
  readonly markets: ReadonlyMap<string, Market>;
  /** Long and short of one market are held apart. */
  readonly isHedged: boolean;
  /** Null where the venue does not tell its time. */
  readonly clock: VenueClock | null;
}

export interface VenueClock {
  /** The venue's clock less ours, give or take half of the way there and back. */
  readonly differenceMs: number;
  readonly roundTripMs: number;
}

/** Markets of a large venue take several requests. */
const LONGEST_START_MS = 60_000;
const ATTEMPTS = 3;
const PAUSE_MS = 500;

export const prepareVenue = (input: {
  readonly clients: Clients;
  readonly calls: Calls;
  readonly setClocks: Effect.Effect<void>;
  readonly profile: VenueProfile;
  /** `look`: nothing is asked that needs a key. */
  readonly access: "trade" | "look";
  readonly isComplete?: (needed: readonly string[]) => string | null;
  /** Markets that are traded. */
  readonly symbols: readonly string[];
  readonly readMarkets: (structures: readonly unknown[]) => readonly Market[];
  readonly nowMs: () => EpochMs;
}): Effect.Effect<FoundVenue, ExchangeSetupError> =>
  Effect.gen(function* () {
    const { clients, calls, profile, nowMs } = input;
    const { orders, rest } = clients;
    const ask = <A>(what: string, call: Effect.Effect<A, CallJudged>): Effect.Effect<A, ExchangeSetupError> =>
      call.pipe(
        Effect.retry({ times: ATTEMPTS - 1, schedule: Schedule.spaced(PAUSE_MS), while: isWorthAnother }),
        Effect.mapError((error) => new ExchangeSetupError(`${profile.venue}: ${what} failed: ${sayingOf(error)}`)),
      );

    const needed = Object.keys(rest.requiredCredentials).filter((name) => rest.requiredCredentials[name] === true);
    const missing = input.access === "trade" ? (input.isComplete?.(needed) ?? null) : null;
    if (missing !== null) return yield* Effect.fail(new ExchangeSetupError(missing));
    // Forced: the client remembers a failed loading, and would answer with it for ever.
    yield* ask(
      "loading the markets",
      calls.run(
        "read",
        () => rest.loadMarkets(true),
        () => undefined,
      ),
    );
    orders.setMarkets(rest.markets);
    if (rest.precisionMode !== TICK_SIZE) {
      return yield* Effect.fail(
        new ExchangeSetupError(
          `${profile.venue}: the client counts digits (mode ${rest.precisionMode}); allowed: steps`,
        ),
      );
    }
    const clock =
      rest.has["fetchTime"] === true ? yield* ask("asking for the time", measuredClock(calls, rest, nowMs)) : null;
    if (clock !== null && Math.abs(clock.differenceMs) > NOTICEABLE_DIFFERENCE_MS) yield* input.setClocks;
    const isHedged = input.access === "trade" && (yield* ask("asking for the position mode", positionMode(input)));
    if (isHedged && profile.placing.value.hedge === null) {
      return yield* Effect.fail(
        new ExchangeSetupError(
          `${profile.venue}: the account holds long and short apart (hedge mode), which this profile cannot do; allowed: one-way mode`,
        ),
      );
    }
    const markets = new Map(
      input.readMarkets(Object.values(rest.markets ?? {})).map((market) => [market.symbol, market]),
    );
    return { markets, isHedged, clock };
  }).pipe(
    Effect.timeoutOrElse({
      duration: LONGEST_START_MS,
      orElse: () =>
        Effect.fail(new ExchangeSetupError(`${input.profile.venue}: no answer within ${LONGEST_START_MS / 1_000} s`)),
    }),
  );

export const measuredClock = (
  calls: Calls,
  rest: Clients["rest"],
  nowMs: () => EpochMs,
): Effect.Effect<VenueClock, CallJudged> =>
  Effect.suspend(() => {
    const sentAtMs = nowMs();
    return Effect.map(
      calls.run("read", () => rest.fetchTime(), parseTime),
      (venueMs) => {
        const roundTripMs = nowMs() - sentAtMs;
        return { differenceMs: Math.round(venueMs - sentAtMs - roundTripMs / 2), roundTripMs };
      },
    );
  });

/** ccxt's constant for `precision` given as steps. */
const TICK_SIZE = 4;

/** Whether long and short of one market are held apart. Needs a key. */
function positionMode({
  clients,
  calls,
  profile,
  symbols,
}: {
  readonly clients: Clients;
  readonly calls: Calls;
  readonly profile: VenueProfile;
  readonly symbols: readonly string[];
}): Effect.Effect<boolean, CallJudged> {
  switch (profile.positionMode.value) {
    case "one-way":
      return Effect.succeed(false);
    case "fetchPositionMode":
      return Effect.map(
        calls.run("read", () => clients.rest.fetchPositionMode(undefined, {}), parsePositionMode),
        ({ hedged }) => hedged,
      );
    case "from positions":
      // Flat rows are there only where a symbol is asked for.
      return Effect.map(
        Effect.forEach(symbols, (symbol) =>
          calls.run("read", () => clients.rest.fetchPositions([symbol], {}), parsePositions),
        ),
        (listings) => listings.flat().some(({ hedged }) => hedged === true),
      );
  }
}

const isWorthAnother = ({ judged }: CallJudged): boolean =>
  judged.kind === "failed" && (judged.reason._tag === "Transient" || judged.reason._tag === "RateLimited");

const sayingOf = ({ judged }: CallJudged): string =>
  judged.kind === "failed" ? judged.reason.message : judged.message;
