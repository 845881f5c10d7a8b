/** Exact decimals: sums that floating point gets wrong, division by name, no exponent ever. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ceilDivide,
  exact,
  floorDivide,
  isDecimalText,
  toReported,
  toText,
  wholeText,
} from "../../src/domain/decimal.ts";
import { decimalText } from "../../src/domain/units.ts";

describe("decimals", () => {
  it("R10.9 0.1 + 0.2 is 0.3, and nothing is written with an exponent", () => {
    expect(toText(exact(0.1).plus(exact(0.2)))).toBe("0.3");
    expect(toText(exact(1e-15))).toBe("0.000000000000001");
    expect(toText(exact(1e25))).toBe("10000000000000000000000000");
    expect(toText(exact(decimalText("1.500")))).toBe("1.5");
  });

  it("R10.9 floor and ceil of a quotient, for any sign", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }),
        fc.bigInt({ min: 1n, max: 10n ** 12n }),
        (a, b) => {
          const down = a >= 0n || a % b === 0n ? a / b : a / b - 1n;
          expect(toText(floorDivide(exact(a), exact(b)))).toBe(String(down));
          expect(toText(ceilDivide(exact(a), exact(b)))).toBe(String(a % b === 0n ? down : down + 1n));
        },
      ),
    );
  });

  it("R1.7 reported money has at most twelve decimals, halves away from zero", () => {
    expect(toReported(exact(2).dividedBy(3))).toBe("0.666666666667");
    expect(toReported(exact(decimalText("-0.0000000000005")))).toBe("-0.000000000001");
  });

  it.each([
    ["1", true],
    ["-0.50", true],
    ["1e5", false],
    ["+1", false],
    [" 1", false],
    ["1.", false],
    [".5", false],
    ["", false],
    ["NaN", false],
    ["0x10", false],
  ])("R14.1 is %j decimal text? %s", (value, answer) => {
    expect(isDecimalText(value)).toBe(answer);
  });

  it("R10.9 a count of the last decimal is written as the exact product is", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 20 }), (count, decimals) => {
        const whole = Object.is(count, -0) ? 0 : count;
        expect(wholeText(whole, decimals)).toBe(toText(exact(whole).shiftedBy(-decimals)));
      }),
    );
  });
});
