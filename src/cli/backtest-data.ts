/**
 * The data of a backtest from files: prices, finer candles, funding, brackets, each with what there is to say about it.
 *
 * Promises: what is assumed or left out is said; a symbol that is named nowhere is asked for, never guessed.
 */
import { basename } from "node:path";
import {
  candleColumns,
  endOf,
  refined,
  tradeColumns,
  type PriceColumns,
  type TestedMarket,
} from "../backtest/backtest.ts";
import type { Config } from "../config/config-file.ts";
import type { FileEntry } from "../config/entries.ts";
import { describeGaps, gapLines } from "../prices/candle-spacing.ts";
import { readFunding } from "../prices/funding.ts";
import { readLeverageBrackets } from "../prices/leverage-brackets.ts";
import type { MarketFile } from "../prices/market-file.ts";
import { loadPriceFile, type PriceFile } from "../prices/price-file.ts";
import { describeProblems } from "../prices/row-problems.ts";
import type { BacktestOptions } from "./backtest-options.ts";
import type { EventLine } from "../observability/event-lines.ts";
import { UsageError } from "./exit-codes.ts";
import { timeframeFrom } from "./paper-options.ts";
import { marketFileOf, marketFor, namedFiles, type NamedFile } from "./session-source.ts";
import { mustExist } from "./file-there.ts";

export interface BacktestData {
  readonly markets: readonly TestedMarket[];
  readonly notices: readonly string[];
}

export async function backtestData(
  options: BacktestOptions,
  config: Config,
  entries: readonly FileEntry[],
): Promise<BacktestData> {
  const given = [...(options.prices ?? []), ...(options.candles ?? []), ...(options.trades ?? [])];
  if (given.length === 0)
    throw new UsageError("--prices FILE is missing: candles or trades to test on, for example --prices BTCUSDT-1m.csv");
  const files = namedFiles("--prices", given, options.symbol, entries);
  const finer = filesBySymbol("--finer", options.finer, files);
  const funding = filesBySymbol("--funding", options.funding, files);
  const marketFile = marketFileOf(options, config);
  const notices = [...(marketFile?.warnings ?? [])];
  if (options.brackets !== undefined) mustExist(options.brackets, "--brackets");
  const brackets = options.brackets === undefined ? null : readLeverageBrackets(options.brackets).brackets;
  const markets: TestedMarket[] = [];
  for (const file of files) {
    const { symbol } = file;
    const one = await testedMarket(file, { options, marketFile, notices, finer: finer.get(symbol) });
    const rates = funding.get(symbol);
    const known = brackets?.get(symbol) ?? null;
    if (brackets !== null && known === null)
      notices.push(`${symbol}: no brackets in ${options.brackets}: never liquidated`);
    const paid = rates === undefined ? null : readFunding({ path: rates, symbol, badRows: options.badRows }).funding;
    if (paid !== null && !paid.atMs.some((atMs) => atMs >= one.series.fromMs && atMs <= one.series.toMs))
      notices.push(`${symbol}: ${rates} has no funding between the first and the last price`);
    markets.push({ ...one, funding: paid, brackets: known });
  }
  return { markets, notices };
}

async function testedMarket(
  { symbol, path }: NamedFile,
  input: {
    readonly options: BacktestOptions;
    readonly marketFile: MarketFile | null;
    readonly notices: string[];
    readonly finer: string | undefined;
  },
): Promise<TestedMarket> {
  const { options, marketFile, notices } = input;
  const said: EventLine[] = [];
  const market = marketFor(symbol, marketFile, said);
  notices.push(...said.map(({ text }) => text));
  const read = await readPrices(path, symbol, options);
  const notes = notesOf(read);
  const seen = columnsOf(read);
  let columns = seen;
  if (input.finer !== undefined) {
    const fine = columnsOf(await readPrices(input.finer, symbol, { ...options, timeframe: undefined }));
    if (columns.kind === "trades" || fine.kind === "trades")
      throw new UsageError(
        `--finer ${input.finer}: finer candles need candles on both sides; trades are as fine as can be`,
      );
    const better = refined(columns, fine);
    columns = better.columns;
    notes.push(
      `${better.refinedCandles} candles are seen through the finer ones of ${basename(input.finer)}` +
        (better.contradicted > 0 ? `; ${better.contradicted} have other extremes there and stay as they are` : ""),
    );
  }
  const series = {
    symbol,
    quote: market.quote,
    kind: columns.kind,
    source: basename(path),
    rows: read.file.rowCount,
    fromMs: columns.at[0]!,
    toMs: endOf({ columns }),
    timeframeMs: read.kind === "candles" ? read.file.timeframeMs : null,
    notes,
  };
  return { market, columns, seen, series, funding: null, brackets: null };
}

const readPrices = (
  path: string,
  symbol: string,
  { columns, badRows, zeroVolume, timeframe }: Omit<BacktestOptions, "timeframe"> & { timeframe?: string | undefined },
): Promise<PriceFile> =>
  loadPriceFile({
    path,
    symbol,
    columns,
    badRows,
    zeroVolume,
    timeframeMs: timeframe === undefined ? undefined : timeframeFrom(timeframe),
  });

const columnsOf = (read: PriceFile): PriceColumns =>
  read.kind === "candles" ? candleColumns(read.file.candles, read.file.timeframeMs) : tradeColumns(read.file.trades);

const FEW_GAPS = 3;

/** What a reader of the result has to know of its data. */
function notesOf(read: PriceFile): string[] {
  const notes = [...describeProblems(read.file.problems, read.file.rowCount)];
  if (read.kind === "trades") return notes;
  const { gaps, quietCandles } = read.file;
  const described = describeGaps(gaps);
  if (described !== null) notes.push(`${described}: ${gapLines(gaps).slice(0, FEW_GAPS).join(", ")}`);
  if (gaps.overlaps > 0)
    notes.push(`${gaps.overlaps} candles open before the one before is over: is the length of a candle right?`);
  notes.push(...jumpNotes(columnsOf(read)));
  if (quietCandles.count > 0) {
    const rows = quietCandles.firstRows.slice(0, FEW_GAPS).join(", ");
    notes.push(
      `${quietCandles.count} candles without volume (rows ${rows}${quietCandles.count > FEW_GAPS ? ", …" : ""})`,
    );
  }
  return notes;
}

/** Two prices in a row of which one is so many times the other: a decimal point, or another market. */
const JUMP = 3;

function jumpNotes({ open, high, low, close }: PriceColumns): readonly string[] {
  const rows: number[] = [];
  for (let row = 0; row < open.length; row += 1) {
    const before = row === 0 ? open[0]! : close[row - 1]!;
    if (open[row]! > before * JUMP || open[row]! * JUMP < before || high[row]! > low[row]! * JUMP) rows.push(row + 1);
  }
  if (rows.length === 0) return [];
  const shown = rows.slice(0, FEW_GAPS).join(", ");
  return [
    `the price changes more than ${JUMP}-fold at once at ${rows.length} candles (the first: ${shown}): is that so?`,
  ];
}

/** Files that belong to one of the symbols; with one symbol its name may be left out. */
function filesBySymbol(
  option: string,
  given: readonly string[] | undefined,
  files: readonly NamedFile[],
): ReadonlyMap<string, string> {
  const symbols = files.map(({ symbol }) => symbol);
  const only = symbols.length === 1 ? symbols[0] : undefined;
  const named = namedFiles(option, given ?? [], only, []);
  const foreign = named.find(({ symbol }) => !symbols.includes(symbol));
  if (foreign !== undefined)
    throw new UsageError(`${option} names ${foreign.symbol}; allowed: a symbol with prices: ${symbols.join(", ")}`);
  return new Map(named.map(({ symbol, path }) => [symbol, path]));
}
