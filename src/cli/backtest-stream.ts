/** `pawl backtest --stream`: candles that do not fit into memory, chunk by chunk. */
import { basename } from "node:path";
import { statisticsOf, streamMarket, type RefusedTest, type TestedPosition } from "../backtest/backtest.ts";
import type { Config } from "../config/config-file.ts";
import { parsePaperSettings } from "../exchange/paper/settings.ts";
import { candleChunks } from "../prices/candle-chunks.ts";
import { describeGaps } from "../prices/candle-spacing.ts";
import { readLeverageBrackets } from "../prices/leverage-brackets.ts";
import { describeProblems } from "../prices/row-problems.ts";
import { entriesAsked, type NamedPlan } from "./backtest-entries.ts";
import type { BacktestOptions } from "./backtest-options.ts";
import { balanceOf, leftOutNotices, type Outcome } from "./backtest-session.ts";
import type { EventLine } from "./event-lines.ts";
import { UsageError } from "./exit-codes.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { timeframeFrom } from "./paper-options.ts";
import { showProgress } from "./progress.ts";
import { marketFileOf, marketFor, namedFiles, refuseForeignSymbols } from "./session-source.ts";
import type { Terminal } from "./terminal.ts";
import { statSync } from "node:fs";

export async function streamBacktest(
  plan: NamedPlan,
  options: BacktestOptions & { readonly range?: true },
  config: Config,
  terminal: Terminal,
): Promise<Outcome> {
  refuseWhatNeedsTheWhole(options);
  const asked = entriesAsked(options, config);
  const given = [...(options.prices ?? []), ...(options.candles ?? [])];
  const files = namedFiles("--prices", given, options.symbol, asked.file?.entries ?? []);
  const [file] = files;
  if (file === undefined || files.length > 1)
    throw new UsageError(`--stream takes one file of candles; --prices names ${files.length}`);
  const { symbol, path } = file;
  if (asked.file !== null) refuseForeignSymbols(asked.file.entries, files, asked.file.file);
  const said: EventLine[] = [];
  const market = marketFor(symbol, marketFileOf(options, config), said);
  const brackets =
    options.brackets === undefined ? null : (readLeverageBrackets(options.brackets).brackets.get(symbol) ?? null);
  if (options.brackets !== undefined && brackets === null)
    said.push({
      level: "warning",
      tag: "POSITION",
      text: `${symbol}: no brackets in ${options.brackets}: never liquidated`,
    });
  const { specs, usesContext } = asked.planned(plan, [{ market }], false);
  if (usesContext && config.context !== "off")
    throw new UsageError(
      "--stream reckons no market context, and this plan looks at it; add --context off, or leave --stream out",
    );
  const settings = parsePaperSettings({ ...config.paper, latencyMs: { minimum: 0, maximum: 0 } });
  const { columns, badRows, zeroVolume, timeframe } = options;
  const timeframeMs = timeframe === undefined ? undefined : timeframeFrom(timeframe);
  let notes: readonly string[] = [];
  const chunks = async function* (): ReturnType<typeof candleChunks> {
    for await (const chunk of candleChunks({ path, symbol, columns, badRows, zeroVolume, timeframeMs })) {
      const { problems, rowCount, gaps } = chunk.seen;
      notes = [...describeProblems(problems, rowCount), ...(describeGaps(gaps) === null ? [] : [describeGaps(gaps)!])];
      yield chunk;
    }
  };
  const positions: TestedPosition[] = [];
  const refused: RefusedTest[] = [];
  const interrupt = listenForInterrupt(() =>
    terminal.err("pawl: interrupted; what is done is reported. Once more ends at once"),
  );
  // A row of a plain file has some 50 bytes; of a compressed one, a third of that.
  const expected = statSync(path).size / (path.endsWith(".gz") ? 17 : 50);
  const progress =
    options.quiet === true ? null : showProgress(terminal, expected, () => performance.now(), "rows (or so)");
  let last: {
    rows: number;
    fromMs: number;
    toMs: number;
    timeframeMs: number;
    late: readonly string[];
    open: number;
  } | null = null;
  try {
    const parts = streamMarket({
      chunks: chunks(),
      market,
      spec: specs[0]!,
      settings,
      order: options.candle,
      brackets,
    });
    for await (const part of parts) {
      positions.push(...part.positions);
      refused.push(...part.refused);
      last = part;
      progress?.update(part.rows);
      if (interrupt.asked()) break;
    }
  } finally {
    progress?.end();
    interrupt.release();
  }
  if (last === null) throw new Error("Invariant: a file without candles is refused");
  const balance = balanceOf(options);
  const run = { plan: plan.name, positions, refused, range: null };
  const { rows, fromMs, toMs } = last;
  return {
    result: {
      format: "pawl-backtest",
      version: 1,
      runs: [run],
      series: [
        {
          symbol,
          quote: market.quote,
          kind: "candles",
          source: basename(path),
          rows,
          fromMs,
          toMs,
          timeframeMs: last.timeframeMs,
          notes,
        },
      ],
      assumptions: {
        candleOrder: options.candle,
        takerFee: settings.takerFee,
        makerFee: settings.makerFee,
        slippage: settings.slippage,
        funding: false,
        liquidation: brackets !== null,
        balance,
      },
      isPartial: interrupt.asked(),
      notes: [
        ...said.map(({ text }) => text),
        ...(asked.file?.warnings ?? []),
        ...leftOutNotices(config),
        ...(interrupt.asked() && last.open > 0
          ? [`${last.open} positions were still open and are not in the figures`]
          : []),
        ...(last.late.length === 0
          ? []
          : [
              `${last.late.length} entries ${interrupt.asked() ? "were not reached" : "come after the last price"}: ${last.late[0]}`,
            ]),
        "Streamed: equity and drawdown are those of what was realised",
      ],
    },
    statistics: [statisticsOf(run, { balance, fromMs, toMs })],
  };
}

function refuseWhatNeedsTheWhole(options: BacktestOptions & { readonly range?: true }): void {
  const wants = (["finer", "funding", "trades", "range"] as const).find((name) => options[name] !== undefined);
  if (wants !== undefined) throw new UsageError(`--stream goes without --${wants}: it never holds all prices at once`);
  if (options.enter !== undefined && !options.enter.startsWith("always"))
    throw new UsageError(`--stream takes --entries, or --enter always; ${options.enter} looks at all prices`);
}
