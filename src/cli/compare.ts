/**
 * `pawl compare`: several plans over the very same entries, each entry by itself, and whether the difference means anything
 * (R12.3). Scaling out against one target, unless told otherwise.
 */
import type { Command } from "commander";
import { comparisonsOf } from "../backtest/backtest.ts";
import type { NamedPlan } from "./backtest-entries.ts";
import { addBacktestOptions, htmlOption, rangeOption, type BacktestOptions } from "./backtest-options.ts";
import { report } from "./backtest-report.ts";
import { prepare, runBacktest } from "./backtest-session.ts";
import { DONE, INTERRUPTED, UsageError, type ExitCode } from "./exit-codes.ts";
import { configFrom } from "./paper-options.ts";
import { planFrom } from "./plan-option.ts";
import type { Terminal } from "./terminal.ts";

interface Options extends BacktestOptions {
  readonly plan?: readonly string[];
  readonly range?: true;
  readonly html?: string;
  readonly color: boolean;
}

const EXAMPLES = `
Examples:
  $ pawl compare --prices BTCUSDT-1m.csv.gz --entries entries.jsonl --html report.html
  $ pawl compare --prices eth.feather --symbol ETH/USDT --enter ma-cross:20:80:long --plan scaled guarded mine.json

The first plan is compared with each of the others. "single" is the ladder's plan with its last target alone.
Every entry is tried by itself, in an account of its own, under each plan: what is open otherwise, and plans that lines of
--entries name, do not matter here.`;

export function addCompare(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  addBacktestOptions(
    program
      .command("compare")
      .description("several plans over the same entries: which is better, and how sure is that"),
  )
    .option("--plan <plan...>", "plans to compare: presets, files, single (default: scaled single)")
    .addOption(rangeOption())
    .addOption(htmlOption())
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) =>
      end(await compare(options, options.color ? terminal : terminal.withoutColor())),
    );
}

async function compare(options: Options, terminal: Terminal): Promise<ExitCode> {
  const { plan: named = ["scaled", "single"], ...others } = options;
  const config = configFrom(others);
  const plans = named.map((name): NamedPlan => ({ name, settings: planFrom(config.plan, name) }));
  if (plans.length < 2) throw new UsageError(`--plan names ${named.join(" ")}; allowed: two plans or more`);
  const twice = named.find((name, at) => named.indexOf(name) !== at);
  if (twice !== undefined) throw new UsageError(`--plan names ${twice} twice; allowed: each plan once`);
  const prepared = await prepare(options, config);
  const outcome = await runBacktest(
    prepared,
    { plans, isEach: true, hasRange: options.range === true },
    options,
    terminal,
  );
  const { runs } = outcome.result;
  const contenders = runs.map((run, at) => ({ run, statistics: outcome.statistics[at]! }));
  const comparisons = comparisonsOf(contenders, { seed: config.paper.seed });
  const title = `${named.join(" against ")} on ${prepared.markets.map(({ market }) => market.symbol).join(", ")}`;
  report(outcome, comparisons, {
    markets: prepared.markets,
    title,
    terminal,
    html: options.html,
    json: options.json === true,
    nowMs: Date.now(),
  });
  return outcome.result.isPartial ? INTERRUPTED : DONE;
}
