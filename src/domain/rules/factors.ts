/** Factors of a distance: exact products in millionths, and rows of which the furthest counts. */
import { ONE } from "../units.ts";

/** A value times factors (null counts as 1: an unknown class changes nothing), bounded; in whole millionths, rounded down. */
export function boundedProduct(
  value: number,
  factors: readonly (number | null)[],
  minimum: number,
  maximum: number,
): number {
  const known = factors.filter((factor) => factor !== null);
  return Math.min(maximum, Math.max(minimum, product(value, known)));
}

function product(value: number, factors: readonly number[]): number {
  const [first = ONE, ...others] = factors;
  // Exact as it stands, and nearly always all there is.
  if (others.length === 0 && Number.isSafeInteger(value * first)) return Math.floor((value * first) / ONE);
  const over = factors.reduce((all, factor) => all * BigInt(factor), BigInt(value));
  return Number(over / 1_000_000n ** BigInt(factors.length));
}

/** Of the rows that are reached the one that stands furthest; undefined where none is. */
export function furthestRow<Row>(
  rows: readonly Row[],
  at: (row: Row) => number,
  isReached: (row: Row) => boolean,
): Row | undefined {
  let best: Row | undefined;
  for (const row of rows) if ((best === undefined || at(row) > at(best)) && isReached(row)) best = row;
  return best;
}

/** The factor of a class; null where the class is not known, or a normal one that has none. */
export const factorOf = (factors: Readonly<Record<string, number>>, className: string | null): number | null =>
  className !== null && Object.hasOwn(factors, className) ? factors[className]! : null;
