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
import { createWireWatch, nothingExchanged, type Pass } from "./wire-watch.ts";

export interface Access {
  readonly clients: Clients;
  readonly calls: Calls;
  readonly nowMs: () => EpochMs;
  /** Asks the venue for its time, so that what is signed from here on bears it. Closes wait for it: it goes as they do. */
  readonly setClocks: Effect.Effect<void>;
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
  /** The venue has refused the time of a request. */
  readonly onClock?: (() => void) | undefined;
  /** @internal For tests: dials another address, without another URL. */
  readonly prepare?: ((client: unknown) => Promise<void>) | undefined;
}

/** Where the profile says nothing: what passes at once is little, and no venue counts over less. */
const WINDOW_MS = 1_000;
const LONG_WAIT_MS = 2_000;
/** Whoever keeps pauses keeps limits, too. */
const LONGEST_READ_MS = 300_000;

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
    const windowMs = settings.profile.weightWindowMs?.value ?? WINDOW_MS;
    const line = yield* makeLine(settings.limits ?? { weight: windowMs / clients.rest.rateLimit, windowMs });
    const services = yield* Effect.context<never>();
    const runPromise = Effect.runPromiseWith(services);
    const runFork = Effect.runForkWith(services);
    const pass: Pass = (priority, weight, { limitMs, signal }) => {
      const turn = Effect.as(line.pass(priority, weight), true);
      const inTime = Number.isFinite(limitMs)
        ? Effect.timeoutOrElse(turn, { duration: Math.max(0, limitMs), orElse: () => Effect.succeed(false) })
        : turn;
      // Who does not wait any more leaves the line.
      return runPromise(inTime, signal === null ? {} : { signal }).catch(() => false);
    };
    for (const client of both) wire.watch(client, pass);
    const isInLine = settings.pausesKeptBy === "line";
    const setClocks = Effect.ignore(
      Effect.tryPromise((signal) =>
        Promise.all(
          both.map((client) =>
            wire.during(nothingExchanged({ priority: "close", signal }), () => client.loadTimeDifference()),
          ),
        ),
      ),
    );
    let isSettingClocks = false;
    const resetClocks = (): void => {
      if (isSettingClocks) return;
      isSettingClocks = true;
      runFork(
        Effect.ensuring(
          setClocks,
          Effect.sync(() => void (isSettingClocks = false)),
        ),
      );
    };
    const calls = createCalls({
      profile: settings.profile,
      wire,
      nowMs,
      redact: settings.redact ?? ((text) => text),
      readLimitMs: settings.pausesKeptBy === "line" ? settings.timeoutMs * 2 : LONGEST_READ_MS,
      onClock() {
        if (isInLine) resetClocks();
        settings.onClock?.();
      },
      onRateLimit(waitMs) {
        if (isInLine) line.pauseFor(waitMs);
        if (waitMs >= LONG_WAIT_MS) settings.onLongWait?.(waitMs);
      },
    });
    return { clients, calls, nowMs, setClocks };
  });

const closeAll = ({ orders, rest }: Clients): Effect.Effect<void> =>
  Effect.promise(async () => {
    await Promise.allSettled([orders.close(), rest.close()]);
    // A request that nobody waits for any more would keep the process.
    await Promise.allSettled([orders, rest].map(async (client) => client.fetchDispatcher?.destroy()));
  });
