/** R12.3: plans over the same entries: pairs, intervals, and what may be said of them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimateOf, resampledMeans } from "../../src/backtest/bootstrap.ts";
import { comparePlans, comparisonsOf, expectancyOf, type Contender } from "../../src/backtest/compare.ts";
import type { BacktestRun } from "../../src/backtest/result.ts";
import { signTest } from "../../src/backtest/sign-test.ts";
import { statisticsOf } from "../../src/backtest/statistics.ts";
import { seededStream } from "../../src/prices/seeded-stream.ts";
import { hour, runOf, runOfMultiples, tested } from "./tested.ts";

const SPAN = { balance: 1_000, fromMs: hour(0), toMs: hour(1_000) };
const contender = (run: BacktestRun): Contender => ({ run, statistics: statisticsOf(run, SPAN) });
const compared = (a: readonly number[], b: readonly number[], seed = "1") =>
  comparePlans(contender(runOfMultiples(a, "scaled")), contender(runOfMultiples(b, "single")), { seed });

/** 2, −1, 2, −1, …: an average of half an R. */
const alternating = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => (at % 2 ? -1 : 2));
const shifted = (values: readonly number[], by: number): readonly number[] => values.map((value) => value + by);

describe("plans over the same entries", () => {
  it("R12.3 a tenth of an R more with every entry is that, without any doubt", () => {
    const base = alternating(40);
    const comparison = compared(shifted(base, 0.1), base);
    expect(comparison.pairs).toBe(40);
    expect(comparison.differenceR!.mean).toBeCloseTo(0.1, 12);
    expect(comparison.difference!.mean).toBeCloseTo(1, 12); // one R is 10
    expect(comparison.signs).toMatchObject({ better: 40, worse: 0, equal: 0 });
    expect(comparison.signs.p).toBeCloseTo(2 / 2 ** 40, 16);
    expect(comparison.probabilityABetter).toBe(1);
    expect(comparison.sentence).toBe(
      "scaled made 0.10 R more per entry than single (95 % interval 0.10 to 0.10, 40 entries): better on this data.",
    );
    expect(comparison.warnings).toEqual([]);
  });

  it("R12.3 a plan against itself differs by exactly nothing", () => {
    const comparison = compared(alternating(50), alternating(50));
    expect(comparison).toMatchObject({
      differenceR: { mean: 0, low: 0, high: 0 },
      difference: { mean: 0, low: 0, high: 0 },
      probabilityABetter: 0.5,
      signs: { better: 0, worse: 0, equal: 50, p: null },
      drawdownDifference: 0,
      verdict: "same",
      sentence: "scaled and single made the same with each of 50 entries.",
    });
    expect(comparison.expectancyA).toEqual(comparison.expectancyB);
  });

  it("R12.3 what the entries cannot show is said to be that, and few entries are named", () => {
    const comparison = compared([2, -1, 2, -1, 0, 1], [-1, 2, -1, 2, 0, 1.2]);
    expect(comparison.verdict).toBe("undecided");
    expect(comparison.sentence).toMatch(
      /^Between scaled and single there is no difference that 6 entries can show: −\d\.\d\d to \+\d\.\d\d R per entry \(95 % interval, mean −0\.03\)\.$/,
    );
    expect(comparison.warnings).toEqual(["6 entries: too few to rely on, whatever the interval says (at least 30)."]);
  });

  it("R12.3 turned round, everything is mirrored", () => {
    const stream = seededStream("mirror");
    const a = Array.from({ length: 80 }, () => stream.bell() + 0.2);
    const b = Array.from({ length: 80 }, () => stream.bell() ** 2 - 1);
    const there = compared(a, b);
    const back = comparePlans(contender(runOfMultiples(b, "single")), contender(runOfMultiples(a, "scaled")), {
      seed: "1",
    });
    expect(back.differenceR!.mean).toBeCloseTo(-there.differenceR!.mean, 12);
    expect(back.differenceR!.low).toBeCloseTo(-there.differenceR!.high, 6);
    expect(back.differenceR!.high).toBeCloseTo(-there.differenceR!.low, 6);
    expect(back.probabilityABetter).toBeCloseTo(1 - there.probabilityABetter!, 12);
    expect(back.drawdownDifference).toBe(-there.drawdownDifference);
    expect(back.signs).toMatchObject({ better: there.signs.worse, worse: there.signs.better, p: there.signs.p });
  });

  it("R12.3 P20 the same seed gives the same intervals, another seed others", () => {
    const stream = seededStream("seeds");
    const a = Array.from({ length: 60 }, () => stream.bell());
    const b = Array.from({ length: 60 }, () => stream.bell());
    expect(compared(a, b, "7")).toEqual(compared(a, b, "7"));
    expect(compared(a, b, "7").differenceR).not.toEqual(compared(a, b, "8").differenceR);
  });

  it("R12.3 what only one plan opened is in no pair, and is counted", () => {
    const a = runOf([tested({ id: "x" }), tested({ id: "y" }), tested({ id: "z" })], "scaled");
    const b = runOf([tested({ id: "z" }), tested({ id: "w" })], "single");
    const comparison = comparePlans(contender(a), contender(b), { seed: "1" });
    expect(comparison).toMatchObject({ pairs: 1, onlyA: 2, onlyB: 1, differenceR: null, verdict: "unknown" });
    expect(comparison.sentence).toBe("scaled and single cannot be compared: only 1 entry was opened by both.");
    expect(comparison.warnings).toContain("2 entries opened under scaled only: not compared.");
  });

  it("R12.3 entries that overlap are said not to be independent", () => {
    const run = runOf(
      Array.from({ length: 40 }, (_, at) =>
        tested({ id: `e${at}`, openedAtMs: hour(at), closedAtMs: hour(at + 3), exit: 90 + at }),
      ),
    );
    expect(comparePlans(contender(run), contender(run), { seed: "1" }).warnings).toEqual([
      "97.5 % of the entries were opened while another was open: they are not independent, and the true interval is wider.",
    ]);
  });

  it("R12.3 the first plan is compared with each of the others", () => {
    const runs = ["scaled", "single", "guarded"].map((plan) => contender(runOfMultiples(alternating(30), plan)));
    expect(comparisonsOf(runs, { seed: "1" }).map(({ a, b }) => `${a}/${b}`)).toEqual([
      "scaled/single",
      "scaled/guarded",
    ]);
    expect(comparisonsOf([], { seed: "1" })).toEqual([]);
  });
});

describe("intervals", () => {
  it("R12.3 for 400 normal values the interval is the textbook's: mean ± 1.96 s ÷ √n", () => {
    const stream = seededStream("textbook");
    const run = runOfMultiples(Array.from({ length: 400 }, () => stream.bell()));
    const { low, high, mean } = expectancyOf(run, { seed: "1" })!;
    const spread = Math.sqrt(run.positions.reduce((sum, { netProfit }) => sum + (netProfit - mean) ** 2, 0) / 399);
    const expected = (1.96 * spread) / Math.sqrt(400);
    expect(mean - low).toBeGreaterThan(0.93 * expected);
    expect(mean - low).toBeLessThan(1.07 * expected);
    expect(high - mean).toBeGreaterThan(0.93 * expected);
    expect(high - mean).toBeLessThan(1.07 * expected);
  });

  it.each([
    ["even", (stream: ReturnType<typeof seededStream>) => stream.bell(), 0],
    // Many small losses and few large wins: −1 in four of five, +5 in one: 0.8 × −1 + 0.2 × 5.
    ["skewed", (stream: ReturnType<typeof seededStream>) => (stream.unit() < 0.8 ? -1 : 5), 0.2],
  ])(
    "R12.3 in 200 samples of 60 %s values the interval holds the truth in 90 to 99 of a hundred",
    (name, draw, truth) => {
      let held = 0;
      for (let sample = 0; sample < 200; sample += 1) {
        const stream = seededStream("coverage", name, sample);
        const values = Float64Array.from({ length: 60 }, () => draw(stream));
        const [means] = resampledMeans([values], 2_000, seededStream("resamples", sample));
        const { low, high } = estimateOf(values, means!, 0.95)!;
        if (low <= truth && truth <= high) held += 1;
      }
      expect(held).toBeGreaterThanOrEqual(180);
      expect(held).toBeLessThanOrEqual(198);
    },
  );

  it("R12.3 the mean lies inside, and nothing is NaN, whatever the values", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -30, max: 60 }), { minLength: 2, maxLength: 30 }), (numbers) => {
        const values = Float64Array.from(numbers, (each) => each / 10);
        const [means] = resampledMeans([values], 500, seededStream("any", numbers.length));
        const { mean, low, high } = estimateOf(values, means!, 0.95)!;
        expect(low).toBeLessThanOrEqual(mean + 1e-9);
        expect(high).toBeGreaterThanOrEqual(mean - 1e-9);
      }),
    );
  });
});

describe("sign test", () => {
  it.each([
    // Of 10 that differ: 8 better. (1 + 10 + 45) ÷ 1,024 is one tail.
    [[1, 1, 1, 1, 1, 1, 1, 1, -1, -1, 0], 8, 2, 1, (2 * 56) / 1_024],
    [[1, -1], 1, 1, 0, 1],
    [[0, 0], 0, 0, 2, null],
  ])("R12.3 %j", (differences, better, worse, equal, p) => {
    const test = signTest(Float64Array.from(differences));
    expect(test).toMatchObject({ better, worse, equal });
    if (p === null) expect(test.p).toBeNull();
    else expect(test.p).toBeCloseTo(p, 12);
  });
});
