/**
 * R12.1 R12.5: bands are a matter of speed alone. Positions that are told every price decide what those decide that are only
 * woken at their bands, and what the backtest decides, which passes over whole blocks of prices.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byId, inBacktest, inSession, type Both } from "../support/both-ways.ts";
import { COARSE_PLACES, parityCases, PLACES } from "../support/parity-cases.ts";
import { inUngatedSession } from "../support/ungated.ts";

describe("gated is ungated", () => {
  test("R12.1 R12.5 over trades: told every price or woken at the band", () => {
    expect(exitsOver(parityCases(PLACES, ["trades"]), 150)).toBeGreaterThan(300);
  });

  test("R9.5 R12.1 R12.5 over candles: told every tick of every stretch or woken at the band", () => {
    expect(exitsOver(parityCases(COARSE_PLACES, ["candles"]), 60)).toBeGreaterThan(120);
  });
});

function exitsOver(cases: fc.Arbitrary<Both>, numRuns: number): number {
  let exits = 0;
  fc.assert(
    fc.property(cases, (both) => {
      const ungated = byId(inUngatedSession(both));
      expect(byId(inSession(both)), "the session").toEqual(ungated);
      expect(byId(inBacktest(both)), "the backtest").toEqual(ungated);
      for (const { exits: sold } of ungated) exits += sold.length;
    }),
    { numRuns },
  );
  return exits;
}
