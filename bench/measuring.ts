/**
 * How a figure is measured: several rounds after a warm-up, told as the median with the lowest and the highest.
 *
 * What computes is measured by the processor time of its thread, so that other programs on the same machine count as
 * little as they can; what waits for a disk, by the clock. Outliers are not taken away: the spread is part of the answer.
 */

/** How much of it is measured. */
export type Effort = "quick" | "full";

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

/** The same for things that are compared: taken in turns, so that what disturbs one disturbs all. */
export function measuredInTurns(
  rounds: number,
  contestants: readonly ((index: number) => number)[],
): readonly Spread[] {
  for (const round of contestants) round(0);
  const values: number[][] = contestants.map(() => []);
  for (let index = 1; index <= rounds; index += 1) {
    for (const [at, round] of contestants.entries()) values[at]!.push(round(index));
  }
  return values.map(spreadOf);
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

/** Milliseconds of processor time that something takes on this thread. */
export function busyMs(act: () => void): number {
  const before = process.threadCpuUsage();
  act();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

/** Milliseconds that something takes by the clock. */
export function elapsedMs(act: () => void): number {
  const startedAt = performance.now();
  act();
  return performance.now() - startedAt;
}
