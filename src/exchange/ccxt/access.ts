/**
 * A venue within reach: its two clients, the one line before their requests, and calls that are watched on the wire and judged.
 *
 * Promises: clients, line and watch end with the scope, and requests under way are cut with them. One line for both clients: the venue
 * counts what comes from here, not which client sent it.
 */
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import { epochMs, type EpochMs } from "../../domain/units.ts";
import { createCalls, type Calls } from "./calls.ts";
import { openClients, type Clients, type ClientSettings, type ExchangeSetupError } from "./ccxt-client.ts";
import { makeLine, type LineLimits } from "./line.ts";
import { createWireWatch } from "./wire-watch.ts";

export interface Access {
  readonly clients: Clients;
  readonly calls: Calls;
  readonly nowMs: () => EpochMs;
}

export interface AccessSettings extends ClientSettings {
  /** Takes secrets out of what is told; the venue's own words are told, and might hold one. */
  readonly redact?: ((text: string) => string) | undefined;
  /** Null or left out: as the client says of its venue. */
  readonly limits?: LineLimits | null | undefined;
  /**
   * `line`: a pause that the venue asks for holds up the line, and a wrong clock is set right. `caller`: whoever asks keeps pauses, and
   * nobody else stands in this line.
   */
  readonly pausesKeptBy: "line" | "caller";
  /** The venue keeps us waiting for long: somebody should know. */
  readonly onLongWait?: ((waitMs: number) => void) | undefined;
  /** @internal For tests: dials another address, without another URL. */
  readonly prepare?: ((client: unknown) => Promise<void>) | undefined;
}

const WINDOW_MS = 60_000;
const LONG_WAIT_MS = 2_000;

export const openAccess = (settings: AccessSettings): Effect.Effect<Access, ExchangeSetupError, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock;
    const nowMs = (): EpochMs => epochMs(clock.currentTimeMillisUnsafe());
    const wire = yield* Effect.acquireRelease(
      Effect.sync(() => createWireWatch(nowMs)),
      (each) => Effect.sync(() => each.close()),
    );
    const clients = yield* Effect.acquireRelease(
      Effect.tryPromise({ try: () => openClients(settings), catch: (error) => error as ExchangeSetupError }),
      closeAll,
    );
    const both = [clients.orders, clients.rest];
    for (const client of both) yield* Effect.promise(async () => settings.prepare?.(client));
    const line = yield* makeLine(
      settings.limits ?? { weight: WINDOW_MS / clients.rest.rateLimit, windowMs: WINDOW_MS },
    );
    const services = yield* Effect.context<never>();
    const runPromise = Effect.runPromiseWith(services);
    const runFork = Effect.runForkWith(services);
    for (const client of both) wire.watch(client, (priority, weight) => runPromise(line.pass(priority, weight)));
    const isInLine = settings.pausesKeptBy === "line";
    const calls = createCalls({
      profile: settings.profile,
      wire,
      nowMs,
      redact: settings.redact ?? ((text) => text),
      onClock: () => void (isInLine && runFork(Effect.ignore(setClocks(clients)))),
      onRateLimit(waitMs) {
        if (isInLine) line.pauseFor(waitMs);
        if (waitMs >= LONG_WAIT_MS) settings.onLongWait?.(waitMs);
      },
    });
    return { clients, calls, nowMs };
  });

const closeAll = ({ orders, rest }: Clients): Effect.Effect<void> =>
  Effect.promise(async () => {
    await Promise.allSettled([orders.close(), rest.close()]);
    // A request that nobody waits for any more would keep the process.
    await Promise.allSettled([orders, rest].map(async (client) => client.fetchDispatcher?.destroy()));
  });

/** Asks the venue for its time, so that what is signed from here on bears it. */
export const setClocks = ({ orders, rest }: Clients): Effect.Effect<void, unknown> =>
  Effect.tryPromise(async () => {
    await Promise.all([orders.loadTimeDifference(), rest.loadTimeDifference()]);
  });
