/**
 * A curve of at most about 2,000 points from any number of samples, taken as they come and not kept.
 *
 * Promises: few samples are all kept; of many, every stretch of time keeps its highest, its lowest, its deepest fall and
 * its last, so the extremes of the whole are on the curve. Points are in order of time.
 */
import type { EquityPoint } from "./run-statistics.ts";

export interface CurveKeeper {
  /** In order of time. */
  add(atMs: number, equity: number, drawdown: number): void;
  points(): readonly EquityPoint[];
}

/** @internal */
export const MOST_POINTS = 2_000;
const POINTS_A_STRETCH = 4;

interface Stretch {
  readonly index: number;
  highest: Sample;
  lowest: Sample;
  deepest: Sample;
}

interface Sample extends EquityPoint {
  /** Which sample it is: several may share a moment. */
  readonly order: number;
}

export function curveKeeper(span: {
  readonly begin: number;
  readonly end: number;
  readonly most: number;
}): CurveKeeper {
  const stretches = span.most <= MOST_POINTS ? null : MOST_POINTS / POINTS_A_STRETCH;
  const width = Math.max(span.end - span.begin, 1);
  const points: EquityPoint[] = [];
  let current = null as Stretch | null;
  // Of the last sample, as numbers: an object for each of a million is what takes the time.
  const last = { atMs: 0, equity: 0, drawdown: 0, order: 0 };
  const finish = (): void => {
    if (current !== null) points.push(...pointsOf(current, { ...last }));
    current = null;
  };
  return {
    add(atMs, equity, drawdown) {
      if (stretches === null) {
        points.push({ atMs, equity, drawdown });
        return;
      }
      const index = Math.min(stretches - 1, Math.floor(((atMs - span.begin) / width) * stretches));
      if (current !== null && current.index !== index) finish();
      last.atMs = atMs;
      last.equity = equity;
      last.drawdown = drawdown;
      last.order += 1;
      if (current === null) {
        const sample = { ...last };
        current = { index, highest: sample, lowest: sample, deepest: sample };
        return;
      }
      if (equity > current.highest.equity) current.highest = { ...last };
      if (equity < current.lowest.equity) current.lowest = { ...last };
      if (drawdown < current.deepest.drawdown) current.deepest = { ...last };
    },
    points() {
      finish();
      return points;
    },
  };
}

/** Each sample once, in order. */
function pointsOf({ highest, lowest, deepest }: Stretch, last: Sample): readonly EquityPoint[] {
  const samples = new Map([highest, lowest, deepest, last].map((sample) => [sample.order, sample]));
  return [...samples.values()]
    .toSorted((a, b) => a.order - b.order)
    .map(({ atMs, equity, drawdown }) => ({ atMs, equity, drawdown }));
}
