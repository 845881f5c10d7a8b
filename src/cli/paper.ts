/**
 * `pawl paper`: positions looked after on made-up or recorded prices, against the paper exchange (R12.1).
 *
 * Promises: every line that it prints is journalled; it can be stopped at any moment and the same command continues;
 * with the same seed it writes the same bytes (P20).
 */
import type { Command } from "commander";
import { Option } from "commander";
import { parsePaperSettings } from "../exchange/paper/settings.ts";
import { openIn, type Journal } from "../journal/journal.ts";
import type { KernelPosition } from "../kernel/kernel.ts";
import type { EventLine } from "../observability/event-lines.ts";
import { DONE, FAILED, INTERRUPTED, type ExitCode } from "./exit-codes.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { marketsOption, precisionModeOption } from "./market-options.ts";
import { configFrom, paceFrom, timeframeFrom, type PaperOptions } from "./paper-options.ts";
import { carryOn } from "./session-loop.ts";
import { openSessionFiles, type SessionFiles } from "./session-files.ts";
import { jsonReport, textReport, type SessionReport } from "./session-report.ts";
import { sessionSource, type SessionSource } from "./session-source.ts";
import { startSession, type Session } from "./session.ts";
import type { Terminal } from "./terminal.ts";

interface Options extends PaperOptions {
  readonly prices?: readonly string[];
  readonly candles?: readonly string[];
  readonly trades?: readonly string[];
  readonly entries?: string;
  readonly symbol?: string;
  readonly columns?: string;
  readonly timeframe?: string;
  readonly badRows: "stop" | "skip";
  readonly markets?: string;
  readonly precisionMode?: "TICK_SIZE" | "DECIMAL_PLACES";
  readonly journal?: string;
  readonly pace?: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly color: boolean;
}

const EXAMPLES = `
Examples:
  $ pawl paper                                a made-up session, to its end
  $ pawl paper --seed 7 --pace 2000           another one, slow enough to watch
  $ pawl paper --candles BTCUSDT-1m.csv.gz --entries entries.jsonl --journal btc.journal
  $ pawl paper --prices BTC/USDT:USDT=btc.csv --prices ETH/USDT:USDT=eth.csv --entries entries.jsonl
  $ pawl paper --json | jq 'select(.type == "closed")'

An entry is one line of JSON: {"at": "2025-01-06T00:00:00Z", "symbol": "BTC/USDT:USDT", "side": "long", "amount": "0.1"}
A session that was stopped continues when the same command is given again with the same --journal.`;

export function addPaper(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  program
    .command("paper")
    .description("look after positions on made-up or recorded prices, against a paper exchange")
    .option("--prices <[symbol=]file...>", "candles or trades, CSV, plain or gzip; without it the session is made up")
    .option("--candles <[symbol=]file...>", "the same; says what is in the file")
    .option("--trades <[symbol=]file...>", "the same; says what is in the file")
    .option("--entries <file>", "positions to open, one JSON object per line")
    .option("--symbol <symbol>", "symbol of the prices, where the entries name more than one")
    .option(
      "--columns <names>",
      "order of the columns in the price files, for example timestamp_ms,open,close,high,low,volume",
    )
    .option("--timeframe <length>", "length of a candle, where the file cannot tell: 1m, 4h, 60000")
    .addOption(
      new Option("--bad-rows <what>", "what to do about bad rows of a price file")
        .choices(["stop", "skip"])
        .default("stop"),
    )
    .addOption(marketsOption())
    .addOption(precisionModeOption())
    .option(
      "--journal <file>",
      "journal to begin or to continue; its paper ledger is FILE.paper (default: a temporary file)",
    )
    .option("--config <file>", "configuration")
    .option("--plan <preset|file>", "plan of entries that have none of their own")
    .option(
      "--context <timeframe>",
      "candles that market context is reckoned from, for example 15m, or off (default: 5m, where a plan looks at it)",
    )
    .option("--seed <text>", 'seed of made-up prices and of the paper exchange (default: "pawl")')
    .option("--taker-fee <ratio>", "share of the notional (default: 0.0005)")
    .option("--maker-fee <ratio>", "share of the notional (default: 0.0002)")
    .option("--slippage <ratio>", "share of the price, against the taker (default: 0)")
    .option("--latency <min-max>", "milliseconds that an order is on its way (default: 0)")
    .option(
      "--partial-fills <p[,n[,ms]]>",
      "share of orders that fill in slices, most slices, milliseconds between them (default: 0)",
    )
    .option("--expire-rest <p>", "share of orders in slices whose rest expires (default: 0)")
    .option("--pace <rate>", "price events per second, to watch (default: as fast as it goes)")
    .option("--json", "JSON lines in place of text")
    .option("--quiet", "only the table at the end, and errors")
    .option("--verbose", "every order, too")
    .option("--no-color", "no colors")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => end(await paper(options, options.color ? terminal : terminal.withoutColor())));
}

async function paper(options: Options, terminal: Terminal): Promise<ExitCode> {
  const config = configFrom(options);
  const pace = options.pace === undefined ? null : paceFrom(options.pace);
  const source = sessionSource(
    {
      prices: [...(options.prices ?? []), ...(options.candles ?? []), ...(options.trades ?? [])],
      entries: options.entries,
      symbol: options.symbol,
      columns: options.columns,
      timeframeMs: options.timeframe === undefined ? undefined : timeframeFrom(options.timeframe),
      badRows: options.badRows,
      markets: options.markets,
      precisionMode: options.precisionMode,
    },
    config,
  );
  const report =
    options.json === true
      ? jsonReport(terminal)
      : textReport(terminal, { quiet: options.quiet === true, verbose: options.verbose === true });
  const settings = parsePaperSettings(config.paper);
  const files = openSessionFiles({ path: options.journal, seed: settings.seed });
  try {
    return await run({ source, files, settings, report, terminal, pace, quiet: options.quiet === true });
  } finally {
    files.close();
  }
}

interface Run {
  readonly source: SessionSource;
  readonly files: SessionFiles;
  readonly settings: ReturnType<typeof parsePaperSettings>;
  readonly report: SessionReport;
  readonly terminal: Terminal;
  readonly pace: number | null;
  readonly quiet: boolean;
}

async function run({ source, files, settings, report, terminal, pace, quiet }: Run): Promise<ExitCode> {
  const { journal, ledger, journalPath, ledgerPath } = files;
  const interrupt = listenForInterrupt(() => terminal.err("pawl: interrupted; once more ends at once"));
  try {
    const last = journal.last();
    report.begins({
      title: source.title,
      journal: journalPath,
      ledger: ledgerPath,
      journalId: journal.id,
      seed: settings.seed,
      continuesAtMs: last?.atMs ?? null,
      openPositions: openIn(journal.latest()).length,
      facts: last === null ? 0 : factCount(journal.rows()),
    });
    for (const notice of source.notices) report.notice(notice);
    let rowCount = 0;
    const onRows: Parameters<typeof startSession>[0]["onRows"] = (rows) => {
      rowCount += rows.length;
      report.rows(rows);
    };
    const session = startSession({ journal, ledger, settings, onRows, ...source });
    const { replay } = session;
    const ended = await carryOn({ replay, events: source.events, interrupt, terminal, pace, quiet });
    const open = openPositions(session);
    if (terminal.readerHasGone()) return ended ? DONE : INTERRUPTED;
    if (ended) for (const late of neverReached(source, journal)) report.notice(late);
    if (!ended || open.length > 0) report.leaves({ open, atMs: replay.progress().atMs, interrupted: !ended });
    report.ends({
      latest: journal.latest(),
      interrupted: !ended,
      nothingToDo: ended && last !== null && rowCount === 0,
    });
    if (!ended) return INTERRUPTED;
    return open.length === 0 ? DONE : FAILED;
  } finally {
    interrupt.release();
  }
}

const openPositions = ({ replay }: Session): readonly KernelPosition[] =>
  replay.kernel.positions().filter(({ snapshot }) => snapshot.position.outcome === null);

/** Entries whose time has not come before the prices ended. */
function neverReached({ entries }: SessionSource, journal: Journal): readonly EventLine[] {
  const reached = new Set(journal.latest().map(({ position }) => position));
  return entries
    .filter(({ request }) => !reached.has(request.id))
    .map(({ request: { id, symbol, atMs } }) => ({
      level: "warning",
      tag: "POSITION",
      text: `${symbol} ${id}: never opened: its time, ${new Date(atMs).toISOString()}, is after the last price of ${symbol}`,
    }));
}

function factCount(rows: Iterable<{ readonly facts: readonly unknown[] }>): number {
  let count = 0;
  for (const { facts } of rows) count += facts.length;
  return count;
}
