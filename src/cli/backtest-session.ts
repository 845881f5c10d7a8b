/**
 * Plans over entries over markets: from options to a result with its statistics.
 *
 * Promises: what was interrupted is marked as partial, and what it holds is right; the same options give the same result,
 * however many threads work.
 */
import { availableParallelism } from "node:os";
import {
  closesOf,
  doJobs,
  statisticsOf,
  type BacktestResult,
  type BacktestRun,
  type Job,
  type JobResult,
  type RunStatistics,
  type TaskResult,
  type TestedMarket,
  whatAllReached,
} from "../backtest/backtest.ts";
import type { Config } from "../config/config-file.ts";
import { parsePaperSettings, type PaperSettings } from "../exchange/paper/settings.ts";
import { backtestData } from "./backtest-data.ts";
import { entriesAsked, type EntriesAsked, type NamedPlan } from "./backtest-entries.ts";
import { numberOption, type BacktestOptions } from "./backtest-options.ts";
import { planNote } from "./plan-note.ts";
import { contextOf } from "./reckoned-context.ts";
import { refuseForeignSymbols } from "./session-source.ts";
import { nextTurn, type Terminal } from "./terminal.ts";
import { visibly } from "./visible-work.ts";

export interface Prepared {
  readonly markets: readonly TestedMarket[];
  readonly asked: EntriesAsked;
  readonly config: Config;
  readonly notices: readonly string[];
  readonly balance: number;
}

export async function prepare(options: BacktestOptions, config: Config): Promise<Prepared> {
  const asked = entriesAsked(options, config);
  const { markets, notices } = await backtestData(options, config, asked.file?.entries ?? []);
  if (asked.file !== null)
    refuseForeignSymbols(
      asked.file.entries,
      markets.map(({ market }) => market),
      asked.file.file,
    );
  return {
    markets,
    asked,
    config,
    notices: [...notices, ...(asked.file?.warnings ?? []), ...asked.leftOut(markets), ...leftOutNotices(config)],
    balance: balanceOf(options),
  };
}

export const balanceOf = ({ balance }: BacktestOptions): number =>
  balance === undefined ? 10_000 : numberOption("--balance", balance, { least: 1e-6 });

/** Fees and slippage; every order is filled at once. */
export const costsOf = ({ paper }: Config): PaperSettings =>
  parsePaperSettings({ ...paper, latencyMs: { minimum: 0, maximum: 0 } });

/** What a paper session would do with these settings, and a backtest does not. */
export function leftOutNotices({ paper }: Config): readonly string[] {
  const { latencyMs, partialFills } = paper;
  if (latencyMs.maximum === 0 && partialFills.probability === 0) return [];
  return [
    "Latency and partial fills of the configuration are left out: every order is filled whole, at once (pawl paper has them)",
  ];
}

export interface Outcome {
  readonly result: BacktestResult;
  readonly statistics: readonly RunStatistics[];
}

export interface Asked {
  readonly plans: readonly NamedPlan[];
  /** Every entry by itself, so that plans can be compared. */
  readonly isEach: boolean;
  readonly hasRange: boolean;
}

/** Parts of the entries of a comparison: work for several threads, and an end that can be near. */
const PARTS = 16;

export async function runBacktest(
  prepared: Prepared,
  asked: Asked,
  options: BacktestOptions,
  terminal: Terminal,
): Promise<Outcome> {
  const { markets, config } = prepared;
  const settings = costsOf(config);
  const context = contextOf(config);
  const planned = asked.plans.map((plan) => prepared.asked.planned(plan, markets, asked.isEach));
  // Plan by plan within each part, so that whoever interrupts has the same entries of all of them.
  const parts = asked.isEach ? Array.from({ length: PARTS }, (_, index) => ({ index, of: PARTS })) : [undefined];
  const places = parts.flatMap((part) =>
    markets.flatMap((_, market) => planned.map((__, plan) => ({ part, market, plan }))),
  );
  const jobs = places.map(({ part, market, plan }): Job => {
    const { specs, usesContext } = planned[plan]!;
    const known = context !== null && (context.isAsked || usesContext) ? context.settings : null;
    const terms = { settings, order: options.candle, context: known, hasRange: asked.hasRange, part };
    return { kind: "report", market, spec: specs[market]!, terms };
  });
  const done = await doVisibly({ markets, jobs, options, terminal });
  const tasks = done.map((each) => (each?.kind === "report" ? each.result : null));
  const isPartial = tasks.some((task) => task === null || task.isPartial);
  const all = asked.plans.map(({ name }, plan) =>
    runOf(
      name,
      tasks.filter((_, at) => places[at]!.plan === plan),
    ),
  );
  const runs = isPartial && asked.isEach ? whatAllReached(all) : all;
  const series = markets.map((each) => each.series);
  const result: BacktestResult = {
    format: "pawl-backtest",
    version: 1,
    runs,
    series,
    assumptions: {
      candleOrder: options.candle,
      takerFee: settings.takerFee,
      makerFee: settings.makerFee,
      slippage: settings.slippage,
      funding: markets.some(({ funding }) => funding !== null),
      liquidation: markets.some(({ brackets }) => brackets !== null),
      balance: prepared.balance,
    },
    isPartial,
    notes: [
      ...prepared.notices,
      ...openingNotes(tasks),
      ...heldNotes(runs),
      ...(asked.isEach ? [EACH] : []),
      ...asked.plans.map(planNote),
      ...lateNotes(tasks),
    ],
  };
  return { result, statistics: runs.map((run) => statisticsOf(run, equityInput(prepared))) };
}

function equityInput({ markets, balance }: Prepared) {
  return {
    balance,
    fromMs: Math.min(...markets.map(({ series }) => series.fromMs)),
    toMs: Math.max(...markets.map(({ series }) => series.toMs)),
    closes: new Map(markets.map((each) => [each.market.symbol, closesOf(each)])),
  };
}

function runOf(plan: string, tasks: readonly (TaskResult | null)[]): BacktestRun {
  const done = tasks.filter((task) => task !== null);
  const positions = done.flatMap((task) => task.positions).toSorted((a, b) => a.openedAtMs - b.openedAtMs);
  const nets = done.every((task) => task.nets !== null) ? done.map((task) => task.nets!) : [];
  const sums = (["pessimistic", "path", "optimistic"] as const).map((order) =>
    nets.reduce((sum, net) => sum + net[order], 0),
  );
  return {
    plan,
    positions,
    refused: done.flatMap((task) => task.refused).toSorted((a, b) => a.atMs - b.atMs),
    range:
      nets.length === 0
        ? null
        : {
            worst: Math.min(...sums),
            best: Math.max(...sums),
            ambiguousCandles: positions.reduce((sum, { ambiguousCandles }) => sum + ambiguousCandles, 0),
          },
  };
}

/** The same is said by several plans and markets: once is enough. */
function openingNotes(tasks: readonly (TaskResult | null)[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const [text, count] of tasks.flatMap((task) => task?.warnings ?? []))
    counts.set(text, count + (counts.get(text) ?? 0));
  return Array.from(counts, ([text, count]) => (count === 1 ? text : `${text} (and ${count - 1} more like it)`));
}

const EACH =
  "Every entry is tried by itself, in an account of its own: pawl backtest takes one position a market at a time";

const HELD = "is already held by";

/** Why there are fewer positions than entries, and where they all are. */
function heldNotes(runs: readonly BacktestRun[]): readonly string[] {
  const held = Math.max(...runs.map(({ refused }) => refused.filter(({ message }) => message.includes(HELD)).length));
  if (held === 0) return [];
  return [
    `${held} entries were refused because their market was held: an account has one position a market (pawl compare tries each entry by itself)`,
  ];
}

function lateNotes(tasks: readonly (TaskResult | null)[]): readonly string[] {
  // What was not reached is not late.
  if (tasks.some((task) => task === null || task.isPartial)) return [];
  const late = new Set(tasks.flatMap((task) => task?.late ?? []));
  if (late.size === 0) return [];
  const [first] = late;
  return [
    `${late.size} ${late.size === 1 ? "entry comes" : "entries come"} after the last price: ${first}${late.size > 1 ? ", …" : ""}`,
  ];
}

/** So much work pays for threads: they take a fifth of a second to begin. */
const ROWS_THAT_PAY = 5_000_000;

/** Does jobs with progress, until all are done or Ctrl-C asks for an end. */
export async function doVisibly(input: {
  readonly markets: readonly TestedMarket[];
  readonly jobs: readonly Job[];
  readonly options: BacktestOptions;
  readonly terminal: Terminal;
}): Promise<readonly (JobResult | null)[]> {
  const { markets, jobs, options, terminal } = input;
  const rows = jobs.map((job) => rowsOf(job, markets));
  const all = rows.reduce((sum, count) => sum + count, 0);
  const asked =
    options.threads === undefined
      ? null
      : numberOption("--threads", options.threads, { least: 1, most: 256, whole: true });
  const threads = asked ?? (all > ROWS_THAT_PAY ? availableParallelism() : 1);
  return visibly({ terminal, quiet: options.quiet === true, total: all, what: "rows" }, (watch) =>
    doJobs({
      markets,
      jobs,
      threads,
      async goesOn(done) {
        const whole = Math.floor(done);
        watch.update(rows.slice(0, whole).reduce((sum, count) => sum + count, 0) + (done - whole) * (rows[whole] ?? 0));
        await nextTurn();
        return !watch.isInterrupted();
      },
    }),
  );
}

const rowsOf = (job: Job, markets: readonly TestedMarket[]): number =>
  (markets[job.market]!.columns.at.length * (job.kind === "score" ? job.specs.length : job.terms.hasRange ? 3 : 1)) /
  (job.kind === "report" ? (job.terms.part?.of ?? 1) : 1);
