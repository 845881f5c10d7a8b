/**
 * At which prices an exit of rungs would be sent rather than held back for its worth (R3.5): the judgement of
 * `sizeRungExit` turned round, so that a position that waits for worth is woken exactly where there is some.
 *
 * Promises: at every whole tick inside one of the ranges `sizeRungExit` holds nothing back, outside of them it does.
 */
import { minimumExitValue } from "./exit-value.ts";
import { minimumAmountLots, openShare, remainingLots } from "./ladder.ts";
import { tickWorth } from "./market.ts";
import type { Position } from "./position.ts";
import { ceilOf, dividedBy, isGreater, quotientOf, times, whole, type Quotient } from "./quotient.ts";
import { sumLots } from "./units.ts";

/** First and last tick of a range of prices, both included. */
export type LevelRange = readonly [from: number, to: number];

/** Above any price. */
const TOP = Number.MAX_SAFE_INTEGER;

/** What the judgement depends on; quantities in lots. */
interface Exit {
  /** What it asks for, and what it is raised to where the exchange's minimum amount is more. */
  readonly asked: number;
  readonly base: number;
  readonly remaining: number;
  readonly limit: Quotient;
  readonly minimumCost: Quotient | null;
  /** The first tick at which so many lots are worth so much. */
  readonly worthFrom: (value: Quotient, quantity: number) => number;
  /** Raised to so many lots it is not judged by its worth: too small exits are skipped, or it is everything. */
  readonly isSentAnyway: (quantity: number) => boolean;
}

export function worthwhileLevels(position: Position, rungs: readonly number[]): readonly LevelRange[] {
  const limit = quotientOf(minimumExitValue(position));
  if (limit.over <= 0n) return [[1, TOP]];
  const exit = exitOf(position, rungs, limit);
  // Where the whole position is worth too little, no partial exit is made at all.
  const floor = exit.worthFrom(limit, exit.remaining);
  return rangesOf(exit).flatMap(([from, to]): readonly LevelRange[] =>
    Math.max(from, floor) <= to ? [[Math.max(from, floor), to]] : [],
  );
}

function exitOf(position: Position, rungs: readonly number[], limit: Quotient): Exit {
  const { market, plan } = position;
  const remaining = remainingLots(position);
  const asked = sumLots(rungs.map((number) => openShare(position, position.rungs[number - 1]!)));
  const minimumCost = market.minimumCost === null ? null : quotientOf(market.minimumCost);
  const byAmount = minimumAmountLots(position) ?? (minimumCost === null && asked === 0 ? 1 : 0);
  const worth = tickWorth(market, position.grid!);
  return {
    asked,
    base: Math.max(asked, byAmount),
    remaining,
    limit,
    minimumCost,
    worthFrom: (value, quantity) => (quantity === 0 ? TOP : ceilOf(dividedBy(value, times(worth, whole(quantity))))),
    isSentAnyway: (quantity) => quantity >= remaining || plan.undersizedExit !== "raise",
  };
}

function rangesOf(exit: Exit): readonly LevelRange[] {
  const { asked, base, remaining, limit, minimumCost, worthFrom, isSentAnyway } = exit;
  if (asked >= remaining) return [[1, TOP]];
  const baseFrom = asked < base && isSentAnyway(base) ? 1 : worthFrom(limit, base);
  if (minimumCost === null) return [[baseFrom, TOP]];
  // From here on up the minimum cost asks for no more than the base; below, for more and more lots.
  const costFrom = worthFrom(minimumCost, base);
  const above: LevelRange = [Math.max(baseFrom, costFrom), TOP];
  if (isSentAnyway(base + 1) || !isGreater(limit, minimumCost)) return [[1, costFrom - 1], above];
  return [...raisedByCost(exit, minimumCost), above];
}

/** So many lots are asked for from the price at which they are worth the minimum cost to the one where a lot less is. */
function raisedByCost(exit: Exit, minimumCost: Quotient): readonly LevelRange[] {
  const { base, limit, worthFrom, isSentAnyway } = exit;
  const found: LevelRange[] = [];
  for (let quantity = base + 1; quantity <= base + MOST_RANGES; quantity += 1) {
    const to = worthFrom(minimumCost, quantity - 1) - 1;
    if (isSentAnyway(quantity)) return [...found, [1, to]];
    // From so many lots on even the best price of their range is not enough.
    if (!isGreater(times(minimumCost, whole(quantity)), times(limit, whole(quantity - 1)))) break;
    found.push([Math.max(worthFrom(minimumCost, quantity), worthFrom(limit, quantity)), to]);
  }
  return found;
}

/** Where minimum cost and limit are nearly equal the ranges become narrower and narrower; past so many they are left out. */
const MOST_RANGES = 1_000;
