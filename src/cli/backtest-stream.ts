/** `pawl backtest --stream`: candles that do not fit into memory, chunk by chunk. */
import { statSync } from "node:fs";
import { basename } from "node:path";
import {
  statisticsOf,
  streamMarket,
  type RefusedTest,
  type StreamedPart,
  type TestedPosition,
} from "../backtest/backtest.ts";
import type { Config } from "../config/config-file.ts";
import { candleChunks } from "../prices/candle-chunks.ts";
import { describeGaps } from "../prices/candle-spacing.ts";
import { readLeverageBrackets } from "../prices/leverage-brackets.ts";
import { describeProblems } from "../prices/row-problems.ts";
import { entriesAsked, type NamedPlan } from "./backtest-entries.ts";
import type { BacktestOptions } from "./backtest-options.ts";
import { balanceOf, costsOf, leftOutNotices, type Outcome } from "./backtest-session.ts";
import type { EventLine } from "../observability/event-lines.ts";
import { UsageError } from "./exit-codes.ts";
import { timeframeFrom } from "./paper-options.ts";
import { marketFileOf, marketFor, namedFiles, refuseForeignSymbols } from "./session-source.ts";
import type { Terminal } from "./terminal.ts";
import { visibly } from "./visible-work.ts";

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
  const settings = costsOf(config);
  const { columns, badRows, zeroVolume, timeframe } = options;
  const timeframeMs = timeframe === undefined ? undefined : timeframeFrom(timeframe);
  let notes: readonly string[] = [];
  const chunks = async function* (): ReturnType<typeof candleChunks> {
    for await (const chunk of candleChunks({ path, symbol, columns, badRows, zeroVolume, timeframeMs })) {
      const { problems, rowCount, gaps } = chunk.seen;
      const described = describeGaps(gaps);
      notes = [...describeProblems(problems, rowCount), ...(described === null ? [] : [described])];
      yield chunk;
    }
  };
  const positions: TestedPosition[] = [];
  const refused: RefusedTest[] = [];
  // A row of a plain file has some 50 bytes; of a compressed one, a third of that.
  const expected = statSync(path).size / (path.endsWith(".gz") ? 17 : 50);
  const shown = { terminal, quiet: options.quiet === true, total: expected, what: "rows (or so)" };
  const { last, isPartial } = await visibly(shown, async (watch) => {
    let reached: StreamedPart | null = null;
    const spec = specs[0]!;
    for await (const part of streamMarket({
      chunks: chunks(),
      market,
      spec,
      settings,
      order: options.candle,
      brackets,
    })) {
      positions.push(...part.positions);
      refused.push(...part.refused);
      reached = part;
      watch.update(part.rows);
      if (watch.isInterrupted()) break;
    }
    return { last: reached, isPartial: watch.isInterrupted() };
  });
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
      isPartial,
      notes: [
        ...said.map(({ text }) => text),
        ...(asked.file?.warnings ?? []),
        ...leftOutNotices(config),
        ...(isPartial && last.open > 0 ? [`${last.open} positions were still open and are not in the figures`] : []),
        ...(last.late.length === 0
          ? []
          : [
              `${last.late.length} entries ${isPartial ? "were not reached" : "come after the last price"}: ${last.late[0]}`,
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
