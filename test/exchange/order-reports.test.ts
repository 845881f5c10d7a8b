/** What a venue's orders and fills say of one order of ours: each rule (R10.7, F17, F29, F30). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OrderReport } from "../../src/domain/report.ts";
import { decimalText, epochMs, lots } from "../../src/domain/units.ts";
import type { VenueOrder, VenueTrade } from "../../src/exchange/ccxt/answers.ts";
import { fillReport, orderReports, reportsOfFills, wholeLots } from "../../src/exchange/ccxt/order-reports.ts";
import { createVenueTime } from "../../src/exchange/ccxt/venue-time.ts";
import { perp, PERP, spot } from "./paper-orders.ts";

const NOW_MS = epochMs(9_000);
const order = (changes: Partial<VenueOrder> = {}): VenueOrder => ({
  id: "x",
  clientOrderId: "a",
  symbol: PERP,
  side: "buy",
  status: "open",
  filled: decimalText("0"),
  timestamp: 1_000,
  lastTradeTimestamp: null,
  ...changes,
});
const trade = (id: string | null, amount: string, changes: Partial<VenueTrade> = {}): VenueTrade => ({
  id,
  order: "x",
  symbol: PERP,
  side: "buy",
  price: decimalText("100"),
  amount: decimalText(amount),
  timestamp: 2_000,
  fee: { cost: decimalText("0.01"), currency: "USDT" },
  info: {},
  ...changes,
});

const reports = (orders: readonly VenueOrder[], trades: readonly VenueTrade[] = []): readonly OrderReport[] =>
  orderReports({ clientOrderId: "a", market: perp, orders, trades, time: createVenueTime(), nowMs: NOW_MS });
/** "accepted x, fill 30 t1, filled 30". */
const story = (orders: readonly VenueOrder[], trades: readonly VenueTrade[] = []): string =>
  reports(orders, trades)
    .map((report) => {
      switch (report.kind) {
        case "accepted":
          return `accepted ${report.exchangeOrderId}`;
        case "fill":
          return `fill ${report.lots} ${report.tradeId || "?"}`;
        case "ended":
          return `${report.end} ${report.filledLots}`;
        default:
          return report.kind;
      }
    })
    .join(", ");

describe("reports of an order", () => {
  const cases: readonly (readonly [string, readonly VenueOrder[], readonly VenueTrade[], string])[] = [
    ["open, nothing filled", [order()], [], "accepted x"],
    ["open, in part", [order({ filled: decimalText("0.03") })], [trade("t1", "0.03")], "accepted x, fill 30 t1"],
    ["being canceled is still open", [order({ status: "canceling" })], [], "accepted x"],
    ["without a status is still open", [order({ status: null })], [], "accepted x"],
    [
      "filled",
      [order({ status: "closed", filled: decimalText("0.1") })],
      [trade("t1", "0.04"), trade("t2", "0.06")],
      "accepted x, fill 40 t1, fill 60 t2, filled 100",
    ],
    [
      "F30 filled, and its fills not shown yet",
      [order({ status: "closed", filled: decimalText("0.1") })],
      [trade("t1", "0.04")],
      "accepted x, fill 40 t1, filled 100",
    ],
    [
      "F30 its fills are more than it says itself",
      [order({ status: "canceled", filled: decimalText("0.01") })],
      [trade("t1", "0.04")],
      "accepted x, fill 40 t1, canceled 40",
    ],
    [
      "F30 it does not say what it filled",
      [order({ status: "closed", filled: null })],
      [trade("t1", "0.04")],
      "accepted x, fill 40 t1, filled 40",
    ],
    [
      "F16 expired in part",
      [order({ status: "expired", filled: decimalText("0.04") })],
      [trade("t1", "0.04")],
      "accepted x, fill 40 t1, expired 40",
    ],
    ["F16 expired in the match", [order({ status: "expired_in_match" })], [], "accepted x, expired 0"],
    ["listed as rejected", [order({ status: "rejected" })], [], "rejected"],
    [
      "listed as rejected, with a fill: it counts",
      [order({ status: "rejected" })],
      [trade("t1", "0.04")],
      "accepted x, fill 40 t1, expired 40",
    ],
    ["fills of other orders are left out", [order()], [trade("t1", "0.04", { order: "y" })], "accepted x"],
    ["F26 a fill without an id", [order()], [trade(null, "0.04")], "accepted x, fill 40 ?"],
    [
      "F17 F09 two orders under one id add up",
      [
        order({ status: "closed", filled: decimalText("0.06") }),
        order({ id: "y", status: "closed", filled: decimalText("0.04") }),
      ],
      [trade("t1", "0.06"), trade("t2", "0.04", { order: "y" })],
      "accepted x, fill 60 t1, fill 40 t2, filled 100",
    ],
    [
      "F17 one of two still works",
      [order({ status: "closed", filled: decimalText("0.06") }), order({ id: "y" })],
      [trade("t1", "0.06")],
      "accepted x, fill 60 t1",
    ],
    [
      "F17 one filled, one canceled",
      [order({ status: "closed", filled: decimalText("0.06") }), order({ id: "y", status: "canceled" })],
      [],
      "accepted x, canceled 60",
    ],
  ];
  it.each(cases)("R10.7 %s", (_name, orders, trades, expected) => expect(story(orders, trades)).toBe(expected));

  it("R10.7 moments: the acceptance when it says, the end at the last fill, and now where nothing is said", () => {
    const at = (orders: readonly VenueOrder[], trades: readonly VenueTrade[] = []) =>
      reports(orders, trades).map(({ atMs }) => atMs);
    expect(at([order()])).toEqual([1_000]);
    expect(at([order({ timestamp: null })])).toEqual([9_000]);
    expect(at([order({ status: "closed" })], [trade("t1", "0.1", { timestamp: 3_000 })])).toEqual([
      1_000, 3_000, 3_000,
    ]);
    expect(at([order({ status: "canceled", lastTradeTimestamp: 4_000 })])).toEqual([1_000, 4_000]);
    expect(at([order({ status: "canceled", timestamp: null })])).toEqual([9_000, 9_000]);
  });

  it.each([
    ["in quote", { cost: decimalText("0.5"), currency: "USDT" }, { cost: "0.5", currency: "quote" }],
    ["in the coin", { cost: decimalText("0.001"), currency: "BTC" }, { cost: "0.001", currency: "base" }],
    ["F29 in a third coin", { cost: decimalText("0.01"), currency: "BNB" }, { cost: "0.01", currency: "other" }],
    ["a rebate", { cost: decimalText("-0.5"), currency: "USDT" }, { cost: "-0.5", currency: "quote" }],
    ["not said", null, { cost: "0", currency: "other" }],
    ["without an amount", { cost: null, currency: "USDT" }, { cost: "0", currency: "other" }],
  ] as const)("R10.7 a fee %s", (_name, fee, expected) =>
    expect(fillReport("a", spot, trade("t1", "0.1", { fee }), createVenueTime()).fee).toEqual(expected),
  );

  it("R10.7 F64 moments of a venue whose clock is an hour ahead are told in our time", () => {
    const hourMs = 3_600_000;
    const time = createVenueTime();
    time.set(hourMs);
    const of = [order({ status: "closed", filled: decimalText("0.1"), timestamp: hourMs + 1_000 })];
    const fills = [trade("t1", "0.1", { timestamp: hourMs + 2_000 })];
    const told = orderReports({ clientOrderId: "a", market: perp, orders: of, trades: fills, time, nowMs: NOW_MS });
    expect(told.map(({ kind, atMs }) => `${kind} ${atMs}`)).toEqual(["accepted 1000", "fill 2000", "ended 2000"]);
    const byFills = reportsOfFills({ clientOrderId: "a", lots: lots(100), market: perp, fills, time, nowMs: NOW_MS });
    expect(byFills.map(({ kind, atMs }) => `${kind} ${atMs}`)).toEqual(["fill 2000", "ended 2000"]);
  });

  it.each(["0.0005", "0.10001", "-0.0001"])("R10.7 %s of a step of 0.001 is no whole number of lots", (amount) =>
    expect(() => wholeLots(perp, decimalText(amount))).toThrow("no whole number of its step 0.001"),
  );

  it("R10.7 where only fills are shown: the end is known when they are all of the order", () => {
    const of = (...fills: readonly VenueTrade[]) =>
      reportsOfFills({
        clientOrderId: "a",
        lots: lots(100),
        market: perp,
        fills,
        time: createVenueTime(),
        nowMs: NOW_MS,
      }).map(({ kind }) => kind);
    expect(of(trade("t1", "0.04"))).toEqual(["fill"]);
    expect(of(trade("t1", "0.04"), trade("t2", "0.06"))).toEqual(["fill", "fill", "ended"]);
    expect(of()).toEqual([]);
  });

  it("R10.7 what is filled is never less than the fills add up to, nor than what the orders say", () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 5 });
    fc.assert(
      fc.property(
        amounts,
        fc.integer({ min: 0, max: 250 }),
        fc.constantFrom("closed", "canceled", "expired"),
        (fills, said, status) => {
          const trades = fills.map((size, index) => trade(`t${index}`, (size / 1_000).toFixed(3)));
          const ended = reports([order({ status, filled: decimalText((said / 1_000).toFixed(3)) })], trades).at(-1)!;
          const sum = fills.reduce((total, size) => total + size, 0);
          expect(ended).toMatchObject({ kind: "ended", filledLots: Math.max(said, sum) });
        },
      ),
    );
  });
});
