/**
 * What a position may cost: the notional that it holds, together with what its entry may still bring (R8.6).
 *
 * Promises: an order whose end is not known counts in full; a worth that cannot be told (no price of its market yet) is
 * null, never zero.
 */
import { exact, type Exact } from "./decimal.ts";
import { entryPriceText } from "./fills.ts";
import { isSettled } from "./intent.ts";
import { remainingLots } from "./ladder.ts";
import { notional } from "./market.ts";
import type { Position } from "./position.ts";
import { addLots, lots, NO_LOTS, type Lots, type Price } from "./units.ts";

/** The notional of one position, in the quote currency of its market. */
export interface HeldNotional {
  readonly id: string;
  readonly symbol: string;
  readonly quote: string;
  readonly worth: Exact | null;
}

/** The lots that it holds, and those that its entry may still bring. */
export function lotsAtMost(position: Position): Lots {
  const held = position.outcome === null ? remainingLots(position) : NO_LOTS;
  return position.intents
    .filter((intent) => intent.purpose === "entry" && !isSettled(intent))
    .reduce((sum, intent) => addLots(sum, lots(Math.max(0, intent.lots - intent.filledLots))), held);
}

/** At the last price that is known, or at its own entry price; null for a position of which nothing can be held. */
export function heldNotional(position: Position, price: Price | null): HeldNotional | null {
  const quantity = lotsAtMost(position);
  if (quantity === 0) return null;
  const { id, symbol, market } = position;
  const at = price ?? (position.enteredLots > 0 ? entryPriceText(position) : null);
  return { id, symbol, quote: market.quote, worth: at === null ? null : notional(market, quantity, at) };
}

/** When the entries of a position were decided. */
export const entriesDecidedAtMs = (position: Position): readonly number[] =>
  position.intents.filter(({ purpose }) => purpose === "entry").map(({ decidedAtMs }) => decidedAtMs);

export const sumOf = (worths: readonly Exact[]): Exact => worths.reduce((sum, worth) => sum.plus(worth), exact(0));
