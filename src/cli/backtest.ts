/**
 * `pawl backtest`: one plan over recorded prices, with the same decisions as paper and live (R12.1), and a report (R12.3).
 *
 * Promises: a market that is not known, data that are bad, an assumption: each is said; Ctrl-C leaves a result that is marked
 * as partial.
 */
import type { Command } from "commander";
import { addBacktestOptions, htmlOption, rangeOption, type BacktestOptions } from "./backtest-options.ts";
import { report } from "./backtest-report.ts";
import { prepare, runBacktest } from "./backtest-session.ts";
import { DONE, INTERRUPTED, type ExitCode } from "./exit-codes.ts";
import { streamBacktest } from "./backtest-stream.ts";
import { configFrom } from "./paper-options.ts";
import type { Terminal } from "./terminal.ts";

interface Options extends BacktestOptions {
  readonly plan?: string;
  readonly range?: true;
  readonly html?: string;
  readonly stream?: true;
  readonly color: boolean;
}

const EXAMPLES = `
Examples:
  $ pawl backtest --prices BTCUSDT-1m.csv.gz --entries entries.jsonl --html report.html
  $ pawl backtest --prices BTC/USDT:USDT=btc.feather --enter breakout:50 --plan adaptive --range
  $ pawl backtest --prices btc-1h.csv --finer btc-1m.csv --entries entries.jsonl --funding btc-funding.csv

An entry is one line of JSON: {"at": "2025-01-06T00:00:00Z", "symbol": "BTC/USDT:USDT", "side": "long", "amount": "0.1"}
Is scaling out better than one target? pawl compare --help`;

export function addBacktest(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  addBacktestOptions(
    program.command("backtest").description("test a plan on recorded prices; report as table, JSON, page"),
  )
    .option("--plan <preset|file>", "plan of entries that have none of their own")
    .addOption(rangeOption())
    .addOption(htmlOption())
    .option("--stream", "a CSV of candles chunk by chunk, for files that do not fit into memory")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) =>
      end(await backtest(options, options.color ? terminal : terminal.withoutColor())),
    );
}

async function backtest(options: Options, terminal: Terminal): Promise<ExitCode> {
  const config = configFrom(options);
  const plan = { name: options.plan ?? config.plan.preset, settings: config.plan };
  const where = { terminal, html: options.html, json: options.json === true, nowMs: Date.now() };
  if (options.stream === true) {
    const outcome = await streamBacktest(plan, options, config, terminal);
    report(outcome, [], { ...where, markets: [], title: `${plan.name} on ${outcome.result.series[0]!.symbol}` });
    return outcome.result.isPartial ? INTERRUPTED : DONE;
  }
  const prepared = await prepare(options, config);
  const asked = { plans: [plan], isEach: false, hasRange: options.range === true };
  const outcome = await runBacktest(prepared, asked, options, terminal);
  const title = `${plan.name} on ${prepared.markets.map(({ market }) => market.symbol).join(", ")}`;
  report(outcome, [], { ...where, markets: prepared.markets, title });
  return outcome.result.isPartial ? INTERRUPTED : DONE;
}
