/**
 * Which candles are wanted, in whole candles and whole UTC days, and which days of them a cache lacks.
 *
 * Promises: a span has at least one candle that is over; what cannot be meant is a usage error that names option, value and what is allowed.
 */
import { durationMsOf } from "../config/duration.ts";
import { entryTime, TIME_LIMIT } from "../config/entry-time.ts";
import { DAY_MS, type CandleCache, type CandleSeries } from "../prices/candle-cache.ts";
import { UsageError } from "./exit-codes.ts";

export interface SpanOptions {
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: string;
  readonly from: string;
  readonly to?: string;
}

export interface Wanted extends CandleSeries {
  readonly timeframeMs: number;
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
}

/** Throws UsageError. */
export function wantedFrom({ venue, symbol, timeframe, from, to }: SpanOptions, nowMs: number): Wanted {
  const refuse = (option: string, value: string, allowed: string): UsageError =>
    new UsageError(`${option} is ${JSON.stringify(value)}; allowed: ${allowed}`);
  if (!/^[a-z0-9]+$/.test(venue)) throw refuse("--venue", venue, "the name of a venue, such as binanceusdm");
  if (!/^[^/:\s]+\/[^/:\s]+(:\S+)?$/.test(symbol)) throw refuse("--symbol", symbol, "BASE/QUOTE, or BASE/QUOTE:SETTLE");
  const timeframeMs = /^\d+[a-z]$/.test(timeframe) ? durationMsOf(timeframe) : null;
  if (timeframeMs === null || DAY_MS % timeframeMs !== 0)
    throw refuse("--timeframe", timeframe, "a length that goes into a day: 1m, 5m, 1h, 4h, 1d");
  const moment = (option: string, text: string): number => {
    const time = entryTime(text);
    if (time === null) throw refuse(option, text, TIME_LIMIT);
    return time.atMs;
  };
  const fromMs = Math.ceil(moment("--from", from) / timeframeMs) * timeframeMs;
  const asked = to === undefined ? nowMs : moment("--to", to);
  const toMs = Math.floor(Math.min(asked, nowMs) / timeframeMs) * timeframeMs;
  if (fromMs < toMs) return { venue, symbol, timeframe, timeframeMs, fromMs, toMs };
  throw new UsageError(
    `--from ${from} to --to ${to ?? "now"} has no candle of ${timeframe} that is over; allowed: a --from before --to, and in the past`,
  );
}

/** Days of the span that are not in the cache, or were running when they were fetched. */
export function missingDays(wanted: Wanted, cache: CandleCache, nowMs: number): readonly number[] {
  return [...daysOf(wanted)].filter((dayMs) => {
    const day = isOver(dayMs, nowMs) ? cache.read(wanted, dayMs) : null;
    return day === null || !day.isOver;
  });
}

export function* daysOf({ fromMs, toMs }: Pick<Wanted, "fromMs" | "toMs">): Generator<number> {
  for (let dayMs = fromMs - (fromMs % DAY_MS); dayMs < toMs; dayMs += DAY_MS) yield dayMs;
}

/** The last candle of a day is not to be had in the very moment in which it ends. */
const SETTLING_MS = 120_000;

export const isOver = (dayMs: number, nowMs: number): boolean => dayMs + DAY_MS + SETTLING_MS <= nowMs;

export interface DayRun {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Days that follow each other. */
export function runsOf(days: readonly number[]): readonly DayRun[] {
  const runs: { fromMs: number; toMs: number }[] = [];
  for (const dayMs of days) {
    const last = runs.at(-1);
    if (last?.toMs === dayMs) last.toMs = dayMs + DAY_MS;
    else runs.push({ fromMs: dayMs, toMs: dayMs + DAY_MS });
  }
  return runs;
}
