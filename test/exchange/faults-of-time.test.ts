/**
 * Faults of time, one test for each of section E of the failure catalogue that can be produced here. The host's clock is this
 * process's `Date.now`: engine and client see it jump, the venue keeps its time. One after the other, because all share it.
 *
 * Not here: F68 (a day's caps are counted by the journal: `test/domain/caps.test.ts`).
 */
import * as Effect from "effect/Effect";
import { afterEach, describe, expect, it } from "vitest";
import { drive, isOver } from "./fault-run.ts";
import {
  enter,
  ENTRY_PRICE,
  expectAllWell,
  placements,
  RUNG_PRICE,
  STOP_PRICE,
  struck,
  tell,
  unresolved,
} from "./fault-story.ts";
import { onTradingBench, PERP, type TradingBench } from "./trading-bench.ts";
import { answer } from "./venue/false-answers.ts";

const trueNow = Date.now;
afterEach(() => {
  Date.now = trueNow;
});

/** The host's clock is off by so much from now on; the venue's is not. */
function jump({ venue }: TradingBench, byMs: number): void {
  Date.now = () => trueNow() + byMs;
  venue.clockSkew(-byMs);
}

const HOUR_MS = 3_600_000;

describe("faults of time", () => {
  // Why this test? A clock that had jumped ahead made an order absent that arrived later, and it was sent again.
  it.each([1_000, -1_000, HOUR_MS, -HOUR_MS, 10 * 365 * 24 * HOUR_MS])(
    "R10.2 F63 the clock jumps by %i ms and back while an outcome is unknown: nothing is called absent by it",
    (byMs) =>
      tell({
        arms: {
          rung: Effect.fnUntraced(function* (bench: TradingBench) {
            // Arrives late: whoever believes the clock would have sent it again by then.
            bench.venue.faults.next("placeOrder", { kind: "late", afterMs: 330, answer: answer("disconnected") });
            bench.price(String(RUNG_PRICE));
            yield* bench.until("sent", () => struck(bench).length > 0);
            jump(bench, byMs);
            yield* Effect.sleep(150);
            jump(bench, 0);
          }),
        },
        check: (bench) => expect(placements(bench, "exit")).toHaveLength(1),
      }),
  );

  it.each([30_000, -5_000])(
    "R10.5 F64 the venue's clock is off by %i ms: set anew after its refusal, and the exits go out at once",
    (skewMs) =>
      onTradingBench({}, (bench) =>
        Effect.gen(function* () {
          yield* bench.open();
          yield* bench.until("entered", () => bench.state() === "open");
          bench.venue.clockSkew(skewMs);
          // A price that is told with the venue's time would be too far from ours.
          const offered = performance.now();
          bench.live.price(bench.market.symbol, STOP_PRICE, Date.now());
          yield* bench.until("closed", () => isOver(bench), 3_000);
          expect(performance.now() - offered).toBeLessThan(2_000);
          const refusals = bench.venue.requests.filter(({ answer }) => answer?.code === -1021);
          expect(refusals.length).toBeGreaterThan(0);
          expect(bench.venue.requests.some(({ call, atMs }) => call === "time" && atMs >= refusals[0]!.atMs)).toBe(
            true,
          );
          expectAllWell(bench);
        }),
      ),
  );

  // Why this test? A price that was asked for, stamped by a clock ahead, once shut the gate to all that followed (seed 20261522).
  it("R9.1 F64 a venue's clock that was ahead is set back: the prices that follow are heard", () =>
    onTradingBench({}, (bench) =>
      Effect.gen(function* () {
        const { venue } = bench;
        yield* enter(bench);
        const asked = () => venue.requests.filter(({ call }) => call === "prices").length;
        const before = asked();
        venue.clockSkew(30_000);
        // By the stream, and by asking.
        bench.price(String(ENTRY_PRICE));
        yield* bench.until("a price is asked for", () => asked() > before);
        yield* Effect.sleep(50);
        venue.clockSkew(0);
        yield* drive(bench, STOP_PRICE, () => isOver(bench), 4_000);
        expectAllWell(bench);
      }),
    ));

  it("R13.5 F63 a clock that is set back is said, and so is what it means", () =>
    onTradingBench({}, (bench) =>
      Effect.gen(function* () {
        yield* bench.open();
        yield* bench.until("entered", () => bench.state() === "open");
        jump(bench, -HOUR_MS);
        const said = () => bench.alerts.filter((each) => each.startsWith("The clock of this machine"));
        yield* drive(bench, RUNG_PRICE, () => said().length > 0, 5_000);
        expect(said()).toEqual([expect.stringContaining("was set back by 3600 s: retries of closes")]);
      }),
    ));

  it("R10.5 F65 refused as too late, with clocks that agree: sent again, and executed once", () =>
    tell({
      arms: {
        rung: ({ venue }) =>
          venue.faults.next("placeOrder", {
            kind: "respond",
            status: 400,
            code: -1021,
            message: "Timestamp for this request is outside of the recvWindow.",
          }),
      },
      check(bench) {
        expect(placements(bench, "exit").filter(({ executed }) => executed)).toHaveLength(1);
        expect(unresolved(bench)).toBe(0);
      },
    }));

  it("R10.2 F66 the loop stands still for a second and a half while an answer is awaited", () =>
    tell({
      arms: {
        rung: Effect.fnUntraced(function* (bench: TradingBench) {
          bench.venue.faults.next("placeOrder", { kind: "hang", executed: true });
          bench.price(String(RUNG_PRICE));
          yield* bench.until("sent", () => struck(bench).length > 0);
          standStill(1_500);
        }),
        stop: () => standStill(1_000),
      },
      check(bench) {
        expect(placements(bench, "exit")).toHaveLength(1);
        expect(placements(bench, "close")).toHaveLength(1);
      },
    }));

  it("R5.3 F67 a moment that is further away than any timer does not come at once", () =>
    onTradingBench({}, (bench) =>
      Effect.gen(function* () {
        const afterMs = 40 * 24 * HOUR_MS;
        yield* bench.open({ plan: { rules: { maxHoldingTime: { afterMs } } } });
        yield* bench.until("entered", () => bench.state() === "open");
        yield* drive(bench, ENTRY_PRICE, () => false, 400);
        expect(bench.state()).toBe("open");
        expect(placements(bench)).toHaveLength(1);
        yield* drive(bench, STOP_PRICE, () => isOver(bench), 3_000);
        expectAllWell(bench);
      }),
    ));

  it.each([2_592_000, Number.NaN, -5, 1e300])(
    "R10.6 F67 a venue that asks for a wait of %f s: no close waits for it",
    (retryAfterSeconds) =>
      onTradingBench({}, (bench) =>
        Effect.gen(function* () {
          const { venue, exchange } = bench;
          yield* bench.open();
          yield* bench.until("entered", () => bench.state() === "open");
          venue.faults.next("getOrder", {
            kind: "respond",
            status: 429,
            code: -1003,
            message: "slow down",
            retryAfterSeconds,
          });
          const { clientOrderId, decidedAtMs, lots } = bench.position()!.intents[0]!;
          yield* Effect.ignore(exchange.lookUp({ clientOrderId, decidedAtMs, lots, account: "main", symbol: PERP }));
          expect(struck(bench)).toHaveLength(1);
          yield* drive(bench, STOP_PRICE, () => venue.ledger.position(PERP) === "0", 2_000);
          expect(placements(bench, "close")).toHaveLength(1);
          expect(venue.ledger.position(PERP)).toBe("0");
        }),
      ),
  );
});

function standStill(forMs: number): void {
  const untilMs = performance.now() + forMs;
  while (performance.now() < untilMs);
}
