/** R4.1: what a trader should know about the stop before a position opens. */
import { describe, expect, it } from "vitest";
import { openingWarnings } from "../../src/domain/opening-warnings.ts";
import { price } from "../../src/domain/units.ts";
import { aPlan, type PlanWords } from "../support/house.ts";

const warned = (leverage: number, words: PlanWords = {}, entry = 100): readonly string[] =>
  openingWarnings({ plan: aPlan(words), symbol: "BTC/USDT:USDT", leverage, entryPrice: price(entry) });

describe("opening warnings", () => {
  it("R4.1 at 10x leverage -15 % ROI is a move of 1.5 %, nearer than the stop", () => {
    expect(warned(10)).toEqual([
      "Emergency stop for BTC/USDT:USDT at -15.0% ROI is nearer than the stop: at 10x leverage it is a move of 1.5%, the stop is 5.0% away",
    ]);
  });

  it.each([
    [1, 0],
    [2, 0],
    [3, 0],
    [4, 1],
    [19, 1],
    [20, 2],
  ])(
    "R4.1 stop 5 %%, leverage %d: %d warnings (the same tick is not nearer; at 1 ÷ leverage the position may be liquidated)",
    (leverage, count) => {
      expect(warned(leverage)).toHaveLength(count);
    },
  );

  it("R4.1 a stop beyond the estimated liquidation price", () => {
    expect(warned(20, { emergencyLevels: [] })).toEqual([
      "Stop for BTC/USDT:USDT is 5.0% away, at or beyond the estimated liquidation price: at 20x leverage that is a move of 5.0%",
    ]);
  });

  it("R4.1 a stop given as a price is judged by its distance, on either side", () => {
    expect(warned(10, { stop: 99 })).toEqual([]);
    expect(warned(10, { stop: 98 })).toHaveLength(1);
    expect(warned(10, { stop: 102 })).toHaveLength(1);
  });
});
