/**
 * Faults of cancels, fills and accounts, one test for each of section B of the failure catalogue, over real HTTP and against the
 * venue's own ledger.
 *
 * Not here: F31, F32 (no conditional orders yet), F33's stop on the exchange (the same with an exit and a close is in `sure-exits.test.ts`),
 * F34 to F36 (nothing is replaced or amended), F37 (no venue that we can produce voids a fill). Fees in a third coin (F29) are in
 * `order-reports.test.ts`.
 */
import * as Effect from "effect/Effect";
import { describe, expect, it } from "vitest";
import { exact } from "../../src/domain/decimal.ts";
import { decimalText } from "../../src/domain/units.ts";
import { openMemoryJournal, createMemoryStore } from "../../src/journal/memory.ts";
import { drive, isOver } from "./fault-run.ts";
import {
  callOff,
  enter,
  ENTRY_PRICE,
  expectAllWell,
  intentsOf,
  live,
  placements,
  SLOWLY,
  STOP_PRICE,
  struck,
  struckEvents,
  tell,
} from "./fault-story.ts";
import { onVenue } from "./scoped-venue.ts";
import { onTradingBench, SPOT, tradingRun, type TradingBench } from "./trading-bench.ts";
import { answer, type AnswerName } from "./venue/false-answers.ts";

/** It is called off, and all is well. */
const calledOff = (arm: (bench: TradingBench) => void, check?: (bench: TradingBench) => void) =>
  onTradingBench({}, (bench) =>
    Effect.gen(function* () {
      yield* callOff(bench, arm);
      expectAllWell(bench);
      check?.(bench);
    }),
  );

const cancels = ({ venue }: TradingBench) => venue.requests.filter(({ call }) => call === "cancelOrder");
const filledOf = (bench: TradingBench, purpose: "entry" | "exit" | "close"): string =>
  intentsOf(bench)
    .filter((intent) => intent.purpose === purpose)
    .reduce(
      (sum, { clientOrderId }) => sum.plus(exact(decimalText(bench.venue.ledger.executionsOf(clientOrderId).filled))),
      exact(0),
    )
    .toFixed();

describe.concurrent("faults of cancels, fills and accounts", () => {
  it("R10.8 F20 a cancellation that comes too late: what was filled counts, and there is one close", () =>
    calledOff(
      ({ venue }) => venue.faults.next("cancelOrder", { kind: "fillBeforeCancel" }),
      (bench) => {
        expect(cancels(bench)[0]!.answer).toMatchObject({ code: -2011 });
        expect(filledOf(bench, "entry")).toBe("0.1");
        expect(filledOf(bench, "close")).toBe("0.1");
      },
    ));

  const answers: readonly AnswerName[] = ["hanging", "disconnected", "unknown503", "backendTimeout1007"];
  it.each(answers.flatMap((name) => [true, false].map((executed) => [name, executed] as const)))(
    "R10.8 F21 a cancellation without an answer (%s, executed: %s): the order may be open until it is seen that it is not",
    (name, executed) =>
      calledOff(
        ({ venue }) => venue.faults.next("cancelOrder", { ...answer(name), executed }),
        (bench) => {
          expect(cancels(bench).length).toBeGreaterThanOrEqual(executed ? 1 : 2);
          expect(filledOf(bench, "entry")).toBe("0.04");
        },
      ),
  );

  it("R10.7 F22 a fill that is told after the order was canceled counts", () =>
    onTradingBench({}, (bench) =>
      Effect.gen(function* () {
        const { venue } = bench;
        venue.nextFillPlan(SLOWLY);
        venue.faults.next("placeOrder", { kind: "hidden", from: ["trades", "stream"], forMs: 240 });
        yield* bench.open();
        yield* bench.until("accepted", () => bench.position()?.intents[0]?.progress.kind === "working");
        yield* bench.live.close("p1", "manual");
        yield* drive(bench, ENTRY_PRICE, () => isOver(bench), 8_000);
        expectAllWell(bench);
        expect(filledOf(bench, "close")).toBe("0.04");
      }),
    ));

  it("R1.10 F22 what a transport delivers after everything was closed is said, and no order follows it", () =>
    onTradingBench({}, (bench) =>
      Effect.gen(function* () {
        yield* live(bench, {
          arms: { entry: ({ venue }) => venue.faults.next("placeOrder", { kind: "executeTwice", afterMs: 150 }) },
        });
        const before = placements(bench).length;
        yield* drive(bench, STOP_PRICE, () => false, 1_500);
        expect(bench.alerts.join("\n")).toMatch(/Late fill for|cannot be true/);
        expect(placements(bench)).toHaveLength(before);
      }),
    ));

  it("R10.7 F23 every event three times: each fill counts once", () =>
    tell({
      arms: { entry: ({ venue }) => venue.faults.always("userEvents", { kind: "duplicateEvent", times: 3 }) },
      check: (bench) => expect(struckEvents(bench, "userEvents")).toBeGreaterThan(0),
    }));

  it("R10.7 R11.2 F23 the same fills again after a restart: each counts once", () =>
    onVenue((at) =>
      Effect.gen(function* () {
        const store = createMemoryStore("journal");
        const rows: TradingBench["rows"][number][] = [];
        yield* tradingRun({ at, journal: openMemoryJournal({ store }) }, (bench) =>
          Effect.gen(function* () {
            at.nextFillPlan(SLOWLY);
            yield* bench.open();
            yield* bench.until("filled in part", () => (bench.position()?.enteredLots ?? 0) > 0);
            yield* bench.live.drain;
            rows.push(...bench.rows);
          }),
        );
        yield* tradingRun({ at, journal: openMemoryJournal({ store }) }, (bench) =>
          Effect.gen(function* () {
            expect(bench.position()!.enteredLots).toBe(40);
            yield* drive(bench, STOP_PRICE, () => isOver(bench), 8_000);
            expectAllWell({ ...bench, rows: [...rows, ...bench.rows] });
            expect(filledOf({ ...bench, rows: [...rows, ...bench.rows] }, "close")).toBe("0.04");
          }),
        );
      }),
    ));

  it("R10.7 F24 events out of order, and before the answer to the order", () =>
    tell({
      arms: {
        entry({ venue }) {
          venue.faults.always("userEvents", { kind: "reorderEvents" });
          venue.faults.next("placeOrder", { kind: "delay", ms: 200, executed: true });
          venue.nextFillPlan({
            slices: [{ share: "0.3" }, { share: "0.3", afterMs: 20 }, { share: "0.4", afterMs: 20 }],
          });
        },
        rung: ({ venue }) => venue.faults.next("placeOrder", { kind: "delay", ms: 200, executed: true }),
      },
      check(bench) {
        expect(struckEvents(bench, "userEvents")).toBeGreaterThan(0);
        expect(struck(bench, "delay")).toHaveLength(2);
      },
    }));

  it.each(["fillEvents", "orderEvents", "userEvents"] as const)(
    "R10.7 F25 %s that never come: found by asking",
    (events) =>
      tell({
        arms: { entry: ({ venue }) => venue.faults.always(events, { kind: "dropEvent" }) },
        check(bench) {
          expect(struckEvents(bench, events)).toBeGreaterThan(0);
          expect(filledOf(bench, "entry")).toBe("0.1");
        },
      }),
  );

  it("R10.7 F26 listings without trade ids beside a stream with them: each fill counts once", () =>
    tell({
      arms: {
        entry({ venue }) {
          venue.faults.always("trades", { kind: "blankTradeIds" });
          venue.nextFillPlan({ slices: [{ share: "0.5" }, { share: "0.5" }] });
        },
        rung: ({ venue }) => venue.nextFillPlan({ slices: [{ share: "0.5" }, { share: "0.5", afterMs: 60 }] }),
      },
      check: (bench) => expect(struck(bench, "blankTradeIds").length).toBeGreaterThan(0),
    }));

  // Why this test? Two fills of one millisecond, price and size were once taken for one, and the order never settled.
  it("R10.7 F26 no trade ids anywhere: fills of one moment, price and size are told apart", () =>
    tell({
      arms: {
        entry({ venue }) {
          venue.faults.always("trades", { kind: "blankTradeIds" });
          venue.faults.always("userEvents", { kind: "dropEvent" });
          venue.nextFillPlan({ slices: Array.from({ length: 10 }, () => ({ share: "0.1" })) });
        },
      },
      check: (bench) => expect(intentsOf(bench)[0]!.tradeIds).toHaveLength(10),
    }));

  it("R1.9 F27 more filled than ordered is counted as it is, said, and nothing is added to it", () =>
    onTradingBench({}, (bench) =>
      Effect.gen(function* () {
        bench.venue.faults.next("placeOrder", { kind: "executeTwice" });
        yield* bench.open();
        yield* bench.until("suspended", () => bench.isSuspended());
        expect(bench.venue.ledger.position("BTC/USDT:USDT")).toBe("0.2");
        expect(bench.alerts.join("\n")).toContain("cannot be true");
        expect(placements(bench)).toHaveLength(1);
      }),
    ));

  it("R3.4 F28 a close that leaves less than the minimum does not go round in circles", () =>
    onTradingBench({ market: "spot" }, (bench) =>
      Effect.gen(function* () {
        yield* enter(bench);
        bench.venue.faults.next("placeOrder", { kind: "partialThenExpire", share: "0.9995" });
        yield* drive(bench, STOP_PRICE, () => bench.alerts.some((alert) => alert.startsWith("Close of")), 4_000);
        const before = placements(bench).length;
        yield* drive(bench, STOP_PRICE, () => false, 600);
        // At most one for each slow interval (150 ms here), and it is said each time.
        expect(placements(bench).length - before).toBeLessThanOrEqual(5);
        expect(bench.alerts.join("\n")).toContain("below_minimum");
      }),
    ));

  it("R10.10 F29 a fee in the coin: never more is sold than is held, and nothing of a lot is left", () =>
    tell({
      settings: { market: "spot" },
      arms: {},
      check(bench) {
        const sold = bench.venue.ledger.orders
          .filter(({ side }) => side === "SELL")
          .reduce((sum, order) => sum.plus(order.filled), exact(0));
        expect(sold.lte("0.0999")).toBe(true);
        expect(exact(decimalText(bench.venue.ledger.position(SPOT))).lt(bench.market.amountStep)).toBe(true);
        expect(bench.venue.requests.filter(({ answer }) => answer?.code === -2010)).toEqual([]);
      },
    }));

  it.each(["missingFields", "notNumbers"] as const)(
    "R10.7 F30 an order and its fills whose numbers cannot be read (%s) decide nothing; it is said, and asked again",
    (content) =>
      tell({
        arms: {
          rung({ venue }) {
            venue.faults.next("placeOrder", { ...answer("disconnected"), executed: true });
            venue.faults.next("getOrder", { kind: "garbage", content, executed: true }, 2);
            venue.faults.next("trades", { kind: "garbage", content, executed: true }, 2);
            venue.faults.always("userEvents", { kind: "dropEvent" }, 1_000);
          },
        },
        check(bench) {
          for (const call of ["getOrder", "trades"])
            expect(struck(bench, "garbage").filter((each) => each.call === call).length).toBeGreaterThan(0);
          expect(struckEvents(bench, "userEvents")).toBeGreaterThan(0);
          expect(bench.alerts.join("\n")).toMatch(/answer to the look-up of order \S+ cannot be read/);
          expect(placements(bench, "exit")).toHaveLength(1);
        },
      }),
  );
});
