/** The stop: where it is set from, and that it only ever tightens. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { levelText } from "../../src/domain/market.ts";
import type { Position, Stop } from "../../src/domain/position.ts";
import { tighten } from "../../src/domain/stop.ts";
import { beginTurn } from "../../src/domain/turn.ts";
import { roiOf, ticks } from "../../src/domain/units.ts";
import { long, playTape, short, tape, type TapeStart } from "../support/tape.ts";

const stopText = ({ grid, stop }: Position): string => levelText(grid!, stop!.level);
const stopOf = (start: TapeStart): string => stopText(playTape(start, "").position);
const emergencyOf = (start: TapeStart): readonly string[] => {
  const { position } = playTape(start, "");
  return position.emergency.map(({ level }) => levelText(position.grid!, level));
};

describe("the initial stop", () => {
  it("R4.1 a share below the entry of a long, above that of a short; 5 % by default", () => {
    expect(stopOf(long({ entry: 200, amount: "10" }))).toBe("190");
    expect(stopOf(short({ entry: 200, amount: "10" }))).toBe("210");
    expect(stopOf(long({ entry: 200, amount: "10", plan: { stop: "2%" } }))).toBe("196");
  });

  it("R4.1 a price, as it is", () => {
    expect(stopOf(long({ entry: 200, amount: "10", plan: { stop: 191.5 } }))).toBe("191.5");
    expect(stopOf(short({ entry: 200, amount: "10", plan: { stop: 207.25 } }))).toBe("207.25");
  });

  it("R10.9 on the tighter tick, both sides", () => {
    // 33.37 × 0.95 = 31.7015, × 1.05 = 35.0385.
    expect(stopOf(long({ entry: 33.37, amount: "10", market: { tick: "0.1" } }))).toBe("31.8");
    expect(stopOf(short({ entry: 33.37, amount: "10", market: { tick: "0.1" } }))).toBe("35");
    expect(stopOf(long({ entry: 100, amount: "10", market: { tick: "0.1" }, plan: { stop: 95.01 } }))).toBe("95.1");
    expect(stopOf(short({ entry: 100, amount: "10", market: { tick: "0.1" }, plan: { stop: 104.99 } }))).toBe("104.9");
  });

  it("R10.9 a product that lies on a tick stays on it", () => {
    // 0.07 × 0.95 = 0.0665 exactly; floating point says 0.06649999999999999.
    expect(stopOf(long({ entry: 0.07, amount: "1000", market: { tick: "0.0001" } }))).toBe("0.0665");
    expect(stopOf(long({ entry: 1.1, amount: "100", plan: { stop: "10%" } }))).toBe("0.99");
  });
});

describe("emergency levels", () => {
  it("R4.2 by ROI: 10x leverage turns -15 %, -25 % and -40 % into moves of 1.5 %, 2.5 % and 4 %", () => {
    expect(emergencyOf(long({ entry: 100, amount: "10", leverage: 10 }))).toEqual(["98.5", "97.5", "96"]);
    expect(emergencyOf(short({ entry: 100, amount: "10", leverage: 10 }))).toEqual(["101.5", "102.5", "104"]);
  });

  it("R10.9 at the first tick where their condition holds: the one further from the entry", () => {
    // 33.37 × (1 − 0.15 ÷ 7) = 32.65492857…, × (1 + 0.15 ÷ 7) = 34.08507142…
    const words = { entry: 33.37, amount: "10", leverage: 7, market: { tick: "0.1" } };
    expect(emergencyOf(long(words))[0]).toBe("32.6");
    expect(emergencyOf(short(words))[0]).toBe("34.1");
  });
});

describe("tightening", () => {
  const long100 = playTape(long({ entry: 100, amount: "10" }), "").position;
  const short100 = playTape(short({ entry: 100, amount: "10" }), "").position;
  const at = (level: number, source: Stop["source"] = "ladder"): Stop => ({ level: ticks(level), source });

  it("R1.3 a tighter stop is taken and told, a looser one is ignored and reported", () => {
    const up = tighten(beginTurn(long100), at(9_600));
    expect(up.position.stop).toEqual(at(9_600));
    expect(up.facts).toEqual([{ type: "stopMoved", from: "95", to: "96", source: "ladder" }]);
    const down = tighten(up, at(9_400));
    expect(down.position.stop).toEqual(at(9_600));
    expect(down.facts.slice(1)).toMatchObject([
      {
        type: "notDone",
        reason: "stop_not_loosened",
        value: "94",
        limit: "96",
        message: "Stop stays at 96: 94 would loosen it",
      },
    ]);
  });

  it("R1.3 for a short the lower stop is the tighter one", () => {
    expect(tighten(beginTurn(short100), at(10_400)).position.stop).toEqual(at(10_400));
    expect(tighten(beginTurn(short100), at(10_600)).position.stop).toEqual(short100.stop);
  });

  it("R4.3 equal levels: initial before ladder before trailing, and nothing is told, because nothing moved", () => {
    const ladder = tighten(beginTurn({ ...long100, stop: at(9_500, "trailing") }), at(9_500, "ladder"));
    expect(ladder.position.stop?.source).toBe("ladder");
    expect(tighten(ladder, at(9_500, "initial")).position.stop?.source).toBe("initial");
    expect(tighten(beginTurn(long100), at(9_500, "ladder")).position.stop?.source).toBe("initial");
    expect(ladder.facts).toEqual([]);
  });

  it("P3 P4 whatever is asked for, the stop never moves back", () => {
    const wanted = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 20_000 }), fc.constantFrom("initial", "ladder", "trailing")),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(fc.boolean(), wanted, (isLong, asked) => {
        let turn = beginTurn(isLong ? long100 : short100);
        for (const [level, source] of asked) {
          const before = turn.position.stop!.level;
          turn = tighten(turn, at(level, source as Stop["source"]));
          const after = turn.position.stop!.level;
          expect(isLong ? after >= before && after >= level : after <= before && after <= level).toBe(true);
        }
      }),
    );
  });
});

describe("breakeven", () => {
  tape(
    "R2.2 entry plus fees: the entry's, and as much again for the exit",
    long({ entry: 100, amount: "100", pending: true, plan: { breakeven: "entryPlusFees" } }),
    `
    fill 100@100 fee 5  | open  opened 100@100 fee 5  stop 95
    price 103           | exit 40 TP1
    fill 40@103         | TP1_hit  TP1 40@103 +120 left 60  stop 100.1
  `,
  );

  tape(
    "R2.2 entry plus fees for a short",
    short({ entry: 100, amount: "100", pending: true, plan: { breakeven: "entryPlusFees" } }),
    `
    fill 100@100 fee 5  | open  opened 100@100 fee 5  stop 105
    price 97            | exit 40 TP1
    fill 40@97          | TP1_hit  TP1 40@97 +120 left 60  stop 99.9
  `,
  );

  tape(
    "R10.9 breakeven never means a loss: the average between two ticks goes to the better one",
    long({ entry: 100, amount: "3", pending: true, market: { tick: "0.1" } }),
    `
    fill 2@100     | open  opened 2@100  stop 95
    fill 1@100.1   | opened 1@100.1 average 100.033333333333  stop 95.1
    price 103.1    | exit 1 TP1
    fill 1@103.1   | TP1_hit  TP1 1@103.1 +3.066666666667 left 2  stop 100.1
  `,
  );

  tape(
    "R1.3 R4.3 an initial stop at breakeven already: the ladder's request is no move, and the reason stays the first",
    long({ entry: 100, amount: "100", pending: true, plan: { stop: 99 } }),
    `
    fill 50@100   | open  opened 50@100  stop 99
    fill 50@98    | opened 50@98 average 99
    price 102     | exit 40 TP1
    fill 40@102   | TP1_hit  TP1 40@102 +120 left 60
    price 99      | closing stop_initial  close 60
  `,
  );
});

describe("what the levels are set from", () => {
  tape(
    "R7.8 R7.7 entry fills move the average, targets and emergency levels follow it, the stop only where that tightens",
    long({ entry: 100, amount: "100", pending: true }),
    `
    fill 50@100   | open  opened 50@100  stop 95
    fill 30@104   | opened 30@104 average 101.5  stop 96.43
    fill 20@92    | opened 20@92 average 99.6
                  | not done: Stop stays at 96.43: 94.62 would loosen it
    price 102.58  |
    price 102.59  | exit 40 TP1
  `,
  );

  it("R4.2 from the average entry", () => {
    const { position } = playTape(
      long({ entry: 100, amount: "100", leverage: 10, pending: true }),
      "fill 50@100\nfill 50@102",
    );
    expect(position.emergency.map(({ level }) => levelText(position.grid!, level))).toEqual([
      "99.48",
      "98.47",
      "96.96",
    ]);
    expect(position.plan.emergencyLevels.map(({ roi }) => roi)).toEqual([roiOf(-0.15), roiOf(-0.25), roiOf(-0.4)]);
  });
});
