/**
 * How sure a mean is: bias-corrected and accelerated (BCa) bootstrap intervals.
 *
 * Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), section 14.3, equations 14.9 to 14.15; for a mean
 * the acceleration of the jackknife is Σ(x − x̄)³ ÷ 6(Σ(x − x̄)²)^1.5. Normal distribution by simple-statistics.
 *
 * Promises: the same seed gives the same interval; columns that are drawn together are drawn with the same indices.
 * It takes the values as independent of one another: where they are not, the true interval is wider.
 */
import { errorFunction, probit, quantileSorted } from "simple-statistics";
import type { SeededStream } from "../prices/seeded-stream.ts";

/** A mean, and the interval that holds the true one with the confidence asked for. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** The mean of each resample, column by column, in the order drawn. */
export function resampledMeans(
  columns: readonly Float64Array[],
  resamples: number,
  stream: SeededStream,
): readonly Float64Array[] {
  const count = columns[0]?.length ?? 0;
  const means = columns.map(() => new Float64Array(resamples));
  const drawn = new Int32Array(count);
  for (let resample = 0; resample < resamples; resample += 1) {
    for (let index = 0; index < count; index += 1) drawn[index] = Math.floor(stream.unit() * count);
    for (const [at, column] of columns.entries()) {
      let sum = 0;
      for (let index = 0; index < count; index += 1) sum += column[drawn[index]!]!;
      means[at]![resample] = sum / count;
    }
  }
  return means;
}

/** Null for fewer than two values: nothing is known of how they vary. */
export function estimateOf(values: Float64Array, means: Float64Array, confidence: number): Estimate | null {
  const count = values.length;
  if (count < 2) return null;
  const mean = meanOf(values);
  const { squares, cubes } = deviations(values, mean);
  // All values are one and the same; what is left is rounding.
  if (squares <= (Number.EPSILON * Math.abs(mean)) ** 2 * count) return { mean, low: mean, high: mean };
  const bias = normalQuantile(shareBelow(means, mean));
  const acceleration = cubes / (6 * squares ** 1.5);
  const sorted = means.toSorted();
  const bound = (tail: number): number => {
    const moved = bias + normalQuantile(tail);
    return quantileSorted(sorted as unknown as number[], normalShare(bias + moved / (1 - acceleration * moved)));
  };
  const tail = (1 - confidence) / 2;
  return { mean, low: bound(tail), high: bound(1 - tail) };
}

/** The share of resamples whose mean is above zero; those of exactly zero count half. */
export const shareAboveZero = (means: Float64Array): number => 1 - shareBelow(means, 0);

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function deviations(values: Float64Array, mean: number): { readonly squares: number; readonly cubes: number } {
  let squares = 0;
  let cubes = 0;
  for (const value of values) {
    const deviation = value - mean;
    squares += deviation ** 2;
    cubes += deviation ** 3;
  }
  return { squares, cubes };
}

function shareBelow(means: Float64Array, value: number): number {
  let below = 0;
  for (const mean of means) below += mean < value ? 1 : mean === value ? 0.5 : 0;
  return below / means.length;
}

const normalShare = (z: number): number => (1 + errorFunction(z / Math.SQRT2)) / 2;

/** What a bias is judged by at most: beyond it every resample lies on one side. */
const FURTHEST_SHARE = 1e-6;

/** The library's first guess is good to two digits; two steps of Newton bring it to the six of its error function. */
function normalQuantile(share: number): number {
  const inside = Math.min(1 - FURTHEST_SHARE, Math.max(FURTHEST_SHARE, share));
  let z = probit(inside);
  for (let step = 0; step < 2; step += 1) {
    z -= ((normalShare(z) - inside) * Math.sqrt(2 * Math.PI)) / Math.exp(-(z ** 2) / 2);
  }
  return z;
}
