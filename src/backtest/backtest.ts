/** The one door of this folder: what commands and the library may use of it. */
export { comparisonsOf, type PlanComparison } from "./compare.ts";
export type { BacktestResult, BacktestRun } from "./result.ts";
export { resultJson } from "./result-file.ts";
export type { RunStatistics } from "./run-statistics.ts";
export { quotesOf, statisticsOf } from "./statistics.ts";
