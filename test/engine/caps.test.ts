/** Caps on new positions in the live driver, on virtual time and across a restart (R8.6). */
import * as Effect from "effect/Effect";
import * as TestClock from "effect/testing/TestClock";
import { describe, expect, it } from "vitest";
import { NO_CAPS } from "../../src/domain/caps.ts";
import { decimalText } from "../../src/domain/units.ts";
import { openMemoryJournal } from "../../src/journal/memory.ts";
import { aMarket } from "../support/house.ts";
import { onLive, startLive, SYMBOL, type LiveBench } from "../support/live-bench.ts";

const SOL = aMarket({ symbol: "SOL/USDT:USDT" });

const halfAMinute = (bench: LiveBench) => Effect.andThen(TestClock.adjust("30 seconds"), bench.settle);

describe("caps in the engine", () => {
  it("R8.6 of positions together: those that are open and those under way, at the last price", () =>
    onLive({ caps: { ...NO_CAPS, maximumTotalNotional: decimalText("20000") } }, (bench) =>
      Effect.gen(function* () {
        yield* bench.price(100);
        yield* bench.price(100, SOL.symbol);
        // 100 lots at 100 each, decided in one turn.
        const [first, second] = yield* Effect.all(
          [bench.open(), bench.open({ id: "p2", market: SOL, amount: "101" })],
          { concurrency: "unbounded" },
        );
        expect(first).toBe("opened");
        expect(second).toMatchObject({
          kind: "refused",
          rule: "R8.6",
          field: "caps.maximumTotalNotional",
          value: "20100",
        });
        yield* bench.settle;
        expect(bench.facts()).toContainEqual(
          expect.objectContaining({ type: "notDone", reason: "entry_refused", field: "caps.maximumTotalNotional" }),
        );
        yield* bench.price(102);
        expect(yield* bench.open({ id: "p3", market: SOL })).toMatchObject({ kind: "refused", value: "20200" });
        expect(yield* bench.open({ id: "p4", market: SOL, amount: "98" })).toBe("opened");
        // Exits are no entries.
        yield* bench.price(94);
        expect(bench.state()).toBe("closed");
      }),
    ));

  it("R8.6 entries per minute, exits exempt, counted across a restart", () => {
    const journal = openMemoryJournal({ journalId: "journal" });
    const settings = { caps: { ...NO_CAPS, ordersPerMinute: 2 } };
    return onLive({ ...settings, journal }, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        yield* bench.live.close("p1", "manual");
        yield* bench.settle;
        yield* halfAMinute(bench);
        yield* bench.price(100);
        expect(yield* bench.open({ id: "p2" })).toBe("opened");
        yield* bench.settle;
        yield* bench.live.close("p2", "manual");
        yield* bench.settle;
        expect(bench.state("p2")).toBe("closed");
        const second = yield* startLive({ ...settings, journal: journal.reopen() });
        yield* second.price(100);
        expect(yield* second.open({ id: "p3" })).toMatchObject({
          kind: "refused",
          rule: "R8.6",
          field: "caps.ordersPerMinute",
          value: "3",
        });
        yield* halfAMinute(second);
        yield* second.price(100);
        expect(yield* second.open({ id: "p4" })).toBe("opened");
      }),
    );
  });

  it("R8.6 symbols that are not named", () =>
    onLive({ caps: { ...NO_CAPS, symbols: [SYMBOL] } }, (bench) =>
      Effect.gen(function* () {
        yield* bench.price(100);
        yield* bench.price(100, SOL.symbol);
        expect(yield* bench.open({ market: SOL })).toMatchObject({
          kind: "refused",
          rule: "R8.6",
          field: "caps.symbols",
        });
        expect(yield* bench.open({ id: "p2" })).toBe("opened");
      }),
    ));
});
