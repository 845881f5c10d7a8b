/** Targets and shares, which rungs are due, how fills are allotted. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  allotToRungs,
  highestDueRung,
  openShare,
  originalLots,
  remainingLots,
  rungsPassed,
} from "../../src/domain/ladder.ts";
import { levelText } from "../../src/domain/market.ts";
import type { Rung } from "../../src/domain/position.ts";
import { decimalText, epochMs, lots, price } from "../../src/domain/units.ts";
import { long, playTape, short, tape, type TapeStart } from "../support/tape.ts";

const targetsOf = (start: TapeStart): readonly string[] => {
  const { position } = playTape(start, "");
  return position.rungs.map((rung) => levelText(position.grid!, rung.target));
};

describe("targets", () => {
  it("R10.9 the first tick at or beyond: up for a long, down for a short", () => {
    const words = { entry: 33.37, amount: "10", market: { tick: "0.1" } };
    // 33.37 × 1.03 = 34.3711; × 1.05 = 35.0385; × 1.08 = 36.0396, and mirrored 32.3689, 31.7015, 30.7004.
    expect(targetsOf(long(words))).toEqual(["34.4", "35.1", "36.1"]);
    expect(targetsOf(short(words))).toEqual(["32.3", "31.7", "30.7"]);
  });

  it("R10.9 a product that lies on a tick stays on it, where floating point would miss it", () => {
    // 1.1 × 1.1 is 1.2100000000000002 in floating point, 100 × 1.07 is 107.00000000000001, 3 × 1.1 is 3.3000000000000003.
    expect(targetsOf(long({ entry: 1.1, amount: "10", plan: { ladder: "10% 100%" } }))).toEqual(["1.21"]);
    expect(targetsOf(long({ entry: 100, amount: "10", plan: { ladder: "7% 50%, 14% 50%" } }))).toEqual(["107", "114"]);
    expect(targetsOf(long({ entry: 3, amount: "10", market: { tick: "0.1" }, plan: { ladder: "10% 100%" } }))).toEqual([
      "3.3",
    ]);
  });

  it("R10.9 a market without a known tick keeps exact prices", () => {
    expect(targetsOf(long({ entry: 0.0123457, amount: "1000", market: { tick: null } }))).toEqual([
      "0.012716071",
      "0.012962985",
      "0.013333356",
    ]);
  });

  it("R10.9 ticks that are not a power of ten", () => {
    // 101 × 1.03 = 104.03, × 1.05 = 106.05, × 1.08 = 109.08.
    expect(targetsOf(long({ entry: 101, amount: "10", market: { tick: "0.25" } }))).toEqual([
      "104.25",
      "106.25",
      "109.25",
    ]);
    expect(targetsOf(short({ entry: 101, amount: "10", market: { tick: "0.25" } }))).toEqual([
      "97.75",
      "95.75",
      "92.75",
    ]);
  });
});

describe("which rungs are due", () => {
  const { position } = playTape(long({ entry: 100, amount: "100" }), "");

  it.each([
    [102.99, 0],
    [103, 1],
    [104.99, 1],
    [105, 2],
    [107.99, 2],
    [108, 3],
    [1_000, 3],
  ])("R2.3 at %d the highest due rung is %d", (at, due) => {
    expect(highestDueRung(position, price(at))).toBe(due);
  });

  it("R1.2 a rung that is behind us is never due again", () => {
    const after = playTape(long({ entry: 100, amount: "100" }), "price 103\nfill 40@103").position;
    expect(rungsPassed(after)).toBe(1);
    expect(highestDueRung(after, price(104))).toBe(0);
    expect(highestDueRung(after, price(105))).toBe(2);
  });
});

describe("the fallback to the single target", () => {
  const SMALL = { entry: 100, amount: "10", market: { minimum: "6" } };

  tape(
    "R2.10 every partial exit under the minimum, policy skip: the plan falls back, once, when the entry has filled",
    long({ ...SMALL, pending: true, plan: { undersizedExit: "skip" } }),
    `
    fill 10@100  | open  opened 10@100  stop 95
                 | warning: Scaled TP cannot be carried out for BTC/USDT:USDT: every partial exit is below the minimum. Using the single target
    price 103    |
    price 108    | closing single_target  close 10
    fill 10@108  | TP1 10@108 +80 left 0  closed single_target +80
  `,
  );

  tape(
    "R2.10 not while the entry may still bring more",
    long({ ...SMALL, pending: true, plan: { undersizedExit: "skip" }, amount: "16" }),
    `
    fill 10@100  | open  opened 10@100  stop 95
    fill 6@100   | opened 6@100
    price 103    | exit 6 TP1
  `,
  );

  tape(
    "R2.10 one rung that can be carried out is enough to keep the ladder",
    long({ ...SMALL, plan: { undersizedExit: "skip", ladder: "3% 60%, 5% 20%, 8% 20%" } }),
    `
    price 103    | exit 6 TP1
  `,
  );

  tape(
    "R2.10 each rung is judged at its own target price: the cost limit falls as the price rises",
    long({
      entry: 100,
      amount: "10",
      market: { minimumCost: "310" },
      plan: { undersizedExit: "skip", ladder: "3% 10%, 5% 30%, 8% 60%" },
    }),
    `
    price 105    | exit 4 TP1+TP2
  `,
  );

  tape(
    "R2.10 switched off: the rungs are skipped one by one",
    long({ ...SMALL, plan: { undersizedExit: "skip", fallbackToSingle: false } }),
    `
    price 103    | TP1_hit  stop 100  not done: TP1 skipped: quantity 4.0 below minimum 6.0
    price 105    | TP2_hit  stop 103  not done: TP2 skipped: quantity 3.0 below minimum 6.0
    price 108    | closing take_profit_final  close 10
    fill 10@108  | TP3 10@108 +80 left 0  closed take_profit_final +80
  `,
  );

  tape(
    "R2.10 the policy raise needs no fallback",
    long(SMALL),
    `
    price 103    | exit 6 TP1
                 | warning: Scale-out amount 4.0 below minimum 6.0 for BTC/USDT:USDT. Adjusting to minimum 6.0. Reason: the exchange refuses smaller orders
  `,
  );
});

describe("allotting fills", () => {
  const rungs = (shares: readonly number[]): readonly Rung[] =>
    shares.map((share, index) => ({
      number: index + 1,
      target: 0 as Rung["target"],
      exitFraction: 0,
      shareLots: lots(share),
      status: "armed",
      factor: 1_000_000,
      isFrozen: false,
      fills: null,
    }));

  it("R2.3 ascending, each up to its share; lots and fee come out whole, however they are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 10 }),
        fc.array(fc.record({ lots: fc.integer({ min: 1, max: 60 }), fee: fc.integer({ min: 0, max: 10_000 }) }), {
          maxLength: 12,
        }),
        (shares, fills) => {
          const numbers = shares.map((_, index) => index + 1);
          let all = rungs(shares);
          for (const { lots: quantity, fee } of fills) {
            const feeText = decimalText(String(fee / 1_000));
            all = allotToRungs(all, numbers, {
              lots: lots(quantity),
              price: decimalText("7.5"),
              fee: feeText,
              orderId: "o",
              atMs: epochMs(1),
            });
          }
          const filled = all.map((rung) => rung.fills?.lots ?? 0);
          expect(filled.reduce((sum: number, each) => sum + each, 0)).toBe(
            fills.reduce((sum, each) => sum + each.lots, 0),
          );
          const fees = all.reduce((sum: number, rung) => sum + Number(rung.fills?.fee ?? 0), 0);
          expect(fees).toBeCloseTo(
            fills.reduce((sum, each) => sum + each.fee / 1_000, 0),
            8,
          );
          for (let index = 0; index < all.length - 1; index += 1) {
            expect(filled[index]).toBeLessThanOrEqual(shares[index]!);
            if (filled.slice(index + 1).some((later) => later > 0)) expect(filled[index]).toBe(shares[index]);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("what is left", () => {
  it("R3.4 fees taken in the coin cost whole lots: a part of a lot cannot be sold", () => {
    const { position } = playTape(
      long({ entry: 100, amount: "1", pending: true, market: { kind: "spot", step: "0.001" } }),
      "fill 1@100 fee 0.0011 coin",
    );
    expect(originalLots(position)).toBe(998);
    expect(remainingLots(position)).toBe(998);
    expect(openShare(position, position.rungs[0]!)).toBe(399);
  });
});
