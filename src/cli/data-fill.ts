/**
 * Fetches the days that a cache lacks, and keeps each as soon as it is there.
 *
 * Promises: interrupted anywhere, what was kept is whole days; a day that is still running is kept as such; a day of which the venue
 * gave no candle is not kept.
 */
import * as Effect from "effect/Effect";
import { openCandles, type CandleSource, type CandlesError } from "../exchange/ccxt/candles.ts";
import type { ExchangeSetupError } from "../exchange/ccxt/ccxt-client.ts";
import { profileOf } from "../exchange/ccxt/profiles/profiles.ts";
import { durationText } from "../observability/number-texts.ts";
import { DAY_MS, type CandleCache, type CandleRow } from "../prices/candle-cache.ts";
import { isOver, runsOf, type DayRun, type Wanted } from "./data-span.ts";
import { showProgress } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/** Until the headers of an answer are there. */
const TIMEOUT_MS = 10_000;

/** Fetches what is missing, each run of days in one go. Says until when candles were over. */
export const fill = (input: {
  readonly wanted: Wanted;
  readonly missing: readonly number[];
  readonly cache: CandleCache;
  readonly nowMs: number;
  readonly terminal: Terminal;
  readonly isQuiet: boolean;
}): Effect.Effect<number, ExchangeSetupError | CandlesError> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { wanted, missing, cache, nowMs, terminal, isQuiet } = input;
      const { profile } = profileOf(wanted.venue);
      const candlesOf = (dayMs: number): number => Math.min(DAY_MS, nowMs - dayMs) / wanted.timeframeMs;
      const total = missing.reduce((sum, dayMs) => sum + Math.floor(candlesOf(dayMs)), 0);
      const progress = isQuiet ? null : showProgress(terminal, total, () => performance.now(), "candles");
      yield* Effect.addFinalizer(() => Effect.sync(() => progress?.end()));
      const source = yield* openCandles({
        profile,
        symbol: wanted.symbol,
        timeframe: wanted.timeframe,
        timeoutMs: TIMEOUT_MS,
        onWait(waitMs, why) {
          progress?.end();
          terminal.err(`pawl: waiting ${waitText(waitMs)}: ${why}`);
        },
      });
      const overMs = yield* source.overMs(wanted.timeframeMs);
      let done = 0;
      progress?.update(done);
      for (const run of runsOf(missing)) {
        yield* fillRun({
          run,
          wanted,
          cache,
          source,
          overMs,
          nowMs,
          onCandles: (count) => progress?.update((done += count)),
        });
      }
      return overMs;
    }),
  );

const waitText = (waitMs: number): string => (waitMs < 1_000 ? `${Math.ceil(waitMs)} ms` : durationText(waitMs));

function fillRun(input: {
  readonly run: DayRun;
  readonly wanted: Wanted;
  readonly cache: CandleCache;
  readonly source: CandleSource;
  readonly overMs: number;
  readonly nowMs: number;
  readonly onCandles: (count: number) => void;
}): Effect.Effect<void, CandlesError> {
  const { run, wanted, cache, source, overMs, nowMs, onCandles } = input;
  const span = { ...wanted, fromMs: run.fromMs, toMs: Math.min(run.toMs, overMs) };
  let dayMs = run.fromMs;
  let rows: CandleRow[] = [];
  const keepDay = (hasEnded: boolean): void => {
    // A day without a single candle is asked for again: the venue may have been out of sorts.
    if (rows.length > 0) cache.write(wanted, dayMs, { rows, isOver: hasEnded });
    dayMs += DAY_MS;
    rows = [];
  };
  const endDaysUntil = (atMs: number): void => {
    while (dayMs + DAY_MS <= atMs && dayMs + DAY_MS <= span.toMs) keepDay(isOver(dayMs, nowMs));
  };
  const fetching = source.fetch(span, (candles, askedToMs) => {
    for (const candle of candles) {
      endDaysUntil(candle[0]);
      rows.push(candle);
    }
    endDaysUntil(askedToMs);
    onCandles(candles.length);
  });
  return Effect.andThen(
    fetching,
    Effect.sync(() => {
      if (rows.length > 0) keepDay(false);
    }),
  );
}
