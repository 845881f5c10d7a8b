/** Factors of a distance: exact products in millionths, and rows of which the furthest counts. */

/** A value times factors (null counts as 1: an unknown class changes nothing), bounded; in whole millionths, rounded down. */
export function boundedProduct(
  value: number,
  factors: readonly (number | null)[],
  minimum: number,
  maximum: number,
): number {
  let over = BigInt(value);
  let under = 1n;
  for (const factor of factors) {
    if (factor === null) continue;
    over *= BigInt(factor);
    under *= 1_000_000n;
  }
  const product = over / under;
  if (product < BigInt(minimum)) return minimum;
  return product > BigInt(maximum) ? maximum : Number(product);
}

/** Of the rows that are reached the one that stands furthest; undefined where none is. */
export const furthestRow = <Row>(
  rows: readonly Row[],
  at: (row: Row) => number,
  isReached: (row: Row) => boolean,
): Row | undefined =>
  rows
    .filter(isReached)
    .reduce<Row | undefined>((best, row) => (best === undefined || at(row) > at(best) ? row : best), undefined);

/** The factor of a class; null where the class is not known, or a normal one that has none. */
export const factorOf = (factors: Readonly<Record<string, number>>, className: string | null): number | null =>
  className !== null && Object.hasOwn(factors, className) ? factors[className]! : null;
