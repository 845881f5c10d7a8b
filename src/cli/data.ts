/** `pawl data`: fetch candles from a venue into a cache, and say what the cache holds. No keys needed (R14.3). */
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Command } from "commander";
import { openCandleCache, type CachedSeries } from "../prices/candle-cache.ts";
import { fetchData, type FetchOptions } from "./data-fetch.ts";
import { DONE, type ExitCode } from "./exit-codes.ts";
import { plainTable } from "./outcome-table.ts";
import type { Terminal } from "./terminal.ts";

const FETCH_EXAMPLES = `
Examples:
  $ pawl data fetch --venue binanceusdm --symbol BTC/USDT:USDT --timeframe 1m --from 2025-01-01 --to 2025-02-01
  $ pawl data fetch --venue bybit --symbol ETH/USDT:USDT --timeframe 1h --from 2024-01-01 --out eth-1h.csv.gz
  $ pawl backtest --prices ETH/USDT:USDT=eth-1h.csv.gz --enter breakout:50

Times are UTC. A day that is over is fetched once. Interrupted, the same command goes on.
The cache is the folder pawl under XDG_CACHE_HOME or ~/.cache: one gzipped CSV for each day, in the format of price files.`;

export function addData(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  const data = program.command("data").description("candles from a venue, kept in a local cache");
  data
    .command("fetch")
    .description("fetch candles of a market into the cache, and write them into one file")
    .requiredOption("--venue <name>", "binance (spot), binanceusdm, bitget, bybit, hyperliquid, krakenfutures, okx, …")
    .requiredOption("--symbol <symbol>", "BTC/USDT on spot, BTC/USDT:USDT for a perpetual")
    .requiredOption("--timeframe <length>", "length of a candle, a day at most: 1m, 5m, 1h, 1d")
    .requiredOption("--from <time>", "first moment, ISO 8601 or a date: 2025-01-01")
    .option("--to <time>", "first moment that is not wanted any more (default: now)")
    .option("--out <file>", "all of it in one CSV, gzipped where the name ends in .gz")
    .option("--cache <folder>", "another cache")
    .option("--json", "the result as one JSON object")
    .option("--quiet", "no progress")
    .option("--no-color", "no colors")
    .addHelpText("after", FETCH_EXAMPLES)
    .action(async (options: FetchOptions & { readonly color: boolean }) =>
      end(
        await fetchData(
          { ...options, cache: options.cache ?? defaultCache(process.env) },
          options.color ? terminal : terminal.withoutColor(),
        ),
      ),
    );
  data
    .command("list")
    .description("what the cache holds")
    .option("--cache <folder>", "another cache")
    .option("--json", "one JSON object in place of a table")
    .addHelpText("after", "\nExamples:\n  $ pawl data list\n  $ pawl data list --json | jq '.series[].symbol'")
    .action((options: { readonly cache?: string; readonly json?: true }) => {
      const root = options.cache ?? defaultCache(process.env);
      const series = openCandleCache(root).list();
      terminal.out(options.json === true ? JSON.stringify({ cache: root, series }) : listText(root, series));
      end(DONE);
    });
}

/** As the XDG base directory specification has it: a relative path counts as none. */
function defaultCache(env: NodeJS.ProcessEnv): string {
  const given = env["XDG_CACHE_HOME"] ?? "";
  return join(isAbsolute(given) ? given : join(homedir(), ".cache"), "pawl");
}

function listText(root: string, series: readonly CachedSeries[]): string {
  if (series.length === 0) return `${root}: no candles yet; pawl data fetch --help`;
  const table = plainTable(["venue", "symbol", "timeframe", "days", "first", "last", "size"]);
  for (const { venue, symbol, timeframe, days, runningDays, firstDay, lastDay, bytes } of series) {
    const running = runningDays === 0 ? "" : " + one that was running";
    table.push([venue, symbol, timeframe, `${days}${running}`, firstDay, lastDay, `${Math.ceil(bytes / 1024)} KiB`]);
  }
  return `${root}\n${table.toString()}`;
}
