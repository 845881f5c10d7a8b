/**
 * The take-profit ladder of an open position: targets and shares, which rungs are due, and how fills are allotted.
 *
 * Promises: rungs are looked at in ascending order only (P1); shares are rounded down one by one (R2.3), the last
 * rung takes whatever remains (R2.1).
 */
import { ceilDivide, exact, floorDivide, toText, ZERO_TEXT } from "./decimal.ts";
import { differenceText, productText, sumText } from "./decimal-text.ts";
import { amountToLotsUp, levelPrice, minimumCostLots } from "./market.ts";
import type { Plan } from "./plan.ts";
import type { Position, Rung, Tally } from "./position.ts";
import { atOrBeyond, better, type Side } from "./side.ts";
import { heightAtMove, heightOf, levelAtHeight } from "./price-axis.ts";
import {
  fractionFromMillionths,
  height,
  largerLots,
  lots,
  mulDiv,
  NO_LOTS,
  ONE,
  shareOf,
  subtractLots,
  type DecimalText,
  type EpochMs,
  type Lots,
  type Price,
  type PriceMove,
  type Ticks,
} from "./units.ts";

/** Lots that fees taken in the coin cost: any part of a lot makes the whole lot unsellable. */
const coinFeeLots = (position: Position): Lots => {
  if (position.coinFeeLots === ZERO_TEXT) return NO_LOTS;
  return lots(ceilDivide(exact(position.coinFeeLots), exact(1)).toNumber());
};

/** The size at entry, additions included: what the fractions of the ladder are shares of. */
export const originalLots = (position: Position): Lots => subtractLots(position.enteredLots, coinFeeLots(position));

/** What is still open. */
export const remainingLots = (position: Position): Lots =>
  lots(position.enteredLots - coinFeeLots(position) - position.exitedLots - position.externalLots);

/** Rungs that are behind us, hit or skipped: always the lowest ones. */
export function rungsPassed(position: Position): number {
  let passed = 0;
  while (passed < position.rungs.length && position.rungs[passed]!.status !== "armed") passed += 1;
  return passed;
}

/** The highest rung whose target stands at or beyond the price, among those not passed; 0 for none. */
export function highestDueRung(position: Position, price: Price): number {
  const grid = position.grid;
  if (grid === null) return 0;
  let due = 0;
  for (let index = rungsPassed(position); index < position.rungs.length; index += 1) {
    if (!atOrBeyond(position.side, price, levelPrice(grid, position.rungs[index]!.target))) break;
    due = index + 1;
  }
  return due;
}

/**
 * Rungs of a plan, all armed, with targets from the average entry (R10.9: first tick at or beyond), each beyond the one
 * before it (R2.7). A target that has moved stays where it was in relation to the entry.
 */
export function armRungs(position: Position, plan: Plan): readonly Rung[] {
  const rungs: Rung[] = [];
  for (const [index, { targetMove, exitFraction }] of plan.ladder.entries()) {
    const { factor, isFrozen } = position.rungs[index] ?? { factor: ONE, isFrozen: false };
    rungs.push({
      number: index + 1,
      target: beyond(position.side, targetAt(position, targetMove, factor), rungs.at(-1)),
      exitFraction,
      shareLots: null,
      status: "armed",
      factor,
      isFrozen,
      fills: null,
    });
  }
  return rungs;
}

/** A target, or the first tick beyond that of the rung below it where it would stand at it or before it. */
export function beyond(side: Side, target: Ticks, below: Rung | undefined): Ticks {
  if (below === undefined || better(side, target, below.target)) return target;
  return levelAtHeight(side, height(heightOf(side, below.target) + 1));
}

/** The level of a planned move times a factor in millionths, from the average entry. */
export const targetAt = (position: Position, planned: PriceMove, factor: number): Ticks =>
  levelAtHeight(position.side, heightAtMove(position, mulDiv(planned, factor, ONE), "favorable"));

/** What a rung still asks for: its share less what was filled of it. */
export const openShare = (position: Position, rung: Rung): Lots =>
  subtractLots(
    rung.shareLots ?? shareOf(originalLots(position), fractionFromMillionths(rung.exitFraction)),
    rung.fills?.lots ?? NO_LOTS,
  );

/** The exchange's minimum at a price, with the configured amount where the market states none (R3.3); null if unknown. */
export function knownMinimumLots(position: Position, price: Price): Lots | null {
  const byAmount = minimumAmountLots(position);
  const byCost = minimumCostLots(position.market, price);
  if (byAmount === null || byCost === null) return byAmount ?? byCost;
  return largerLots(byAmount, byCost);
}

/** The exchange's minimum amount, or the configured one where the market states none; null if unknown. */
export function minimumAmountLots({ market, plan }: Position): Lots | null {
  if (market.minimumLots !== null || plan.minimumAmount === null) return market.minimumLots;
  return amountToLotsUp(market, plan.minimumAmount);
}

/** R2.10: with the policy `skip`, can no rung but the last be carried out, each judged at its own target price? */
export function ladderCannotBeCarriedOut(position: Position): boolean {
  const { plan, rungs, grid } = position;
  if (grid === null || plan.undersizedExit !== "skip" || !plan.fallbackToSingle || rungs.length < 2) return false;
  return rungs.slice(0, -1).every((rung) => {
    const minimum = knownMinimumLots(position, levelPrice(grid, rung.target));
    return minimum !== null && openShare(position, rung) < minimum;
  });
}

/** The single target that takes the ladder's place (R2.10). */
export const singleTargetPlan = (plan: Plan): Plan => ({
  ...plan,
  takeProfit: "single",
  ladder: [{ targetMove: plan.singleTargetMove, exitFraction: ONE }],
});

/** One fill of an exit, its fee in quote currency. */
interface ExitFill {
  readonly lots: Lots;
  readonly price: DecimalText;
  readonly fee: DecimalText;
  readonly orderId: string;
  readonly atMs: EpochMs;
}

/** Adds a fill to a tally. */
export const addToTally = (tally: Tally | null, fill: ExitFill): Tally => ({
  lots: lots((tally?.lots ?? 0) + fill.lots),
  value: sumText(productText(fill.price, fill.lots), tally?.value ?? ZERO_TEXT),
  fee: sumText(fill.fee, tally?.fee ?? ZERO_TEXT),
  orderId: fill.orderId,
  lastFillAtMs: fill.atMs,
});

/**
 * Allots a fill to the rungs of its order, in ascending order: each up to its share, the last of them takes the rest.
 * The fee is split in proportion; the last part takes what rounding leaves.
 */
export function allotToRungs(rungs: readonly Rung[], numbers: readonly number[], fill: ExitFill): readonly Rung[] {
  const result = [...rungs];
  let lotsLeft: number = fill.lots;
  let feeLeft = fill.fee;
  const last = numbers[numbers.length - 1];
  for (const number of numbers) {
    if (lotsLeft === 0) break;
    const rung = result[number - 1]!;
    const wanted = (rung.shareLots ?? 0) - (rung.fills?.lots ?? 0);
    const taken = number === last ? lotsLeft : Math.min(lotsLeft, Math.max(0, wanted));
    if (taken === 0) continue;
    const fee =
      taken === lotsLeft
        ? feeLeft
        : toText(floorDivide(exact(fill.fee).times(taken).shiftedBy(12), exact(fill.lots)).shiftedBy(-12));
    result[number - 1] = { ...rung, fills: addToTally(rung.fills, { ...fill, lots: lots(taken), fee }) };
    lotsLeft -= taken;
    feeLeft = differenceText(feeLeft, fee);
  }
  return result;
}
