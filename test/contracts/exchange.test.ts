/**
 * The contract of the exchange port: what every implementation has to do, seen through the port alone. Another venue
 * is added to `SUBJECTS`; it brings the two markets below, a way to set their prices, and a way to let time pass.
 */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type * as Scope from "effect/Scope";
import * as Stream from "effect/Stream";
import * as TestClock from "effect/testing/TestClock";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { OrderRequest } from "../../src/domain/intent.ts";
import { exact } from "../../src/domain/decimal.ts";
import { lotsToAmount } from "../../src/domain/market.ts";
import type { OrderReport, RejectReason } from "../../src/domain/report.ts";
import { decimalText, epochMs, lots } from "../../src/domain/units.ts";
import { Exchange, type ExchangeService } from "../../src/exchange/exchange.ts";
import { layer as paperLayer, PaperVenue } from "../../src/exchange/paper/layer.ts";
import { memoryPaperLedger, type PaperLedger } from "../../src/exchange/paper/ledger.ts";
import type { PaperSettingsInput } from "../../src/exchange/paper/settings.ts";
import { openPaperLedger } from "../../src/exchange/paper/sqlite-ledger.ts";
import { markJournalled } from "../../src/journal/journal.ts";
import { openJoinedVenue } from "../exchange/contract-venue.ts";
import { MARKETS, perp, PERP, settingsOf, SPOT, START_MS } from "../exchange/paper-orders.ts";
import type { LocalVenueOptions } from "../exchange/venue/local-venue.ts";

/** A fresh exchange where account "main" holds nothing, with PERP and SPOT (limits as in paper-orders.ts). */
interface Venue {
  readonly exchange: ExchangeService;
  readonly price: (symbol: string, price: number) => Effect.Effect<void>;
  /** Lets everything that is under way come to its end, and its reports arrive. */
  readonly settle: Effect.Effect<void>;
}

interface Subject {
  readonly name: string;
  readonly open: Effect.Effect<Venue, unknown, Scope.Scope>;
}

const FOLDER = mkdtempSync(join(tmpdir(), "exchange-contract-"));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const paper = (
  name: string,
  changes: Partial<PaperSettingsInput> = {},
  openLedger: () => PaperLedger = memoryPaperLedger,
): Subject => ({
  name,
  open: Effect.gen(function* () {
    const options = { markets: MARKETS, settings: settingsOf(changes), openLedger };
    const built = yield* Layer.build(paperLayer(options).pipe(Layer.provideMerge(TestClock.layer())));
    return yield* Effect.gen(function* () {
      yield* TestClock.setTime(START_MS);
      const clock = yield* Effect.context<never>();
      const venue = Context.get(built, PaperVenue);
      return {
        exchange: withClock(Context.get(built, Exchange), clock),
        price: (symbol: string, price: number) => Effect.sync(() => venue.price(symbol, price, START_MS)),
        settle: TestClock.adjust("1 minute").pipe(Effect.provideContext(clock)),
      };
    }).pipe(Effect.provideContext(built));
  }),
});

/** The real client, on the local venue and the real clock. */
const ccxt = (name: string, options: LocalVenueOptions = {}): Subject => ({
  name,
  open: Effect.map(openJoinedVenue(options), ({ local, exchange, settle }) => ({
    exchange,
    price: (symbol: string, price: number) => Effect.sync(() => local.price(symbol, String(price))),
    settle,
  })),
});

/** The calls of a service under the test clock of its venue. */
const withClock = (exchange: ExchangeService, clock: Context.Context<never>): ExchangeService => ({
  markets: exchange.markets,
  place: (order) => exchange.place(order).pipe(Effect.provideContext(clock)),
  cancel: (query) => exchange.cancel(query).pipe(Effect.provideContext(clock)),
  lookUp: (query) => exchange.lookUp(query).pipe(Effect.provideContext(clock)),
  holdings: exchange.holdings.pipe(Effect.provideContext(clock)),
  absence: exchange.absence,
  reports: exchange.reports,
});

const SUBJECTS: readonly Subject[] = [
  paper("paper"),
  paper("paper, slow and in slices", {
    latencyMs: { minimum: 5, maximum: 250 },
    partialFills: { probability: 1, maximumSlices: 4, gapMs: 300 },
    slippage: "0.001",
  }),
  paper("paper, in a file", { latencyMs: { minimum: 0, maximum: 20 } }, () =>
    openPaperLedger(join(mkdtempSync(join(FOLDER, "run-")), "ledger.db")),
  ),
  ccxt("ccxt"),
  ccxt("ccxt, in slices", {
    fillPlan: { slices: [{ share: "0.3" }, { share: "0.3", afterMs: 40 }, { share: "0.4", afterMs: 40 }] },
  }),
];

interface Bench extends Venue {
  /** Everything reported so far, in order. */
  readonly reports: readonly OrderReport[];
  readonly of: (clientOrderId: string) => readonly OrderReport[];
  readonly place: (order: OrderRequest) => Effect.Effect<void, unknown>;
  readonly netLots: (symbol: string) => Effect.Effect<number, unknown>;
}

/** Runs one scenario on a fresh venue with prices of 100, listening from the beginning. */
const onVenue = (
  subject: Subject,
  scenario: (bench: Bench) => Effect.Effect<void, unknown, Scope.Scope>,
): Promise<void> =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const venue = yield* subject.open;
        const reports: OrderReport[] = [];
        yield* venue.exchange.reports.pipe(
          Stream.runForEach((report) => Effect.sync(() => void reports.push(report))),
          Effect.forkScoped({ startImmediately: true }),
        );
        for (const symbol of [PERP, SPOT]) yield* venue.price(symbol, 100);
        yield* scenario({
          ...venue,
          reports,
          of: (clientOrderId) => reports.filter((report) => report.clientOrderId === clientOrderId),
          place: (order) => venue.exchange.place(markJournalled(order)).pipe(Effect.andThen(venue.settle)),
          netLots: (symbol) =>
            Effect.map(venue.exchange.holdings, (all) => all.find((each) => each.symbol === symbol)?.netLots ?? 0),
        });
      }),
    ),
  );

const orderOf = (clientOrderId: string, quantity: number, changes: Partial<OrderRequest> = {}): OrderRequest => ({
  clientOrderId,
  account: "main",
  symbol: PERP,
  orderSide: "buy",
  lots: lots(quantity),
  amount: lotsToAmount(perp, lots(quantity)),
  reduceOnly: false,
  purpose: "entry",
  decidedAtMs: epochMs(START_MS),
  sizedBy: "position",
  ...changes,
});
const sell = { orderSide: "sell", purpose: "exit" } as const;
const queryOf = (clientOrderId: string, symbol = PERP) => ({
  clientOrderId,
  account: "main",
  symbol,
  lots: lots(300),
  decidedAtMs: epochMs(START_MS),
});
/** What a look tells; nothing where it does not see the order. */
const seen = (exchange: ExchangeService, clientOrderId: string, symbol = PERP) =>
  Effect.map(exchange.lookUp(queryOf(clientOrderId, symbol)), (sighting) =>
    sighting.kind === "seen" ? sighting.reports : [],
  );

/**
 * What is promised of reports: kinds, ids, fills, ends. The moment of an acceptance is not: an answer and a listing of one venue
 * differ by a millisecond.
 */
const promised = (reports: readonly OrderReport[]) =>
  reports.map((report) => (report.kind === "accepted" ? { ...report, atMs: null } : report));

const fillsOf = (reports: readonly OrderReport[]) => reports.filter((report) => report.kind === "fill");
const filledLots = (reports: readonly OrderReport[]): number =>
  fillsOf(reports).reduce((sum, fill) => sum + fill.lots, 0);

describe.each(SUBJECTS)("exchange contract: $name", (subject) => {
  it("R12.1 lists its markets", () =>
    onVenue(subject, ({ exchange }) =>
      Effect.gen(function* () {
        const symbols = (yield* exchange.markets).map((market) => market.symbol);
        expect(symbols).toEqual(expect.arrayContaining([PERP, SPOT]));
      }),
    ));

  it("R10.7 an order is accepted, filled and ended, in this order, and its fills add up", () =>
    onVenue(subject, (bench) =>
      Effect.gen(function* () {
        yield* bench.place(orderOf("a", 300));
        const reports = bench.of("a");
        const kinds = reports.map((report) => report.kind);
        expect(kinds).toEqual(["accepted", ...fillsOf(reports).map(() => "fill"), "ended"]);
        expect(filledLots(reports)).toBe(300);
        expect(reports.at(-1)).toMatchObject({ end: "filled", filledLots: 300 });
        expect(new Set(fillsOf(reports).map((fill) => fill.tradeId)).size).toBe(fillsOf(reports).length);
        expect(
          new Set(reports.flatMap((report) => ("exchangeOrderId" in report ? [report.exchangeOrderId] : []))).size,
        ).toBe(1);
        expect(reports.map((report) => report.atMs)).toEqual(
          reports.map((report) => report.atMs).toSorted((one, other) => one - other),
        );
        for (const fill of fillsOf(reports)) {
          expect(exact(fill.price).gte(100)).toBe(true);
          expect(exact(fill.fee.cost).gt(0)).toBe(true);
        }
        expect(yield* bench.netLots(PERP)).toBe(300);
      }),
    ));

  it("R2.4 a reduce-only order takes no more than there is and never turns the position", () =>
    onVenue(subject, (bench) =>
      Effect.gen(function* () {
        yield* bench.place(orderOf("in", 200, { orderSide: "sell" }));
        expect(yield* bench.netLots(PERP)).toBe(-200);
        yield* bench.place(orderOf("part", 80, { purpose: "exit", reduceOnly: true }));
        expect(yield* bench.netLots(PERP)).toBe(-120);
        yield* bench.place(orderOf("out", 500, { purpose: "close", reduceOnly: true }));
        expect(filledLots(bench.of("out"))).toBe(120);
        expect(bench.of("out").at(-1)).toMatchObject({ kind: "ended", filledLots: 120 });
        expect(yield* bench.netLots(PERP)).toBe(0);
        yield* bench.place(orderOf("again", 100, { purpose: "close", reduceOnly: true }));
        expect(bench.of("again")).toMatchObject([{ kind: "rejected", reason: "reduce_only" }]);
      }),
    ));

  it("R10.10 on spot the fee in the coin is taken off, and no more is sold than is held", () =>
    onVenue(subject, (bench) =>
      Effect.gen(function* () {
        yield* bench.place(orderOf("in", 300, { symbol: SPOT }));
        const coinFee = fillsOf(bench.of("in"))
          .filter((fill) => fill.fee.currency === "base")
          .reduce((sum, fill) => sum.plus(exact(fill.fee.cost)), exact(0));
        const held = exact(decimalText("0.3")).minus(coinFee).dividedToIntegerBy(exact(perp.amountStep)).toNumber();
        expect(yield* bench.netLots(SPOT)).toBe(held);
        yield* bench.place(orderOf("much", 301, { ...sell, symbol: SPOT }));
        expect(bench.of("much")).toMatchObject([{ kind: "rejected", reason: "insufficient_funds" }]);
        yield* bench.place(orderOf("out", held, { ...sell, symbol: SPOT }));
        expect(bench.of("out").at(-1)).toMatchObject({ kind: "ended", end: "filled", filledLots: held });
        expect(yield* bench.netLots(SPOT)).toBe(0);
      }),
    ));

  const refusals: readonly (readonly [RejectReason, OrderRequest])[] = [
    ["below_minimum", orderOf("a", 9)],
    ["above_maximum", orderOf("a", 100_001)],
    ["precision", orderOf("a", 100, { amount: decimalText("0.1005") })],
    ["unknown_symbol", orderOf("a", 100, { symbol: "NOBODY/USDT" })],
  ];
  it.each(refusals)("R10.5 a refusal is a report: %s", (reason, order) =>
    onVenue(subject, (bench) =>
      Effect.gen(function* () {
        yield* bench.place(order);
        expect(bench.of("a")).toMatchObject([{ kind: "rejected", reason }]);
        expect(yield* bench.netLots(PERP)).toBe(0);
        // An exchange may keep its refusals or forget them; it does not make an order of one.
        for (const report of yield* Effect.orElseSucceed(seen(bench.exchange, "a", order.symbol), () => []))
          expect(report).toMatchObject({ kind: "rejected", reason });
      }),
    ),
  );

  it("R10.2 a look-up tells everything of a known order, and does not see one that was never received", () =>
    onVenue(subject, (bench) =>
      Effect.gen(function* () {
        yield* bench.place(orderOf("a", 300));
        expect(promised(yield* seen(bench.exchange, "a"))).toEqual(promised(bench.of("a")));
        expect(yield* bench.exchange.lookUp(queryOf("b"))).toMatchObject({ kind: "not seen" });
      }),
    ));

  it("R10.2 an order that has just been sent is not overlooked", () =>
    onVenue(subject, (bench) =>
      Effect.gen(function* () {
        yield* bench.exchange.place(markJournalled(orderOf("a", 300)));
        expect(yield* bench.exchange.lookUp(queryOf("a"))).toMatchObject({ kind: "seen" });
        yield* bench.settle;
        expect(filledLots(bench.of("a"))).toBe(300);
      }),
    ));

  it("R10.8 a cancellation ends the order once, and what was filled until then counts", () =>
    onVenue(subject, (bench) =>
      Effect.gen(function* () {
        yield* bench.exchange.place(markJournalled(orderOf("a", 300)));
        yield* bench.exchange.cancel(markJournalled(queryOf("a")));
        yield* bench.settle;
        const known = yield* seen(bench.exchange, "a");
        const ends = known.filter((report) => report.kind === "ended");
        expect(ends).toHaveLength(1);
        expect(ends[0]!.filledLots).toBe(filledLots(known));
        expect(yield* bench.netLots(PERP)).toBe(filledLots(known));
        expect(bench.of("a").map((report) => report.kind)).toContain("ended");
      }),
    ));

  it("R10.8 the cancellation of an order that is over changes nothing", () =>
    onVenue(subject, (bench) =>
      Effect.gen(function* () {
        yield* bench.place(orderOf("a", 300));
        const before = yield* seen(bench.exchange, "a");
        yield* bench.exchange.cancel(markJournalled(queryOf("a")));
        yield* bench.settle;
        expect(yield* seen(bench.exchange, "a")).toEqual(before);
        expect(yield* bench.netLots(PERP)).toBe(300);
      }),
    ));

  it("P11 an order that is sent twice under one id is carried out once", () =>
    onVenue(subject, (bench) =>
      Effect.gen(function* () {
        yield* bench.exchange.place(markJournalled(orderOf("a", 300)));
        yield* bench.exchange.place(markJournalled(orderOf("a", 300)));
        yield* bench.settle;
        yield* bench.place(orderOf("a", 300));
        expect(yield* bench.netLots(PERP)).toBe(300);
        expect(filledLots(yield* seen(bench.exchange, "a"))).toBe(300);
      }),
    ));

  it("R11.4 holdings are per account and symbol, and those of nothing are not listed", () =>
    onVenue(subject, (bench) =>
      Effect.gen(function* () {
        expect(yield* bench.exchange.holdings).toEqual([]);
        yield* bench.place(orderOf("a", 300, { orderSide: "sell" }));
        expect(yield* bench.exchange.holdings).toEqual([{ account: "main", symbol: PERP, netLots: -300 }]);
        yield* bench.place(orderOf("b", 300, { reduceOnly: true, purpose: "close" }));
        expect(yield* bench.exchange.holdings).toEqual([]);
      }),
    ));
});
