/** Long and short: which way is favorable. */
import { describe, expect, it } from "vitest";
import {
  atOrBeyond,
  atOrWorse,
  better,
  closingOrderSide,
  direction,
  openingOrderSide,
  type Side,
} from "../../src/domain/side.ts";

describe("sides", () => {
  it.each<[Side, 1 | -1, string, string]>([
    ["long", 1, "buy", "sell"],
    ["short", -1, "sell", "buy"],
  ])("R1.3 %s: %d is favorable, opened by a %s, closed by a %s", (side, way, opening, closing) => {
    expect(direction(side)).toBe(way);
    expect(openingOrderSide(side)).toBe(opening);
    expect(closingOrderSide(side)).toBe(closing);
    const [here, good, bad] = [100, 100 + way, 100 - way];
    expect([good, here, bad].map((price) => atOrBeyond(side, price, here))).toEqual([true, true, false]);
    expect([good, here, bad].map((price) => atOrWorse(side, price, here))).toEqual([false, true, true]);
    expect([good, here, bad].map((price) => better(side, price, here))).toEqual([true, false, false]);
  });
});
