/**
 * Equity of all runs on one grid of moments: a chart with steps of equal length tells the time truly, whenever positions ended.
 *
 * Promises: every moment has the last equity known by then; the deepest drawdown of every step stays.
 */
import type { EquityPoint } from "../run-statistics.ts";
import { shortened } from "./decimals.ts";
import type { EquityGrid, EquityLine } from "./page-data.ts";

const MOST_STEPS = 1_000;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 5, 15, 30].map((count) => count * SECOND),
  ...[1, 5, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 4, 8, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 30].map((count) => count * DAY),
];

export function equityGrid(lines: readonly (readonly EquityPoint[])[], balance: number): EquityGrid | null {
  const ends = lines.flatMap((points) => (points.length === 0 ? [] : [points[0]!.atMs, points.at(-1)!.atMs]));
  if (ends.length === 0) return null;
  const [fromMs, toMs] = [Math.min(...ends), Math.max(...ends)];
  const stepMs = STEPS.find((step) => (toMs - fromMs) / step <= MOST_STEPS) ?? STEPS.at(-1)!;
  // One moment before the first point: there the balance stands, from which the line begins.
  const startMs = Math.ceil(fromMs / stepMs) * stepMs - stepMs;
  const count = Math.ceil((toMs - startMs) / stepMs) + 1;
  return { fromMs: startMs, stepMs, runs: lines.map((points) => onGrid({ points, startMs, stepMs, count, balance })) };
}

function onGrid(line: {
  readonly points: readonly EquityPoint[];
  readonly startMs: number;
  readonly stepMs: number;
  readonly count: number;
  readonly balance: number;
}): EquityLine {
  const { points, startMs, stepMs, count, balance } = line;
  const equity: number[] = [];
  const drawdown: number[] = [];
  let next = 0;
  let last: EquityPoint = { atMs: startMs, equity: balance, drawdown: 0 };
  for (let step = 0; step < count; step += 1) {
    const atMs = startMs + step * stepMs;
    let deepest = last.drawdown;
    for (let point = points[next]; point !== undefined && point.atMs <= atMs; point = points[next]) {
      deepest = Math.min(deepest, point.drawdown);
      last = point;
      next += 1;
    }
    equity.push(shortened(last.equity));
    drawdown.push(shortened(deepest));
  }
  return { equity, drawdown };
}
