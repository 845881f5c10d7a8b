/** Heights: exact, whatever a float would say; rounded once, in the named direction (R10.9). */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Position } from "../../src/domain/position.ts";
import { heightAtMove, heightOnWay, heightTimes, ticksOfEntry } from "../../src/domain/price-axis.ts";
import { height } from "../../src/domain/units.ts";

interface Drawn {
  readonly side: "long" | "short";
  readonly lots: number;
  /** Σ lots × price, in ten-thousandths of the quote currency. */
  readonly cost: number;
  readonly decimals: number;
  readonly units: number;
}

/** Many average entries lie on a tick or a hair beside one: lots that divide the cost, or nearly do. */
const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    side: fc.constantFrom("long" as const, "short" as const),
    lots: fc.integer({ min: 1, max: 1_000_000 }),
    ticks: fc.integer({ min: 1, max: 100_000 }),
    beside: fc.integer({ min: -3, max: 3 }),
    decimals: fc.integer({ min: 0, max: 4 }),
    units: fc.constantFrom(1, 5, 25),
  })
  .map(({ ticks, beside, ...each }) => ({ ...each, cost: Math.max(1, each.lots * ticks + beside) }));

const positionOf = ({ side, lots, cost, decimals, units }: Drawn): Position =>
  ({
    side,
    grid: { decimals, units },
    entryCost: `${Math.floor(cost / 10_000)}.${String(cost % 10_000).padStart(4, "0")}`,
    enteredLots: lots,
  }) as unknown as Position;

const floor = (over: bigint, under: bigint): bigint => over / under - (over % under < 0n ? 1n : 0n);
const rounded = (over: bigint, under: bigint, rounding: "favorable" | "unfavorable"): number =>
  Number(rounding === "unfavorable" ? floor(over, under) : -floor(-over, under));

/** The average entry in heights, over a denominator. */
const entryOf = ({ side, lots, cost, decimals, units }: Drawn): readonly [over: bigint, under: bigint] => [
  BigInt(cost) * 10n ** BigInt(decimals) * (side === "long" ? 1n : -1n),
  BigInt(lots) * BigInt(units) * 10_000n,
];

const size = (value: bigint): bigint => (value < 0n ? -value : value);
const rounding = fc.constantFrom("favorable" as const, "unfavorable" as const);
/** Zero is zero, also below a tick on the other side. */
const same = (value: number): number => (value === 0 ? 0 : value);
/** Round moves, as people write them, meet a tick most often. */
const move = fc.oneof(
  fc.integer({ min: -99, max: 500 }).map((percent) => percent * 10_000),
  fc.integer({ min: -999_999, max: 5_000_000 }),
);

describe("R10.9 the price axis", () => {
  it("R10.9 a price move from the entry, divided by a leverage, is rounded from its exact value", () => {
    fc.assert(
      fc.property(drawn, move, fc.constantFrom(1, 2, 3, 10, 125), rounding, (position, millionths, per, way) => {
        const [over, under] = entryOf(position);
        const scale = BigInt(per) * 1_000_000n;
        const expected = rounded(over * scale + size(over) * BigInt(millionths), under * scale, way);
        expect(same(heightAtMove(positionOf(position), millionths, way, per))).toBe(same(expected));
      }),
      { numRuns: 20_000 },
    );
  });

  it("R10.9 so is a share of the way from the entry to a height", () => {
    fc.assert(
      fc.property(
        drawn,
        fc.integer({ min: -2_000_000, max: 2_000_000 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        rounding,
        (position, to, share, way) => {
          const [over, under] = entryOf(position);
          const covered = over * 1_000_000n + (BigInt(to) * under - over) * BigInt(share);
          const expected = rounded(covered, under * 1_000_000n, way);
          expect(same(heightOnWay(positionOf(position), height(to), share, way))).toBe(same(expected));
        },
      ),
      { numRuns: 20_000 },
    );
  });

  it("R10.9 a share of the entry, and a share of a height, too", () => {
    fc.assert(
      fc.property(drawn, fc.integer({ min: 0, max: 1_000_000 }), rounding, (position, share, way) => {
        const [over, under] = entryOf(position);
        const ofEntry = rounded(size(over) * BigInt(share), under * 1_000_000n, "favorable");
        expect(same(ticksOfEntry(positionOf(position), share))).toBe(same(ofEntry));
        const at = Number(over / under) || 1;
        const ofHeight = rounded(BigInt(at) * BigInt(share), 1_000_000n, way);
        expect(same(heightTimes(height(at), share, 1_000_000, way))).toBe(same(ofHeight));
      }),
      { numRuns: 20_000 },
    );
  });
});
