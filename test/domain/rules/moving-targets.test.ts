/** Moving targets (SPEC 6): the factor table row by row, that no target runs away, and that the ladder keeps its order. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_PLAN_SETTINGS, makePlan } from "../../../src/domain/make-plan.ts";
import { levelText } from "../../../src/domain/market.ts";
import type { Position } from "../../../src/domain/position.ts";
import { settingsOver } from "../../../src/domain/rules/table.ts";
import { long, playTape, short, tape, type TapeStart } from "../../support/tape.ts";

const plan = (settings: object | true = true, markStep = 0) => ({
  ladder: "10% 40%, 20% 60%",
  stop: "50%",
  emergencyLevels: [],
  markStep,
  rules: { movingTargets: settings },
});
const LONG = long({ entry: 100, amount: "10", plan: plan() });

const targetsOf = ({ rungs, grid }: Position): readonly string[] => rungs.map(({ target }) => levelText(grid!, target));
const targetsAfter = (start: TapeStart, happenings: string): readonly string[] =>
  targetsOf(playTape(start, happenings).position);

describe("R6.1 the factor table", () => {
  it.each`
    happening                                                             | factor    | first      | second
    ${"context momentum strong"}                                          | ${"1.15"} | ${"111.5"} | ${"123"}
    ${"context momentum normal"}                                          | ${"1"}    | ${"110"}   | ${"120"}
    ${"context momentum weak"}                                            | ${"0.9"}  | ${"109"}   | ${"118"}
    ${"context regime trending"}                                          | ${"1.1"}  | ${"111"}   | ${"122"}
    ${"context regime ranging"}                                           | ${"0.9"}  | ${"109"}   | ${"118"}
    ${"context regime choppy"}                                            | ${"0.85"} | ${"108.5"} | ${"117"}
    ${"context volatility high"}                                          | ${"1.2"}  | ${"112"}   | ${"124"}
    ${"context volatility low"}                                           | ${"0.85"} | ${"108.5"} | ${"117"}
    ${"context rsi stretched"}                                            | ${"0.9"}  | ${"109"}   | ${"118"}
    ${"context rsi relaxed"}                                              | ${"1.05"} | ${"110.5"} | ${"121"}
    ${"context obstacle near"}                                            | ${"0.95"} | ${"109.5"} | ${"119"}
    ${"context obstacle clear"}                                           | ${"1"}    | ${"110"}   | ${"120"}
    ${"wait 14399 s"}                                                     | ${"1"}    | ${"110"}   | ${"120"}
    ${"wait 14400 s"}                                                     | ${"0.95"} | ${"109.5"} | ${"119"}
    ${"wait 43200 s"}                                                     | ${"0.9"}  | ${"109"}   | ${"118"}
    ${"wait 86400 s"}                                                     | ${"0.8"}  | ${"108"}   | ${"116"}
    ${"price 105"}                                                        | ${"1"}    | ${"110"}   | ${"120"}
    ${"price 105.01"}                                                     | ${"1.05"} | ${"110.5"} | ${"121"}
    ${"context momentum strong volatility high"}                          | ${"1.38"} | ${"113.8"} | ${"127.6"}
    ${"context momentum strong volatility high regime trending"}          | ${"1.5"}  | ${"115"}   | ${"130"}
    ${"context momentum weak volatility low regime choppy rsi stretched"} | ${"0.7"}  | ${"107"}   | ${"114"}
  `("R6.1 $happening: times $factor", ({ happening, first, second }) => {
    expect(targetsAfter(LONG, happening)).toEqual([first, second]);
  });

  it("R6.1 profit by the mark, beyond 10 %: times 1.1", () => {
    const far = long({ entry: 100, amount: "10", plan: { ...plan(), ladder: "30% 40%, 50% 60%" } });
    expect(targetsAfter(far, "price 110")).toEqual(["131.5", "152.5"]);
    expect(targetsAfter(far, "price 110.01")).toEqual(["133", "155"]);
  });

  it("R6.1 a short mirrors it", () => {
    const start = short({ entry: 100, amount: "10", plan: plan() });
    expect(targetsAfter(start, "context momentum strong")).toEqual(["88.5", "77"]);
    expect(targetsAfter(start, "context volatility low")).toEqual(["91.5", "83"]);
  });

  it("R6.1 off by default", () => {
    expect(targetsAfter(long({ entry: 100, amount: "10" }), "context momentum strong")).toEqual(["103", "105", "108"]);
  });
});

describe("R6.1 R6.3 while an exit is under way, and while the entry still fills", () => {
  // Why this test? A rung whose exit never arrived kept the target that it had when the market changed.
  it("R6.1 a rung that is free again stands where the market of now has it", () => {
    const start = long({ entry: 100, amount: "10", plan: plan({ profit: [], time: [] }, 1_000_000 - 1) });
    const under = playTape(start, "price 110\ncontext momentum weak\nprice 108.9");
    expect(targetsOf(under.position)).toEqual(["110", "118"]);
    expect(targetsAfter(start, "price 110\ncontext momentum weak\nprice 108.9\nabsent")).toEqual(["109", "118"]);
  });

  it("R6.2 a further entry fill leaves factors and frozen rungs as they are", () => {
    const start = long({
      entry: 100,
      amount: "10",
      pending: true,
      plan: plan({ profit: [], time: [] }, 1_000_000 - 1),
    });
    const before = "fill 4@100 only\ncontext momentum strong\nprice 108.1\ncontext volatility high";
    const factorsOf = (text: string) =>
      playTape(start, text).position.rungs.map(({ factor, isFrozen }) => [factor, isFrozen]);
    expect(factorsOf(before)).toEqual([
      [1_150_000, true],
      [1_380_000, false],
    ]);
    expect(factorsOf(`${before}\nfill 6@101`)).toEqual(factorsOf(before));
    expect(targetsAfter(start, `${before}\nfill 6@101`)).toEqual(["112.17", "128.37"]);
  });
});

describe("R6.2 a target never runs away", () => {
  tape(
    "R6.2 once 70 % of the way is covered it is not extended any more, also when the price has come back",
    long({ entry: 100, amount: "10", plan: plan({ profit: [] }, 1_000_000 - 1) }),
    `
    price 106.99             |
    context momentum strong  | market momentum strong
                             | info: TP1 moved from 110 to 111.5 for BTC/USDT:USDT: times 1.15 (momentum strong 1.15)
                             | info: TP2 moved from 120 to 123 for BTC/USDT:USDT: times 1.15 (momentum strong 1.15)
    price 108.05             |
    price 101                |
    context volatility high  | market volatility high momentum strong
                             | info: TP2 moved from 123 to 127.6 for BTC/USDT:USDT: times 1.38 (momentum strong 1.15, volatility high 1.2)
  `,
  );

  tape(
    "R6.2 what brings it nearer still counts, and it does not go back out again",
    long({ entry: 100, amount: "10", plan: plan({ profit: [] }, 1_000_000 - 1) }),
    `
    price 107                |
    context momentum weak    | market momentum weak
                             | info: TP1 moved from 110 to 109 for BTC/USDT:USDT: times 0.9 (momentum weak 0.9)
                             | info: TP2 moved from 120 to 118 for BTC/USDT:USDT: times 0.9 (momentum weak 0.9)
    context momentum strong  | market momentum strong
                             | info: TP2 moved from 118 to 123 for BTC/USDT:USDT: times 1.15 (momentum strong 1.15)
    price 109                | exit 4 TP1
  `,
  );

  tape(
    "R6.1 a target that comes to stand behind the price is due there and then",
    long({ entry: 100, amount: "10", plan: plan({ profit: [] }, 1_000_000 - 1) }),
    `
    price 108.6              |
    context regime choppy    | market regime choppy  exit 4 TP1
                             | info: TP1 moved from 110 to 108.5 for BTC/USDT:USDT: times 0.85 (regime choppy 0.85)
                             | info: TP2 moved from 120 to 117 for BTC/USDT:USDT: times 0.85 (regime choppy 0.85)
  `,
  );
});

describe("R6.3 the ladder keeps its order", () => {
  tape(
    "R6.3 a rung that is hit stays where it was; one whose exit is under way is not touched; the next stays beyond it",
    long({
      entry: 100,
      amount: "10",
      plan: { ...plan({ profit: [], maximum: "2", momentum: { strong: "2" } }, 999_999), ladder: "10% 40%, 12% 60%" },
    }),
    `
    context momentum strong  | market momentum strong
                             | info: TP1 moved from 110 to 120 for BTC/USDT:USDT: times 2 (momentum strong 2)
                             | info: TP2 moved from 112 to 124 for BTC/USDT:USDT: times 2 (momentum strong 2)
    price 120                | exit 4 TP1
    context momentum weak    | market momentum weak
                             | info: TP2 moved from 124 to 120.01 for BTC/USDT:USDT: times 0.9 (momentum weak 0.9; kept beyond TP1)
    fill 4@120               | TP1_hit  TP1 4@120 +80 left 6  stop 100
    price 120.01             | closing take_profit_final  close 6
  `,
  );

  it("P7 R6.3 R6.2 targets strictly ascend and frozen ones never move out, over any course of market, time and prices", () => {
    const classes = fc.record({
      momentum: fc.constantFrom("weak", "normal", "strong", "none"),
      regime: fc.constantFrom("trending", "ranging", "choppy", "none"),
      volatility: fc.constantFrom("low", "normal", "high", "none"),
      rsi: fc.constantFrom("relaxed", "normal", "stretched", "none"),
      obstacle: fc.constantFrom("near", "clear", "none"),
    });
    const happening = fc.oneof(
      classes.map((known) => `context ${Object.entries(known).flat().join(" ")}`),
      fc.integer({ min: 9_400, max: 13_500 }).map((cents) => `price ${cents / 100}`),
      fc.constantFrom("wait 7 s", "wait 20 s", "fill 1@100", "end expired"),
    );
    const course = fc.record({
      isLong: fc.boolean(),
      gaps: fc.array(fc.integer({ min: 200, max: 60_000 }), { minLength: 3, maxLength: 3 }),
      happenings: fc.array(happening, { minLength: 5, maxLength: 30 }),
    });
    fc.assert(
      fc.property(course, ({ isLong, gaps, happenings }) => {
        const [first = 0, second = 0, third = 0] = gaps;
        const percents = [first, first + second, first + second + third].map((move) => move / 10_000);
        const ladder = percents.map((percent, at) => `${percent}% ${[40, 30, 30][at]}%`).join(", ");
        const time = [5_000, 20_000, 60_000].map((afterMs, at) => ({ afterMs, factor: [1.2, 1, 0.8][at] }));
        const start = (isLong ? long : short)({ entry: 100, amount: "10", plan: { ...plan({ time }), ladder } });
        const mirrored = happenings.map((each) =>
          isLong || !each.startsWith("price") ? each : `price ${Math.round((200 - Number(each.slice(6))) * 100) / 100}`,
        );
        let before: Position | null = null;
        for (const row of playTape(start, mirrored.join("\n")).rows) {
          const { position } = row.snapshot!;
          if (position.closing !== null || position.rungs.length === 0) break;
          const heights = position.rungs.map(({ target }) => (isLong ? target : -target));
          for (const [at, height] of heights.entries()) {
            if (at > 0) expect(height).toBeGreaterThan(heights[at - 1]!);
            const was = before?.rungs[at];
            if (was === undefined) continue;
            if (was.status !== "armed" || was.shareLots !== null) expect(position.rungs[at]!.target).toBe(was.target);
            if (was.isFrozen) expect(height).toBeLessThanOrEqual(isLong ? was.target : -was.target);
          }
          before = position;
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe("R5.4 settings that cannot be meant", () => {
  const made = (settings: Readonly<Record<string, unknown>>) =>
    makePlan({ ...DEFAULT_PLAN_SETTINGS, rules: settingsOver(DEFAULT_PLAN_SETTINGS.rules, "movingTargets", settings) });

  it.each`
    settings                                       | field
    ${{ momentum: { strong: Number.NaN } }}        | ${"movingTargets.momentum.strong"}
    ${{ regime: { choppy: 0 } }}                   | ${"movingTargets.regime.choppy"}
    ${{ time: [{ afterMs: 0, factor: 1 }] }}       | ${"movingTargets.time[0].afterMs"}
    ${{ time: [{ afterMs: 1.5, factor: 1 }] }}     | ${"movingTargets.time[0].afterMs"}
    ${{ minimum: 1_100_000 }}                      | ${"movingTargets.minimum"}
    ${{ maximum: 900_000 }}                        | ${"movingTargets.maximum"}
    ${{ noFurtherFrom: Number.POSITIVE_INFINITY }} | ${"movingTargets.noFurtherFrom"}
  `("R9.4 R6.1 $field is refused by name", ({ settings, field }) => {
    expect(made(settings)).toMatchObject({ kind: "refused", rule: "R6.1", field });
  });
});
