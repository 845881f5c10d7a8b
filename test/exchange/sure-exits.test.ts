/**
 * A partial exit cannot be repeated, a full close can (R10.4): while an exit's outcome is unknown a stop fires. And what reduces a
 * position is never held up by what does not (R10.6).
 */
import * as Effect from "effect/Effect";
import { describe, expect, it } from "vitest";
import { epochMs, lots } from "../../src/domain/units.ts";
import { drive, heal, isOver } from "./fault-run.ts";
import {
  enter,
  expectAllWell,
  intentsOf,
  live,
  openOther,
  placements,
  RUNG_PRICE,
  STOP_PRICE,
  struck,
} from "./fault-story.ts";
import { onVenue } from "./scoped-venue.ts";
import {
  CCXT_TIMING,
  onTradingBench,
  PERP,
  tradingRun,
  type TradingBench,
  type TradingSettings,
} from "./trading-bench.ts";
import { answer, type AnswerName } from "./venue/false-answers.ts";
import type { FalseAnswer } from "./venue/fault-kinds.ts";

const A_LOT = lots(100);
/** Twenty requests of weight one in a second, after a first hundred. */
const SLOW_LINE = { ...CCXT_TIMING, line: { weight: 100, windowMs: 5_000 } };

/** The first rung's exit is sent, and nothing is known of it; then the price falls through the stop. */
const stopOverUnknownExit = (
  settings: TradingSettings,
  lost: FalseAnswer & { readonly executed: boolean },
  check: (bench: TradingBench) => void,
) =>
  onTradingBench(settings, (bench) =>
    Effect.gen(function* () {
      const { venue } = bench;
      yield* live(bench, {
        arms: {
          rung: Effect.fnUntraced(function* () {
            venue.faults.next("placeOrder", lost);
            // No look-up answers: the outcome stays unknown. What is held can be asked for.
            for (const call of ["getOrder", "openOrders", "allOrders", "trades", "algoOrders"] as const)
              venue.faults.always(call, answer("unavailable503"));
            yield* drive(bench, RUNG_PRICE, () => struck(bench).length > 0, 2_000);
            yield* drive(bench, STOP_PRICE, () => venue.ledger.position(PERP) === "0", 4_000);
            expect(venue.ledger.position(PERP)).toBe("0");
            check(bench);
            heal(bench);
          }),
        },
      });
      expectAllWell(bench);
      expect(placements(bench, "exit")).toHaveLength(1);
    }),
  );

/** A question after the entry, which is answered so. */
const lookUpEntry = (bench: TradingBench, given: FalseAnswer): Effect.Effect<void> =>
  Effect.suspend(() => {
    bench.venue.faults.next("getOrder", given);
    const { clientOrderId, decidedAtMs } = bench.position()!.intents[0]!;
    return Effect.ignore(
      bench.exchange.lookUp({ clientOrderId, decidedAtMs, lots: A_LOT, account: "main", symbol: PERP }),
    );
  });

const LOST: readonly AnswerName[] = ["hanging", "disconnected", "backendTimeout1007", "tooManyRequests429"];
const HELD: readonly (readonly [string, TradingSettings])[] = [
  ["one-way mode", {}],
  ["hedge mode", { venue: { hedgeMode: true } }],
  ["a venue that refuses excess", { venue: { reduceOnlyExcess: "reject" } }],
];

describe.concurrent("R10.4 a stop over an exit of which nothing is known", () => {
  it.each(HELD.flatMap(([place, settings]) => LOST.map((name) => [name, place, settings] as const)))(
    "R10.4 the exit was executed (%s, %s): one close of what the exchange still holds",
    (name, _place, settings) =>
      stopOverUnknownExit(settings, { ...answer(name), executed: true }, (bench) => {
        const closes = placements(bench, "close");
        expect(closes.map(({ params }) => params["quantity"])).toEqual(["0.06"]);
        expect(bench.venue.ledger.orders.map(({ filled }) => filled)).toEqual(["0.1", "0.04", "0.06"]);
      }),
  );

  it.each(HELD.flatMap(([place, settings]) => LOST.map((name) => [name, place, settings] as const)))(
    "R10.4 the exit was not executed (%s, %s): one close of everything",
    (name, _place, settings) =>
      stopOverUnknownExit(settings, { ...answer(name), executed: false }, (bench) => {
        const closes = placements(bench, "close");
        expect(closes.map(({ params }) => params["quantity"])).toEqual(["0.1"]);
        expect(bench.venue.ledger.orders.map(({ filled }) => filled)).toEqual(["0.1", "0.1"]);
      }),
  );

  it.each([60, 300])("R10.4 R10.8 the exit arrives %i ms after the close: together no more than there was", (afterMs) =>
    onTradingBench({}, (bench) =>
      Effect.gen(function* () {
        yield* live(bench, {
          arms: {
            rung: Effect.fnUntraced(function* ({ venue }: TradingBench) {
              venue.faults.next("placeOrder", { kind: "late", afterMs, answer: answer("disconnected") });
              yield* drive(bench, RUNG_PRICE, () => struck(bench).length > 0, 2_000);
              yield* drive(bench, STOP_PRICE, () => isOver(bench), 6_000);
            }),
          },
        });
        expectAllWell(bench);
        const sold = bench.venue.ledger.orders
          .filter(({ side }) => side === "SELL")
          .reduce((sum, { filled }) => sum + Number(filled), 0);
        expect(sold).toBeCloseTo(0.1, 9);
      }),
    ),
  );

  it.each([true, false])(
    "R10.8 on spot the exit (executed: %s) is called off and settled, then what is free is sold",
    (executed) =>
      onTradingBench({ market: "spot" }, (bench) =>
        Effect.gen(function* () {
          yield* live(bench, {
            arms: {
              rung: Effect.fnUntraced(function* ({ venue }: TradingBench) {
                venue.faults.next("placeOrder", { ...answer("hanging"), executed });
                yield* drive(bench, RUNG_PRICE, () => struck(bench).length > 0, 2_000);
                yield* drive(bench, STOP_PRICE, () => isOver(bench), 6_000);
              }),
            },
          });
          expectAllWell(bench);
          expect(placements(bench, "exit")).toHaveLength(1);
          expect(bench.venue.requests.filter(({ answer: given }) => given?.code === -2010)).toEqual([]);
        }),
      ),
  );
});

describe.concurrent("R10.6 what reduces a position goes first", () => {
  it("R10.6 a close overtakes the look-ups and entries that wait in the line", () =>
    onTradingBench({ ccxt: { timing: SLOW_LINE } }, (bench) =>
      Effect.gen(function* () {
        const { venue, exchange } = bench;
        yield* bench.open();
        yield* bench.until("entered", () => bench.state() === "open" && venue.ledger.position(PERP) === "0.1", 15_000);
        // Forty look-ups wait for their turn, a twentieth of a second each.
        for (let count = 0; count < 40; count += 1) {
          const query = { clientOrderId: String(count).padStart(32, "0"), account: "main", symbol: PERP, lots: A_LOT };
          yield* Effect.forkScoped(Effect.ignore(exchange.lookUp({ ...query, decidedAtMs: epochMs(Date.now()) })));
        }
        expect(yield* openOther(bench)).toBe("opened");
        yield* Effect.sleep(20);
        const before = venue.requests.length;
        yield* bench.live.close("p1", "manual");
        yield* bench.until("closed at the venue", () => placements(bench, "close").length > 0, 5_000);
        const overtaken = venue.requests
          .slice(before)
          .findIndex(({ call, params }) => call === "placeOrder" && params["reduceOnly"] === "true");
        // Of some two hundred that wait, those that are on their way already.
        expect(overtaken).toBeLessThanOrEqual(6);
        expect(intentsOf(bench).filter(({ purpose }) => purpose === "close")).toHaveLength(1);
      }),
    ));

  it.each(["tooManyRequests429", "banned418"] as const)("R10.6 after %s only what reduces a position passes", (name) =>
    onTradingBench({}, (bench) =>
      Effect.gen(function* () {
        const { venue } = bench;
        yield* enter(bench);
        const askedAtMs = Date.now();
        yield* lookUpEntry(bench, answer(name));
        expect(yield* openOther(bench)).toBe("opened");
        yield* drive(bench, RUNG_PRICE, () => venue.ledger.position(PERP) === "0.06", 900);
        yield* drive(bench, STOP_PRICE, () => venue.ledger.position(PERP) === "0", 900);
        expect(venue.ledger.position(PERP)).toBe("0");
        const meanwhile = venue.requests.filter(({ atMs }) => atMs > askedAtMs && atMs < askedAtMs + 950);
        const entries = meanwhile.filter(
          ({ call, params }) => call === "placeOrder" && params["reduceOnly"] !== "true",
        );
        expect(entries).toEqual([]);
        expect(meanwhile.filter(({ call }) => call === "placeOrder")).toHaveLength(2);
      }),
    ),
  );

  it("R10.6 F64 while the venue has told us to wait, a close with a wrong time gets the right one and goes out", () =>
    onTradingBench({}, (bench) =>
      Effect.gen(function* () {
        const { venue } = bench;
        yield* enter(bench);
        yield* lookUpEntry(bench, { ...answer("banned418"), retryAfterSeconds: 20 } as FalseAnswer);
        venue.clockSkew(30_000);
        bench.live.price(bench.market.symbol, STOP_PRICE, Date.now());
        yield* bench.until("closed at the venue", () => venue.ledger.position(PERP) === "0", 5_000);
      }),
    ));

  it("R10.6 an open circuit holds entries back, and exits pass", () =>
    onVenue((at) =>
      tradingRun({ at, policy: { breaker: { failuresInARow: 3, openMs: 4_000 } } }, (bench) =>
        Effect.gen(function* () {
          yield* bench.open();
          yield* bench.until("entered", () => bench.state() === "open");
          // Look-ups of an order that never arrived fail, more in a row than the circuit bears.
          at.faults.next("placeOrder", answer("disconnected"));
          for (const call of ["getOrder", "openOrders"] as const) at.faults.always(call, answer("unavailable503"));
          yield* drive(
            bench,
            RUNG_PRICE,
            () => at.requests.filter(({ fault }) => fault === "respond").length > 4,
            6_000,
          );
          expect(yield* openOther(bench)).toBe("opened");
          yield* bench.until("refused", () => bench.facts().some(({ type }) => type === "notDone"));
          const refused = JSON.stringify(
            bench.rows.filter((row) => row.position === "other").map(({ facts }) => facts),
          );
          expect(refused).toContain("failed in a row");
          yield* drive(bench, STOP_PRICE, () => at.ledger.position(PERP) === "0", 3_000);
          expect(at.ledger.position(PERP)).toBe("0");
          heal(bench);
          yield* drive(bench, STOP_PRICE, () => isOver(bench), 6_000);
          expectAllWell(bench);
        }),
      ),
    ));
});
