/** Pause, resume and kill in the live driver on virtual time, across restarts and broken journals (R8.5). */
import * as Effect from "effect/Effect";
import * as TestClock from "effect/testing/TestClock";
import { describe, expect, it } from "vitest";
import type { Position } from "../../src/domain/position.ts";
import { epochMs, lots } from "../../src/domain/units.ts";
import { createEntryGuard } from "../../src/engine/entry-guard.ts";
import { holdKernel } from "../../src/engine/held-kernel.ts";
import { makeSwitching } from "../../src/engine/switching.ts";
import type { Step } from "../../src/kernel/kernel.ts";
import { openMemoryJournal } from "../../src/journal/memory.ts";
import { aMarket, anOpening, aPlan, START_MS } from "../support/house.ts";
import { onLive, startLive, type LiveBench } from "../support/live-bench.ts";
import { scriptedExchange } from "../support/scripted-exchange.ts";
import { FULL, watchedJournal } from "../support/watched-journal.ts";

const SOL = aMarket({ symbol: "SOL/USDT:USDT" });

const seconds = (bench: LiveBench, count: number) =>
  Effect.gen(function* () {
    for (let second = 0; second < count; second += 1) {
      yield* TestClock.adjust("1 seconds");
      yield* bench.settle;
    }
  });

const outcomeOf = (bench: LiveBench, id = "p1"): Position["outcome"] | undefined =>
  bench.live.position(id)?.position.outcome;

describe("pause", () => {
  it("R8.5 lets no new position in, writes the refusal down, and leaves what is open to its plan", () => {
    const log: string[] = [];
    return onLive({ journal: watchedJournal(log) }, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        expect(bench.live.health().entries).toBe("allowed");
        expect(yield* bench.live.pause("ann")).toMatchObject({ entries: "paused", by: "ann" });
        expect(log.at(-1)).toBe("switch paused");
        expect(bench.live.health()).toMatchObject({ mode: "running", entries: "paused" });
        expect(yield* bench.open({ id: "p2", market: SOL })).toMatchObject({
          kind: "refused",
          rule: "R8.5",
          field: "entries",
          value: "paused",
        });
        expect(bench.facts().at(-1)).toMatchObject({ type: "notDone", reason: "entry_refused", field: "entries" });
        yield* bench.price(103);
        expect(bench.state()).toBe("TP1_hit");
        yield* bench.live.resume("ben");
        expect(bench.live.health().entries).toBe("allowed");
        yield* bench.price(100, SOL.symbol);
        expect(yield* bench.open({ id: "p3", market: SOL })).toBe("opened");
      }),
    );
  });

  it("R8.5 an entry that is decided but not sent yet is not sent any more", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* bench.price(100);
        const [answer] = yield* Effect.all([bench.open(), bench.live.pause("ann")], { concurrency: "unbounded" });
        expect(answer).toBe("opened");
        yield* bench.settle;
        expect(bench.venue.arrived).toEqual([]);
        expect(outcomeOf(bench)).toMatchObject({ reason: "entry_not_filled" });
        expect(JSON.stringify(bench.facts())).toContain("not sent: Entries are paused (by ann)");
      }),
    ));

  it("R8.5 what stands already is not written again, and a pause does not undo a kill", () => {
    const journal = watchedJournal();
    return onLive({ journal }, (bench) =>
      Effect.gen(function* () {
        yield* bench.live.pause("ann");
        yield* bench.live.pause("ben");
        yield* bench.live.kill("ben");
        expect(yield* bench.live.pause("cal")).toMatchObject({ entries: "killed", by: "ben" });
        expect(Array.from(journal.switches(), ({ entries, by }) => `${entries} ${by}`)).toEqual([
          "paused ann",
          "killed ben",
        ]);
      }),
    );
  });

  it("R8.5 R11.7 one that cannot be written down is not acknowledged; the engine protects, all the same", () => {
    const journal = watchedJournal();
    return onLive({ journal }, (bench) =>
      Effect.gen(function* () {
        yield* bench.price(100);
        journal.fail(FULL);
        expect(yield* Effect.flip(bench.live.pause("ann"))).toBe(FULL);
        expect(bench.live.health()).toMatchObject({ mode: "protect-only", entries: "allowed" });
        expect(bench.alerts).toEqual([
          "Protect-only: pause could not be written down (disk full). No new positions; exits go on.",
        ]);
        journal.work();
        expect(yield* bench.open()).toMatchObject({ kind: "refused", rule: "R11.7" });
      }),
    );
  });

  it("R8.5 is in force after a restart, and says so", () => {
    const journal = openMemoryJournal({ journalId: "journal" });
    return onLive({ journal }, (first) =>
      Effect.gen(function* () {
        yield* first.live.pause("ann");
        const second = yield* startLive({ journal: journal.reopen() });
        expect(second.alerts).toEqual(["Entries are paused (by ann): no new positions until entries are resumed"]);
        yield* second.price(100);
        expect(yield* second.open()).toMatchObject({ kind: "refused", rule: "R8.5" });
        yield* second.live.resume("ben");
        expect(yield* second.open({ id: "p2" })).toBe("opened");
      }),
    );
  });
});

describe("kill", () => {
  it("R8.5 closes everything that is open, for that reason, and says what it closes", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        yield* bench.price(100, SOL.symbol);
        yield* bench.open({ id: "p2", market: SOL });
        yield* bench.settle;
        expect(bench.venue.netLots()).toBe(200);
        const killed = yield* bench.live.kill("ann");
        expect(killed).toMatchObject({ entries: "killed", by: "ann", closing: ["p1", "p2"], suspended: [] });
        yield* bench.settle;
        for (const id of ["p1", "p2"]) expect(outcomeOf(bench, id)).toMatchObject({ reason: "kill_switch" });
        expect(bench.venue.netLots()).toBe(0);
        expect(yield* bench.open({ id: "p3" })).toMatchObject({ kind: "refused", rule: "R8.5", value: "killed" });
        expect(yield* bench.live.kill("ben")).toMatchObject({ by: "ann", closing: [] });
      }),
    ));

  it("R8.5 the switch is durable before anything is closed, and the closes before it is acknowledged", () => {
    const log: string[] = [];
    return onLive({ journal: watchedJournal(log) }, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        const before = log.length;
        yield* bench.live.kill("ann");
        expect(log.slice(before, before + 2)).toEqual(["switch killed", expect.stringMatching(/^append p1 v\d+/)]);
      }),
    );
  });

  it("R8.5 an entry that is under way is called off, and what fills of it late is closed", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* bench.price(100);
        bench.venue.setResting(true);
        yield* bench.open();
        yield* bench.settle;
        bench.venue.always("cancel", "transient");
        yield* bench.live.kill("ann");
        yield* bench.settle;
        bench.venue.setResting(false);
        bench.venue.fill(bench.venue.arrived[0]!.clientOrderId);
        yield* seconds(bench, 2);
        expect(bench.venue.netLots()).toBe(0);
        expect(outcomeOf(bench)).toMatchObject({ reason: "kill_switch" });
      }),
    ));

  it("R8.5 R1.10 exposure that comes up later is closed as well", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* bench.price(100);
        bench.venue.setResting(true);
        yield* bench.open();
        yield* bench.settle;
        const { clientOrderId } = bench.venue.arrived[0]!;
        const atMs = epochMs(yield* Effect.clockWith((clock) => clock.currentTimeMillis));
        bench.venue.tell({ kind: "rejected", clientOrderId, atMs, reason: "other", message: "no" });
        yield* bench.settle;
        expect(bench.state()).toBe("closed");
        expect(yield* bench.live.kill("ann")).toMatchObject({ closing: [] });
        bench.venue.setResting(false);
        bench.venue.fill(clientOrderId);
        yield* seconds(bench, 1);
        expect(bench.state("p1~1")).toBe("closed");
        expect(bench.venue.netLots()).toBe(0);
      }),
    ));

  it("R8.5 R1.6 a close that has failed is tried again at once", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        bench.venue.setResting(true);
        yield* bench.live.close("p1", "manual");
        yield* bench.settle;
        const { clientOrderId } = bench.venue.arrived.at(-1)!;
        const atMs = epochMs(yield* Effect.clockWith((clock) => clock.currentTimeMillis));
        bench.venue.tell({ kind: "rejected", clientOrderId, atMs, reason: "other", message: "no" });
        yield* bench.settle;
        expect(bench.status()).toMatchObject({ state: "closing", substate: "backingOff" });
        bench.venue.setResting(false);
        expect(yield* bench.live.kill("ann")).toMatchObject({ closing: ["p1"] });
        yield* bench.settle;
        expect(outcomeOf(bench)).toMatchObject({ reason: "manual" });
      }),
    ));

  it("R8.5 R1.9 a suspended position is not closed, and is named; its journal says that it was asked", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        const [entry] = bench.venue.arrived;
        // More than was ordered: nothing is decided on such books.
        bench.venue.tell({
          kind: "ended",
          clientOrderId: entry!.clientOrderId,
          atMs: epochMs(yield* Effect.clockWith((clock) => clock.currentTimeMillis)),
          end: "filled",
          filledLots: lots(101),
        });
        yield* bench.settle;
        expect(JSON.stringify(bench.facts())).toContain("suspended");
        const asked = bench.venue.arrived.length;
        const killed = yield* bench.live.kill("ann");
        expect(killed).toMatchObject({ closing: [], suspended: ["p1"] });
        expect(bench.facts().at(-1)).toMatchObject({ type: "notDone", reason: "suspended" });
        yield* seconds(bench, 5);
        expect(bench.venue.arrived).toHaveLength(asked);
        expect(outcomeOf(bench)).toBeNull();
      }),
    ));

  it("R8.5 a killed engine that restarts goes on closing, and lets nothing in until it is resumed", () => {
    const journal = openMemoryJournal({ journalId: "journal" });
    const venue = scriptedExchange({ price: 100 });
    return onLive({ journal, venue }, (first) =>
      Effect.gen(function* () {
        yield* first.opened;
        // Somebody without a running engine has set it.
        const store = journal.reopen();
        store.setSwitch({ entries: "killed", atMs: first.live.position("p1")!.position.openedAtMs!, by: "ann" });
        const second = yield* startLive({ journal: store, venue });
        yield* seconds(second, 1);
        expect(outcomeOf(second)).toMatchObject({ reason: "kill_switch" });
        expect(venue.netLots()).toBe(0);
        yield* second.price(100);
        expect(yield* second.open({ id: "p2" })).toMatchObject({ kind: "refused", rule: "R8.5" });
        yield* second.live.resume("ben");
        yield* second.price(100);
        expect(yield* second.open({ id: "p3" })).toBe("opened");
        yield* seconds(second, 2);
        expect(second.state("p3")).toBe("open");
      }),
    );
  });

  it("R8.5 R11.7 a journal that breaks between the switch and the closes: they follow when it works again", () => {
    const journal = watchedJournal();
    const broken = {
      ...journal,
      setSwitch: (set: Parameters<typeof journal.setSwitch>[0]) => {
        const row = journal.setSwitch(set);
        journal.fail(FULL);
        return row;
      },
    };
    return onLive({ journal: broken }, (bench) =>
      Effect.gen(function* () {
        yield* bench.opened;
        expect(yield* Effect.flip(bench.live.kill("ann"))).toBe(FULL);
        expect(bench.live.health()).toMatchObject({ mode: "protect-only", entries: "killed" });
        yield* seconds(bench, 20);
        expect(bench.state()).toBe("open");
        const attempts = journal.attempts();
        yield* seconds(bench, 20);
        expect(journal.attempts() - attempts).toBeLessThan(20);
        journal.work();
        yield* seconds(bench, 20);
        expect(outcomeOf(bench)).toMatchObject({ reason: "kill_switch" });
        expect(bench.venue.netLots()).toBe(0);
      }),
    );
  });

  it("R8.5 whatever shows itself open while it is killed is closed: an adopted position, one that has crashed", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        // Not through an entry: as a reconciliation or a restart after a crash would bring it.
        const journal = openMemoryJournal({ journalId: "journal" });
        const guard = createEntryGuard({ journal });
        const submit = (step: Step) => Effect.sync(() => switching.take(journal.append(step.rows, step.rows)));
        const held = holdKernel({
          journal,
          limits: { maximumFutureMs: 5_000, maximumAgeMs: null },
          visibilityLagMs: 60_000,
          nowMs: () => START_MS,
          submit,
          isUnsent: () => false,
          onSetback: () => expect.unreachable(),
          errand: () => expect.unreachable(),
        });
        const switching = makeSwitching({ guard, held, nowMs: () => START_MS, submit, protectOnly: () => undefined });
        yield* Effect.forkScoped(switching.run);
        yield* switching.kill("ann");
        const market = aMarket();
        const opening = anOpening({ side: "long", amount: "100", market, plan: aPlan({}, market) });
        yield* submit(held.step({ type: "open", opening, nowMs: START_MS }));
        yield* bench.settle;
        expect(journal.last()?.snapshot?.position.closing).toMatchObject({ reason: "kill_switch" });
        expect(journal.last()?.version).toBe(2);
      }),
    ));

  it("R8.5 five hundred positions are closed, each once", () =>
    onLive({}, (bench) =>
      Effect.gen(function* () {
        const markets = Array.from({ length: 500 }, (_, index) => aMarket({ symbol: `C${index}/USDT:USDT` }));
        for (const { symbol } of markets)
          bench.live.price(symbol, 100, yield* Effect.clockWith((clock) => clock.currentTimeMillis));
        yield* Effect.all(
          markets.map((market, index) => bench.open({ id: `p${index}`, market, amount: "10" })),
          { concurrency: "unbounded" },
        );
        for (let turn = 0; turn < 5; turn += 1) yield* bench.settle;
        expect(bench.venue.netLots()).toBe(5_000);
        const { closing } = yield* bench.live.kill("ann");
        for (let turn = 0; turn < 5; turn += 1) yield* bench.settle;
        expect(closing).toHaveLength(500);
        expect(bench.venue.netLots()).toBe(0);
        expect(bench.live.health()).toMatchObject({ openPositions: 0, unsettledOrders: 0 });
        expect(Math.max(...bench.venue.executions().values())).toBe(1);
        expect(bench.venue.arrived).toHaveLength(1_000);
      }),
    ));
});
