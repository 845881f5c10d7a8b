/**
 * The bars around a position, as many as its chart can show.
 *
 * Promises: a bar of the answer covers whole bars of the candles, in order, none twice and none left out.
 */
import type { TestedPosition } from "../result.ts";

/** Bars side by side: the same index in every array is one bar; `at` are opening times, ms since 1970, ascending. */
export interface Bars {
  readonly at: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

/** The bars that are drawn around one position of one run. */
export interface PositionChart extends Bars {
  /** Index of the run in the result. */
  readonly run: number;
  readonly positionId: string;
}

const MOST_BARS = 240;
/** What is shown before the entry and after the end: a part of the time held, and at least some bars. */
const MARGIN_PART = 0.25;
const LEAST_MARGIN_BARS = 16;

/** Room for what a position is drawn in: its own time, and some bars on either side. */
export function positionChart(run: number, position: TestedPosition, candles: Bars): PositionChart {
  const first = barAt(candles.at, position.openedAtMs);
  const last = barAt(candles.at, position.closedAtMs);
  const margin = Math.max(LEAST_MARGIN_BARS, Math.ceil((last - first) * MARGIN_PART));
  const count = candles.at.length;
  const fromMs = candles.at[Math.max(0, first - margin)] ?? position.openedAtMs;
  const toMs = candles.at[Math.min(count - 1, last + margin)] ?? position.closedAtMs;
  return { run, positionId: position.id, ...barsAround(candles, fromMs, toMs, MOST_BARS) };
}

/** The bars from the one that holds `fromMs` to the one that holds `toMs`, made into at most `maximumBars`. */
export function barsAround(candles: Bars, fromMs: number, toMs: number, maximumBars: number): Bars {
  const first = Math.max(0, barAt(candles.at, fromMs));
  const end = barAt(candles.at, toMs) + 1;
  const count = Math.max(0, end - first);
  const together = Math.max(1, Math.ceil(count / Math.max(1, maximumBars)));
  const bars = columns(Math.ceil(count / together));
  for (let bar = 0; bar < bars.at.length; bar += 1) {
    const start = first + bar * together;
    const stop = Math.min(end, start + together);
    bars.at[bar] = candles.at[start]!;
    bars.open[bar] = candles.open[start]!;
    bars.close[bar] = candles.close[stop - 1]!;
    bars.high[bar] = candles.high.subarray(start, stop).reduce((most, high) => Math.max(most, high));
    bars.low[bar] = candles.low.subarray(start, stop).reduce((least, low) => Math.min(least, low));
  }
  return bars;
}

/** Place of the last bar that opened at or before the moment; -1 before the first. */
function barAt(at: Float64Array, atMs: number): number {
  let [low, high] = [0, at.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at[middle]! <= atMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const columns = (count: number): Bars => ({
  at: new Float64Array(count),
  open: new Float64Array(count),
  high: new Float64Array(count),
  low: new Float64Array(count),
  close: new Float64Array(count),
});
