/**
 * `pawl sweep`: which settings of a plan would have been best, and whether that is worth anything: chosen in one stretch of
 * time and tried in the next (walk-forward), with what speaks against the best of many.
 */
import type { Command } from "commander";
import {
  chooseBest,
  choiceWarnings,
  gridOf,
  judgeWalk,
  parseParameter,
  quickScore,
  randomCandidates,
  ranked,
  walkForward,
  type Candidate,
  type Job,
  type JobResult,
  type Objective,
  type Score,
  type Window,
} from "../backtest/backtest.ts";
import { planInput } from "../config/plan-input.ts";
import { addBacktestOptions, numberOption, objectiveOption, type BacktestOptions } from "./backtest-options.ts";
import { costsOf, doVisibly, prepare, type Prepared } from "./backtest-session.ts";
import { DONE, INTERRUPTED, UsageError, type ExitCode } from "./exit-codes.ts";
import { configFrom } from "./paper-options.ts";
import { writeOutput } from "./output-file.ts";
import { contextOf } from "./reckoned-context.ts";
import { sweepJson } from "./sweep-file.ts";
import { sweepTables, type SweepResult } from "./sweep-tables.ts";
import type { Terminal } from "./terminal.ts";

interface Options extends BacktestOptions {
  readonly plan?: string;
  readonly vary?: readonly string[];
  readonly random?: string;
  readonly folds: string;
  readonly train: string;
  readonly anchored?: true;
  readonly objective: Objective;
  readonly best?: string;
  readonly color: boolean;
}

const EXAMPLES = `
Examples:
  $ pawl sweep --prices btc-1m.csv.gz --entries entries.jsonl --vary stop.fraction=0.01,0.02,0.03,0.05 --vary ladder.0.target=0.01..0.05/5
  $ pawl sweep --prices btc.feather --enter breakout:50 --plan adaptive --vary trailing.distance=0.005..0.04 --random 200

Paths are those of a plan file (docs/guide/exit-rules.md). Every plan is tried in every window of time over the same entries,
each by itself. What is open when a window ends is closed at its last price.`;

export function addSweep(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  addBacktestOptions(program.command("sweep").description("search settings of a plan, with a trial out of sample"))
    .option("--plan <preset|file>", "the plan to start from")
    .option(
      "--vary <path=values...>",
      "what is varied: path=value,value,… or path=from..to/steps or, at random, path=from..to",
    )
    .option("--random <n>", "so many plans at random in place of every combination")
    .option("--folds <n>", "stretches of time to choose in, each with one to try in", "4")
    .option("--train <share>", "share of a fold that is chosen in", "0.7")
    .option("--anchored", "every fold is chosen in from the beginning of the data on")
    .addOption(objectiveOption())
    .option("--best <file>", "write the best plan to a JSON file, for --plan")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => end(await sweep(options, options.color ? terminal : terminal.withoutColor())));
}

/** Plans that one job tries: many enough that handing it over costs nothing, few enough to see how far it is. */
const PLANS_PER_JOB = 8;

async function sweep(options: Options, terminal: Terminal): Promise<ExitCode> {
  const config = configFrom(options);
  const base = config.plan;
  if (options.vary === undefined || options.vary.length === 0)
    throw new UsageError("--vary is missing: what to vary, for example --vary stop.fraction=0.01,0.02,0.03");
  if (options.best?.endsWith(".json") === false)
    throw new UsageError(`--best is ${JSON.stringify(options.best)}; allowed: a file named ….json, as --plan takes it`);
  const parameters = options.vary.map((text) => parseParameter(text, base));
  const { candidates, leftOut } =
    options.random === undefined
      ? gridOf(parameters, base)
      : randomCandidates(parameters, base, {
          count: numberOption("--random", options.random, { least: 1, most: 100_000, whole: true }),
          seed: config.paper.seed,
        });
  const prepared = await prepare(options, config);
  const fromMs = Math.min(...prepared.markets.map(({ series }) => series.fromMs));
  const toMs = Math.max(...prepared.markets.map(({ series }) => series.toMs)) + 1;
  const folds = walkForward({
    fromMs,
    toMs,
    folds: numberOption("--folds", options.folds, { least: 1, most: 1_000, whole: true }),
    trainShare: numberOption("--train", options.train, { least: 0.01, most: 0.99 }),
    kind: options.anchored === true ? "anchored" : "rolling",
  });
  const windows: readonly Window[] = [{ fromMs, toMs }, ...folds.flatMap(({ train, test }) => [train, test])];
  const scores = await scoresOf({ windows, candidates, prepared, options, terminal });
  if (scores === null) {
    terminal.err("pawl: interrupted before any plan was tried: nothing to report");
    return INTERRUPTED;
  }
  const whole = scores[0]!;
  const judgedFolds = folds.flatMap((fold, at) => {
    const [train, test] = [scores[1 + 2 * at], scores[2 + 2 * at]];
    return train === undefined || test === undefined ? [] : [{ fold, train, test }];
  });
  const best = chooseBest(whole);
  const result: SweepResult = {
    objective: options.objective,
    plans: candidates.length,
    base: planInput(base),
    leftOut,
    isPartial: scores.length < windows.length || whole.length < candidates.length,
    ranked: ranked(whole),
    walk: judgeWalk(judgedFolds, options.objective),
    warnings:
      best === null
        ? ["No plan could be told from another: nothing has a score"]
        : choiceWarnings(best, parameters, options.objective),
    notes: prepared.notices,
  };
  terminal.out(options.json === true ? sweepJson(result) : sweepTables(result));
  if (options.best !== undefined && best !== null) {
    // The whole plan, so that it is the same whatever it is laid over.
    writeOutput("--best", options.best, `${JSON.stringify(planInput(best.candidate.settings), null, 2)}\n`);
    terminal.err(`Best plan: ${options.best}; try it with --plan ${options.best}`);
  }
  return result.isPartial ? INTERRUPTED : DONE;
}

/**
 * The scores of every plan in every window, as far as it came. An interrupted first window, the whole time, holds the plans
 * that were tried in it; null where there are none.
 */
async function scoresOf(input: {
  readonly windows: readonly Window[];
  readonly candidates: readonly Candidate[];
  readonly prepared: Prepared;
  readonly options: Options;
  readonly terminal: Terminal;
}): Promise<readonly (readonly Score[])[] | null> {
  const { windows, candidates, prepared, options, terminal } = input;
  const { markets, config } = prepared;
  const settings = costsOf(config);
  const context = contextOf(config);
  const planned = candidates.map(({ name, settings: plan }) =>
    prepared.asked.planned({ name, settings: plan }, markets, options.enter?.startsWith("always") !== true),
  );
  const known =
    context !== null && (context.isAsked || planned.some(({ usesContext }) => usesContext)) ? context.settings : null;
  const terms = { settings, order: options.candle, context: known, hasRange: false };
  const batches = Array.from({ length: Math.ceil(candidates.length / PLANS_PER_JOB) }, (_, at) =>
    planned.slice(at * PLANS_PER_JOB, (at + 1) * PLANS_PER_JOB),
  );
  const jobs = windows.flatMap((window) =>
    batches.flatMap((batch) =>
      markets.map((_, market): Job => ({
        kind: "score",
        market,
        window,
        specs: batch.map(({ specs }) => specs[market]!),
        terms,
      })),
    ),
  );
  const done = await doVisibly({ markets, jobs, options, terminal });
  const perWindow = batches.length * markets.length;
  const scores: (readonly Score[])[] = [];
  for (let window = 0; window < windows.length; window += 1) {
    const part = done.slice(window * perWindow, (window + 1) * perWindow);
    const tried = windowScores(part, candidates, markets.length, options.objective);
    if (tried.length < candidates.length && (window > 0 || tried.length === 0)) break;
    scores.push(tried);
    if (tried.length < candidates.length) break;
  }
  return scores.length === 0 ? null : scores;
}

/** Plans of which some market is missing have no score. */
function windowScores(
  part: readonly (JobResult | null)[],
  candidates: readonly Candidate[],
  markets: number,
  objective: Objective,
): readonly Score[] {
  return candidates.flatMap((candidate, at) => {
    const batch = Math.floor(at / PLANS_PER_JOB);
    const jobs = part.slice(batch * markets, (batch + 1) * markets);
    const runs = jobs.flatMap((job) => (job?.kind === "score" ? [job.runs[at % PLANS_PER_JOB]!] : []));
    return runs.length < markets ? [] : [{ candidate, ...quickScore(runs, objective) }];
  });
}
