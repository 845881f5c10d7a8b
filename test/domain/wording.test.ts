/** R3.2: numbers as people read them. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { exact } from "../../src/domain/decimal.ts";
import { decimalText } from "../../src/domain/units.ts";
import { amountText, percentText } from "../../src/domain/wording.ts";

it.each([
  ["1", "1.0"],
  ["0", "0.0"],
  ["0.4285", "0.4285"],
  ["0.71400", "0.714"],
  ["1.000", "1.0"],
  ["100", "100.0"],
  ["-0.50", "-0.5"],
  ["0.000000010", "0.00000001"],
])("R3.2 an amount of %s is written %s", (value, text) => {
  expect(amountText(decimalText(value))).toBe(text);
});

it.each([
  [204_000, true, "+20.4%"],
  [-150_000, true, "-15.0%"],
  [0, true, "+0.0%"],
  [900_000, false, "90.0%"],
  [-150_000, false, "-15.0%"],
  [500, true, "+0.1%"],
  [-500, true, "-0.1%"],
  [15_000.5, false, "1.5%"],
  [1_000_000_000, false, "100000.0%"],
])("R3.2 %s millionths (profit: %s) are written %s", (millionths, sign, text) => {
  expect(percentText(millionths, { sign })).toBe(text);
});

it("R3.2 any ratio as percent is what the decimal library rounds it to", () => {
  const ratios = fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, min: -1e20, max: 1e20 }), fc.integer());
  const halves = fc.integer({ min: -10_000, max: 10_000 }).map((count) => count * 500);
  const besideHalves = halves.map((half) => half - Math.sign(half) * 1e-9);
  fc.assert(
    fc.property(fc.oneof(ratios, halves, besideHalves), (millionths) => {
      expect(percentText(millionths)).toBe(`${exact(millionths).shiftedBy(-4).toFixed(1, 4)}%`);
    }),
    { numRuns: 2_000 },
  );
});
