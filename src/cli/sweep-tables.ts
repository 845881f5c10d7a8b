/** A sweep for people at a terminal: the best plans, how their choice fared out of sample, what speaks against it. */
import type { Candidates, JudgedWalk, Objective, Score } from "../backtest/backtest.ts";
import type { WrittenPlan } from "../config/plan-input.ts";
import { shortTimeText } from "../observability/number-texts.ts";
import { plainTable } from "./outcome-table.ts";

export interface SweepResult {
  readonly objective: Objective;
  /** To try; `ranked` has those that were. */
  readonly plans: number;
  /** The plan that was varied. */
  readonly base: WrittenPlan;
  readonly leftOut: Candidates["leftOut"];
  readonly isPartial: boolean;
  /** Over the whole time, the best first. */
  readonly ranked: readonly Score[];
  readonly walk: JudgedWalk;
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
}

const SHOWN = 10;

export function sweepTables(result: SweepResult): string {
  const { objective, leftOut, isPartial, walk } = result;
  const warnings = [...result.warnings, ...walk.warnings];
  return [
    ...(isPartial ? ["PARTIAL: it was interrupted. What is here is right, and it is not all."] : []),
    `${triedText(result)}, by ${objective} over the whole time:`,
    bestTable(result),
    ...(walk.folds.length === 0 ? [] : ["Chosen in one stretch, tried in the next:", foldTable(walk, objective)]),
    ...(walk.efficiency === null ? [] : [`Out of sample ÷ in sample: ${walk.efficiency.toFixed(2)}`]),
    ...(warnings.length === 0 && !isPartial && walk.folds.length > 0
      ? ["Nothing speaks against the choice that a sweep can see. It is the best of many all the same."]
      : ["What speaks against it:", ...[...unfinished(result), ...warnings].map((warning) => `  ${warning}`)]),
    ...(leftOut.length === 0
      ? []
      : [`${leftOut.length} combinations make no plan, for example ${leftOut[0]!.name}: ${leftOut[0]!.reason}`]),
    ...result.notes.map((note) => `Note: ${note}`),
  ].join("\n");
}

const triedText = ({ ranked, plans }: SweepResult): string =>
  ranked.length < plans ? `${ranked.length} of ${plans} plans` : `${plans} plans`;

const unfinished = ({ isPartial, walk }: SweepResult): readonly string[] =>
  isPartial || walk.folds.length === 0
    ? ["It was not tried out of sample to the end: that is what a choice is judged by"]
    : [];

function bestTable({ ranked, objective }: SweepResult): string {
  const table = plainTable(["", "plan", objective, "positions"]);
  for (const [at, { candidate, value, positions }] of ranked.slice(0, SHOWN).entries())
    table.push([at + 1, candidate.name, scoreText(value), positions]);
  if (ranked.length > SHOWN) {
    const { candidate, value, positions } = ranked.at(-1)!;
    table.push([ranked.length, candidate.name, scoreText(value), positions]);
  }
  return table.toString();
}

function foldTable({ folds }: JudgedWalk, objective: Objective): string {
  const table = plainTable(["tried from", "to", "chosen", `${objective} in`, "out", "rank", "positions"]);
  for (const { fold, best, inSample, outOfSample, rank, tried, positions } of folds)
    table.push([
      shortTimeText(fold.test.fromMs),
      shortTimeText(fold.test.toMs),
      best?.name ?? "-",
      scoreText(inSample),
      scoreText(outOfSample),
      rank === null ? "-" : `${rank} of ${tried}`,
      positions,
    ]);
  return table.toString();
}

const scoreText = (value: number | null): string =>
  value === null ? "-" : Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(3);
