/** The line before an account's requests, on virtual time: who goes first, how much passes, and who waits during a pause (R10.6). */
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import type * as Scope from "effect/Scope";
import * as TestClock from "effect/testing/TestClock";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { setBack } from "../support/set-back.ts";
import { makeLine, PRIORITIES, type Line, type LineLimits, type Priority } from "../../src/exchange/ccxt/line.ts";

interface Bench {
  readonly line: Line;
  /** Who has passed, in order. */
  readonly passed: readonly string[];
  /** Somebody who stands in the line from now on. */
  readonly stand: (
    name: string,
    priority: Priority,
    weight?: number,
  ) => Effect.Effect<Fiber.Fiber<void>, never, Scope.Scope>;
  readonly wait: (durationMs: number) => Effect.Effect<void>;
}

const WIDE: LineLimits = { weight: 1_000, windowMs: 1_000 };
/** One at once, then one every hundred milliseconds. */
const NARROW: LineLimits = { weight: 1, windowMs: 100 };

const onLine = (
  limits: LineLimits,
  program: (bench: Bench) => Effect.Effect<void, never, Scope.Scope>,
): Promise<void> =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const line = yield* makeLine(limits);
        const passed: string[] = [];
        const wait = (durationMs: number) => TestClock.adjust(durationMs).pipe(Effect.andThen(Effect.promise(idle)));
        yield* program({
          line,
          passed,
          wait,
          stand: (name, priority, weight = 1) =>
            Effect.forkScoped(
              Effect.andThen(
                line.pass(priority, weight),
                Effect.sync(() => void passed.push(name)),
              ),
              { startImmediately: true },
            ),
        });
      }),
    ).pipe(Effect.provide(TestClock.layer())),
  );

async function idle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe("line", () => {
  it("R10.6 a close that comes last goes before exits, look-ups before the rest; equals in their order", () =>
    onLine(NARROW, ({ stand, wait, passed }) =>
      Effect.gen(function* () {
        yield* stand("first", "rest");
        yield* stand("first exit", "exit");
        yield* wait(0);
        for (const name of ["r1", "l1", "e1", "r2", "l2", "e2", "c1", "c2"]) {
          yield* stand(name, ({ r: "rest", l: "look-up", e: "exit", c: "close" } as const)[name[0] as "r"]);
        }
        yield* wait(0);
        for (let turn = 0; turn < 8; turn += 1) yield* wait(100);
        const of = (kinds: string) => passed.filter((name) => kinds.includes(name[0]!) && !name.startsWith("first"));
        expect(of("ce")).toEqual(["c1", "c2", "e1", "e2"]);
        expect(of("lr")).toEqual(["l1", "l2", "r1", "r2"]);
      }),
    ));

  it("R10.6 who comes while another waits for the weight goes before it, if it is more urgent", () =>
    onLine(NARROW, ({ stand, wait, passed }) =>
      Effect.gen(function* () {
        yield* stand("first", "rest");
        yield* stand("entry", "rest");
        yield* wait(50);
        yield* stand("look", "look-up");
        yield* wait(50);
        expect(passed).toEqual(["first", "look"]);
        yield* wait(100);
        expect(passed).toEqual(["first", "look", "entry"]);
      }),
    ));

  it("R10.6 a close never waits for the weight that others have used, or wait for", () =>
    onLine(NARROW, ({ stand, wait, passed }) =>
      Effect.gen(function* () {
        for (let index = 0; index < 50; index += 1) yield* stand(`look ${index}`, "look-up");
        yield* wait(10);
        yield* stand("close", "close");
        yield* wait(0);
        expect(passed).toEqual(["look 0", "close"]);
      }),
    ));

  it("R10.6 I50 no more weight passes than the venue allows", () =>
    onLine({ weight: 10, windowMs: 1_000 }, ({ stand, wait, passed }) =>
      Effect.gen(function* () {
        for (let index = 0; index < 40; index += 1) yield* stand(String(index), "look-up");
        yield* wait(0);
        expect(passed).toHaveLength(10);
        yield* wait(1_000);
        expect(passed.length).toBeLessThanOrEqual(20);
        expect(passed.length).toBeGreaterThanOrEqual(19);
      }),
    ));

  it.each([Number.NaN, -1, 0, 1e9])("R10.6 a weight of %f holds nobody up for ever", (weight) =>
    onLine({ weight: 10, windowMs: 1_000 }, ({ stand, wait, passed }) =>
      Effect.gen(function* () {
        yield* stand("strange", "look-up", weight);
        yield* stand("next", "look-up");
        yield* wait(3_000);
        expect(passed).toEqual(["strange", "next"]);
      }),
    ),
  );

  it("R10.6 during a pause only closes and exits pass; then the others, in order", () =>
    onLine(WIDE, ({ line, stand, wait, passed }) =>
      Effect.gen(function* () {
        line.pauseFor(500);
        yield* stand("entry", "rest");
        yield* stand("look", "look-up");
        yield* stand("exit", "exit");
        yield* stand("close", "close");
        yield* wait(499);
        expect(passed.toSorted()).toEqual(["close", "exit"]);
        yield* wait(2);
        expect(passed.slice(2)).toEqual(["look", "entry"]);
        expect(line.waiting()).toBe(0);
      }),
    ));

  it("R10.6 a pause is never made shorter by another", () =>
    onLine(WIDE, ({ line, stand, wait, passed }) =>
      Effect.gen(function* () {
        line.pauseFor(500);
        line.pauseFor(10);
        yield* stand("look", "look-up");
        yield* wait(400);
        expect(passed).toEqual([]);
        yield* wait(101);
        expect(passed).toEqual(["look"]);
      }),
    ));

  it("R10.6 a pause that begins while somebody waits for the weight holds for it, too", () =>
    onLine(NARROW, ({ line, stand, wait, passed }) =>
      Effect.gen(function* () {
        yield* stand("first", "rest");
        yield* wait(0);
        yield* stand("look", "look-up");
        yield* wait(50);
        line.pauseFor(300);
        yield* wait(100);
        expect(passed).toEqual(["first"]);
        yield* wait(400);
        expect(passed).toEqual(["first", "look"]);
      }),
    ));

  it("R10.6 F63 a clock that is set back by an hour holds nobody up", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const line = yield* makeLine({ weight: 1, windowMs: 5 });
          yield* line.pass("rest", 1);
          yield* setBack(3_600_000);
          // Five milliseconds each; with a limiter that believed the clock, each would wait five longer than the one before.
          for (const priority of ["rest", "close"] as const)
            yield* Effect.timeout(Effect.repeat(line.pass(priority, 1), { times: 40 }), 2_000);
        }),
      ),
    ));

  it("R10.6 who is interrupted leaves the line, and nobody waits for it", () =>
    onLine(NARROW, ({ line, stand, wait, passed }) =>
      Effect.gen(function* () {
        yield* stand("first", "rest");
        const leaver = yield* stand("leaver", "rest");
        yield* stand("last", "rest");
        yield* wait(10);
        yield* Fiber.interrupt(leaver);
        expect(line.waiting()).toBe(1);
        yield* wait(250);
        expect(passed).toEqual(["first", "last"]);
      }),
    ));

  it("R10.6 whoever comes, everybody passes, equals in their order, and at no moment before somebody more urgent", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...PRIORITIES), fc.integer({ min: 1, max: 3 })), {
          minLength: 1,
          maxLength: 25,
        }),
        (crowd) =>
          onLine({ weight: 3, windowMs: 300 }, ({ stand, wait, passed }) =>
            Effect.gen(function* () {
              yield* stand("first", "rest", 3);
              yield* stand("first exit", "exit", 3);
              yield* wait(0);
              for (const [index, [priority, weight]] of crowd.entries()) yield* stand(`${index}`, priority, weight);
              yield* wait(0);
              yield* wait(100 * 3 * (crowd.length + 1));
              const isProtective = (index: number) => ["close", "exit"].includes(crowd[index]![0]);
              for (const half of [true, false]) {
                const order = passed
                  .filter((name) => !name.startsWith("first"))
                  .map(Number)
                  .filter((index) => isProtective(index) === half);
                const expected = crowd
                  .map(([priority], index) => ({ index, rank: PRIORITIES.indexOf(priority) }))
                  .filter(({ index }) => isProtective(index) === half)
                  .toSorted((one, other) => one.rank - other.rank || one.index - other.index)
                  .map(({ index }) => index);
                expect(order).toEqual(expected);
              }
            }),
          ),
      ),
      { numRuns: 30 },
    ));
});
