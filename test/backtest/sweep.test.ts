/** R12.3: which plans a sweep tries, in which stretches of time, and what speaks against its best. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gridOf, randomCandidates, type Candidate } from "../../src/backtest/candidates.ts";
import { parseParameter, type Parameter } from "../../src/backtest/parameter.ts";
import {
  choiceWarnings,
  chooseBest,
  judgeWalk,
  objectiveOf,
  ranked,
  type FoldScores,
  type Score,
} from "../../src/backtest/sweep-scores.ts";
import { statisticsOf } from "../../src/backtest/statistics.ts";
import { walkForward } from "../../src/backtest/walk-forward.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import { PRESETS } from "../../src/config/presets.ts";
import { hour, runOfMultiples } from "./tested.ts";

const BASE = PRESETS.scaled;
const parameters = (...texts: readonly string[]): readonly Parameter[] =>
  texts.map((text) => parseParameter(text, BASE));
const refusalOf = (attempt: () => unknown): ConfigError => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("It was not refused");
};

describe("parameters of a sweep", () => {
  it.each([
    ["stop.fraction=0.01,0.02", "stop.fraction", [0.01, 0.02]],
    ["ladder.0.target=0.01..0.03/3", "ladder.0.target", [0.01, 0.02, 0.03]],
    ["ladder[2].target = 0.1 , 0.2", "ladder.2.target", [0.1, 0.2]],
    ["trailing.distance=0.01..0.02/4", "trailing.distance", [0.01, 0.013333, 0.016667, 0.02]],
    ["trailing=true,false", "trailing", [true, false]],
    ["breakeven=entry,entryPlusFees", "breakeven", ["entry", "entryPlusFees"]],
    ["singleTarget=null,0.1", "singleTarget", [null, 0.1]],
    ["preset=scaled,adaptive", "preset", ["scaled", "adaptive"]],
    ["timing.settleMs=0..10/4", "timing.settleMs", [0, 3, 7, 10]],
  ])("R13.7 %s", (text, path, values) => {
    expect(parseParameter(text, BASE)).toEqual({ kind: "list", path, values });
  });

  it("R13.7 a range without steps is for searches at random, in whole numbers where the plan wants them", () => {
    expect(parseParameter("stop.fraction=0.01..0.1", BASE)).toMatchObject({ from: 0.01, to: 0.1, whole: false });
    expect(parseParameter("trailing.activation.rung=1..3", BASE)).toMatchObject({ from: 1, to: 3, whole: true });
  });

  it.each([
    ["stop.fraction", "", "path=value,value"],
    ["stop.fraktion=0.1", "stop.fraktion", "fraction, price"],
    ["stopp=0.1", "stopp", "ladder"],
    ["stop.fraction=wide", "stop.fraction", "a ratio exact to a millionth"],
    ["stop.fraction=0.0000001", "stop.fraction", "a ratio exact to a millionth"],
    ["breakeven=later", "breakeven", "entry, entryPlusFees"],
    ["ladder.3.target=0.1", "ladder.3.target", "0 to 2"],
    ["trailing.distance=0.02..0.01", "trailing.distance", "a range that ascends"],
    ["trailing.distance=0.01..0.02/1", "trailing.distance", "from..to/count"],
    ["preset=best", "preset", "scaled, guarded, adaptive"],
    ["stop.fraction=0.1,", "stop.fraction", "path=value,value"],
  ])("R13.7 %s is refused with path, value and what is allowed", (text, path, allowed) => {
    const error = refusalOf(() => parseParameter(text, BASE));
    expect(error.path).toBe(path);
    expect(error.allowed).toContain(allowed);
  });
});

describe("plans of a sweep", () => {
  it("R12.3 a grid is every combination, laid over the base", () => {
    const { candidates, leftOut } = gridOf(parameters("stop.fraction=0.02,0.03", "trailing.distance=0.01,0.02"), BASE);
    expect(candidates.map(({ name }) => name)).toEqual([
      "stop.fraction=0.02 trailing.distance=0.01",
      "stop.fraction=0.02 trailing.distance=0.02",
      "stop.fraction=0.03 trailing.distance=0.01",
      "stop.fraction=0.03 trailing.distance=0.02",
    ]);
    expect(candidates[1]!.spec).toEqual({ stop: { fraction: 0.02 }, trailing: { distance: 0.02 } });
    expect(candidates[1]!.settings).toMatchObject({
      preset: "custom",
      ladder: BASE.ladder,
      stop: { kind: "fraction", fraction: 20_000 },
      rules: { trailing: { distance: 20_000 } },
    });
    expect(leftOut).toEqual([]);
  });

  it("R12.3 a rung that is moved takes the other rungs along", () => {
    const { candidates } = gridOf(parameters("ladder.0.target=0.02"), BASE);
    expect(candidates[0]!.settings.ladder).toEqual([{ target: 20_000, fraction: 400_000 }, ...BASE.ladder.slice(1)]);
  });

  it("R12.3 P7 ladders that do not ascend are left out, with the reason", () => {
    // The second rung stands at 0.05.
    const { candidates, leftOut } = gridOf(parameters("ladder.0.target=0.04,0.05,0.06"), BASE);
    expect(candidates.map(({ name }) => name)).toEqual(["ladder.0.target=0.04"]);
    expect(leftOut.map(({ name }) => name)).toEqual(["ladder.0.target=0.05", "ladder.0.target=0.06"]);
    expect(leftOut[0]!.reason).toContain("ascending");
    expect(refusalOf(() => gridOf(parameters("ladder.0.target=0.06"), BASE)).allowed).toContain("makes a plan");
  });

  it("R12.3 too large a grid, a range in a grid and a setting given twice are refused", () => {
    const large = refusalOf(() =>
      gridOf(parameters("stop.fraction=0.01..0.5/200", "trailing.distance=0.01..0.5/100"), BASE),
    );
    expect(large.value).toBe("200 × 100 = 20000 plans");
    expect(large.allowed).toContain("at most 10000");
    expect(refusalOf(() => gridOf(parameters("stop.fraction=0.01..0.5"), BASE)).allowed).toContain("/5");
    expect(refusalOf(() => gridOf(parameters("markStep=0.01", "markStep=0.02"), BASE)).allowed).toBe(
      "each setting once",
    );
  });

  it("R12.3 P20 a search at random has its seed, no plan twice, and stays inside its ranges", () => {
    const ranges = parameters("stop.fraction=0.01..0.1", "trailing.activation.rung=1..2");
    const search = (seed: string) => randomCandidates(ranges, BASE, { count: 40, seed }).candidates;
    const names = search("a").map(({ name }) => name);
    expect(names).toEqual(search("a").map(({ name }) => name));
    expect(names).not.toEqual(search("b").map(({ name }) => name));
    expect(new Set(names).size).toBe(40);
    for (const { values } of search("a")) {
      expect(values["stop.fraction"]).toBeGreaterThanOrEqual(0.01);
      expect(values["stop.fraction"]).toBeLessThanOrEqual(0.1);
      expect([1, 2]).toContain(values["trailing.activation.rung"]);
    }
    const few = randomCandidates(parameters("stop.fraction=0.01,0.02"), BASE, { count: 40, seed: "a" });
    expect(few.candidates).toHaveLength(2);
  });
});

describe("walk-forward", () => {
  it("R12.3 four folds of which three quarters are for choosing, by hand", () => {
    // A fold and three more tests: 70 = fold × (1 + 3 × 0.25), a fold is 40: 30 to choose from, 10 to try in.
    const span = { fromMs: 0, toMs: 70, folds: 4, trainShare: 0.75 };
    const text = (kind: "rolling" | "anchored"): readonly string[] =>
      walkForward({ ...span, kind }).map(
        ({ train, test }) => `${train.fromMs}–${train.toMs} | ${test.fromMs}–${test.toMs}`,
      );
    expect(text("rolling")).toEqual(["0–30 | 30–40", "10–40 | 40–50", "20–50 | 50–60", "30–60 | 60–70"]);
    expect(text("anchored")).toEqual(["0–30 | 30–40", "0–40 | 40–50", "0–50 | 50–60", "0–60 | 60–70"]);
  });

  it("R12.3 tests follow their choice, join without a gap, and end with the data", () => {
    const span = fc.record({
      fromMs: fc.integer({ min: 0, max: 1e12 }),
      length: fc.integer({ min: 1e6, max: 1e12 }),
      folds: fc.integer({ min: 1, max: 50 }),
      trainShare: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      kind: fc.constantFrom("rolling" as const, "anchored" as const),
    });
    fc.assert(
      fc.property(span, ({ length, ...input }) => {
        const toMs = input.fromMs + length;
        const folds = walkForward({ ...input, toMs });
        expect(folds).toHaveLength(input.folds);
        expect(folds[0]!.train.fromMs).toBe(input.fromMs);
        expect(folds.at(-1)!.test.toMs).toBe(toMs);
        for (const [index, { train, test }] of folds.entries()) {
          expect(train.fromMs).toBeLessThan(train.toMs);
          expect(train.toMs).toBe(test.fromMs);
          expect(test.fromMs).toBeLessThan(test.toMs);
          if (index > 0) expect(test.fromMs).toBe(folds[index - 1]!.test.toMs);
        }
      }),
    );
  });

  it.each([
    [{ folds: 0, trainShare: 0.5 }, "folds"],
    [{ folds: 2, trainShare: 1 }, "trainShare"],
    [{ folds: 100, trainShare: 0.5 }, "the time"],
  ])("R13.7 %j is refused", (input, path) => {
    expect(refusalOf(() => walkForward({ fromMs: 0, toMs: 20, ...input })).path).toBe(path);
  });
});

const candidate = (stop: number): Candidate => ({
  name: `stop.fraction=${stop}`,
  values: { "stop.fraction": stop },
  spec: {},
  settings: BASE,
});
const scores = (values: readonly (number | null)[], positions = 50): readonly Score[] =>
  values.map((value, index) => ({ candidate: candidate((index + 1) / 100), value, positions }));

describe("the best of a sweep", () => {
  it("R12.3 objectives, by hand", () => {
    // +2, −1, −1, +1 R of 10 each: 10 in all; the equity falls from 1,020 to 1,000.
    const figures = statisticsOf(runOfMultiples([2, -1, -1, 1]), { balance: 1_000, fromMs: hour(0), toMs: hour(4) });
    expect(objectiveOf(figures, "netProfit")).toBe(10);
    expect(objectiveOf(figures, "averageR")).toBe(0.25);
    expect(objectiveOf(figures, "profitFactor")).toBe(1.5); // 30 ÷ 20
    expect(objectiveOf(figures, "returnOverDrawdown")).toBe(0.5); // 10 ÷ 20
  });

  it("R12.3 the highest score, of equals the first, never one that cannot be told", () => {
    expect(chooseBest(scores([1, 3, null, 3, 2]))!.candidate.name).toBe("stop.fraction=0.02");
    expect(chooseBest(scores([null, -2]))!.candidate.name).toBe("stop.fraction=0.02");
    expect(chooseBest(scores([null, null]))).toBeNull();
    expect(chooseBest([])).toBeNull();
    expect(ranked(scores([1, null, 3, 2])).map(({ value }) => value)).toEqual([3, 2, 1, null]);
  });

  it("R12.3 a best at the edge and too few positions are named", () => {
    const swept = parameters("stop.fraction=0.01,0.02,0.03");
    expect(choiceWarnings(scores([1, 2, 3])[2]!, swept, "netProfit")).toEqual([
      "stop.fraction: the best value, 0.03, is the largest that was tried: a better one may lie beyond",
    ]);
    expect(choiceWarnings(scores([1, 2, 3])[1]!, swept, "netProfit")).toEqual([]);
    expect(choiceWarnings(scores([1, 2, 3], 12)[1]!, swept, "netProfit")).toEqual([
      "stop.fraction=0.02: 12 positions are too few (at least 30)",
    ]);
    expect(choiceWarnings(scores([1])[0]!, parameters("stop.fraction=0.009..0.5"), "netProfit")[0]).toContain(
      "near the smallest",
    );
  });
});

describe("out of sample", () => {
  const [fold] = walkForward({ fromMs: 0, toMs: 40, folds: 1, trainShare: 0.75 });
  const scored = (train: readonly number[], test: readonly number[]): FoldScores => ({
    fold: fold!,
    train: scores(train),
    test: scores(test),
  });

  it("R12.3 a choice that holds raises no warning", () => {
    // 90 in 30 and 30 in 10 are the same by time.
    const walk = judgeWalk([scored([90, 40, 10, 20], [30, 25, -5, 10])], "netProfit");
    expect(walk.folds[0]).toMatchObject({ inSample: 90, outOfSample: 30, rank: 1, tried: 4 });
    expect(walk.efficiency).toBeCloseTo(1);
    expect(walk.warnings).toEqual([]);
  });

  it("R12.3 a choice that loses, or falls into the worse half, is named", () => {
    const walk = judgeWalk(
      [scored([90, 40, 10, 20], [-5, 25, -6, 10]), scored([3, 9, 1, 2], [4, 2.5, 3, 3.5])],
      "netProfit",
    );
    // In sample 90 + 9, out of sample −5 + 2.5, each by its length: (−2.5 ÷ 10) ÷ (99 ÷ 30).
    expect(walk.efficiency).toBeCloseTo(-0.25 / 3.3);
    expect(walk.warnings).toEqual([
      "Fold 1: stop.fraction=0.01 does not survive out of sample (netProfit -5)",
      "Fold 2: stop.fraction=0.02 was the best in sample, and is 4 of 4 out of sample",
      "Out of sample the choices made -8 % of what they made in sample: do not expect the figures of the sweep",
    ]);
  });

  it("R12.3 a profit factor of less than 1 does not survive", () => {
    const walk = judgeWalk([scored([2, 1], [0.9, 0.8])], "profitFactor");
    expect(walk.warnings[0]).toContain("does not survive out of sample (profitFactor 0.9)");
  });
});
