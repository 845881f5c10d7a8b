/**
 * Everything that tells people and programs what an engine does, put together: log, alerts, redactor (R13.5, R13.6).
 *
 * Promises: without settings it says alerts and failures on the console and nothing else; with them every sink gets its
 * text through one redactor. Whoever composes an engine hands its secrets in here, and nowhere else.
 */
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import type * as Layer from "effect/Layer";
import type * as Redacted from "effect/Redacted";
import type * as Scope from "effect/Scope";
import type { Row } from "../domain/row.ts";
import { directSink, makeAlerts, type AlertSink } from "./alerts.ts";
import type { Alert } from "./alert-gate.ts";
import { makeDelivery } from "./delivery.ts";
import { effectLogLayer } from "./effect-log.ts";
import { createLog, openLog, type Log, type LogSettings } from "./log.ts";
import { logRows } from "./log-rows.ts";
import { createRedactor, type Redactor } from "./redact.ts";
import { createWebhook, type WebhookSettings } from "./webhook.ts";

export interface ObserverSettings {
  /** Null: failures alone, as text on the console. */
  readonly log: LogSettings | null;
  readonly webhook: WebhookSettings | null;
  /** Null: the console, where there is no log. */
  readonly onAlert: ((message: string) => void) | null;
  /** Every secret of this process but the webhook's. */
  readonly secrets: readonly Redacted.Redacted[];
  /** Where the console is: one line. */
  readonly sayOnConsole: (line: string) => void;
  readonly stderr: NodeJS.WriteStream;
}

export interface Observer {
  /** Takes rows as they become durable, in order. */
  readonly rows: (rows: readonly Row[]) => void;
  readonly alert: (message: string, level?: Alert["level"]) => void;
  /** Something of the supervisor's own that has gone wrong, and that nobody has to see to at once. */
  readonly failure: (message: string, error: unknown) => void;
  /** What is logged through Effect arrives in the same log. */
  readonly layer: Layer.Layer<never>;
  readonly redactor: Redactor;
}

/** It ends with its scope: what is queued is told, for a few seconds at most. Throws WebhookError as a defect. */
export const makeObserver = (settings: ObserverSettings): Effect.Effect<Observer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock;
    const nowMs = (): number => clock.currentTimeMillisUnsafe();
    const { webhook, onAlert } = settings;
    const redactor = createRedactor(webhook === null ? settings.secrets : [...settings.secrets, webhook.secret]);
    const log =
      settings.log === null
        ? consoleLog(settings, redactor, nowMs)
        : openLog(settings.log, { ...settings, redactor, nowMs });
    // Closed last: alerts are still told while the rest ends.
    yield* Effect.addFinalizer(() => Effect.promise(log.close));

    const failure = (message: string, error: unknown): void =>
      log.write({ atMs: nowMs(), level: "error", tag: "SUPERVISOR", message, fields: { error } });
    const outward: AlertSink[] = [];
    if (onAlert !== null) outward.push(directSink("the callback", ({ message }) => onAlert(message)));
    else if (settings.log === null) {
      outward.push(directSink("the console", ({ message }) => settings.sayOnConsole(`[SUPERVISOR] ${message}`)));
    }
    if (webhook !== null) {
      const onFailure = (message: string): void => failure("an alert was not delivered to the webhook", message);
      outward.push(yield* makeDelivery({ webhook: createWebhook(webhook), onFailure }));
    }
    const alerts = yield* makeAlerts({
      redactor,
      log: settings.log === null ? null : directSink("the log", (alert) => writeAlert(log, alert)),
      outward,
      onSinkFailure: (name, error) => failure(`${name} has not taken an alert`, error),
    });
    return {
      rows: settings.log === null ? () => undefined : logRows(log),
      alert: alerts.raise,
      failure,
      layer: effectLogLayer(log),
      redactor,
    };
  });

const writeAlert = (log: Log, { atMs, level, message }: Alert): void =>
  log.write({ atMs, level, tag: "SUPERVISOR", message, fields: { alert: true } });

/** What there is without settings: what Effect's own logger would have said, redacted. */
const consoleLog = (
  { sayOnConsole }: Pick<ObserverSettings, "sayOnConsole">,
  redactor: Redactor,
  nowMs: () => number,
): Log =>
  createLog({
    settings: { level: "info", format: "text" },
    redactor,
    nowMs,
    openSink: () => ({ write: sayOnConsole, close: async () => undefined }),
    say: sayOnConsole,
  });
