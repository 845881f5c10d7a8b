/**
 * The queue before a webhook: alerts one after the other, each with its attempts, beside everything else.
 *
 * Promises: whoever tells it never waits; it holds MOST_WAITING alerts at most, drops what comes on top and says how many; a
 * delivery that fails is logged, and the next one goes on.
 */
import * as Cause from "effect/Cause";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Latch from "effect/Latch";
import * as Queue from "effect/Queue";
import type * as Scope from "effect/Scope";
import type { Alert } from "./alert-gate.ts";
import type { AlertSink } from "./alerts.ts";
import type { Webhook } from "./webhook.ts";

export interface DeliverySettings {
  readonly webhook: Webhook;
  readonly onFailure: (message: string) => void;
}

export const MOST_WAITING = 100;

export const makeDelivery = (settings: DeliverySettings): Effect.Effect<AlertSink, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock;
    const queue = yield* Queue.dropping<Alert>(MOST_WAITING);
    const idle = Latch.makeUnsafe(true);
    let underWay = 0;
    let dropped = 0;

    const deliver = (alert: Alert): Effect.Effect<void> =>
      settings.webhook.send(alert).pipe(
        Effect.catchCause((cause) => {
          if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt;
          const why = Cause.squash(cause);
          return Effect.sync(() => settings.onFailure(why instanceof Error ? why.message : String(why)));
        }),
      );
    const sayDropped = Effect.suspend(() => {
      const message = `${dropped} alerts were dropped: the webhook did not take them in time`;
      dropped = 0;
      return deliver({ atMs: clock.currentTimeMillisUnsafe(), level: "error", message });
    });
    const work = Effect.gen(function* () {
      for (;;) {
        yield* deliver(yield* Queue.take(queue));
        if (dropped > 0) yield* sayDropped;
        underWay -= 1;
        if (underWay === 0) idle.openUnsafe();
      }
    });
    yield* Effect.forkScoped(work, { startImmediately: true });

    return {
      name: "the webhook",
      tell(alert) {
        if (Queue.offerUnsafe(queue, alert)) {
          underWay += 1;
          idle.closeUnsafe();
          return;
        }
        if (dropped === 0) settings.onFailure(`${MOST_WAITING} alerts wait for the webhook: more are dropped`);
        dropped += 1;
      },
      drain: idle.await,
    };
  });
