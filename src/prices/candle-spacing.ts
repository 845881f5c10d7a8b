/**
 * How candles follow each other: their length, and where some are missing.
 *
 * Promises: the length is the most common distance between two candles, or a smaller one that is common too and
 * goes into it (thin markets have no candle for a period without a trade). Gaps are information, never an error.
 */

export interface CandleGaps {
  readonly count: number;
  readonly missingCandles: number;
  readonly largest: { readonly missingCandles: number; readonly afterMs: number } | null;
  /** Candles that open sooner after the one before than a whole candle: that one is cut short. */
  readonly overlaps: number;
}

/** A smaller distance counts when at least one candle in fifty stands at it. */
const COMMON = 1 / 50;

/** Length of a candle in ms; null for fewer than two. */
export function detectTimeframe(at: Float64Array): number | null {
  const counts = new Map<number, number>();
  for (let index = 1; index < at.length; index++) {
    const distance = at[index]! - at[index - 1]!;
    counts.set(distance, (counts.get(distance) ?? 0) + 1);
  }
  let most: readonly [number, number] | null = null;
  for (const [distance, count] of counts) {
    if (most === null || count > most[1] || (count === most[1] && distance < most[0])) most = [distance, count];
  }
  if (most === null) return null;
  const [common] = most;
  const dividing = [...counts].filter(
    ([distance, count]) => common % distance === 0 && count >= (at.length - 1) * COMMON,
  );
  return Math.min(common, ...dividing.map(([distance]) => distance));
}

export function candleGaps(at: Float64Array, timeframeMs: number): CandleGaps {
  let count = 0;
  let missingCandles = 0;
  let overlaps = 0;
  let largest: CandleGaps["largest"] = null;
  for (let index = 1; index < at.length; index++) {
    const distance = at[index]! - at[index - 1]!;
    if (distance < timeframeMs) overlaps += 1;
    const missing = Math.round(distance / timeframeMs) - 1;
    if (missing <= 0) continue;
    count += 1;
    missingCandles += missing;
    if (largest === null || missing > largest.missingCandles)
      largest = { missingCandles: missing, afterMs: at[index - 1]! };
  }
  return { count, missingCandles, largest, overlaps };
}

/** "3 gaps, 107 candles missing (largest 70 after 2020-02-19T11:35:00.000Z)"; null where there is none. */
export function describeGaps(gaps: CandleGaps): string | null {
  if (gaps.largest === null) return null;
  const { missingCandles, afterMs } = gaps.largest;
  return `${gaps.count} ${gaps.count === 1 ? "gap" : "gaps"}, ${gaps.missingCandles} candles missing (largest ${missingCandles} after ${new Date(afterMs).toISOString()})`;
}
