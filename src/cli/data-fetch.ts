/**
 * `pawl data fetch`: the days that the cache lacks are fetched, page by page; then the asked span is joined and judged for gaps (R14.3).
 *
 * Promises: what was fetched stays, whatever ends the command; the same command goes on from there, and asks the venue nothing where
 * the cache has every day. Gaps are told with their times and never filled.
 */
import * as Effect from "effect/Effect";
import { CandlesError } from "../exchange/ccxt/candles.ts";
import { ExchangeSetupError } from "../exchange/ccxt/ccxt-client.ts";
import { openCandleCache, type CandleCache } from "../prices/candle-cache.ts";
import { fill } from "./data-fill.ts";
import { joinDays, refuseUnwritable, type Joined } from "./data-join.ts";
import { missingDays, wantedFrom, type SpanOptions, type Wanted } from "./data-span.ts";
import { DONE, FAILED, FailedError, INTERRUPTED, UsageError, type ExitCode } from "./exit-codes.ts";
import { listenForInterrupt } from "./interrupt.ts";
import type { Terminal } from "./terminal.ts";
import { isoText } from "../observability/number-texts.ts";

export interface FetchOptions extends SpanOptions {
  readonly out?: string;
  readonly cache?: string;
  readonly json?: true;
  readonly quiet?: true;
}

export async function fetchData(
  options: FetchOptions & { readonly cache: string },
  terminal: Terminal,
): Promise<ExitCode> {
  const nowMs = Date.now();
  const wanted = wantedFrom(options, nowMs);
  refuseUnwritable(options.out);
  const cache = openCandleCache(options.cache);
  const missing = missingDays(wanted, cache, nowMs);
  const ending = new AbortController();
  const interrupt = listenForInterrupt(() => {
    terminal.err("pawl: interrupted; what is fetched is kept, and the same command goes on. Once more ends at once");
    ending.abort();
  });
  try {
    let overMs = Number.POSITIVE_INFINITY;
    if (missing.length > 0) {
      const fetching = fill({ wanted, missing, cache, nowMs, terminal, isQuiet: options.quiet === true });
      const filled = await Effect.runPromise(fetching, { signal: ending.signal }).catch((error: unknown) => {
        if (interrupt.asked()) return null;
        throw failure(error);
      });
      if (filled === null) return INTERRUPTED;
      overMs = filled;
    }
    const joined = joinDays({ ...wanted, toMs: Math.min(wanted.toMs, overMs) }, cache, options.out);
    if (options.json === true)
      terminal.out(JSON.stringify({ ...told(wanted), cache: cache.root, out: options.out ?? null, ...joined }));
    else for (const text of resultText(wanted, joined, options, cache)) terminal.out(text);
    return joined.candles === 0 ? FAILED : DONE;
  } finally {
    interrupt.release();
  }
}

function failure(error: unknown): unknown {
  if (error instanceof ExchangeSetupError) return new UsageError(error.message);
  return error instanceof CandlesError
    ? new FailedError(`${error.message}. What was fetched before is kept: the same command goes on`)
    : error;
}

const told = ({ venue, symbol, timeframe, fromMs, toMs }: Wanted) => ({
  venue,
  symbol,
  timeframe,
  from: isoText(fromMs),
  to: isoText(toMs),
});

function* resultText(
  { symbol, timeframe, fromMs, toMs, venue }: Wanted,
  { candles, missing, gaps, gapCount, oddCandles }: Joined,
  { out }: FetchOptions,
  cache: CandleCache,
): Generator<string> {
  const span = `${isoText(fromMs)} to ${isoText(toMs)}`;
  if (candles === 0) {
    yield `${venue} has no candle of ${symbol} from ${span}: was it listed then, and does the venue keep candles of ${timeframe} for so long?`;
    return;
  }
  yield `${symbol} ${timeframe}, ${span}: ${candles} candles, ${missing} missing`;
  for (const { from, to, candles: count } of gaps) yield `  gap: ${count} missing from ${from} to ${to}`;
  if (gapCount > gaps.length) yield `  and ${gapCount - gaps.length} gaps more`;
  for (const at of oddCandles.slice(0, ODD_NAMED))
    yield `  odd: the candle at ${at} is no candle (a price of zero, or one outside of high and low)`;
  if (oddCandles.length > ODD_NAMED)
    yield `  and ${oddCandles.length - ODD_NAMED} odd ones more; a backtest stops at them, or leaves them out with --bad-rows skip`;
  yield out === undefined ? `kept in ${cache.root}; --out FILE writes them into one file` : `written to ${out}`;
}

const ODD_NAMED = 10;
