/**
 * The line before an account's requests: who protects goes first, and the venue's weights are kept (R10.6).
 *
 * Promises: whatever waits is let through by priority, and among equals in order; closes and exits have a share of the weight for
 * themselves, as large as that of everybody else, and are the only ones to pass while the exchange has told us to wait. Effect's
 * limiter counts the weight (it is first come, first served by itself); the client's own is not used: with numbers as text it adds "1" and "30" to "130", and lets nothing through for a minute.
 */
import * as Clock from "effect/Clock";
import * as Deferred from "effect/Deferred";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Latch from "effect/Latch";
import * as RateLimiter from "effect/persistence/RateLimiter";
import type * as Scope from "effect/Scope";
import { steadyClockOf, steadyMsOf } from "../../clock/steady-clock.ts";

/** From the most urgent to the least; a check is a look-up that nobody waits for. */
export const PRIORITIES = ["close", "exit", "look-up", "rest", "check"] as const;
export type Priority = (typeof PRIORITIES)[number];

export interface LineLimits {
  /** So much at once, refilled evenly within the window; in the client's unit of cost. */
  readonly weight: number;
  readonly windowMs: number;
}

export interface Line {
  /** Done when it is this one's turn. */
  pass(priority: Priority, weight: number): Effect.Effect<void>;
  /** The exchange has said to wait so long: only closes and exits pass until then. */
  pauseFor(waitMs: number): void;
  waiting(): number;
}

interface Waiting {
  readonly priority: Priority;
  readonly weight: number;
  readonly turn: Deferred.Deferred<void>;
}

/** Costs of the client have decimals, the limiter counts whole tokens. */
const PARTS = 10;

const PROTECTIVE: readonly Priority[] = ["close", "exit"];
const OTHERS: readonly Priority[] = ["look-up", "rest", "check"];

const isProtective = (priority: Priority): boolean => PROTECTIVE.includes(priority);

export const makeLine = (limits: LineLimits): Effect.Effect<Line, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock;
    // A host's clock that is set back must not prolong a pause, nor what the limiter asks for (F63).
    const steadyMs = steadyMsOf(clock);
    const steadyClock = steadyClockOf(clock);
    const limiter = yield* RateLimiter.make;
    const most = Math.ceil(limits.weight * PARTS);
    const queues = new Map<Priority, Waiting[]>(PRIORITIES.map((priority) => [priority, []]));
    const protectiveChanged = Latch.makeUnsafe();
    const restChanged = Latch.makeUnsafe();
    let pausedUntilMs = 0;

    /** Lets some of them through, by their own share of the weight: who protects never waits for what others have used. */
    const serve = (served: readonly Priority[], canPause: boolean): Effect.Effect<never> => {
      const pauseMs = (): number => (canPause ? pausedUntilMs - steadyMs() : 0);
      const next = (): Waiting | undefined => {
        const first = served.find((priority) => queues.get(priority)!.length > 0);
        return first === undefined || pauseMs() > 0 ? undefined : queues.get(first)![0];
      };
      const isEmpty = (): boolean => served.every((priority) => queues.get(priority)!.length === 0);
      const changed = canPause ? restChanged : protectiveChanged;
      /** Somebody new, or the end of the pause. */
      const change = Effect.suspend(() => {
        const woken = changed.await;
        // The pause may have ended since: who waits is not left to wait for somebody new.
        return isEmpty() ? woken : Effect.raceFirst(Effect.sleep(Math.max(0, pauseMs())), woken);
      });
      const oneTurn = Effect.gen(function* () {
        changed.closeUnsafe();
        const first = next();
        if (first === undefined) return yield* change;
        const { delay } = yield* Effect.orDie(
          limiter.consume({
            key: canPause ? "rest" : "protective",
            algorithm: "token-bucket",
            onExceeded: "delay",
            window: limits.windowMs,
            limit: most,
            tokens: Math.min(Math.ceil(first.weight * PARTS), most),
          }),
        );
        if (Duration.toMillis(delay) > 0) yield* Effect.sleep(delay);
        // Chosen after the wait: who is more urgent and came meanwhile goes first.
        const chosen = next();
        if (chosen === undefined) return;
        queues.get(chosen.priority)!.shift();
        Deferred.doneUnsafe(chosen.turn, Effect.void);
      });
      // All who can pass do so at once: a turn of the event loop for each of them would hold up the next.
      return Effect.provideService(Effect.forever(oneTurn, { disableYield: true }), Clock.Clock, steadyClock);
    };
    yield* Effect.forkScoped(serve(PROTECTIVE, false), { startImmediately: true });
    yield* Effect.forkScoped(serve(OTHERS, true), { startImmediately: true });

    return {
      pass: (priority, weight) =>
        Effect.suspend(() => {
          const waiting: Waiting = { priority, weight, turn: Deferred.makeUnsafe<void>() };
          const queue = queues.get(priority)!;
          queue.push(waiting);
          (isProtective(priority) ? protectiveChanged : restChanged).openUnsafe();
          return Effect.onInterrupt(Deferred.await(waiting.turn), () =>
            Effect.sync(() => {
              const index = queue.indexOf(waiting);
              if (index >= 0) queue.splice(index, 1);
            }),
          );
        }),
      pauseFor(waitMs) {
        pausedUntilMs = Math.max(pausedUntilMs, steadyMs() + waitMs);
        restChanged.openUnsafe();
      },
      waiting: () => PRIORITIES.reduce((sum, priority) => sum + queues.get(priority)!.length, 0),
    } satisfies Line;
  }).pipe(Effect.provide(RateLimiter.layerStoreMemory));
