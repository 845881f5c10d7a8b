/** The paper exchange as a service: how it goes with the clock, and what it answers when its ledger fails. */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Logger from "effect/Logger";
import type * as Scope from "effect/Scope";
import * as Stream from "effect/Stream";
import * as TestClock from "effect/testing/TestClock";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { OrderReport } from "../../src/domain/report.ts";
import { epochMs, lots } from "../../src/domain/units.ts";
import { Exchange } from "../../src/exchange/exchange.ts";
import { layer as paperLayer, PaperVenue } from "../../src/exchange/paper/layer.ts";
import { memoryPaperLedger, type PaperLedger } from "../../src/exchange/paper/ledger.ts";
import type { PaperSettingsInput } from "../../src/exchange/paper/settings.ts";
import { openPaperLedger } from "../../src/exchange/paper/sqlite-ledger.ts";
import { markJournalled } from "../../src/journal/journal.ts";
import { MARKETS, orderOf, PERP, settingsOf, START_MS } from "./paper-orders.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "paper-layer-"));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const queryOf = (clientOrderId: string) => ({
  clientOrderId,
  account: "main",
  symbol: PERP,
  lots: lots(300),
  decidedAtMs: epochMs(START_MS),
});
const fillsOf = (reports: readonly OrderReport[]) => reports.filter((report) => report.kind === "fill");

describe("paper exchange as a service", () => {
  const started = (changes: Partial<PaperSettingsInput>, openLedger: () => PaperLedger = memoryPaperLedger) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(START_MS);
      const built = yield* Layer.build(paperLayer({ markets: MARKETS, settings: settingsOf(changes), openLedger }));
      const exchange = Context.get(built, Exchange);
      const reports: OrderReport[] = [];
      yield* exchange.reports.pipe(
        Stream.runForEach((report) => Effect.sync(() => void reports.push(report))),
        Effect.forkScoped({ startImmediately: true }),
      );
      return { exchange, reports, price: Context.get(built, PaperVenue).price };
    });
  const run = (program: Effect.Effect<void, unknown, Scope.Scope>): Promise<void> =>
    Effect.runPromise(Effect.scoped(program).pipe(Effect.provide([TestClock.layer(), Logger.layer([])])));

  it("R12.1 carries orders out when the clock says so, each at its own time", () =>
    run(
      Effect.gen(function* () {
        const { exchange, reports, price } = yield* started({
          latencyMs: { minimum: 100, maximum: 100 },
          partialFills: { probability: 1, maximumSlices: 2, gapMs: 1_000 },
        });
        price(PERP, 100, START_MS);
        yield* exchange.place(markJournalled(orderOf({ clientOrderId: "a", lots: 300 })));
        yield* TestClock.adjust("99 millis");
        expect(reports).toEqual([]);
        price(PERP, 101, START_MS + 99);
        yield* TestClock.adjust("1 millis");
        expect(reports.map((report) => report.kind)).toEqual(["accepted", "fill"]);
        price(PERP, 102, START_MS + 100);
        yield* TestClock.adjust("10 seconds");
        expect(fillsOf(reports).map((fill) => fill.price)).toEqual(["101", "102"]);
        expect(reports.map((report) => report.atMs - START_MS)).toEqual([100, 100, 1_100, 1_100]);
      }),
    ));

  it("R12.1 without latency an order fills at the price of its sending", () =>
    run(
      Effect.gen(function* () {
        const { exchange, reports, price } = yield* started({});
        price(PERP, 100, START_MS);
        yield* exchange.place(markJournalled(orderOf({ clientOrderId: "a", lots: 300 })));
        price(PERP, 200, START_MS);
        yield* TestClock.adjust("1 millis");
        expect(fillsOf(reports).map((fill) => fill.price)).toEqual(["100"]);
      }),
    ));

  it("R12.1 an order that waited for the first price is carried out with it", () =>
    run(
      Effect.gen(function* () {
        const { exchange, reports, price } = yield* started({});
        yield* exchange.place(markJournalled(orderOf({ clientOrderId: "a", lots: 300 })));
        yield* TestClock.adjust("5 seconds");
        expect(reports).toEqual([]);
        price(PERP, 100, START_MS + 5_000);
        yield* TestClock.adjust("1 millis");
        expect(reports.map((report) => report.kind)).toEqual(["accepted", "fill", "ended"]);
        expect(reports.map((report) => report.atMs)).toEqual([1, 1, 1].map(() => START_MS + 5_000));
      }),
    ));

  it("R10.2 R10.5 a ledger that cannot be written makes the outcome unknown; what is due is tried again", () =>
    run(
      Effect.gen(function* () {
        const memory = memoryPaperLedger();
        const broken = { now: false };
        const ledger: PaperLedger = {
          ...memory,
          append(records) {
            if (broken.now) throw new Error("disk full");
            memory.append(records);
          },
        };
        const { exchange, reports, price } = yield* started(
          { latencyMs: { minimum: 100, maximum: 100 } },
          () => ledger,
        );
        price(PERP, 100, START_MS);
        yield* exchange.place(markJournalled(orderOf({ clientOrderId: "a", lots: 300 })));
        broken.now = true;
        const error = yield* Effect.flip(exchange.place(markJournalled(orderOf({ clientOrderId: "b", lots: 300 }))));
        expect(error).toMatchObject({ _tag: "ExchangeError", reason: { _tag: "OutcomeUnknown" } });
        yield* TestClock.adjust("200 millis");
        expect(reports).toEqual([]);
        broken.now = false;
        yield* TestClock.adjust("2 seconds");
        expect(reports.map((report) => `${report.clientOrderId} ${report.kind}`)).toEqual([
          "a accepted",
          "a fill",
          "a ended",
        ]);
        expect(yield* exchange.lookUp(queryOf("b"))).toEqual({ kind: "not seen", netLots: null });
      }),
    ));

  it("R11.1 a ledger of other settings fails the layer with its error; the ledger is closed with the layer", () =>
    run(
      Effect.gen(function* () {
        const path = join(mkdtempSync(join(FOLDER, "layer-")), "ledger.db");
        yield* Effect.scoped(started({}, () => openPaperLedger(path)));
        const error = yield* Effect.flip(Effect.scoped(started({ seed: "other" }, () => openPaperLedger(path))));
        expect(error).toMatchObject({ name: "PaperLedgerError", failure: { kind: "other_settings", setting: "seed" } });
        rmSync(path);
      }),
    ));
});
