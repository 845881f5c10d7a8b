/**
 * Scores of the plans of a sweep, the best of them, and what speaks against believing in it.
 *
 * Promises: what cannot be told is never the best; of equals the first is. The best of many plans is flattered by having been
 * chosen: the warnings say where that is to be seen. It judges scores that others reckoned and runs no backtest.
 */
import type { Candidate } from "./candidates.ts";
import type { Parameter, ParameterValue } from "./parameter.ts";
import type { RunStatistics } from "./run-statistics.ts";
import { FEW } from "./verdict.ts";
import type { Fold } from "./walk-forward.ts";

export const OBJECTIVES = ["netProfit", "averageR", "profitFactor", "returnOverDrawdown"] as const;
export type Objective = (typeof OBJECTIVES)[number];

export interface Score {
  readonly candidate: Candidate;
  /** More is better; null where it cannot be told. */
  readonly value: number | null;
  readonly positions: number;
}

/** Null: nothing was opened, nothing was lost, or equity never fell. */
export function objectiveOf(statistics: RunStatistics, objective: Objective): number | null {
  switch (objective) {
    case "netProfit":
    case "averageR":
    case "profitFactor":
      return statistics.positions === 0 ? null : statistics[objective];
    case "returnOverDrawdown":
      return statistics.maximumDrawdown === 0 ? null : statistics.netProfit / -statistics.maximumDrawdown;
  }
}

/** The best first; what cannot be told last. */
export const ranked = (scores: readonly Score[]): readonly Score[] =>
  scores.toSorted((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity) || 0);

export function chooseBest(scores: readonly Score[]): Score | null {
  const [best] = ranked(scores);
  return best === undefined || best.value === null ? null : best;
}

/** What speaks against the best of a sweep, looked at in the data that it was chosen from. */
export function choiceWarnings(best: Score, parameters: readonly Parameter[], objective: Objective): readonly string[] {
  const few =
    best.positions < FEW ? [`${best.candidate.name}: ${best.positions} positions are too few (at least ${FEW})`] : [];
  const nothing = NOTHING_GAINED[objective];
  const loses =
    best.value !== null && best.value <= nothing
      ? [`${best.candidate.name}: even the best plan loses (${objective} ${short(best.value)})`]
      : [];
  return [
    ...loses,
    ...parameters.flatMap((parameter) => edgeWarning(parameter, best.candidate.values[parameter.path])),
    ...few,
  ];
}

const NEAR_EDGE = 0.05;

function edgeWarning(parameter: Parameter, value: ParameterValue | undefined): readonly string[] {
  const { path } = parameter;
  const numbers = parameter.kind === "range" ? [parameter.from, parameter.to] : parameter.values.filter(isNumber);
  // Of two values either is at an edge: that says nothing.
  if (!isNumber(value) || (parameter.kind === "list" && numbers.length < 3)) return [];
  const least = Math.min(...numbers);
  const most = Math.max(...numbers);
  const near = parameter.kind === "range" ? (most - least) * NEAR_EDGE : 0;
  const edge = value <= least + near ? "smallest" : value >= most - near ? "largest" : null;
  if (edge === null) return [];
  const where = parameter.kind === "range" ? `near the ${edge} that was tried` : `the ${edge} that was tried`;
  return [`${path}: the best value, ${value}, is ${where}: a better one may lie beyond`];
}

const isNumber = (value: unknown): value is number => typeof value === "number";

/** What was scored in one fold: every plan to choose from; all of them again where the choice is tried, or the chosen one only. */
export interface FoldScores {
  readonly fold: Fold;
  readonly train: readonly Score[];
  readonly test: readonly Score[];
}

export interface JudgedFold {
  readonly fold: Fold;
  /** Null where no plan could be told from another. */
  readonly best: Candidate | null;
  readonly inSample: number | null;
  readonly outOfSample: number | null;
  /** Of the best among all that were tried, 1 for the first; null where it alone was. */
  readonly rank: number | null;
  readonly tried: number;
  readonly positions: number;
}

export interface JudgedWalk {
  readonly folds: readonly JudgedFold[];
  /** Out-of-sample score ÷ in-sample score, over all folds; null where the latter is not above zero. Net profit: by time. */
  readonly efficiency: number | null;
  readonly warnings: readonly string[];
}

const POOR_EFFICIENCY = 0.5;

/** Whether what was best where it was chosen was any good where it was not. */
export function judgeWalk(folds: readonly FoldScores[], objective: Objective): JudgedWalk {
  const judged = folds.map(judgeFold);
  const efficiency = efficiencyOf(judged, objective);
  return {
    folds: judged,
    efficiency,
    warnings: [
      ...judged.flatMap((fold, index) => foldWarnings(fold, index + 1, objective)),
      ...(efficiency !== null && efficiency < POOR_EFFICIENCY
        ? [
            `Out of sample the choices made ${Math.round(efficiency * 100)} % of what they made in sample: do not expect the figures of the sweep`,
          ]
        : []),
    ],
  };
}

function judgeFold({ fold, train, test }: FoldScores): JudgedFold {
  const best = chooseBest(train);
  const tried = ranked(test);
  const at = best === null ? -1 : tried.findIndex(({ candidate }) => candidate.name === best.candidate.name);
  const found = tried[at];
  return {
    fold,
    best: best?.candidate ?? null,
    inSample: best?.value ?? null,
    outOfSample: found?.value ?? null,
    rank: found === undefined || tried.length < 2 ? null : at + 1,
    tried: tried.length,
    positions: found?.positions ?? 0,
  };
}

/** Where a plan stands still: a profit factor of 1 is what 0 is elsewhere. */
const NOTHING_GAINED = { netProfit: 0, averageR: 0, profitFactor: 1, returnOverDrawdown: 0 } as const;

function foldWarnings(judged: JudgedFold, number: number, objective: Objective): readonly string[] {
  const { best, outOfSample, rank, tried, positions } = judged;
  if (best === null) return [`Fold ${number}: no plan could be chosen, none has a score`];
  const warnings: string[] = [];
  if (outOfSample !== null && outOfSample <= NOTHING_GAINED[objective]) {
    warnings.push(`Fold ${number}: ${best.name} does not survive out of sample (${objective} ${short(outOfSample)})`);
  } else if (rank !== null && rank > Math.ceil(tried / 2)) {
    warnings.push(`Fold ${number}: ${best.name} was the best in sample, and is ${rank} of ${tried} out of sample`);
  }
  if (positions < FEW)
    warnings.push(`Fold ${number}: ${positions} positions out of sample are too few (at least ${FEW})`);
  return warnings;
}

const short = (value: number): string => String(Number(value.toPrecision(3)));

/** A stretch twice as long makes twice the profit; the other scores do not grow with time in that way. */
function efficiencyOf(judged: readonly JudgedFold[], objective: Objective): number | null {
  let inside = 0;
  let outside = 0;
  for (const { fold, inSample, outOfSample } of judged) {
    const isMoney = objective === "netProfit";
    // Where nothing was opened nothing was made; an average of nothing is none.
    if (inSample === null || (outOfSample === null && !isMoney)) continue;
    inside += inSample / (isMoney ? lengthOf(fold.train) : 1);
    outside += (outOfSample ?? 0) / (isMoney ? lengthOf(fold.test) : 1);
  }
  return inside > 0 ? outside / inside : null;
}

const lengthOf = ({ fromMs, toMs }: Fold["train"]): number => toMs - fromMs;
