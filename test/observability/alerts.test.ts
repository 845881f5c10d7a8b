/** R13.5: alerts are folded, a flood is cut off, a slow or broken sink stops nothing; all on virtual time. */
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Redacted from "effect/Redacted";
import * as Scope from "effect/Scope";
import * as TestClock from "effect/testing/TestClock";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFloodGate, createFold, type Alert } from "../../src/observability/alert-gate.ts";
import { directSink, makeAlerts, type Alerts, type AlertSink } from "../../src/observability/alerts.ts";
import { makeDelivery, MOST_WAITING } from "../../src/observability/delivery.ts";
import { createRedactor } from "../../src/observability/redact.ts";
import { WebhookError } from "../../src/observability/webhook.ts";

interface Bench {
  readonly alerts: Alerts;
  readonly logged: readonly string[];
  readonly told: readonly string[];
  readonly failures: readonly string[];
  readonly close: Effect.Effect<void>;
}

const onAlerts = (
  test: (bench: Bench) => Effect.Effect<void>,
  more: (failed: (message: string) => void) => Effect.Effect<AlertSink, never, Scope.Scope> = () =>
    Effect.succeed(directSink("nobody", () => undefined)),
): Promise<void> => {
  const bench = Effect.gen(function* () {
    const [logged, told, failures]: [string[], string[], string[]] = [[], [], []];
    const scope = yield* Scope.make();
    const alerts = yield* Effect.gen(function* () {
      const sink = yield* more((message) => failures.push(message));
      return yield* makeAlerts({
        redactor: createRedactor([Redacted.make("a secret of this process")]),
        log: directSink("the log", ({ message }) => logged.push(message)),
        outward: [directSink("the callback", ({ message }) => told.push(message)), sink],
        onSinkFailure: (name, error) => failures.push(`${name}: ${String(error)}`),
      });
    }).pipe(Effect.provideService(Scope.Scope, scope));
    const close = Scope.close(scope, Exit.void);
    yield* test({ alerts, logged, told, failures, close });
    yield* close;
  });
  return Effect.runPromise(Effect.provide(bench, TestClock.layer()));
};

describe("alerts", () => {
  it("R13.5 the same one again within a minute is counted, and told once when it is over", () =>
    onAlerts(({ alerts, told, logged }) =>
      Effect.gen(function* () {
        for (let times = 0; times < 5; times += 1) alerts.raise("the disk is full");
        alerts.raise("another thing");
        expect(told).toEqual(["the disk is full", "another thing"]);
        yield* TestClock.adjust("59 seconds");
        expect(told).toHaveLength(2);
        yield* TestClock.adjust("1 seconds");
        expect(told).toEqual(["the disk is full", "another thing", "the disk is full (4 times more within 60 s)"]);
        yield* TestClock.adjust("3 minutes");
        expect(told).toHaveLength(3);
        alerts.raise("the disk is full");
        expect(told.at(-1)).toBe("the disk is full");
        expect(logged).toEqual(told);
      }),
    ));

  it("R13.5 what goes on and on is told once a minute", () =>
    onAlerts(({ alerts, told }) =>
      Effect.gen(function* () {
        for (let second = 0; second < 300; second += 1) {
          alerts.raise("again");
          yield* TestClock.adjust("1 seconds");
        }
        expect(told).toHaveLength(6);
        expect(told.slice(1).every((message) => message.startsWith("again ("))).toBe(true);
      }),
    ));

  it("R13.5 of a flood thirty are told and the rest are counted; the log has them all", () =>
    onAlerts(({ alerts, told, logged }) =>
      Effect.gen(function* () {
        for (let number = 1; number <= 1_000; number += 1) alerts.raise(`trouble ${number}`);
        expect([told.length, logged.length]).toEqual([30, 1_000]);
        yield* TestClock.adjust("1 minutes");
        expect(told.slice(30)).toEqual(["970 more alerts within 60 s were not told one by one"]);
      }),
    ));

  it("R13.6 what is raised goes through the redactor", () =>
    onAlerts(({ alerts, told }) =>
      Effect.sync(() => {
        alerts.raise("refused: apiKey=abc, a secret of this process");
        expect(told).toEqual(["refused: apiKey=<redacted>, <redacted>"]);
      }),
    ));

  it("R13.5 a callback that throws stops nobody else", () =>
    onAlerts(
      ({ alerts, told, failures }) =>
        Effect.sync(() => {
          alerts.raise("one");
          alerts.raise("two");
          expect(told).toEqual(["one", "two"]);
          expect(failures).toEqual(["broken: Error: no", "broken: Error: no"]);
        }),
      () =>
        Effect.succeed(
          directSink("broken", () => {
            throw new Error("no");
          }),
        ),
    ));

  it("R13.5 closing tells what was held back", () =>
    onAlerts(({ alerts, told, close }) =>
      Effect.gen(function* () {
        for (let number = 1; number <= 40; number += 1) alerts.raise(`trouble ${number}`);
        alerts.raise("trouble 40");
        yield* close;
        expect(told.slice(30)).toEqual(["11 more alerts within 60 s were not told one by one"]);
      }),
    ));
});

describe("the queue before a webhook", () => {
  const never = () => Effect.never;

  it("R13.5 whoever raises never waits; the queue is bounded and says what it dropped", () => {
    const sent: string[] = [];
    const failures: string[] = [];
    return Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const taken = yield* Deferred.make<void>();
          const send = ({ message }: Alert) =>
            Effect.andThen(
              Deferred.await(taken),
              Effect.sync(() => void sent.push(message)),
            );
          const sink = yield* makeDelivery({ webhook: { send }, onFailure: (message) => failures.push(message) });
          for (let number = 1; number <= 250; number += 1) {
            sink.tell({ atMs: 0, level: "error", message: `trouble ${number}` });
          }
          expect(sent).toEqual([]);
          expect(failures).toEqual([`${MOST_WAITING} alerts wait for the webhook: more are dropped`]);
          yield* Deferred.succeed(taken, undefined);
          yield* sink.drain;
          const said = sent.filter((message) => message.includes("were dropped"));
          const told = sent.length - said.length;
          expect(told).toBeLessThanOrEqual(MOST_WAITING + 1);
          expect(said).toEqual([`${250 - told} alerts were dropped: the webhook did not take them in time`]);
        }),
      ),
    );
  });

  it("R13.5 a failure is logged, and the next one goes on", () => {
    const sent: string[] = [];
    return onAlerts(
      ({ alerts, failures, close }) =>
        Effect.gen(function* () {
          alerts.raise("one");
          alerts.raise("two");
          alerts.raise("three");
          yield* close;
          expect(sent).toEqual(["three"]);
          expect(failures).toEqual(["x.test answers 500", "Error: a defect"]);
        }),
      (onFailure) =>
        makeDelivery({
          onFailure: (message) => onFailure(message.includes("defect") ? `Error: ${message}` : message),
          webhook: {
            send: ({ message }) => {
              if (message === "one")
                return Effect.fail(new WebhookError({ reason: "failed", message: "x.test answers 500" }));
              return message === "two" ? Effect.die(new Error("a defect")) : Effect.sync(() => void sent.push(message));
            },
          },
        }),
    );
  });

  it("R13.5 closing waits three seconds for what is under way, and no longer", () =>
    onAlerts(
      ({ alerts, failures, close }) =>
        Effect.gen(function* () {
          alerts.raise("one");
          let isClosed = false;
          yield* Effect.forkChild(
            Effect.andThen(
              close,
              Effect.sync(() => (isClosed = true)),
            ),
            { startImmediately: true },
          );
          yield* TestClock.adjust("2900 millis");
          expect(isClosed).toBe(false);
          yield* TestClock.adjust("100 millis");
          expect(isClosed).toBe(true);
          expect(failures).toEqual(["the webhook: the engine has ended; what waited is lost"]);
        }),
      (onFailure) => makeDelivery({ onFailure, webhook: { send: never } }),
    ));
});

describe("the gates", () => {
  const raised = fc.array(
    fc.record({ pauseMs: fc.integer({ min: -5_000, max: 90_000 }), message: fc.constantFrom("a", "b", "c") }),
    { maxLength: 200 },
  );

  it("R13.5 nothing is lost, whatever is raised when, on a clock that may be set back", () => {
    fc.assert(
      fc.property(raised, (events) => {
        for (const gate of [createFold(), createFloodGate()]) {
          let nowMs = 1_000_000;
          const told: Alert[] = [];
          for (const { pauseMs, message } of events) {
            nowMs += pauseMs;
            told.push(...gate.due(nowMs), ...gate.take({ atMs: nowMs, level: "error", message }));
          }
          told.push(...gate.flush(nowMs));
          expect(told.reduce((sum, { message }) => sum + countOf(message), 0)).toBe(events.length);
          expect([gate.nextDueMs(), gate.flush(nowMs)]).toEqual([Number.POSITIVE_INFINITY, []]);
        }
      }),
    );
  });

  it("R13.5 two thousand different messages are not all remembered", () => {
    const fold = createFold();
    for (let number = 0; number < 2_000; number += 1) {
      expect(fold.take({ atMs: 0, level: "error", message: `m${number}` })).toHaveLength(1);
    }
    expect(fold.take({ atMs: 0, level: "error", message: "m1" })).toEqual([]);
    expect(fold.take({ atMs: 0, level: "error", message: "m1999" })).toHaveLength(1);
  });
});

/** How many alerts a message stands for. */
function countOf(message: string): number {
  const counted = /(\d+) (times )?more/.exec(message);
  return message.includes("once more") ? 1 : Number(counted?.[1] ?? 1);
}
