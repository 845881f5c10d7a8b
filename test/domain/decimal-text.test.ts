/** Arithmetic on decimal texts: the same text as the library gives, whatever the size of what it is given. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differenceText, productText, sumText } from "../../src/domain/decimal-text.ts";
import { exact, toText } from "../../src/domain/decimal.ts";
import { decimalText } from "../../src/domain/units.ts";

const digits = fc.oneof(
  fc.bigInt({ min: 0n, max: 999n }),
  fc.bigInt({ min: 0n, max: 10n ** 16n }),
  fc.bigInt({ min: 0n, max: 10n ** 30n }),
  fc.constantFrom(2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 9_999_999_999_999_999n),
);
/** As somebody else may write it: with zeros at the end, a sign on a zero. */
const anyDecimal = fc
  .record({ digits, decimals: fc.integer({ min: 0, max: 20 }), negative: fc.boolean() })
  .map(({ digits: all, decimals, negative }) => {
    const text = all.toString().padStart(decimals + 1, "0");
    const [whole, part] = [text.slice(0, text.length - decimals), text.slice(text.length - decimals)];
    return decimalText(`${negative ? "-" : ""}${whole}${part === "" ? "" : `.${part}`}`);
  });

describe("decimal texts", () => {
  it("R10.9 sums and differences are those of the library, to the letter", () => {
    fc.assert(
      fc.property(anyDecimal, anyDecimal, (a, b) => {
        expect(sumText(a, b)).toBe(toText(exact(a).plus(exact(b))));
        expect(differenceText(a, b)).toBe(toText(exact(a).minus(exact(b))));
      }),
      { numRuns: 3_000 },
    );
  });

  it("R10.9 products with whole numbers are those of the library, to the letter", () => {
    const counts = fc.oneof(fc.integer({ min: -1_000, max: 100_000 }), fc.maxSafeInteger());
    fc.assert(
      fc.property(anyDecimal, counts, (a, count) => {
        expect(productText(a, count)).toBe(toText(exact(a).times(count)));
      }),
      { numRuns: 3_000 },
    );
  });
});
