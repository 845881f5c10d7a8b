/** The one door of this folder: what commands and the library may use of it. */
export { comparisonsOf, type PlanComparison } from "./compare.ts";
export { gridOf, randomCandidates, type Candidate, type Candidates } from "./candidates.ts";
export { parseEntryRule } from "./entry-rule-text.ts";
export type { EntrySize, EntrySpec } from "./entry-spec.ts";
export type { Job, JobResult } from "./job.ts";
export { MOST_CHARTS, positionChart, reportPage } from "./page/report-page.ts";
export { whatAllReached } from "./paired.ts";
export { parseParameter } from "./parameter.ts";
export { candleColumns, tradeColumns, type PriceColumns } from "./price-columns.ts";
export { quickScore } from "./quick-run.ts";
export type { BacktestResult, BacktestRun, CandleOrder, RefusedTest, TestedPosition } from "./result.ts";
export { resultJson } from "./result-file.ts";
export type { TaskResult } from "./run-task.ts";
export type { RunStatistics } from "./run-statistics.ts";
export { quotesOf, statisticsOf } from "./statistics.ts";
export { streamMarket, type StreamedPart } from "./stream.ts";
export {
  chooseBest,
  choiceWarnings,
  judgeWalk,
  OBJECTIVES,
  ranked,
  type JudgedWalk,
  type Objective,
  type Score,
} from "./sweep-scores.ts";
export { closesOf, endOf, refined, type TestedMarket } from "./tested-market.ts";
export { walkForward, type Window } from "./walk-forward.ts";
export { doJobs } from "./work.ts";
