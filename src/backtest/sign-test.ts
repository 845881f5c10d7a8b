/** The sign test: how likely so uneven a count of better and worse is, if neither were better in truth. */

export interface SignTest {
  readonly better: number;
  readonly worse: number;
  /** Exactly the same; they decide nothing. */
  readonly equal: number;
  /** Two-sided, exact; null where all are equal. */
  readonly p: number | null;
}

export function signTest(differences: Float64Array): SignTest {
  let better = 0;
  let worse = 0;
  for (const difference of differences) {
    if (difference > 0) better += 1;
    else if (difference < 0) worse += 1;
  }
  const decided = better + worse;
  return { better, worse, equal: differences.length - decided, p: decided === 0 ? null : twoSided(decided, better) };
}

/** Twice the smaller tail of the binomial distribution with one half, term by term in logarithms. */
function twoSided(decided: number, better: number): number {
  const fewer = Math.min(better, decided - better);
  let term = -decided * Math.LN2;
  let tail = Math.exp(term);
  for (let count = 1; count <= fewer; count += 1) {
    term += Math.log((decided - count + 1) / count);
    tail += Math.exp(term);
  }
  return Math.min(1, 2 * tail);
}
