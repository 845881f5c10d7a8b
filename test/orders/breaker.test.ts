/** The circuit breaker of an account: what can wait waits, what reduces a position passes (R10.6). */
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import type * as Scope from "effect/Scope";
import * as TestClock from "effect/testing/TestClock";
import { describe, expect, it } from "vitest";
import { ExchangeError } from "../../src/exchange/exchange.ts";
import { setBack } from "../support/set-back.ts";
import { makeBreaker, type Breaker } from "../../src/orders/breaker.ts";

const POLICY = { failuresInARow: 3, openMs: 1_000 };
const failure = new ExchangeError({ reason: { _tag: "OutcomeUnknown", message: "no answer" } });

interface Bench {
  readonly breaker: Breaker;
  /** How often a call was carried out. */
  readonly made: () => number;
  readonly call: (isFailing: boolean, mayPass?: boolean) => Effect.Effect<"done" | ExchangeError["reason"]>;
}

const onBreaker = (program: (bench: Bench) => Effect.Effect<void, never, Scope.Scope>): Promise<void> =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const breaker = yield* makeBreaker(POLICY);
        let made = 0;
        const inner = (isFailing: boolean) =>
          Effect.suspend(() => {
            made += 1;
            return isFailing ? Effect.fail(failure) : Effect.succeed("done" as const);
          });
        yield* program({
          breaker,
          made: () => made,
          call: (isFailing, mayPass = false) =>
            breaker.guard(inner(isFailing), mayPass).pipe(Effect.catch(({ reason }) => Effect.succeed(reason))),
        });
      }),
    ).pipe(Effect.provide(TestClock.layer())),
  );

const opened = ({ call }: Bench) => Effect.repeat(call(true), { times: POLICY.failuresInARow - 1 });

describe("circuit breaker", () => {
  it("R10.6 failures in a row open it: what can wait is not sent, and certainly not", () =>
    onBreaker((bench) =>
      Effect.gen(function* () {
        yield* opened(bench);
        expect(bench.made()).toBe(3);
        const refused = yield* bench.call(false);
        expect(refused).toMatchObject({ _tag: "Transient", message: expect.stringContaining("not sent") });
        expect(bench.made()).toBe(3);
      }),
    ));

  it("R10.6 what reduces a position passes while it is open, and its own error comes back", () =>
    onBreaker((bench) =>
      Effect.gen(function* () {
        yield* opened(bench);
        expect(yield* bench.call(false, true)).toBe("done");
        expect(yield* bench.call(true, true)).toEqual(failure.reason);
        expect(bench.made()).toBe(5);
      }),
    ));

  it("R10.6 a success in between begins the row anew", () =>
    onBreaker((bench) =>
      Effect.gen(function* () {
        for (const isFailing of [true, true, false, true, true]) yield* bench.call(isFailing);
        expect(yield* bench.call(false)).toBe("done");
      }),
    ));

  it("R10.6 after its time one call goes as a probe: its success closes the circuit, its failure opens it again", () =>
    onBreaker((bench) =>
      Effect.gen(function* () {
        yield* opened(bench);
        yield* TestClock.adjust(POLICY.openMs);
        expect(yield* bench.call(true)).toEqual(failure.reason);
        expect(yield* bench.call(false)).toMatchObject({ _tag: "Transient" });
        yield* TestClock.adjust(POLICY.openMs);
        expect(yield* bench.call(false)).toBe("done");
        expect(yield* bench.call(false)).toBe("done");
      }),
    ));

  it("R10.6 two circuits know nothing of each other", () =>
    onBreaker((bench) =>
      Effect.gen(function* () {
        yield* opened(bench);
        const other = yield* makeBreaker(POLICY);
        expect(Exit.isSuccess(yield* Effect.exit(other.guard(Effect.succeed(1), false)))).toBe(true);
      }),
    ));

  it("R10.6 F63 a clock that is set back by an hour does not keep it open", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const breaker = yield* makeBreaker({ failuresInARow: 1, openMs: 50 });
          yield* Effect.ignore(breaker.guard(Effect.fail(failure), false));
          yield* setBack(3_600_000);
          const now = breaker.guard(Effect.sync(Date.now), false);
          expect((yield* Effect.flip(now)).reason.message).toContain("nothing that can wait is sent");
          yield* Effect.sleep(100);
          // The call itself goes by the time of day.
          expect(Math.abs((yield* now) - Date.now())).toBeLessThan(1_000);
        }),
      ),
    ));
});
