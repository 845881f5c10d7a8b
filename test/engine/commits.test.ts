/** Group commit in the live driver: what is written, what leaves, what is told, in this order and no other. */
import * as Effect from "effect/Effect";
import * as TestClock from "effect/testing/TestClock";
import { describe, expect, it } from "vitest";
import type { Row } from "../../src/domain/row.ts";
import { onLive, startLive, SYMBOL, type LiveBench } from "../support/live-bench.ts";
import { scriptedExchange, type ScriptedExchange } from "../support/scripted-exchange.ts";
import { FULL, watchedJournal } from "../support/watched-journal.ts";

/** The same venue, which notes each placement in the log. */
const logged = (venue: ScriptedExchange, log: string[]): ScriptedExchange => ({
  ...venue,
  service: {
    ...venue.service,
    place(order) {
      log.push(`place ${order.clientOrderId}`);
      return venue.service.place(order);
    },
  },
});

const seconds = (bench: LiveBench, count: number) =>
  Effect.gen(function* () {
    for (let second = 0; second < count; second += 1) {
      yield* TestClock.adjust("1 seconds");
      yield* bench.settle;
    }
  });

describe("group commit", () => {
  it("P18 an order leaves only after the append that wrote it down has returned, and is told after it", () => {
    const log: string[] = [];
    const venue = logged(scriptedExchange({ price: 100 }), log);
    const onRows = (rows: readonly Row[]): void =>
      void log.push(...rows.map((row) => `told ${row.position} v${row.version}`));
    return onLive({ journal: watchedJournal(log), venue, onRows }, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        for (const price of [103, 105, 108]) yield* bench.price(price);
        expect(bench.state()).toBe("closed");
        const placed = log.filter((line) => line.startsWith("place "));
        expect(placed).toHaveLength(4);
        for (const line of placed) {
          const id = line.slice("place ".length);
          const written = log.findIndex((each) => each.startsWith("append") && each.endsWith(id));
          expect(written).toBeGreaterThanOrEqual(0);
          expect(written).toBeLessThan(log.indexOf(line));
        }
        for (const told of log.filter((line) => line.startsWith("told "))) {
          const [, position, version] = told.split(" ");
          const written = log.findIndex((line) => line.startsWith(`append ${position} ${version} `));
          expect(written).toBeGreaterThanOrEqual(0);
          expect(written).toBeLessThan(log.indexOf(told));
        }
      }),
    );
  });

  it("R11.1 decisions of one moment are one transaction, each with its own answer", () => {
    const journal = watchedJournal();
    return onLive({ journal }, (bench) =>
      Effect.gen(function* () {
        yield* bench.price(100);
        const answers = yield* Effect.all(
          Array.from({ length: 50 }, (_, index) => bench.open({ id: `p${index}` })),
          { concurrency: "unbounded" },
        );
        expect(answers.filter((answer) => answer === "opened")).toHaveLength(1);
        expect(answers.filter((answer) => typeof answer === "object")).toHaveLength(49);
        expect(journal.appends[0]).toBe(50);
      }),
    );
  });

  it("R11.1 a transaction is bounded at 500 rows; what is more goes into the next", () => {
    const journal = watchedJournal();
    return onLive({ journal }, (bench) =>
      Effect.gen(function* () {
        // No price yet: each of them is refused, and each refusal is a row.
        yield* Effect.all(
          Array.from({ length: 1_200 }, (_, index) => bench.open({ id: `p${index}` })),
          { concurrency: "unbounded" },
        );
        expect(journal.appends).toEqual([500, 500, 200]);
      }),
    );
  });

  it("R11.1 status and health tell what is journalled, not what is on its way there", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        bench.live.price(SYMBOL, 103, yield* Effect.clockWith((clock) => clock.currentTimeMillis));
        expect(bench.status()).toMatchObject({ state: "open", substate: "watching", openOrders: [] });
        expect(bench.live.health()).toMatchObject({ unsettledOrders: 0, waitingCommits: 1 });
        bench.venue.setPrice(103);
        yield* bench.settle;
        expect(bench.state()).toBe("TP1_hit");
      }),
    ));
});

describe("a commit that fails", () => {
  it("R11.1 R11.7 nothing of the batch leaves or is told, memory goes back, and the engine only protects", () => {
    const journal = watchedJournal();
    return onLive({ journal }, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        const toldBefore = bench.told.length;
        const callsBefore = bench.venue.calls.length;
        const before = bench.status();
        journal.fail(FULL);
        yield* bench.price(103);
        expect(bench.venue.calls).toHaveLength(callsBefore);
        expect(bench.told).toHaveLength(toldBefore);
        expect(bench.status()).toEqual(before);
        expect(bench.live.health()).toMatchObject({ mode: "protect-only", unsettledOrders: 0, waitingCommits: 0 });
        expect(bench.alerts).toEqual([
          "Protect-only: the journal could not be written (disk full). No new positions; exits go on.",
        ]);
        expect(yield* bench.open({ id: "p2" })).toMatchObject({ kind: "refused", rule: "R11.7" });
      }),
    );
  });

  it("R11.7 exits work again when the journal does: at the price that waited", () => {
    const journal = watchedJournal();
    return onLive({ journal }, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        journal.fail(FULL);
        yield* bench.price(94);
        expect(bench.state()).toBe("open");
        journal.work();
        yield* seconds(bench, 1);
        expect(bench.state()).toBe("closed");
        expect(bench.venue.netLots()).toBe(0);
        expect(bench.live.health().mode).toBe("protect-only");
      }),
    );
  });

  it("R11.7 P14 a price that waited longer than its age decides nothing; the next one does", () => {
    const journal = watchedJournal();
    return onLive({ journal }, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        journal.fail(FULL);
        yield* bench.price(94);
        yield* seconds(bench, 20);
        journal.work();
        yield* seconds(bench, 10);
        expect(bench.state()).toBe("open");
        yield* bench.price(94);
        expect(bench.state()).toBe("closed");
      }),
    );
  });

  it("R11.7 a journal that stays broken is tried again in growing pauses, not in a loop, and alerted once", () => {
    const journal = watchedJournal();
    return onLive({ journal }, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        bench.venue.next("place", "unknownLost");
        bench.venue.always("lookUp", "transient");
        yield* bench.price(103);
        journal.fail(FULL);
        const before = journal.attempts();
        for (let second = 0; second < 60; second += 1) {
          yield* bench.price(106);
          yield* seconds(bench, 1);
        }
        expect(journal.attempts() - before).toBeGreaterThan(5);
        expect(journal.attempts() - before).toBeLessThan(40);
        expect(bench.alerts.filter((alert) => alert.includes("disk full"))).toHaveLength(1);
        journal.work();
        bench.venue.always("lookUp", null);
        for (let second = 0; second < 30; second += 1) {
          yield* bench.price(106);
          yield* seconds(bench, 1);
        }
        expect(bench.state()).toBe("TP2_hit");
        expect(bench.venue.netLots()).toBe(30);
        expect(Math.max(...bench.venue.executions().values())).toBe(1);
      }),
    );
  });

  it("R11.1 whoever waited for a commit is told that it failed; a close by hand works as soon as the journal does", () => {
    const journal = watchedJournal();
    return onLive({ journal }, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        journal.fail(FULL);
        expect(yield* Effect.flip(bench.live.close("p1", "manual"))).toBe(FULL);
        expect(yield* Effect.flip(bench.live.close("p1", "manual"))).toBe(FULL);
        journal.work();
        expect(yield* bench.live.close("p1", "manual")).toBe(true);
        yield* bench.settle;
        expect(bench.state()).toBe("closed");
      }),
    );
  });

  it("R11.1 a fill that arrives while the journal is down is counted once it works", () => {
    const journal = watchedJournal();
    return onLive({ journal }, (bench) =>
      Effect.gen(function* () {
        yield* bench.price(100);
        bench.venue.setResting(true);
        yield* bench.open();
        yield* bench.settle;
        journal.fail(FULL);
        bench.venue.fill(bench.venue.arrived[0]!.clientOrderId);
        yield* bench.settle;
        expect(bench.state()).toBe("opening");
        journal.work();
        yield* seconds(bench, 2);
        expect(bench.state()).toBe("open");
        expect(bench.facts().filter((fact) => fact.type === "opened")).toHaveLength(1);
      }),
    );
  });

  it("R11.1 R6.4 what is learned of the market while the journal is down is told once it works", () => {
    const journal = watchedJournal();
    const classes = (volatility: "high" | "low") => ({ long: { volatility }, short: { volatility } });
    return onLive({ journal }, (bench) =>
      Effect.gen(function* () {
        yield* bench.price(100);
        yield* bench.open({ plan: { rules: { trailing: {} } } });
        yield* bench.settle;
        bench.live.classes(SYMBOL, classes("high"));
        yield* bench.settle;
        expect(bench.status()).toMatchObject({ context: { volatility: "high" }, stop: "98" });
        journal.fail(FULL);
        // The first could not be written down, the second is learned while everything waits.
        bench.live.classes(SYMBOL, { long: { momentum: "weak" }, short: {} });
        yield* bench.settle;
        bench.live.classes(SYMBOL, classes("low"));
        yield* bench.settle;
        expect(bench.status()).toMatchObject({ context: { volatility: "high", momentum: null }, stop: "98" });
        journal.work();
        yield* seconds(bench, 2);
        // 2 % × 0.7 × 0.8 behind the mark, on the tighter tick.
        expect(bench.status()).toMatchObject({ context: { volatility: "low", momentum: "weak" }, stop: "98.88" });
      }),
    );
  });

  it("R11.7 a journal that can neither be written nor read decides nothing until it can be read again", () => {
    const journal = watchedJournal();
    return onLive({ journal }, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        journal.fail(FULL);
        journal.setReadable(false);
        yield* bench.price(94);
        expect(bench.alerts[0]).toContain("disk full); it cannot be read either");
        const failed = yield* Effect.exit(bench.live.close("p1", "manual"));
        expect(failed._tag).toBe("Failure");
        yield* seconds(bench, 5);
        journal.setReadable(true);
        journal.work();
        yield* seconds(bench, 10);
        yield* bench.price(94);
        expect(bench.state()).toBe("closed");
        expect(bench.venue.netLots()).toBe(0);
      }),
    );
  });

  it("R11.1 a journal that throws something of its own is a failure like any other", () => {
    const journal = watchedJournal();
    return onLive({ journal }, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        journal.fail(new TypeError("a defect"));
        yield* bench.price(94);
        expect(bench.live.health().mode).toBe("protect-only");
        journal.work();
        yield* seconds(bench, 1);
        expect(bench.state()).toBe("closed");
      }),
    );
  });

  it("R11.7 an entry that is decided but not sent when the key is refused is not sent any more", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* bench.price(100);
        bench.venue.next("place", "unauthorized");
        yield* bench.open();
        yield* bench.settle;
        expect(bench.state()).toBe("closed");
        expect(bench.venue.arrived).toEqual([]);
      }),
    ));
});

describe("what the exchange says while the engine begins", () => {
  it("R11.2 a report between the building and the recovery is not lost", () => {
    const journal = watchedJournal();
    const venue = scriptedExchange({ price: 100 });
    venue.setResting(true);
    return onLive({ journal, venue }, (first) =>
      Effect.gen(function* () {
        yield* first.price(100);
        yield* first.open();
        yield* first.settle;
        const [entry] = venue.arrived;
        venue.always("lookUp", "transient");
        const store = watchedJournal();
        for (const row of journal.rows()) store.append([row], null);
        // Told in the same turn in which the second engine is built: after it listens, before its recovery is written.
        const second = yield* startLive({ journal: store, venue });
        venue.fill(entry!.clientOrderId);
        yield* second.settle;
        expect(second.state()).toBe("open");
      }),
    );
  });

  it("R11.2 what was told while nobody listened is looked up", () => {
    const journal = watchedJournal();
    const venue = scriptedExchange({ price: 100 });
    venue.setResting(true);
    return onLive({ journal, venue }, (first) =>
      Effect.gen(function* () {
        yield* first.price(100);
        yield* first.open();
        yield* first.settle;
        const store = watchedJournal();
        for (const row of journal.rows()) store.append([row], null);
        venue.fill(venue.arrived[0]!.clientOrderId);
        const second = yield* startLive({ journal: store, venue });
        yield* second.settle;
        expect(second.state()).toBe("open");
        expect(second.facts().filter((fact) => fact.type === "opened")).toHaveLength(1);
      }),
    );
  });

  it("R11.2 R10.3 an order that was written down and never left is decided again, and executed once", () => {
    const journal = watchedJournal();
    const venue = scriptedExchange({ price: 100 });
    return onLive({ journal, venue }, (first) =>
      Effect.gen(function* () {
        yield* first.opened;
        venue.next("place", "silent");
        yield* first.price(103);
        const store = watchedJournal();
        for (const row of journal.rows()) store.append([row], null);
        const second = yield* startLive({ journal: store, venue });
        yield* second.settle;
        yield* second.price(103);
        yield* seconds(second, 1);
        // Without a price at the look-up the exit is not wanted again; its rung rests before it is.
        for (let turn = 0; turn < 31; turn += 1) {
          yield* TestClock.adjust("1 seconds");
          yield* second.price(103);
        }
        expect(second.state()).toBe("TP1_hit");
        expect(venue.netLots()).toBe(60);
      }),
    );
  });
});
