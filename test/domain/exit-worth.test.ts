/** At which prices an exit is worth sending: the answer of exit-worth.ts against that of exit-size.ts, tick by tick. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { worthwhileLevels } from "../../src/domain/exit-worth.ts";
import { sizeRungExit } from "../../src/domain/exit-size.ts";
import { levelPrice } from "../../src/domain/market.ts";
import type { FreshPrice } from "../../src/domain/price-gate.ts";
import { ticks } from "../../src/domain/units.ts";
import { long, playTape, short, type TapeStart } from "../support/tape.ts";

const levelsOf = (start: TapeStart, ladder: readonly number[] = [1]) =>
  worthwhileLevels(playTape(start, "").position, ladder);
const TOP = Number.MAX_SAFE_INTEGER;

describe("where an exit is worth sending", () => {
  const words = { entry: 100, amount: "10", plan: { ladder: "3% 20%, 8% 80%", minimumExitValue: "210" } };

  it("R3.5 two of ten at a limit of 210: from 105 on, whichever side", () => {
    expect(levelsOf(long(words))).toEqual([[10_500, TOP]]);
    expect(levelsOf(short(words))).toEqual([[10_500, TOP]]);
  });

  it("R3.5 a limit of zero holds nothing back", () => {
    expect(levelsOf(long({ ...words, plan: { ...words.plan, minimumExitValue: "0" } }))).toEqual([[1, TOP]]);
  });

  it("R3.4 R3.5 a minimum cost under the limit raises lot by lot: each lot more is worth enough for a while", () => {
    // Three are asked for from 97.5 down to 65, where they are worth the minimum of 195; worth 210 they are from 70 on.
    const start = short({ ...words, market: { minimumCost: "195" } });
    expect(levelsOf(start)).toEqual([
      [7_000, 9_749],
      [5_250, 6_499],
      [4_200, 4_874],
      [3_500, 3_899],
      [3_000, 3_249],
      [2_625, 2_785],
      [2_334, 2_437],
      // Ten are everything; below 21 the whole position is worth too little.
      [2_100, 2_166],
      [10_500, TOP],
    ]);
  });

  it("R3.4 R3.5 says the same as the judgement of an exit at every tick, long and short", () => {
    const cases = fc.record({
      isLong: fc.boolean(),
      entry: fc.integer({ min: 5, max: 60 }),
      amount: fc.integer({ min: 1, max: 40 }),
      share: fc.integer({ min: 1, max: 60 }),
      minimum: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
      minimumCost: fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }),
      limit: fc.integer({ min: 0, max: 400 }),
      policy: fc.constantFrom("raise" as const, "raise" as const, "skip" as const, "close" as const),
      step: fc.constantFrom("1", "0.5", "2"),
    });
    let held = 0;
    let sent = 0;
    fc.assert(
      fc.property(cases, ({ isLong, entry, amount, share, minimum, minimumCost, limit, policy, step }) => {
        const lotsText = String(amount * Number(step));
        const { position } = playTape(
          (isLong ? long : short)({
            entry,
            amount: lotsText,
            market: {
              step,
              tick: "1",
              ...(minimum === undefined ? {} : { minimum: String(minimum * Number(step)) }),
              ...(minimumCost === undefined ? {} : { minimumCost: String(minimumCost) }),
            },
            plan: {
              ladder: `3% ${share}%, 8% ${100 - share}%`,
              minimumExitValue: String(limit),
              undersizedExit: policy,
              fallbackToSingle: false,
            },
          }),
          "",
        );
        const ranges = worthwhileLevels(position, [1]);
        for (let level = 1; level <= 130; level += 1) {
          const at = { value: levelPrice(position.grid!, ticks(level)), atMs: 0 } as unknown as FreshPrice;
          const isHeld = sizeRungExit(position, [1], at).kind === "heldBack";
          const isWorthwhile = ranges.some(([from, to]) => level >= from && level <= to);
          if (isHeld) held += 1;
          else sent += 1;
          expect(isWorthwhile, `at ${level}, of ${JSON.stringify(ranges)}`).toBe(!isHeld);
        }
      }),
      { numRuns: 1_500 },
    );
    expect(Math.min(held, sent)).toBeGreaterThan(1_000);
  });
});
