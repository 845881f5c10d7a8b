/**
 * How a figure is measured: several rounds after a warm-up, told as the median with the lowest and the highest.
 * It does not take outliers away: on a machine that does other things as well, the spread is part of the answer.
 */

export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** Runs a round once to warm up, then so many times, and says how its answers spread. */
export function measured(rounds: number, round: (index: number) => number): Spread {
  round(0);
  return spreadOf(Array.from({ length: rounds }, (_, index) => round(index + 1)));
}

export async function measuredLater(rounds: number, round: (index: number) => Promise<number>): Promise<Spread> {
  await round(0);
  const values: number[] = [];
  for (let index = 1; index <= rounds; index += 1) values.push(await round(index));
  return spreadOf(values);
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), lowest: sorted[0]!, highest: sorted.at(-1)! };
}

/** Of values in ascending order; between two of them, in proportion. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)]!;
  return below + (sorted[Math.ceil(at)]! - below) * (at - Math.floor(at));
}

/** Milliseconds that something takes. */
export function timedMs(act: () => void): number {
  const startedAt = performance.now();
  act();
  return performance.now() - startedAt;
}
