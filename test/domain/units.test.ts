/** Units: whole lots and ticks, ratios in millionths, shares without a remainder lost. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  fraction,
  lots,
  moveForRoi,
  mulDiv,
  ONE,
  priceMove,
  roi,
  roiOf,
  shareOf,
  ticks,
} from "../../src/domain/units.ts";

const whole = fc.maxSafeNat();

describe("quantities", () => {
  it.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    "R10.9 %d lots, or ticks, are a defect of the caller",
    (value) => {
      expect(() => lots(value)).toThrow("Invariant: lots are whole");
      expect(() => ticks(value)).toThrow("Invariant: ticks are whole");
    },
  );

  it("P2 mulDiv is exact, past 2^53 too", () => {
    fc.assert(
      fc.property(whole, fc.integer({ min: 0, max: 1_000_000 }), (a, b) => {
        expect(mulDiv(a, b, 1_000_000)).toBe(Number((BigInt(a) * BigInt(b)) / 1_000_000n));
      }),
    );
    expect(mulDiv(9_007_199_254_740_991, 999_999, 1_000_000)).toBe(9_007_190_247_541_736);
  });

  it("R2.3 shares are rounded down, and together never more than the whole", () => {
    fc.assert(
      fc.property(
        whole,
        fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 9 }),
        (all, cuts) => {
          const ends = [...cuts.toSorted((a, b) => a - b), ONE];
          const shares = ends.map((end, index) => shareOf(lots(all), fraction((end - (ends[index - 1] ?? 0)) / 1e6)));
          const sum = shares.reduce((total, share) => total + BigInt(share), 0n);
          expect(sum <= BigInt(all)).toBe(true);
          expect(BigInt(all) - sum < BigInt(shares.length)).toBe(true);
        },
      ),
    );
  });
});

describe("ratios", () => {
  it("R2.8 millionths from what people write", () => {
    expect([0.03, 0.4, 1, 0.0000005, 1 / 3].map(fraction)).toEqual([30_000, 400_000, 1_000_000, 1, 333_333]);
    expect(priceMove(-0.0204)).toBe(-20_400);
  });

  it("R4.2 ROI is price move times leverage, and back", () => {
    expect(roi(priceMove(0.0204), 10)).toBe(204_000);
    expect(moveForRoi(roiOf(-0.15), 10)).toBe(-15_000);
  });
});
