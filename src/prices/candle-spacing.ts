/**
 * How candles follow each other: their length, and where some are missing.
 *
 * Promises: the length is the most common distance between two candles, or a smaller one that is common too and
 * goes into it (thin markets have no candle for a period without a trade). Gaps are information, never an error.
 */

/** A place where candles are missing. */
export interface CandleGap {
  readonly missingCandles: number;
  /** Opening time of the candle before it, and the row of the file that this one stands in. */
  readonly afterMs: number;
  readonly row: number;
}

export interface CandleGaps {
  readonly count: number;
  readonly missingCandles: number;
  readonly largest: CandleGap | null;
  /** The ten largest, the largest first; of equals, the first in the file. */
  readonly largestFew: readonly CandleGap[];
  /** Candles that open sooner after the one before than a whole candle: that one is cut short. */
  readonly overlaps: number;
}

/** A smaller distance counts when at least one candle in fifty stands at it. */
const COMMON = 1 / 50;

/** Length of a candle in ms; null for fewer than two. */
export function detectTimeframe(at: Float64Array): number | null {
  const counts = new Map<number, number>();
  let runStart = 1;
  for (let index = 1; index < at.length; index++) {
    const distance = at[index]! - at[index - 1]!;
    if (index + 1 < at.length && at[index + 1]! - at[index]! === distance) continue;
    counts.set(distance, (counts.get(distance) ?? 0) + index + 1 - runStart);
    runStart = index + 1;
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

/** Gaps between candles that come one part after the other. */
export interface GapCount {
  see(at: Float64Array, rows: Uint32Array): void;
  readonly gaps: CandleGaps;
}

const LARGEST_NAMED = 10;

export function gapCount(timeframeMs: number): GapCount {
  const few: CandleGap[] = [];
  let count = 0;
  let missingCandles = 0;
  let overlaps = 0;
  let lastMs = Number.NaN;
  let lastRow = 0;
  const keep = (gap: CandleGap): void => {
    const place = few.findIndex((each) => each.missingCandles < gap.missingCandles);
    few.splice(place === -1 ? few.length : place, 0, gap);
    if (few.length > LARGEST_NAMED) few.pop();
  };
  return {
    see(at, rows) {
      for (let index = 0; index < at.length; index++) {
        const distance = at[index]! - lastMs;
        if (distance < timeframeMs) overlaps += 1;
        const missing = Math.round(distance / timeframeMs) - 1;
        if (missing > 0) {
          count += 1;
          missingCandles += missing;
          if (few.length < LARGEST_NAMED || missing > few.at(-1)!.missingCandles) {
            keep({ missingCandles: missing, afterMs: lastMs, row: lastRow });
          }
        }
        lastMs = at[index]!;
        lastRow = rows[index]!;
      }
    },
    get gaps() {
      return { count, missingCandles, largest: few[0] ?? null, largestFew: [...few], overlaps };
    },
  };
}

/** "3 gaps, 107 candles missing (largest 70 after 2020-02-19T11:35:00.000Z)"; null where there is none. */
export function describeGaps(gaps: CandleGaps): string | null {
  if (gaps.largest === null) return null;
  const { missingCandles, afterMs } = gaps.largest;
  return `${gaps.count} ${gaps.count === 1 ? "gap" : "gaps"}, ${gaps.missingCandles} candles missing (largest ${missingCandles} after ${new Date(afterMs).toISOString()})`;
}

/** "70 after row 5411 (2020-02-19T11:35:00.000Z)", the largest first. */
export const gapLines = (gaps: CandleGaps): readonly string[] =>
  gaps.largestFew.map(
    ({ missingCandles, afterMs, row }) => `${missingCandles} after row ${row} (${new Date(afterMs).toISOString()})`,
  );
