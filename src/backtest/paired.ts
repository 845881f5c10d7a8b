/**
 * The same entries under two plans, side by side: which pairs there are, and by how much one did better.
 *
 * Promises: a pair is an entry that both runs opened; pairs are in order of their ids, so that neither run comes first
 * by chance; what only one run opened is counted, not left out unseen.
 */
import type { BacktestRun, TestedPosition } from "./result.ts";

export interface Pairs {
  readonly count: number;
  readonly onlyA: number;
  readonly onlyB: number;
  /** A − B of each pair: in R where both have one, and in money. */
  readonly multiples: Float64Array;
  readonly money: Float64Array;
  /** Share of the pairs that were opened while an earlier one was open in either run. */
  readonly overlapping: number;
}

export function pairsOf(a: BacktestRun, b: BacktestRun): Pairs {
  const others = new Map(b.positions.map((position) => [keyOf(position), position]));
  const pairs = a.positions
    .flatMap((first): readonly (readonly [TestedPosition, TestedPosition])[] => {
      const second = others.get(keyOf(first));
      return second === undefined ? [] : [[first, second]];
    })
    .toSorted(([one], [other]) => (keyOf(one) < keyOf(other) ? -1 : 1));
  return {
    count: pairs.length,
    onlyA: a.positions.length - pairs.length,
    onlyB: b.positions.length - pairs.length,
    multiples: Float64Array.from(
      pairs.map(([first, second]) => first.netR - second.netR).filter((multiple) => Number.isFinite(multiple)),
    ),
    money: Float64Array.from(pairs.map(([first, second]) => first.netProfit - second.netProfit)),
    overlapping: overlappingShare(pairs),
  };
}

/** An id names an entry within its market. */
const keyOf = ({ symbol, id }: Pick<TestedPosition, "symbol" | "id">): string => `${symbol} ${id}`;

function overlappingShare(pairs: readonly (readonly [TestedPosition, TestedPosition])[]): number {
  if (pairs.length === 0) return 0;
  let overlapping = 0;
  let reached = -Infinity;
  for (const [first, second] of pairs.toSorted(([a], [b]) => a.openedAtMs - b.openedAtMs)) {
    if (first.openedAtMs < reached) overlapping += 1;
    reached = Math.max(reached, first.closedAtMs, second.closedAtMs);
  }
  return overlapping / pairs.length;
}

/** Of runs that were interrupted what all of them have come to: figures of different entries do not stand side by side. */
export function whatAllReached(runs: readonly BacktestRun[]): readonly BacktestRun[] {
  const reached = runs.map(({ positions, refused }) => new Set([...positions, ...refused].map(keyOf)));
  const byAll = (one: Pick<TestedPosition, "symbol" | "id">): boolean => reached.every((keys) => keys.has(keyOf(one)));
  return runs.map((run) => ({ ...run, positions: run.positions.filter(byAll), refused: run.refused.filter(byAll) }));
}
