/**
 * Alerts: what a person has to know at once, to the log, a callback and a webhook (R13.5).
 *
 * Promises: raising one never throws and never waits; every message has been through the redactor; the same again within a minute is
 * folded, and the callback and the webhook are spared a flood; a sink that fails is logged and stops nothing. Closing tells what was
 * held back, and waits a few seconds at most for what is under way.
 */
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Latch from "effect/Latch";
import type * as Scope from "effect/Scope";
import { createFloodGate, createFold, WINDOW_MS, type Alert } from "./alert-gate.ts";
import type { Redactor } from "./redact.ts";

export interface Alerts {
  readonly raise: (message: string, level?: Alert["level"]) => void;
}

/** Somewhere that alerts go. What it throws is told to `onSinkFailure`. */
export interface AlertSink {
  readonly name: string;
  readonly tell: (alert: Alert) => void;
  /** Done when nothing is under way any more. */
  readonly drain: Effect.Effect<void>;
}

export interface AlertsSettings {
  readonly redactor: Redactor;
  /** Gets what is folded, however much it is: the complete record. */
  readonly log: AlertSink | null;
  /** Get no more than a flood gate lets through. */
  readonly outward: readonly AlertSink[];
  readonly onSinkFailure: (name: string, error: unknown) => void;
}

const CLOSING_MS = 3_000;

/** A sink that takes an alert at once. */
export const directSink = (name: string, tell: (alert: Alert) => void): AlertSink => ({
  name,
  tell,
  drain: Effect.void,
});

export const makeAlerts = (settings: AlertsSettings): Effect.Effect<Alerts, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock;
    const nowMs = (): number => clock.currentTimeMillisUnsafe();
    const { log, outward, redactor } = settings;
    const fold = createFold();
    const flood = createFloodGate();
    const held = Latch.makeUnsafe();

    const tell = (sink: AlertSink, alert: Alert): void => {
      try {
        sink.tell(alert);
      } catch (error) {
        settings.onSinkFailure(sink.name, error);
      }
    };
    const toOutward = (alerts: readonly Alert[]): void => {
      for (const alert of alerts) for (const sink of outward) tell(sink, alert);
    };
    const pass = (folded: readonly Alert[]): void => {
      for (const alert of folded) {
        if (log !== null) tell(log, alert);
        toOutward(flood.take(alert));
      }
    };
    const passDue = (): void => {
      const at = nowMs();
      toOutward(flood.due(at));
      pass(fold.due(at));
    };

    const drained = (sink: AlertSink): Effect.Effect<void> =>
      Effect.timeoutOrElse(sink.drain, {
        duration: CLOSING_MS,
        orElse: () => Effect.sync(() => settings.onSinkFailure(sink.name, "the engine has ended; what waited is lost")),
      });

    const tellWhenDue = Effect.gen(function* () {
      for (;;) {
        held.closeUnsafe();
        const nextMs = Math.min(fold.nextDueMs(), flood.nextDueMs());
        if (nextMs === Number.POSITIVE_INFINITY) yield* held.await;
        else yield* Effect.raceFirst(Effect.sleep(Math.min(WINDOW_MS, Math.max(0, nextMs - nowMs()))), held.await);
        passDue();
      }
    });
    yield* Effect.forkScoped(tellWhenDue, { startImmediately: true });
    yield* Effect.addFinalizer(() =>
      Effect.suspend(() => {
        const at = nowMs();
        pass(fold.flush(at));
        toOutward(flood.flush(at));
        return Effect.forEach(outward, drained, { concurrency: "unbounded", discard: true });
      }),
    );

    return {
      raise(message, level = "error") {
        passDue();
        pass(fold.take({ atMs: nowMs(), level, message: redactor.text(message) }));
        held.openUnsafe();
      },
    };
  });
