/**
 * Where a paper session's prices, markets and entries come from: files, or the made-up session of a seed.
 *
 * Promises: every entry's symbol has prices; what is assumed (default markets) or left out (bad rows, gaps) is said as
 * a notice; a file that is not there is a usage error that names its option. It opens nothing for writing.
 */
import type { Config } from "../config/config-file.ts";
import { parseEntries, readEntries, type FileEntry } from "../config/entries.ts";
import type { Caps } from "../domain/caps.ts";
import { makePlan } from "../domain/make-plan.ts";
import { contextOf, contextSettingsOf, type ReckonedContext } from "./reckoned-context.ts";
import { usesContext } from "../domain/context-settings.ts";
import type { Market } from "../domain/market.ts";
import type { EntryToJudge } from "../engine/judge-entry.ts";
import { describeGaps } from "../prices/candle-spacing.ts";
import { defaultMarket } from "../prices/default-market.ts";
import { marketOf, readMarketFile, type MarketFile, type PrecisionMode } from "../prices/market-file.ts";
import type { PriceFeed } from "../prices/price-feed.ts";
import { readPriceFile, type PriceFile } from "../prices/price-file.ts";
import { describeProblems, type BadRows } from "../prices/row-problems.ts";
import { syntheticSession } from "../prices/synthetic-session.ts";
import type { EventLine } from "../observability/event-lines.ts";
import { UsageError } from "./exit-codes.ts";
import { mustExist } from "./file-there.ts";

export interface SourceOptions {
  /** Each "FILE" or "SYMBOL=FILE"; none for the made-up session. */
  readonly prices: readonly string[];
  readonly entries: string | undefined;
  readonly symbol: string | undefined;
  readonly columns: string | undefined;
  readonly timeframeMs: number | undefined;
  readonly badRows: BadRows;
  readonly markets: string | undefined;
  readonly precisionMode: PrecisionMode | undefined;
}

export interface SessionSource {
  readonly feeds: readonly PriceFeed[];
  /** Feed events in all, for progress. */
  readonly events: number;
  readonly markets: readonly Market[];
  readonly entries: readonly EntryToJudge[];
  /** How market context is reckoned; null where nobody looks at it. */
  readonly context: ReckonedContext | null;
  readonly caps: Caps;
  readonly notices: readonly EventLine[];
  /** One line: what is being run on what. */
  readonly title: string;
}

export function sessionSource(options: SourceOptions, config: Config): SessionSource {
  if (options.prices.length === 0) return madeUpSource(options, config);
  return fileSource(options, config);
}

/** Four events a candle: its open, and the three stretches of its path (R9.5). */
const EVENTS_PER_CANDLE = 4;

function madeUpSource(options: SourceOptions, config: Config): SessionSource {
  const alone = (["entries", "symbol", "columns", "markets", "timeframeMs"] as const).find(
    (name) => options[name] !== undefined,
  );
  if (alone !== undefined) {
    const option = alone === "timeframeMs" ? "timeframe" : alone;
    throw new UsageError(`--${option} needs --prices FILE (without --prices the session is made up from --seed)`);
  }
  const { seed } = config.paper;
  const session = syntheticSession(seed);
  const text = session.entries.map((entry) => JSON.stringify(entry)).join("\n");
  const { entries } = parseEntries("the made-up session", text, { account: config.account, plan: config.plan });
  const candles = session.feeds.reduce((sum, feed) => sum + (feed.rowCount ?? 0), 0);
  return {
    feeds: session.feeds,
    events: candles * EVENTS_PER_CANDLE,
    markets: session.markets,
    entries: entriesToJudge(entries, session.markets),
    context: contextOf(config),
    caps: config.caps,
    notices: [],
    title: `made-up session of seed ${JSON.stringify(seed)}: ${session.markets.length} markets, ${entries.length} entries`,
  };
}

function fileSource(options: SourceOptions, config: Config): SessionSource {
  if (options.entries === undefined) {
    throw new UsageError("--prices needs --entries FILE: the positions to open, one JSON object per line");
  }
  mustExist(options.entries, "--entries");
  const file = readEntries(options.entries, { account: config.account, plan: config.plan });
  const sources = priceSources(options, file.entries);
  const notices: EventLine[] = file.warnings.map((text) => notice("POSITION", text));
  const marketFile = marketFileOf(options, config);
  notices.push(...(marketFile?.warnings ?? []).map((text) => notice("PRICE", text)));
  const markets = sources.map(({ symbol }) => marketFor(symbol, marketFile, notices));
  const read = sources.map(({ symbol, path }) => readPrices({ symbol, path, options, notices }));
  refuseForeignSymbols(file.entries, sources, options.entries);
  const context = contextOf(config);
  const isLookedAt = file.entries.some(({ settings }) => usesContext(settings.rules));
  if (context !== null && (context.isAsked || isLookedAt)) notices.push(...coarseNotices(config, read));
  return {
    feeds: read.map(({ feed }) => feed),
    events: read.reduce(
      (sum, { kind, feed }) => sum + (feed.rowCount ?? 0) * (kind === "candles" ? EVENTS_PER_CANDLE : 1),
      0,
    ),
    markets,
    entries: entriesToJudge(file.entries, markets),
    context,
    caps: config.caps,
    notices,
    title: `${sources.map(({ symbol, path }) => `${symbol} from ${path}`).join(", ")}: ${file.entries.length} entries`,
  };
}

export interface NamedFile {
  readonly symbol: string;
  readonly path: string;
}

/** BASE/QUOTE or BASE/QUOTE:SETTLE before an equals sign; anything else is a path. */
const WITH_SYMBOL = /^([A-Za-z0-9]+\/[A-Za-z0-9]+(?::[A-Za-z0-9-]+)?)=(.+)$/;

const priceSources = (options: SourceOptions, entries: readonly FileEntry[]): readonly NamedFile[] =>
  namedFiles("--prices", options.prices, options.symbol, entries);

/** Each "FILE" or "SYMBOL=FILE", one for a symbol; where none is named it is that of the option, or of the entries. */
export function namedFiles(
  option: string,
  given: readonly string[],
  symbol: string | undefined,
  entries: readonly FileEntry[],
): readonly NamedFile[] {
  const sources = given.map((each): NamedFile => {
    const [, named, path] = WITH_SYMBOL.exec(each) ?? [];
    return named === undefined || path === undefined
      ? { symbol: symbolOf(option, symbol, entries), path: each }
      : { symbol: named, path };
  });
  const twice = sources.find((one, index) => sources.findIndex((each) => each.symbol === one.symbol) !== index);
  if (twice !== undefined) {
    throw new UsageError(
      `${option} names two files of ${twice.symbol}; allowed: one file for each symbol, as ${option} SYMBOL=FILE`,
    );
  }
  for (const { path } of sources) mustExist(path, option);
  return sources;
}

function symbolOf(option: string, symbol: string | undefined, entries: readonly FileEntry[]): string {
  if (symbol !== undefined) return symbol;
  const symbols = [...new Set(entries.map(({ request }) => request.symbol))];
  const [only] = symbols;
  if (only !== undefined && symbols.length === 1) return only;
  const found = symbols.length === 0 ? "there are no entries" : `the entries name ${symbols.join(", ")}`;
  throw new UsageError(
    `The symbol of the prices is not known: ${found}; name it with --symbol SYMBOL or ${option} SYMBOL=FILE`,
  );
}

export function refuseForeignSymbols(
  entries: readonly FileEntry[],
  sources: readonly Pick<NamedFile, "symbol">[],
  file: string,
): void {
  const symbols = sources.map(({ symbol }) => symbol);
  const foreign = entries.find(({ request }) => !symbols.includes(request.symbol));
  if (foreign === undefined) return;
  const shown = JSON.stringify(foreign.request.symbol);
  throw new UsageError(
    `${file}, line ${foreign.line}: symbol is ${shown}; allowed: a symbol with prices: ${symbols.join(", ")}`,
  );
}

/** The file of markets that the options name, or the configuration; null for none. */
export function marketFileOf(
  options: Partial<Pick<SourceOptions, "markets" | "precisionMode">>,
  config: Config,
): MarketFile | null {
  const path = options.markets ?? config.markets?.path;
  if (path === undefined) return null;
  const precisionMode =
    options.precisionMode ?? (options.markets === undefined ? config.markets?.precisionMode : null) ?? undefined;
  return readMarketFile({ path, precisionMode });
}

/** A market of the file, or the default one, which is then said. */
export function marketFor(symbol: string, file: MarketFile | null, notices: EventLine[]): Market {
  if (file !== null) return marketOf(file, symbol);
  try {
    const { market, text } = defaultMarket(symbol);
    notices.push(notice("PRICE", text));
    return market;
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

function readPrices(input: NamedFile & { readonly options: SourceOptions; readonly notices: EventLine[] }): PriceFile {
  const { symbol, path, options, notices } = input;
  const { columns, badRows, timeframeMs } = options;
  const read = readPriceFile({ path, symbol, columns, badRows, timeframeMs });
  const bad = describeProblems(read.file.problems, read.file.rowCount);
  if (bad.length > 0) notices.push(notice("PRICE", `${path}: ${bad.join("\n")}`));
  const gaps = read.kind === "candles" ? describeGaps(read.file.gaps) : null;
  if (gaps !== null) notices.push(notice("PRICE", `${path}: ${gaps}`));
  return read;
}

/** Candles that are longer than those that context is to be reckoned from are taken as they are. */
function coarseNotices(config: Config, read: readonly PriceFile[]): readonly EventLine[] {
  const wantedMs = contextSettingsOf(config).timeframeMs;
  return read.flatMap(({ kind, file }) => {
    if (kind !== "candles" || file.timeframeMs <= wantedMs) return [];
    const [has, wants] = [file.timeframeMs, wantedMs].map((ms) => `${ms / 60_000} min`);
    return [
      notice("PRICE", `${file.path}: market context is reckoned from its candles of ${has}, longer than ${wants}`),
    ];
  });
}

const entriesToJudge = (entries: readonly FileEntry[], markets: readonly Market[]): readonly EntryToJudge[] =>
  entries.map(({ request, settings }) => {
    const market = markets.find(({ symbol }) => symbol === request.symbol);
    return { request, market, plan: makePlan(settings, market) };
  });

const notice = (tag: EventLine["tag"], text: string): EventLine => ({ level: "warning", tag, text });
