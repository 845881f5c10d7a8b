/** Hashes as identity and as seeded choice: the same for ever. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashHex, hashUnit } from "../../src/domain/hash.ts";

describe("hashes", () => {
  it("R10.1 the same words, the same digits, in this and every version", () => {
    expect(hashHex("intent", "journal", 1)).toBe("83e38d5f1583f99880ae8c3fa3ca8c72");
    expect(hashHex("ab", "c")).not.toBe(hashHex("a", "bc"));
  });

  it("P20 a seeded choice lies in [0, 1), and its average is where it should be", () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const choice = hashUnit(seed, "slippage");
        expect(choice >= 0 && choice < 1).toBe(true);
        expect(hashUnit(seed, "slippage")).toBe(choice);
      }),
    );
    const mean =
      Array.from({ length: 2_000 }, (_, index) => hashUnit("seed", index)).reduce((sum, each) => sum + each, 0) / 2_000;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
  });
});
