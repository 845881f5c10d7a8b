/**
 * A backtest over candles that come in chunks and are never all in memory: what is held is one chunk, and the positions.
 *
 * Promises: the positions are those of the same candles in one piece. It reckons no market context and pays no funding: both
 * look further back than a chunk.
 */
import type { Market } from "../domain/market.ts";
import type { PaperSettings } from "../exchange/paper/settings.ts";
import type { CandleChunk } from "../prices/candle-chunks.ts";
import { flowOf, type EntrySpec } from "./entry-spec.ts";
import { liquidationBy } from "./liquidation.ts";
import { candleColumns, columnsWith, endAt, indexOf, type PriceColumns } from "./price-columns.ts";
import type { CandleOrder, RefusedTest, TestedPosition } from "./result.ts";
import { createMarketRun } from "./run-market.ts";
import { testedPosition } from "./tested-position.ts";
import type { LeverageBracket } from "../prices/leverage-brackets.ts";

export interface StreamedPart {
  readonly positions: readonly TestedPosition[];
  readonly refused: readonly RefusedTest[];
  /** Rows of the source so far. */
  readonly rows: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly timeframeMs: number;
  /** Entries whose time has not come. */
  readonly late: readonly string[];
  /** Positions that have not ended yet. */
  readonly open: number;
}

export async function* streamMarket(input: {
  readonly chunks: AsyncIterable<CandleChunk>;
  readonly market: Market;
  readonly spec: EntrySpec;
  readonly settings: PaperSettings;
  readonly order: CandleOrder;
  readonly brackets: readonly LeverageBracket[] | null;
}): AsyncGenerator<StreamedPart, void, undefined> {
  const { market, settings, order, brackets } = input;
  const liquidation = brackets === null ? null : liquidationBy(brackets);
  let run: ReturnType<typeof createMarketRun> | null = null;
  let pending: PriceColumns | null = null;
  let rows = 0;
  let fromMs = 0;

  const through = (columns: PriceColumns, isLast: boolean): StreamedPart => {
    run ??= createMarketRun(flowOf(input.spec, { market, seen: columns, columns }), {
      settings,
      liquidation,
      brackets,
      keepsStops: true,
    });
    const toMs = endAt(columns, columns.at.length - 1);
    const track = { market, columns, index: indexOf(columns), order, context: null, endMs: isLast ? toMs : null };
    const positions: TestedPosition[] = [];
    const refused: RefusedTest[] = [];
    for (const each of run.through(track)) {
      if (each.kind === "refused") refused.push(each.refused);
      else positions.push(testedPosition(each.ride, settings, null));
    }
    const late = run.late().map(({ request }) => request.id);
    return { positions, refused, rows, fromMs, toMs, timeframeMs: columns.timeframeMs, late, open: run.openCount() };
  };

  for await (const { candles, timeframeMs, seen } of input.chunks) {
    const next = candleColumns(candles, timeframeMs);
    if (rows === 0) fromMs = next.at[0]!;
    rows = seen.rowCount;
    // The first candle of the next chunk says how long the last one of this is.
    if (pending !== null) yield through(withFirstOf(next, pending), false);
    pending = next;
  }
  if (pending !== null) yield through(pending, true);
}

/** Some prices with the first of the next ones behind them. */
const withFirstOf = (next: PriceColumns, columns: PriceColumns): PriceColumns =>
  columnsWith(columns, (name) => {
    const joined = new Float64Array(columns[name].length + 1);
    joined.set(columns[name]);
    joined[columns[name].length] = next[name][0]!;
    return joined;
  });
