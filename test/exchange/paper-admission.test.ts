/** What the paper exchange takes and what it refuses; what reduce-only and holdings mean to it. */
import { describe, expect, it } from "vitest";
import type { Market } from "../../src/domain/market.ts";
import type { FillReport, OrderReport } from "../../src/domain/report.ts";
import { decimalText } from "../../src/domain/units.ts";
import { deskOf, orderOf, perp, PERP, SPOT, spot, tell } from "./paper-orders.ts";

const fillsOf = (reports: readonly OrderReport[]): readonly FillReport[] =>
  reports.filter((report) => report.kind === "fill");

describe("what the paper exchange takes", () => {
  const refusals: readonly {
    readonly what: string;
    readonly order: Parameters<typeof orderOf>[0];
    readonly reason: string;
    readonly market?: Partial<Market>;
  }[] = [
    { what: "an unknown symbol", order: { symbol: "ETH/USDT" }, reason: "unknown_symbol" },
    { what: "an inactive market", order: {}, reason: "market_closed", market: { active: false } },
    { what: "an inverse contract", order: {}, reason: "other", market: { linear: false } },
    { what: "an amount off the step", order: { amount: decimalText("0.1005") }, reason: "precision" },
    { what: "an amount with an exponent", order: { amount: decimalText("1e-1") }, reason: "precision" },
    { what: "an amount that is not the lots", order: { amount: decimalText("0.2") }, reason: "precision" },
    { what: "zero", order: { lots: 0 }, reason: "below_minimum" },
    { what: "less than nothing", order: { amount: decimalText("-0.1") }, reason: "below_minimum" },
    {
      what: "less than the minimum amount",
      order: { lots: 9 },
      reason: "below_minimum",
      market: { minimumCost: null },
    },
    { what: "less than the minimum cost", order: { lots: 49 }, reason: "below_minimum" },
    { what: "more than the maximum", order: { lots: 100_001 }, reason: "above_maximum" },
    {
      what: "a spot sell of what is not held",
      order: { symbol: SPOT, orderSide: "sell" },
      reason: "insufficient_funds",
    },
    {
      what: "a reduce-only order on spot (R10.10)",
      order: { symbol: SPOT, orderSide: "sell", reduceOnly: true },
      reason: "other",
    },
    {
      what: "a reduce-only order with nothing to reduce",
      order: { orderSide: "sell", reduceOnly: true },
      reason: "reduce_only",
    },
    {
      what: "a reduce-only order too small, with nothing to reduce",
      order: { lots: 1, orderSide: "sell", reduceOnly: true },
      reason: "reduce_only",
    },
  ];
  it.each(refusals)("R12.1 refuses $what", ({ order, reason, market }) => {
    const desk = deskOf({}, [{ ...perp, ...market }, spot]);
    expect(desk.place(order).map(tell)).toEqual([`rejected ${reason}`]);
    expect(desk.matching.holdings()).toEqual([]);
    expect(desk.matching.dueMs()).toBeNull();
  });

  const accepted: readonly {
    readonly what: string;
    readonly lots: number;
    readonly amount?: string;
    readonly market?: Partial<Market>;
  }[] = [
    { what: "exactly the minimum cost", lots: 50 },
    { what: "exactly the minimum amount", lots: 10, market: { minimumCost: null } },
    { what: "exactly the maximum", lots: 100_000 },
    {
      what: "one lot where no limit is known",
      lots: 1,
      market: { minimumLots: null, minimumCost: null, maximumLots: null },
    },
    { what: "an amount with trailing zeros", lots: 100, amount: "0.1000" },
  ];
  it.each(accepted)("R12.1 takes $what", ({ lots: orderLots, amount, market }) => {
    const desk = deskOf({}, [{ ...perp, ...market }]);
    const told = desk.place({ lots: orderLots, ...(amount === undefined ? {} : { amount: decimalText(amount) }) });
    expect(told.map(tell)).toEqual(["accepted", `fill ${orderLots}@100`, `filled ${orderLots}`]);
  });

  it("R12.1 a refusal names symbol, value and limit", () => {
    const [refusal] = deskOf().place({ lots: 9 });
    expect(refusal).toMatchObject({ message: `amount 0.009 of ${PERP} is below the minimum 0.01` });
  });

  it("P6 minimums do not hold for an exit of everything: reduce-only of the whole position, or more", () => {
    for (const exitLots of [60, 70]) {
      const desk = deskOf();
      desk.place({ clientOrderId: "in", lots: 60 });
      desk.price(50);
      expect(desk.place({ clientOrderId: "part", orderSide: "sell", lots: 59, reduceOnly: true }).map(tell)).toEqual([
        "rejected below_minimum",
      ]);
      desk.place({ clientOrderId: "out", orderSide: "sell", lots: exitLots, reduceOnly: true });
      expect(desk.matching.holdings()).toEqual([]);
    }
  });

  it("P6 minimums do not hold for a spot sell of everything held, and do for a part of it", () => {
    const desk = deskOf({ takerFee: "0.001" });
    desk.place({ clientOrderId: "in", symbol: SPOT, lots: 60 });
    desk.price(50, SPOT);
    const sell = { symbol: SPOT, orderSide: "sell" } as const;
    expect(desk.place({ ...sell, clientOrderId: "part", lots: 58 }).map(tell)).toEqual(["rejected below_minimum"]);
    // 60 lots less 0.06 lots of fee, in whole lots.
    expect(desk.place({ ...sell, clientOrderId: "all", lots: 59 }).map(tell)).toEqual([
      "accepted",
      "fill 59@50",
      "filled 59",
    ]);
    expect(desk.matching.holdings()).toEqual([]);
  });
});

describe("reduce-only and holdings", () => {
  it("R2.4 a reduce-only order is cut to what the position is, and its rest ends canceled", () => {
    const desk = deskOf();
    desk.place({ clientOrderId: "in", lots: 100 });
    expect(desk.place({ clientOrderId: "out", orderSide: "sell", lots: 250, reduceOnly: true }).map(tell)).toEqual([
      "accepted",
      "fill 100@100",
      "canceled 100",
    ]);
    expect(desk.matching.holdings()).toEqual([]);
  });

  it("R10.8 R10.10 reduce-only is judged again at each fill: two exits of everything never turn the position", () => {
    const desk = deskOf({ partialFills: { probability: 1, maximumSlices: 2, gapMs: 1_000 } });
    desk.place({ clientOrderId: "in", orderSide: "sell", lots: 1_000 });
    desk.wait(1_000);
    expect(desk.matching.holdings()).toEqual([{ account: "main", symbol: PERP, netLots: -1_000 }]);
    desk.place({ clientOrderId: "partial", lots: 700, reduceOnly: true });
    desk.place({ clientOrderId: "stop", lots: 1_000, reduceOnly: true });
    desk.wait(10_000);
    const ends = ["partial", "stop"].map((id) => desk.story(id).at(-1));
    const filled = fillsOf(desk.reports).filter((fill) => fill.clientOrderId !== "in");
    expect(filled.reduce((sum, fill) => sum + fill.lots, 0)).toBe(1_000);
    expect(ends.filter((end) => end?.startsWith("canceled"))).toHaveLength(1);
    expect(desk.matching.holdings()).toEqual([]);
  });

  it("R12.1 one-way: an order that is not reduce-only may turn a derivative position", () => {
    const desk = deskOf();
    desk.place({ clientOrderId: "in", lots: 100 });
    desk.place({ clientOrderId: "turn", orderSide: "sell", lots: 250 });
    expect(desk.matching.holdings()).toEqual([{ account: "main", symbol: PERP, netLots: -150 }]);
  });

  it("R12.1 accounts and symbols are held apart and listed in order", () => {
    const desk = deskOf();
    desk.place({ clientOrderId: "1", account: "second", lots: 100 });
    desk.place({ clientOrderId: "2", symbol: SPOT, lots: 200 });
    desk.place({ clientOrderId: "3", lots: 300 });
    expect(
      desk.place({ clientOrderId: "4", account: "third", orderSide: "sell", lots: 100, reduceOnly: true }).map(tell),
    ).toEqual(["rejected reduce_only"]);
    expect(desk.matching.holdings()).toEqual([
      { account: "main", symbol: SPOT, netLots: 199 },
      { account: "main", symbol: PERP, netLots: 300 },
      { account: "second", symbol: PERP, netLots: 100 },
    ]);
  });

  it("R10.10 on spot a working sell holds back what it is to sell, until it ends", () => {
    const desk = deskOf({ spotFeeInCoin: false, partialFills: { probability: 1, maximumSlices: 2, gapMs: 1_000 } });
    desk.place({ clientOrderId: "in", symbol: SPOT, lots: 1_000 });
    desk.wait(1_000);
    const sell = { symbol: SPOT, orderSide: "sell" } as const;
    desk.place({ ...sell, clientOrderId: "first", lots: 1_000 });
    expect(desk.place({ ...sell, clientOrderId: "second", lots: 100 }).map(tell)).toEqual([
      "rejected insufficient_funds",
    ]);
    const sold = desk.cancel("first").map(tell);
    expect(sold).toEqual([expect.stringMatching(/^canceled \d+$/)]);
    const left = desk.matching.holdings()[0]!.netLots;
    expect(left).toBeGreaterThan(0);
    expect(desk.place({ ...sell, clientOrderId: "third", lots: left }).map(tell)[0]).toBe("accepted");
  });
});
