/** No decision on a price that is invalid or too old, judged where the decision is made (P14, R9.1). */
import * as Effect from "effect/Effect";
import * as TestClock from "effect/testing/TestClock";
import { describe, expect, it } from "vitest";
import { onLive, SYMBOL, type LiveBench } from "../support/live-bench.ts";

const nowMs = Effect.clockWith((clock) => clock.currentTimeMillis);
const priceStamped = (bench: LiveBench, value: number, offsetMs: number) =>
  Effect.gen(function* () {
    const isAdmitted = bench.live.price(SYMBOL, value, (yield* nowMs) + offsetMs);
    yield* bench.settle;
    return isAdmitted;
  });

describe("prices", () => {
  it("R9.1 invalid, late and far-future prices are dropped, counted and decide nothing", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 0, -1]) {
          expect(yield* priceStamped(bench, value, 0)).toBe(false);
        }
        expect(yield* priceStamped(bench, 50, 5_001)).toBe(false);
        expect(yield* priceStamped(bench, 50, -1)).toBe(false);
        expect(yield* priceStamped(bench, 50, Number.NaN)).toBe(false);
        expect(bench.state()).toBe("open");
        expect(bench.live.health()).toMatchObject({ droppedPrices: 7, lastPriceAtMs: yield* nowMs, priceAgeMs: 0 });
        const reasons = bench
          .facts()
          .flatMap((fact) => (fact.type === "notDone" ? [`${fact.reason} ${fact.limit}`] : []));
        expect(reasons).toEqual([
          "price_dropped not_a_number",
          "price_dropped not_positive",
          "price_dropped far_future",
          "price_dropped out_of_order",
        ]);
      }),
    ));

  it("P14 a price older than the limit decides nothing, and the next fresh one decides at once", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        yield* TestClock.adjust("10 seconds");
        yield* priceStamped(bench, 103.5, -5_001);
        expect(bench.state()).toBe("open");
        expect(bench.venue.arrived).toHaveLength(1);
        bench.venue.setPrice(103.6);
        yield* priceStamped(bench, 103.6, -5_000);
        expect(bench.state()).toBe("TP1_hit");
      }),
    ));

  it("P14 a fill that is told later than the limit after the last price starts no exit; the next price does", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* bench.price(100);
        bench.venue.setResting(true);
        yield* bench.open();
        yield* bench.settle;
        yield* bench.price(110);
        yield* TestClock.adjust("6 seconds");
        bench.venue.setResting(false);
        bench.venue.setPrice(100);
        bench.venue.fill(bench.venue.arrived[0]!.clientOrderId);
        yield* bench.settle;
        expect(bench.state()).toBe("open");
        expect(bench.venue.arrived).toHaveLength(1);
        yield* bench.price(103);
        expect(bench.state()).toBe("TP1_hit");
      }),
    ));

  it("P14 a deadline later than the limit after the last price asks, and decides nothing on it", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        bench.venue.always("place", "transient");
        yield* bench.price(103);
        yield* TestClock.adjust("1 seconds");
        bench.venue.always("place", null);
        // The rung's cool-down ends 30 s later; the price is old by then.
        yield* TestClock.adjust("40 seconds");
        yield* bench.settle;
        expect(bench.state()).toBe("open");
        expect(bench.venue.arrived).toHaveLength(1);
        yield* bench.price(103);
        expect(bench.state()).toBe("TP1_hit");
      }),
    ));

  it("P14 an entry without a fresh price is refused, and the refusal is written down", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* bench.price(100);
        yield* TestClock.adjust("6 seconds");
        expect(yield* bench.open()).toMatchObject({ kind: "refused", field: "price" });
        expect(Array.from(bench.journal.rows(), (row) => row.supervision)).toEqual(["refused"]);
      }),
    ));

  it("P14 a manual close decides without a price", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        yield* TestClock.adjust("60 seconds");
        yield* bench.live.close("p1", "manual");
        yield* bench.settle;
        expect(bench.state()).toBe("closed");
      }),
    ));
});
