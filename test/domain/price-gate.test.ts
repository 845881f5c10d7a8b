/** The gate that every price passes: R9.1, row by row. */
import { describe, expect, it } from "vitest";
import { admitPrice, freshQuote, openGate, type PriceLimits } from "../../src/domain/price-gate.ts";
import { epochMs } from "../../src/domain/units.ts";
import { long, tape } from "../support/tape.ts";

const LIVE: PriceLimits = { maximumFutureMs: 5_000, maximumAgeMs: 5_000 };
const NOW = 1_000_000;

describe("the price gate", () => {
  it.each([
    [Number.NaN, NOW, "not_a_number"],
    [Number.POSITIVE_INFINITY, NOW, "not_a_number"],
    [Number.NEGATIVE_INFINITY, NOW, "not_a_number"],
    [100, Number.NaN, "not_a_number"],
    [100, Number.POSITIVE_INFINITY, "not_a_number"],
    [0, NOW, "not_positive"],
    [-0, NOW, "not_positive"],
    [-1, NOW, "not_positive"],
    [100, NOW - 1, "out_of_order"],
    [100, NOW, null],
    [100, NOW + 5_000, null],
    [100, NOW + 5_001, "far_future"],
    [Number.MIN_VALUE, NOW, null],
  ])("R9.1 %d at %d: %s", (value, atMs, expected) => {
    const gate = openGate();
    expect(admitPrice(gate, 99, NOW, NOW, LIVE)).toBeNull();
    expect(admitPrice(gate, value, atMs, NOW, LIVE)).toBe(expected);
    expect(gate.dropped).toBe(expected === null ? 0 : 1);
    expect(gate.lastPrice).toBe(expected === null ? value : 99);
  });

  it("R9.1 a dropped price leaves the quote as it was", () => {
    const gate = openGate();
    expect(freshQuote(gate, epochMs(NOW), LIVE)).toBeNull();
    admitPrice(gate, 100, NOW, NOW, LIVE);
    admitPrice(gate, -5, NOW, NOW, LIVE);
    expect(freshQuote(gate, epochMs(NOW), LIVE)).toEqual({ value: 100, atMs: NOW });
  });

  it("R9.1 F63 a clock that was set back: the last price is no price of now, and the next one begins a new order", () => {
    const gate = openGate();
    const back = NOW - 3_600_000;
    admitPrice(gate, 100, NOW, NOW, LIVE);
    expect(freshQuote(gate, epochMs(back), LIVE)).toBeNull();
    expect(admitPrice(gate, 50, back, back, LIVE)).toBeNull();
    expect(freshQuote(gate, epochMs(back), LIVE)).toEqual({ value: 50, atMs: back });
    expect(admitPrice(gate, 51, back - 1, back, LIVE)).toBe("out_of_order");
  });

  it("R9.1 staleness is judged where the decision is made: 5 s old passes, older does not; a replay has no clock to be late by", () => {
    const gate = openGate();
    admitPrice(gate, 100, NOW, NOW, LIVE);
    expect(freshQuote(gate, epochMs(NOW + 5_000), LIVE)).not.toBeNull();
    expect(freshQuote(gate, epochMs(NOW + 5_001), LIVE)).toBeNull();
    expect(freshQuote(gate, epochMs(NOW + 1e9), { ...LIVE, maximumAgeMs: null })).not.toBeNull();
  });
});

describe("decisions", () => {
  tape(
    "R9.1 P14 none on a price that is invalid, and it is said once a minute for each reason",
    long({ entry: 100, amount: "10" }),
    `
    price NaN          | not done: Price NaN of BTC/USDT:USDT dropped: not_a_number
    price 0            | not done: Price 0 of BTC/USDT:USDT dropped: not_positive
    price -3           |
    price 90 at -1 ms  | not done: Price 90 of BTC/USDT:USDT dropped: out_of_order
    price 90 at 6 s    | not done: Price 90 of BTC/USDT:USDT dropped: far_future
    price Infinity     |
    wait 60 s          |
    price NaN          | not done: Price NaN of BTC/USDT:USDT dropped: not_a_number
    price 90           | closing stop_initial  close 10
  `,
  );

  tape(
    "R9.1 P14 none on a stale price: a fill waits for the next one",
    long({ entry: 100, amount: "10", pending: true, maximumAgeMs: 5_000 }),
    `
    price 90      |
    wait 5001 ms  | look up entry
    fill 10@100   | open  opened 10@100  stop 95
    price 94      | closing stop_initial  close 10
  `,
  );

  tape(
    "R9.1 a price that was seconds old when it came is not decided on",
    long({ entry: 100, amount: "10", maximumAgeMs: 5_000 }),
    `
    wait 10 s          |
    price 90 at -6 s   |
    price 96           |
    price 95           | closing stop_initial  close 10
  `,
  );
});
