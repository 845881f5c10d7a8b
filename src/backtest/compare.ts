/**
 * Whether one plan did better than another over the same entries, and how sure that is.
 *
 * Promises: the same seed gives the same intervals; a plan against itself differs by exactly nothing; turned round, the
 * interval is mirrored. Entries are taken as independent of one another, and what was opened by one run only is in no
 * pair: both are said where they matter. It says what these data show, and nothing of other times.
 */
import { seededStream } from "../prices/seeded-stream.ts";
import { estimateOf, resampledMeans, shareAboveZero, type Estimate } from "./bootstrap.ts";
import { pairsOf } from "./paired.ts";
import type { BacktestRun } from "./result.ts";
import type { RunStatistics } from "./run-statistics.ts";
import { signTest, type SignTest } from "./sign-test.ts";
import { comparisonWarnings, verdictText, type Verdict } from "./verdict.ts";

export interface Contender {
  readonly run: BacktestRun;
  readonly statistics: RunStatistics;
}

export interface ComparisonInput {
  readonly seed: string;
  /** 10,000 where it is not given. */
  readonly resamples?: number | undefined;
  /** 0.95 where it is not given. */
  readonly confidence?: number | undefined;
}

/** Everything that is a difference is A − B. */
export interface PlanComparison {
  readonly a: string;
  readonly b: string;
  readonly confidence: number;
  readonly resamples: number;
  /** Entries that both runs opened, and those that only one of them did. */
  readonly pairs: number;
  readonly onlyA: number;
  readonly onlyB: number;
  /** Of an average pair; null for fewer than two of them. */
  readonly differenceR: Estimate | null;
  readonly difference: Estimate | null;
  /** Share of the resamples in which A made more R than B. */
  readonly probabilityABetter: number | null;
  /** Of R, pair by pair. */
  readonly signs: SignTest;
  /** Net profit of an average position of each run, over all that it opened. */
  readonly expectancyA: Estimate | null;
  readonly expectancyB: Estimate | null;
  /** Above zero where A fell less deep than B. */
  readonly drawdownDifference: number;
  readonly verdict: Verdict;
  /** The verdict in words. */
  readonly sentence: string;
  readonly warnings: readonly string[];
}

export function comparePlans(a: Contender, b: Contender, input: ComparisonInput): PlanComparison {
  const { resamples = 10_000, confidence = 0.95 } = input;
  const { count, onlyA, onlyB, multiples, money, overlapping } = pairsOf(a.run, b.run);
  const means = meansOf([multiples, money], input.seed, resamples);
  const differenceR = estimateOf(multiples, means[0]!, confidence);
  const verdict = verdictOf(differenceR);
  const about = { a: a.run.plan, b: b.run.plan, confidence, pairs: multiples.length };
  return {
    a: a.run.plan,
    b: b.run.plan,
    confidence,
    resamples,
    pairs: count,
    onlyA,
    onlyB,
    differenceR,
    difference: estimateOf(money, means[1]!, confidence),
    probabilityABetter: multiples.length < 2 ? null : shareAboveZero(means[0]!),
    signs: signTest(multiples),
    expectancyA: expectancyOf(a.run, { ...input, resamples, confidence }),
    expectancyB: expectancyOf(b.run, { ...input, resamples, confidence }),
    drawdownDifference: a.statistics.maximumDrawdown - b.statistics.maximumDrawdown,
    verdict,
    sentence: verdictText({ ...about, differenceR, verdict }),
    warnings: comparisonWarnings({
      ...about,
      onlyA,
      onlyB,
      overlapping,
      withoutR: count - multiples.length,
    }),
  };
}

/** The first plan against each of the others. */
export function comparisonsOf(contenders: readonly Contender[], input: ComparisonInput): readonly PlanComparison[] {
  const [first, ...others] = contenders;
  return first === undefined ? [] : others.map((other) => comparePlans(first, other, input));
}

/** Net profit of an average position of a run, and how sure it is; null for fewer than two positions. */
export function expectancyOf({ positions }: BacktestRun, input: ComparisonInput): Estimate | null {
  const { resamples = 10_000, confidence = 0.95 } = input;
  const profits = Float64Array.from(positions.map(({ netProfit }) => netProfit));
  return estimateOf(profits, meansOf([profits], input.seed, resamples)[0]!, confidence);
}

/** Columns of one length are drawn together, so that R and money speak of the same resamples. */
function meansOf(columns: readonly Float64Array[], seed: string, resamples: number): readonly Float64Array[] {
  const stream = (length: number) => seededStream("bootstrap", seed, length);
  const [first] = columns;
  if (first !== undefined && columns.every(({ length }) => length === first.length)) {
    return resampledMeans(columns, resamples, stream(first.length));
  }
  return columns.flatMap((column) => resampledMeans([column], resamples, stream(column.length)));
}

function verdictOf(difference: Estimate | null): Verdict {
  if (difference === null) return "unknown";
  const { low, high } = difference;
  if (low === 0 && high === 0) return "same";
  if (low > 0) return "better";
  return high < 0 ? "worse" : "undecided";
}
