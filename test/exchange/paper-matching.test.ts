/** How the paper exchange carries orders out: price, fee, when, in how many parts; look-ups, ids and settings. */
import { describe, expect, it } from "vitest";
import type { Market } from "../../src/domain/market.ts";
import type { FillReport, OrderReport } from "../../src/domain/report.ts";
import { decimalText, epochMs, lots } from "../../src/domain/units.ts";
import { createMatching } from "../../src/exchange/paper/matching.ts";
import { parsePaperSettings } from "../../src/exchange/paper/settings.ts";
import { deskOf, MARKETS, orderOf, perp, PERP, settingsOf, SPOT, spot, START_MS, tell } from "./paper-orders.ts";

const fillsOf = (reports: readonly OrderReport[]): readonly FillReport[] =>
  reports.filter((report) => report.kind === "fill");

describe("price and fee", () => {
  it("R12.1 without slippage the fill is at the current price itself", () => {
    const desk = deskOf();
    desk.price(100.123);
    expect(fillsOf(desk.place({}))[0]?.price).toBe("100.123");
  });

  it.each([
    ["buy", "0.0001", 100, "100.1"],
    ["sell", "0.0001", 100, "99.9"],
    ["buy", "0.001", 100, "100.1"],
    ["sell", "0.001", 100, "99.9"],
    ["buy", "0.01", 50_000, "50500"],
    ["sell", "0.01", 50_000, "49500"],
    ["sell", "0.5", 0.1, "0.1"],
  ] as const)(
    "R12.1 slippage is against the taker, on the tick: %s at %s from %s fills at %s",
    (orderSide, slippage, current, price) => {
      const desk = deskOf({ slippage }, [{ ...perp, minimumCost: null }]);
      desk.price(current);
      expect(fillsOf(desk.place({ orderSide }))[0]?.price).toBe(price);
    },
  );

  it("R12.1 slippage without a known tick keeps twelve digits", () => {
    const desk = deskOf({ slippage: "0.000123" }, [{ ...perp, priceTick: null, minimumCost: null }]);
    desk.price(3);
    expect(fillsOf(desk.place({}))[0]?.price).toBe("3.000369");
  });

  it("R12.1 SPEC 16: the taker fee is 0.05 % of the notional, exact", () => {
    const desk = deskOf({}, [{ ...perp, contractSize: decimalText("0.01") }, spot]);
    desk.price(64_123.7);
    // 0.333 × 0.01 × 64123.7 × 0.0005
    expect(fillsOf(desk.place({ lots: 333 }))[0]?.fee).toEqual({
      cost: "0.106765960500".replace(/0+$/, ""),
      currency: "quote",
    });
  });

  it("R12.1 a spot buy pays in the coin, a spot sell in quote currency", () => {
    const desk = deskOf();
    expect(fillsOf(desk.place({ clientOrderId: "in", symbol: SPOT, lots: 2_001 }))[0]?.fee).toEqual({
      cost: "0.0010005",
      currency: "base",
    });
    expect(fillsOf(desk.place({ clientOrderId: "out", symbol: SPOT, orderSide: "sell", lots: 100 }))[0]?.fee).toEqual({
      cost: "0.005",
      currency: "quote",
    });
    // 2001 − 100 − 1.0005 lots of fee, in whole lots.
    expect(desk.matching.holdings()).toEqual([{ account: "main", symbol: SPOT, netLots: 1_899 }]);
  });

  it("R12.1 option: a spot buy pays in quote currency", () => {
    const desk = deskOf({ spotFeeInCoin: false });
    expect(fillsOf(desk.place({ symbol: SPOT }))[0]?.fee).toEqual({ cost: "0.005", currency: "quote" });
    expect(desk.matching.holdings()).toEqual([{ account: "main", symbol: SPOT, netLots: 100 }]);
  });
});

describe("latency, slices, cancellation", () => {
  const slow = { latencyMs: { minimum: 50, maximum: 50 } };

  it("R12.1 an order fills at the price of its arrival, not of its sending", () => {
    const desk = deskOf(slow);
    expect(desk.place({})).toEqual([]);
    expect(desk.matching.dueMs()).toBe(START_MS + 50);
    desk.wait(49);
    desk.price(101);
    expect(desk.wait(1).map(tell)).toEqual(["accepted", "fill 100@101", "filled 100"]);
    expect(desk.reports.map((report) => report.atMs)).toEqual(Array.from({ length: 3 }, () => START_MS + 50));
  });

  it("R12.1 latency is chosen per order between its bounds, by the seed alone", () => {
    const arrivals = (seed: string): readonly number[] => {
      const desk = deskOf({ seed, latencyMs: { minimum: 10, maximum: 30 } });
      for (let number = 0; number < 200; number += 1) desk.place({ clientOrderId: `o${number}` });
      desk.wait(30);
      return desk.reports.filter((report) => report.kind === "accepted").map((report) => report.atMs - START_MS);
    };
    const chosen = arrivals("one");
    expect([Math.min(...chosen), Math.max(...chosen)]).toEqual([10, 30]);
    expect(arrivals("one")).toEqual(chosen);
    expect(arrivals("two")).not.toEqual(chosen);
  });

  it("R12.1 orders that arrive in the same millisecond are carried out as they were sent", () => {
    const desk = deskOf(slow);
    for (const clientOrderId of ["c", "a", "b"]) desk.place({ clientOrderId });
    expect(
      desk
        .wait(50)
        .filter((report) => report.kind === "accepted")
        .map((report) => report.clientOrderId),
    ).toEqual(["c", "a", "b"]);
  });

  it("R12.1 slices are whole, add up to the order, come a gap apart and each at the price of its time", () => {
    const desk = deskOf({ partialFills: { probability: 1, maximumSlices: 4, gapMs: 1_000 } });
    for (let number = 0; number < 100; number += 1) {
      const clientOrderId = `o${number}`;
      const orderLots = 50 + number;
      const sentMs = desk.nowMs();
      desk.price(100);
      desk.place({ clientOrderId, lots: orderLots });
      desk.wait(500);
      desk.price(200);
      desk.wait(9_500);
      const fills = fillsOf(desk.matching.lookUp(clientOrderId, epochMs(0)));
      expect(fills.length).toBeGreaterThanOrEqual(2);
      expect(fills.length).toBeLessThanOrEqual(4);
      expect(fills.every((fill) => fill.lots > 0)).toBe(true);
      expect(fills.reduce((sum, fill) => sum + fill.lots, 0)).toBe(orderLots);
      expect(fills.map((fill) => fill.atMs)).toEqual(fills.map((_, index) => sentMs + index * 1_000));
      expect(fills.map((fill) => fill.price)).toEqual(fills.map((_, index) => (index === 0 ? "100" : "200")));
      expect(fills.map((fill) => fill.tradeId)).toEqual(fills.map((_, index) => `${clientOrderId}-${index + 1}`));
      expect(desk.story(clientOrderId).at(-1)).toBe(`filled ${orderLots}`);
    }
  });

  it("R12.1 an order of one lot is never cut up", () => {
    const desk = deskOf({ partialFills: { probability: 1, maximumSlices: 4, gapMs: 0 } }, [
      { ...perp, minimumLots: null, minimumCost: null },
    ]);
    expect(desk.place({ lots: 1 }).map(tell)).toEqual(["accepted", "fill 1@100", "filled 1"]);
  });

  it("R10.7 the rest of an order in slices may expire; what it filled counts", () => {
    const desk = deskOf({ partialFills: { probability: 1, maximumSlices: 3, gapMs: 10 }, expireRestProbability: 1 });
    desk.place({ lots: 500 });
    desk.wait(100);
    const fills = fillsOf(desk.reports);
    const filled = fills.reduce((sum, fill) => sum + fill.lots, 0);
    expect(filled).toBeLessThan(500);
    expect(desk.story("a").at(-1)).toBe(`expired ${filled}`);
    // With its last fill, not a gap later.
    expect(desk.reports.at(-1)?.atMs).toBe(fills.at(-1)?.atMs);
    expect(desk.matching.holdings()).toEqual([{ account: "main", symbol: PERP, netLots: filled }]);
  });

  it("R10.8 a cancellation ends what is not filled yet", () => {
    const desk = deskOf({ partialFills: { probability: 1, maximumSlices: 2, gapMs: 1_000 } });
    desk.place({ lots: 500 });
    const filled = fillsOf(desk.reports)[0]!.lots;
    expect(desk.cancel("a").map(tell)).toEqual([`canceled ${filled}`]);
    expect(desk.wait(5_000)).toEqual([]);
    expect(desk.matching.dueMs()).toBeNull();
  });

  it("R10.8 a cancellation never overtakes its order; what it comes too late for is told again", () => {
    const desk = deskOf(slow);
    desk.place({});
    expect(desk.cancel("a")).toEqual([]);
    expect(desk.cancel("a")).toEqual([]);
    expect(desk.records.map((record) => record.kind)).toEqual(["received", "cancelReceived"]);
    expect(desk.wait(50).map(tell)).toEqual(["accepted", "fill 100@100", "filled 100"]);
    expect(desk.cancel("a").map(tell)).toEqual(["filled 100"]);
    expect(desk.cancel("nobody").map(tell)).toEqual(["absent"]);
  });

  it("R12.1 an order waits for the first price of its market; a cancellation does not", () => {
    const matching = createMatching({ markets: MARKETS, settings: settingsOf() });
    matching.place(orderOf({ clientOrderId: "waits" }), epochMs(START_MS));
    matching.place(orderOf({ clientOrderId: "gone" }), epochMs(START_MS));
    matching.place(orderOf({ clientOrderId: "stranger", symbol: "ETH/USDT" }), epochMs(START_MS));
    expect(matching.due(epochMs(START_MS)).reports.map(tell)).toEqual(["rejected unknown_symbol"]);
    expect(matching.dueMs()).toBeNull();
    matching.cancel("gone", epochMs(START_MS + 10));
    expect(matching.due(epochMs(START_MS + 10)).reports.map(tell)).toEqual(["canceled 0"]);
    expect(matching.price(SPOT, 100, epochMs(START_MS + 15))).toBe(false);
    expect(matching.price(PERP, 105, epochMs(START_MS + 20))).toBe(true);
    const told = matching.due(epochMs(START_MS + 30)).reports;
    expect(told.map(tell)).toEqual(["accepted", "fill 100@105", "filled 100"]);
    expect(told.map((report) => report.atMs)).toEqual([START_MS + 20, START_MS + 20, START_MS + 20]);
  });

  it("R12.1 what is carried out late bears the time of its price, but never one in the future", () => {
    const late = (priceAtMs: number): readonly number[] => {
      const matching = createMatching({ markets: MARKETS, settings: settingsOf(slow) });
      matching.price(PERP, 100, epochMs(START_MS));
      matching.place(orderOf(), epochMs(START_MS));
      // The order is on its way and waits for no price.
      expect(matching.price(PERP, 101, epochMs(priceAtMs))).toBe(false);
      return matching.due(epochMs(START_MS + 80)).reports.map((report) => report.atMs - START_MS);
    };
    expect(late(START_MS + 40)).toEqual([50, 50, 50]);
    expect(late(START_MS + 70)).toEqual([70, 70, 70]);
    expect(late(START_MS + 90)).toEqual([80, 80, 80]);
  });

  it.each([0, -1, Number.NaN, Infinity])("R9.1 a price of %s is a defect of the caller", (price) => {
    expect(() => deskOf().price(price)).toThrow(/finite and above zero/);
  });
});

describe("looking up, and ids", () => {
  it("R10.2 an id that was never received is absent; one on its way is not", () => {
    const desk = deskOf({ latencyMs: { minimum: 50, maximum: 50 } });
    desk.place({});
    expect(desk.matching.lookUp("a", epochMs(START_MS))).toEqual([]);
    expect(desk.matching.lookUp("b", epochMs(START_MS + 1))).toEqual([
      { kind: "absent", clientOrderId: "b", atMs: START_MS + 1 },
    ]);
  });

  it("R10.2 a look-up tells everything with its original times", () => {
    const desk = deskOf({ partialFills: { probability: 1, maximumSlices: 2, gapMs: 1_000 } });
    desk.place({ lots: 500 });
    desk.wait(1_000);
    desk.wait(60_000);
    expect(desk.matching.lookUp("a", epochMs(desk.nowMs()))).toEqual(desk.reports);
    expect(new Set(desk.reports.map((report) => report.atMs))).toEqual(new Set([START_MS, START_MS + 1_000]));
  });

  it("P11 an id that was received is never carried out again, whether it filled or was rejected", () => {
    const desk = deskOf();
    desk.place({ clientOrderId: "filled" });
    desk.place({ clientOrderId: "rejected", lots: 1 });
    const before = desk.reports.length;
    desk.place({ clientOrderId: "filled" });
    desk.place({ clientOrderId: "rejected", lots: 100 });
    expect(desk.reports).toHaveLength(before);
    expect(desk.matching.state().duplicates).toBe(2);
    expect(
      desk.records.filter((record) => record.kind === "duplicate").map((record) => record.order.clientOrderId),
    ).toEqual(["filled", "rejected"]);
    expect(desk.matching.holdings()).toEqual([{ account: "main", symbol: PERP, netLots: 100 }]);
  });

  it("R1.9 the book refuses records that cannot be true", () => {
    const desk = deskOf();
    desk.place({});
    const [received, accepted, fill, ended] = desk.records;
    const fold = (records: readonly (typeof received)[]): unknown =>
      createMatching({
        markets: MARKETS,
        settings: settingsOf(),
        records: records.filter((record) => record !== undefined),
      });
    expect(fold([received, accepted, fill, ended])).toBeTruthy();
    expect(() => fold([accepted])).toThrow(/no order a was received/);
    expect(() => fold([received, received])).toThrow(/received twice/);
    expect(() => fold([received, fill])).toThrow(/cannot be true/);
    expect(() => fold([received, accepted, fill, fill])).toThrow(/cannot be true/);
    expect(() => fold([received, accepted, ended])).toThrow(/ends at 100 lots with fills of 0/);
    expect(() => fold([received, accepted, fill, ended, ended])).toThrow(/is over/);
    const other = MARKETS.map((market): Market => ({
      ...market,
      amountStep: decimalText("0.01"),
      minimumLots: lots(1),
    }));
    expect(() => createMatching({ markets: other, settings: settingsOf(), records: desk.records })).toThrow(
      /amount step 0.01/,
    );
    expect(() => createMatching({ markets: [spot], settings: settingsOf(), records: desk.records })).toThrow(
      /not among the markets/,
    );
  });
});

describe("settings", () => {
  it("R12.1 SPEC 16: the defaults", () => {
    expect(parsePaperSettings({ seed: "s" })).toEqual({
      seed: "s",
      takerFee: "0.0005",
      makerFee: "0.0002",
      slippage: "0",
      latencyMs: { minimum: 0, maximum: 0 },
      partialFills: { probability: 0, maximumSlices: 3, gapMs: 0 },
      expireRestProbability: 0,
      spotFeeInCoin: true,
    });
  });

  it.each([
    [{ seed: "" }, /paper\.seed/],
    [{ takerFee: "1" }, /paper\.takerFee: decimal text from 0 to below 1 \(value: "1"\)/],
    [{ slippage: "5%" }, /paper\.slippage: decimal text from 0 to below 1 \(value: "5%"\)/],
    [{ latencyMs: { minimum: 5, maximum: 4 } }, /paper\.latencyMs: minimum at most maximum/],
    [{ latencyMs: { maximum: 0.5 } }, /paper\.latencyMs\.maximum/],
    [{ partialFills: { probability: 2 } }, /paper\.partialFills\.probability.*value: 2/],
    [{ partialFills: { maximumSlices: 1 } }, /paper\.partialFills\.maximumSlices/],
    [{ fee: "0" }, /fee/],
  ])("R13.7 refuses %j with path, value and what is allowed", (changes, message) => {
    expect(() => parsePaperSettings({ seed: "s", ...changes })).toThrow(message);
  });
});
