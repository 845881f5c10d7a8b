/** The options that `pawl backtest`, `compare` and `sweep` share: data, entries, costs, and where the result goes. */
import type { Command } from "commander";
import { Option } from "commander";
import { OBJECTIVES, type CandleOrder } from "../backtest/backtest.ts";
import type { PrecisionMode } from "../prices/market-file.ts";
import type { BadRows } from "../prices/row-problems.ts";
import { UsageError } from "./exit-codes.ts";
import { marketsOption, precisionModeOption } from "./market-options.ts";

export interface BacktestOptions {
  readonly prices?: readonly string[];
  readonly candles?: readonly string[];
  readonly trades?: readonly string[];
  readonly finer?: readonly string[];
  readonly funding?: readonly string[];
  readonly brackets?: string;
  readonly entries?: string;
  readonly enter?: string;
  readonly amount?: string;
  readonly worth?: string;
  readonly leverage?: string;
  readonly symbol?: string;
  readonly columns?: string;
  readonly timeframe?: string;
  readonly badRows: BadRows;
  readonly zeroVolume: "keep" | "stop" | "skip";
  readonly markets?: string;
  readonly precisionMode?: PrecisionMode;
  readonly config?: string;
  readonly context?: string;
  readonly takerFee?: string;
  readonly makerFee?: string;
  readonly slippage?: string;
  readonly candle: CandleOrder;
  readonly balance?: string;
  readonly threads?: string;
  readonly seed?: string;
  readonly json?: true;
  readonly quiet?: true;
}

export function addBacktestOptions(command: Command): Command {
  return command
    .option("--prices <[symbol=]file...>", "candles or trades: CSV, JSON (both plain or gzip), Parquet, feather")
    .option("--candles <[symbol=]file...>", "the same; says what is in the file")
    .option("--trades <[symbol=]file...>", "the same; says what is in the file")
    .option("--entries <file>", "positions to open, one JSON object per line")
    .option(
      "--enter <rule>",
      "entries by a rule in place of a file: breakout:20[:long], ma-cross:10:50, random:500:SEED, always:long",
    )
    .option("--worth <money>", "what an entry of a rule is worth, quote currency (default: 1000)")
    .option("--amount <amount>", "how large an entry of a rule is, in place of --worth: coins, or contracts")
    .option("--leverage <n>", "leverage of the entries of a rule (default: 1)")
    .option("--symbol <symbol>", "symbol of the prices, where the entries do not tell: BTC/USDT:USDT")
    .option("--columns <names>", "order of the columns, or names: timestamp_ms=ts,open=o,…")
    .option("--timeframe <length>", "length of a candle, where the file cannot tell: 1m, 4h, 60000")
    .addOption(choice("--bad-rows <what>", "what to do about bad rows", ["stop", "skip"], "stop"))
    .addOption(choice("--zero-volume <what>", "candles without volume", ["keep", "stop", "skip"], "keep"))
    .option("--finer <[symbol=]file...>", "finer candles, to see inside the others where they cover them whole")
    .addOption(
      choice(
        "--candle <order>",
        "which extreme of a candle comes first: the adverse one, the nearer one (as in paper), the favorable one",
        ["pessimistic", "path", "optimistic"],
        "pessimistic",
      ),
    )
    .option("--funding <[symbol=]file...>", "funding rates, CSV timestamp_ms,funding_rate: paid and received")
    .option("--brackets <file>", "leverage brackets, JSON as ccxt writes them: positions may be liquidated")
    .addOption(marketsOption())
    .addOption(precisionModeOption())
    .option("--config <file>", "configuration")
    .option("--context <timeframe>", "candles that market context is reckoned from, or off (default: 5m, where used)")
    .option("--taker-fee <ratio>", "share of the notional (default: 0.0005)")
    .option("--maker-fee <ratio>", "share of the notional (default: 0.0002); every order here takes")
    .option("--slippage <ratio>", "share of the price, against the taker (default: 0)")
    .option("--balance <money>", "what the account begins with, for drawdown in percent (default: 10000)")
    .option("--threads <n>", "threads that work at once (default: as many as the machine has, where it pays)")
    .option("--seed <text>", 'seed of what is drawn at random (default: "pawl")')
    .option("--json", "the whole result as JSON in place of tables")
    .option("--quiet", "no progress, no notices")
    .option("--no-color", "no colors");
}

export const rangeOption = (): Option =>
  new Option("--range", "the worst and the best order of the extremes inside each candle, too");

export const htmlOption = (): Option => new Option("--html <file>", "a report as one page that needs no network");

export const objectiveOption = (): Option =>
  choice("--objective <what>", "what makes a plan better", OBJECTIVES, "averageR");

const choice = (flags: string, about: string, choices: readonly string[], byDefault: string): Option =>
  new Option(flags, about).choices(choices).default(byDefault);

/** A number of an option, or a usage error that names the option. */
export function numberOption(
  option: string,
  text: string,
  { least, most = Number.POSITIVE_INFINITY, whole = false }: { least: number; most?: number; whole?: boolean },
): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  const to = most === Number.POSITIVE_INFINITY ? "or more" : `to ${most}`;
  throw new UsageError(
    `${option} is ${JSON.stringify(text)}; allowed: ${whole ? "a whole number, " : ""}${least} ${to}`,
  );
}
