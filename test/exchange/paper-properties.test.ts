/** Laws of the paper exchange over random business, checked by a book-keeper that shares nothing with it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OrderReport } from "../../src/domain/report.ts";
import { epochMs } from "../../src/domain/units.ts";
import { slicePlanOf } from "../../src/exchange/paper/choices.ts";
import { createMatching, type Matching } from "../../src/exchange/paper/matching.ts";
import type { PaperRecord } from "../../src/exchange/paper/record.ts";
import type { PaperSettings } from "../../src/exchange/paper/settings.ts";
import { MARKETS, orderOf, PERP, settingsOf, SPOT, START_MS } from "./paper-orders.ts";

type Order = ReturnType<typeof orderOf>;
type Deed =
  | { readonly kind: "place"; readonly order: Order }
  | { readonly kind: "cancel"; readonly clientOrderId: string }
  | { readonly kind: "price"; readonly symbol: string; readonly price: number }
  | { readonly kind: "wait"; readonly durationMs: number };

const symbol = fc.constantFrom(PERP, PERP, SPOT);
/** Few ids, so that some come twice. */
const clientOrderId = fc.integer({ min: 1, max: 40 }).map((number) => `o${number}`);
const order = fc
  .record({
    clientOrderId,
    symbol,
    account: fc.constantFrom("main", "main", "second"),
    orderSide: fc.constantFrom("buy" as const, "sell" as const),
    lots: fc.integer({ min: 0, max: 400 }),
    reduceOnly: fc.boolean(),
  })
  .map((drawn) => orderOf({ ...drawn, reduceOnly: drawn.reduceOnly && drawn.symbol !== SPOT }));

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: order.map((each): Deed => ({ kind: "place", order: each })) },
  { weight: 1, arbitrary: clientOrderId.map((id): Deed => ({ kind: "cancel", clientOrderId: id })) },
  {
    weight: 2,
    arbitrary: fc
      .record({ symbol, price: fc.integer({ min: 1, max: 2_000 }) })
      .map((drawn): Deed => ({ kind: "price", symbol: drawn.symbol, price: drawn.price / 10 })),
  },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 400 }).map((durationMs): Deed => ({ kind: "wait", durationMs })) },
);
const deeds = fc.array(deed, { maxLength: 60 });

const settings: fc.Arbitrary<PaperSettings> = fc
  .record({
    seed: fc.string({ minLength: 1, maxLength: 4 }),
    slippage: fc.constantFrom("0", "0.001"),
    latencyMs: fc.constantFrom({ minimum: 0, maximum: 0 }, { minimum: 5, maximum: 150 }),
    partialFills: fc.record({
      probability: fc.constantFrom(0, 0.5, 1),
      maximumSlices: fc.integer({ min: 2, max: 6 }),
      gapMs: fc.constantFrom(0, 40),
    }),
    expireRestProbability: fc.constantFrom(0, 0.3),
    spotFeeInCoin: fc.boolean(),
  })
  .map(settingsOf);

interface Run {
  readonly records: readonly PaperRecord[];
  readonly reports: readonly OrderReport[];
  readonly matching: Matching;
}

/** Does the deeds one after the other; `replace` may put another core in the place of the one that has run so far. */
function run(
  all: readonly Deed[],
  chosen: PaperSettings,
  replace: (run: Run, done: number) => Matching = (so) => so.matching,
): Run {
  let matching = createMatching({ markets: MARKETS, settings: chosen });
  let nowMs = START_MS;
  const records: PaperRecord[] = [];
  const reports: OrderReport[] = [];
  const prices = new Map<string, { readonly price: number; readonly atMs: number }>();
  const keep = (carried: ReturnType<Matching["due"]>): void => {
    records.push(...carried.records);
    reports.push(...carried.reports);
  };
  const advance = (untilMs: number): void => {
    for (let dueMs = matching.dueMs(); dueMs !== null && dueMs <= untilMs; dueMs = matching.dueMs()) {
      nowMs = Math.max(nowMs, dueMs);
      keep(matching.due(epochMs(nowMs)));
    }
    nowMs = untilMs;
  };
  all.forEach((each, index) => {
    const next = replace({ records, reports, matching }, index);
    if (next !== matching) for (const [of, { price, atMs }] of prices) next.price(of, price, epochMs(atMs));
    matching = next;
    if (each.kind === "place") keep(matching.place(each.order, epochMs(nowMs)));
    else if (each.kind === "cancel")
      matching.cancel(each.clientOrderId, epochMs(nowMs)).records.forEach((record) => records.push(record));
    else if (each.kind === "price") {
      prices.set(each.symbol, { price: each.price, atMs: nowMs });
      matching.price(each.symbol, each.price, epochMs(nowMs));
    }
    advance(each.kind === "wait" ? nowMs + each.durationMs : nowMs);
  });
  advance(nowMs + 10_000);
  return { records, reports, matching };
}

/** The independent book-keeper: knows the orders that were placed first under their id, and reads reports. */
function audit(all: readonly Deed[], { reports, matching }: Run): void {
  const orders = new Map<string, Order>();
  for (const each of all)
    if (each.kind === "place" && !orders.has(each.order.clientOrderId))
      orders.set(each.order.clientOrderId, each.order);
  const net = new Map<string, number>();
  const filled = new Map<string, number>();
  const trades = new Set<string>();
  const over = new Set<string>();
  for (const report of reports) {
    const { lots: ordered, orderSide, account, symbol: of, reduceOnly } = orders.get(report.clientOrderId)!;
    expect(over.has(report.clientOrderId)).toBe(false);
    const place = `${account} ${of}`;
    const before = net.get(place) ?? 0;
    if (report.kind === "fill") {
      const after = before + (orderSide === "buy" ? report.lots : -report.lots);
      if (reduceOnly) expect(Math.abs(after) < Math.abs(before) && after * before >= 0).toBe(true);
      if (of === SPOT) expect(after).toBeGreaterThanOrEqual(0);
      expect(trades.has(report.tradeId)).toBe(false);
      trades.add(report.tradeId);
      net.set(place, after);
      filled.set(report.clientOrderId, (filled.get(report.clientOrderId) ?? 0) + report.lots);
    } else if (report.kind === "ended") {
      expect(report.filledLots).toBe(filled.get(report.clientOrderId) ?? 0);
      if (report.end === "filled") expect(report.filledLots).toBe(ordered);
      else expect(report.filledLots).toBeLessThan(ordered);
    }
    if (report.kind === "ended" || report.kind === "rejected") over.add(report.clientOrderId);
  }
  const held = new Map(matching.holdings().map((each) => [`${each.account} ${each.symbol}`, each.netLots as number]));
  for (const [place, traded] of net) {
    const now = held.get(place) ?? 0;
    // On spot, fees in the coin take a little away.
    if (place.endsWith(SPOT)) expect(now >= 0 && now <= traded).toBe(true);
    else expect(now).toBe(traded);
  }
}

describe("paper exchange, random business", () => {
  it("P17 P12 fills add up, holdings are the fills, reduce-only never enlarges or turns, nothing follows an end", () => {
    fc.assert(
      fc.property(deeds, settings, (all, chosen) => audit(all, run(all, chosen))),
      { numRuns: 200 },
    );
  });

  it("P19 every order with a price is over at the end", () => {
    fc.assert(
      fc.property(deeds, settings, (all, chosen) => {
        const priced: readonly Deed[] = [PERP, SPOT].map((of) => ({ kind: "price", symbol: of, price: 100 }));
        const { matching } = run([...priced, ...all], chosen);
        expect(matching.state().orders.filter((each) => each.phase !== "over")).toEqual([]);
        expect(matching.dueMs()).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  it("P20 the same seed gives the same records", () => {
    fc.assert(
      fc.property(deeds, settings, (all, chosen) => {
        expect(JSON.stringify(run(all, chosen).records)).toBe(JSON.stringify(run(all, chosen).records));
      }),
      { numRuns: 60 },
    );
  });

  it("P16 the state is the fold of the records at every point, and a core restored there goes on as if nothing had happened", () => {
    fc.assert(
      fc.property(deeds, settings, fc.nat({ max: 59 }), (all, chosen, cut) => {
        const whole = run(all, chosen);
        const broken = run(all, chosen, ({ records, matching }, done) => {
          const restored = createMatching({ markets: MARKETS, settings: chosen, records });
          expect(restored.state()).toEqual(matching.state());
          expect(restored.holdings()).toEqual(matching.holdings());
          return done === cut ? restored : matching;
        });
        expect(broken.records).toEqual(whole.records);
        expect(broken.reports).toEqual(whole.reports);
        expect(broken.matching.state()).toEqual(whole.matching.state());
      }),
      { numRuns: 60 },
    );
  });

  it("R10.2 look-ups at the end tell exactly what was told on the way", () => {
    fc.assert(
      fc.property(deeds, settings, (all, chosen) => {
        const { reports, matching } = run(all, chosen);
        for (const { order: placed } of matching.state().orders) {
          const told = reports.filter((report) => report.clientOrderId === placed.clientOrderId);
          expect(matching.lookUp(placed.clientOrderId, epochMs(0))).toEqual(told);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("P2 the slices of an order are whole lots above zero and add up to it, also past 2^53", () => {
    fc.assert(
      fc.property(
        settings,
        clientOrderId,
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        (chosen, id, quantity) => {
          const { slices, carriedOut } = slicePlanOf(chosen, orderOf({ clientOrderId: id, lots: quantity }));
          expect(slices.every((slice) => Number.isSafeInteger(slice) && slice > 0)).toBe(true);
          expect(slices.reduce((sum, slice) => sum + BigInt(slice), 0n)).toBe(BigInt(quantity));
          expect(carriedOut >= 1 && carriedOut <= slices.length).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});
