/** The order desk against a venue in trouble: each typed reason leads to what R10.5 says, and no order is done twice. */
import * as Effect from "effect/Effect";
import * as TestClock from "effect/testing/TestClock";
import { describe, expect, it } from "vitest";
import type { Sighting } from "../../src/exchange/exchange.ts";
import { onLive, type LiveBench } from "../support/live-bench.ts";
import { scriptedExchange, type Call, type Fault } from "../support/scripted-exchange.ts";

const callsOf = ({ venue }: LiveBench, call: Call): readonly number[] =>
  venue.calls.filter((each) => each.call === call).map((each) => each.atMs);
const pausesOf = (times: readonly number[]): readonly number[] => times.slice(1).map((at, index) => at - times[index]!);
const mostExecutions = ({ venue }: LiveBench): number => Math.max(0, ...venue.executions().values());
const notDone = (bench: LiveBench) => bench.facts().flatMap((fact) => (fact.type === "notDone" ? [fact.reason] : []));
const unresolved = (bench: LiveBench) => bench.facts().filter((fact) => fact.type === "unresolved");

/** A position at 100 whose first rung (103) is reached while the exchange is in trouble. */
const atFirstRung = (bench: LiveBench, ...faults: readonly (Fault | null)[]) =>
  Effect.gen(function* () {
    yield* bench.opened;
    bench.venue.next("place", ...faults);
    yield* bench.price(103);
  });

describe("order desk", () => {
  it("R10.5 transient before sending: an exit is sent once more, and executed once", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* atFirstRung(bench, "transient");
        expect(bench.state()).toBe("open");
        yield* TestClock.adjust("1 seconds");
        yield* bench.settle;
        expect(bench.state()).toBe("TP1_hit");
        expect(bench.venue.netLots()).toBe(60);
        expect(mostExecutions(bench)).toBe(1);
      }),
    ));

  it("R10.6 an exit gets one resend, then the rung cools down, and the failure is said and alerted", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        bench.venue.always("place", "transient");
        yield* bench.price(103);
        yield* TestClock.adjust("4 seconds");
        yield* bench.settle;
        expect(callsOf(bench, "place")).toHaveLength(3);
        expect(notDone(bench)).toEqual(["exit_failed"]);
        expect(bench.alerts.join()).toContain("Partial close failed for BTC/USDT:USDT TP1: other (connection refused)");
        bench.venue.always("place", null);
        yield* TestClock.adjust("31 seconds");
        yield* bench.price(103);
        expect(bench.state()).toBe("TP1_hit");
        expect(mostExecutions(bench)).toBe(1);
        expect(bench.alerts.join()).not.toContain("Closed after all");
        yield* bench.price(90);
        yield* bench.settle;
        expect(bench.state()).toBe("closed");
        expect(bench.alerts.at(-1)).toMatch(/^Closed after all: position p1, long BTC\/USDT:USDT$/);
      }),
    ));

  it("R10.6 a close gets five resends with growing pauses, and is then tried again by the position", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        bench.venue.always("place", "transient");
        yield* bench.price(94);
        for (let second = 0; second < 9; second += 1)
          yield* TestClock.adjust("1 seconds").pipe(Effect.andThen(bench.settle));
        const pauses = pausesOf(callsOf(bench, "place").slice(1, 7));
        expect(pauses).toHaveLength(5);
        // Doubled, give or take the jitter of a fifth.
        for (const [index, pause] of pauses.entries()) {
          expect(pause).toBeGreaterThanOrEqual(Math.floor(200 * 2 ** index * 0.8) - 1);
          expect(pause).toBeLessThanOrEqual(Math.ceil(200 * 2 ** index * 1.2) + 1);
        }
        bench.venue.always("place", null);
        yield* TestClock.adjust("30 seconds");
        yield* bench.settle;
        expect(bench.state()).toBe("closed");
        expect(bench.venue.netLots()).toBe(0);
        expect(mostExecutions(bench)).toBe(1);
      }),
    ));

  const unknowns: readonly (readonly [Fault, string])[] = [
    ["unknownExecuted", "executed, and the answer lost"],
    ["silentDone", "executed, and never answered"],
    ["invalidAnswer", "executed, and the answer unreadable"],
    ["unknownLost", "lost on the way there"],
    ["silent", "never arrived, and never answered"],
    ["rateLimited", "a rate limit on a placement"],
    ["throws", "an adapter that throws"],
  ];
  it.each(unknowns)("R10.2 P11 %s: %s is unknown, looked up, and executed once", (fault) =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        bench.venue.always("lookUp", "transient");
        yield* atFirstRung(bench, fault);
        yield* TestClock.adjust("12 seconds");
        yield* bench.settle;
        expect(callsOf(bench, "place")).toHaveLength(2);
        expect(unresolved(bench)).toHaveLength(1);
        bench.venue.always("lookUp", null);
        for (let second = 0; second < 20; second += 1) {
          yield* bench.price(103);
          yield* TestClock.adjust("1 seconds");
        }
        yield* bench.settle;
        expect(bench.state()).toBe("TP1_hit");
        expect(bench.status().openOrders).toEqual([]);
        expect(bench.venue.netLots()).toBe(60);
        expect(mostExecutions(bench)).toBe(1);
      }),
    ),
  );

  it("R10.2 an unknown outcome ends only on evidence, however often look-ups fail; it stays visible until then", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        bench.venue.always("lookUp", "transient");
        yield* atFirstRung(bench, "unknownLost");
        expect(bench.status().openOrders).toMatchObject([{ purpose: "exit", isUnresolved: true }]);
        expect(bench.live.health()).toMatchObject({ unsettledOrders: 1, unresolvedOrders: 1, mode: "running" });
        expect(bench.alerts.join()).toMatch(
          /Outcome of order [0-9a-f]{32} of BTC\/USDT:USDT unknown: connection reset/,
        );
        for (let minute = 0; minute < 60; minute += 1)
          yield* TestClock.adjust("1 minutes").pipe(Effect.andThen(bench.settle));
        const lookUps = callsOf(bench, "lookUp");
        expect(lookUps.length).toBeGreaterThan(60 * 5);
        expect(bench.status().openOrders).toMatchObject([{ isUnresolved: true }]);
        expect(callsOf(bench, "place")).toHaveLength(2);
        bench.venue.always("lookUp", null);
        yield* TestClock.adjust("20 seconds");
        yield* bench.settle;
        expect(bench.live.health().unresolvedOrders).toBe(0);
        expect(bench.alerts.join()).toMatch(
          /Outcome of order [0-9a-f]{32} of BTC\/USDT:USDT known: it is not at the exchange \(position p1, long BTC\/USDT:USDT\)/,
        );
      }),
    ));

  it("R10.6 one order is looked up one call at a time, with pauses that grow to their limit", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        bench.venue.always("lookUp", "transient");
        yield* atFirstRung(bench, "unknownLost");
        for (let minute = 0; minute < 10; minute += 1)
          yield* TestClock.adjust("1 minutes").pipe(Effect.andThen(bench.settle));
        const pauses = pausesOf(callsOf(bench, "lookUp"));
        expect(Math.min(...pauses.slice(6))).toBeGreaterThanOrEqual(8_000 * 0.8 - 1);
        expect(Math.max(...pauses)).toBeLessThanOrEqual(8_000 * 1.2 + 1);
      }),
    ));

  it("R10.2 no news is no evidence: the order is looked up until there is some", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        bench.venue.next("lookUp", "noNews", "noNews", "noNews");
        yield* atFirstRung(bench, "unknownExecuted");
        // What the exchange told by itself settles it just as well; here it is the look-ups that are watched.
        yield* TestClock.adjust("5 seconds");
        yield* bench.settle;
        expect(callsOf(bench, "lookUp").length).toBeGreaterThanOrEqual(4);
        expect(bench.state()).toBe("TP1_hit");
      }),
    ));

  it("R10.5 a rate-limited look-up waits as long as it was told", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        bench.venue.next("lookUp", "rateLimited", "rateLimited");
        yield* atFirstRung(bench, "unknownLost");
        yield* TestClock.adjust("10 seconds");
        yield* bench.settle;
        expect(pausesOf(callsOf(bench, "lookUp")).slice(0, 2)).toEqual([3_000, 3_000]);
      }),
    ));

  it("R10.5 R11.7 an unauthorized order is over, alerts and protects: no new positions, exits go on", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* atFirstRung(bench, "unauthorized");
        expect(bench.live.health().mode).toBe("protect-only");
        expect(bench.alerts[0]).toContain("Protect-only: the exchange refuses the key (the key is not valid)");
        expect(notDone(bench)).toEqual(["exit_failed"]);
        expect(yield* bench.open({ id: "p2", side: "short" })).toMatchObject({ kind: "refused", rule: "R11.7" });
        yield* bench.settle;
        expect(notDone(bench)).toEqual(["exit_failed", "entry_refused"]);
        yield* bench.price(94);
        expect(bench.state()).toBe("closed");
        expect(bench.venue.netLots()).toBe(0);
      }),
    ));

  it("R10.5 an unreadable answer to a look-up, or a refused key, is alerted once, and the look-ups go on", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        bench.venue.next("lookUp", "invalidAnswer", "invalidAnswer", "invalidAnswer", "unauthorized");
        yield* atFirstRung(bench, "unknownExecuted");
        yield* TestClock.adjust("20 seconds");
        yield* bench.settle;
        expect(bench.alerts.filter((alert) => alert.includes("cannot be read"))).toHaveLength(1);
        expect(callsOf(bench, "lookUp").length).toBeGreaterThanOrEqual(4);
        expect(bench.state()).toBe("TP1_hit");
      }),
    ));

  it("R10.5 an adapter that throws is alerted, and the outcome is unknown", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* atFirstRung(bench, "throws");
        expect(bench.alerts.join()).toContain("The exchange's adapter has thrown: Error: the adapter has a defect");
        expect(bench.live.health().mode).toBe("running");
        expect(unresolved(bench)).toHaveLength(1);
      }),
    ));

  it("R10.5 an answer that is not even a list is alerted, and the position asks again", () => {
    const venue = scriptedExchange({ price: 100 });
    let isBroken = true;
    const lookUp: typeof venue.service.lookUp = (query) =>
      isBroken ? Effect.succeed(undefined as unknown as Sighting) : venue.service.lookUp(query);
    return onLive({ venue: { ...venue, service: { ...venue.service, lookUp } } }, (bench) =>
      Effect.gen(function* () {
        yield* atFirstRung(bench, "unknownExecuted");
        expect(bench.alerts.join()).toContain("An errand has failed: TypeError");
        isBroken = false;
        yield* TestClock.adjust("6 seconds");
        yield* bench.settle;
        expect(bench.state()).toBe("TP1_hit");
      }),
    );
  });

  it("P11 an order still on its way is not called absent: no look-up overtakes its sending", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        // Why this test? The position asks after 5 s and after 10 s, our own limit on the call is 10 s: an answer to the
        // second look-up, older than the second sending, once brought a third.
        yield* atFirstRung(bench, "silent");
        for (let second = 0; second < 9; second += 1) {
          yield* TestClock.adjust("1 seconds");
          yield* bench.price(103);
        }
        expect(callsOf(bench, "lookUp")).toEqual([]);
        expect(callsOf(bench, "place")).toHaveLength(2);
        yield* TestClock.adjust("2 seconds");
        yield* bench.price(103);
        yield* TestClock.adjust("1 seconds");
        yield* bench.settle;
        expect(bench.state()).toBe("TP1_hit");
        expect(bench.venue.netLots()).toBe(60);
      }),
    ));

  it("R10.3 an entry that never arrived is not sent again once its decision is old", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* bench.price(100);
        bench.venue.next("place", "silent");
        yield* bench.open();
        yield* TestClock.adjust("11 seconds");
        yield* bench.settle;
        expect(bench.state()).toBe("closed");
        expect(notDone(bench)).toEqual(["entry_absent"]);
        expect(bench.venue.arrived).toEqual([]);
      }),
    ));

  it("R10.5 a cancellation waits as told, and is asked for again", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* bench.price(100);
        bench.venue.setResting(true);
        yield* bench.open();
        bench.venue.next("cancel", "rateLimited", "transient");
        yield* bench.live.close("p1", "manual");
        for (let second = 0; second < 6; second += 1)
          yield* TestClock.adjust("1 seconds").pipe(Effect.andThen(bench.settle));
        expect(bench.state()).toBe("closed");
        expect(notDone(bench)).toEqual([]);
      }),
    ));
});
