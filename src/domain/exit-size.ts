/**
 * How much an exit closes: as calculated, raised, held back, skipped, or everything (SPEC 3).
 *
 * Promises: a `SizedOrder` is made here and nowhere else, and an intent accepts nothing else (P6); what is sized never
 * exceeds what is left (R3.7). The order of judging is R3.4's, line by line, in `sizeRungExit`.
 */
import { toText } from "./decimal.ts";
import { minimumExitValue } from "./exit-value.ts";
import { knownMinimumLots, openShare, remainingLots } from "./ladder.ts";
import { lotWorth, notional } from "./market.ts";
import type { Position } from "./position.ts";
import type { FreshPrice } from "./price-gate.ts";
import { isGreater, quotientOf, quotientOfNumber, times, whole } from "./quotient.ts";
import { closingOrderSide, openingOrderSide, type OrderSide } from "./side.ts";
import { lots, sumLots, type DecimalText, type Lots } from "./units.ts";

declare const sized: unique symbol;

/** A quantity that may become an order. */
export interface SizedOrder {
  readonly lots: Lots;
  readonly orderSide: OrderSide;
  readonly reduceOnly: boolean;
  readonly [sized]: true;
}

export interface RungShare {
  readonly rung: number;
  readonly lots: Lots;
}

/** Why an exit became a close of everything. */
export type EverythingCause = "raised" | "insufficient" | "policy" | "residual";

export type ExitVerdict =
  | {
      readonly kind: "partial";
      readonly order: SizedOrder;
      readonly shares: readonly RungShare[];
      readonly calculatedLots: Lots;
      /** The minimum it was raised to; null when it goes out as calculated. */
      readonly raisedTo: Lots | null;
    }
  | {
      readonly kind: "everything";
      readonly cause: EverythingCause;
      readonly calculatedLots: Lots;
      /** What would have been closed. */
      readonly wantedLots: Lots;
      readonly minimumLots: Lots | null;
    }
  | { readonly kind: "skipped"; readonly calculatedLots: Lots; readonly minimumLots: Lots }
  | {
      readonly kind: "heldBack";
      readonly calculatedLots: Lots;
      /** What is too small: this exit, or the whole position (then no partial exit is made at all). */
      readonly tooSmall: "exit" | "position";
      readonly value: DecimalText;
      readonly limit: DecimalText;
    };

/** Judges the exit of the given rungs (ascending, not the last of the ladder) at a price, in the order of R3.4. */
export function sizeRungExit(position: Position, rungNumbers: readonly number[], at: FreshPrice): ExitVerdict {
  const { plan } = position;
  const remaining = remainingLots(position);
  const shares = rungNumbers.map((number) => ({
    rung: number,
    lots: openShare(position, position.rungs[number - 1]!),
  }));
  const calculatedLots = sumLots(shares.map((share) => share.lots));

  if (isWorthLess(position, remaining, at)) {
    return heldBack(position, remaining, calculatedLots, "position", at);
  }
  if (calculatedLots >= remaining) {
    return { kind: "everything", cause: "insufficient", calculatedLots, wantedLots: calculatedLots, minimumLots: null };
  }

  const minimum = knownMinimumLots(position, at.value);
  // Rounded to nothing: one step counts as the minimum (R3.3).
  const floor = minimum ?? (calculatedLots === 0 ? lots(1) : null);
  let wantedLots = calculatedLots;
  if (floor !== null && calculatedLots < floor) {
    if (plan.undersizedExit === "skip") return { kind: "skipped", calculatedLots, minimumLots: floor };
    if (plan.undersizedExit === "close") {
      return { kind: "everything", cause: "policy", calculatedLots, wantedLots: calculatedLots, minimumLots: floor };
    }
    wantedLots = floor;
    if (wantedLots >= remaining) {
      return { kind: "everything", cause: "raised", calculatedLots, wantedLots, minimumLots: floor };
    }
  }

  if (isWorthLess(position, wantedLots, at)) return heldBack(position, wantedLots, calculatedLots, "exit", at);

  const residual = remaining - wantedLots;
  if (plan.residualBelowMinimum === "close" && minimum !== null && residual < minimum) {
    return { kind: "everything", cause: "residual", calculatedLots, wantedLots, minimumLots: minimum };
  }
  return {
    kind: "partial",
    order: sizedExit(position, wantedLots),
    shares: raiseLast(shares, lots(wantedLots - calculatedLots)),
    calculatedLots,
    raisedTo: wantedLots === calculatedLots ? null : wantedLots,
  };
}

/** An order that closes the given part of what is left. */
export function sizeClose(position: Position, wanted: Lots): SizedOrder | null {
  const closing = Math.min(wanted, remainingLots(position));
  return closing > 0 ? sizedExit(position, lots(closing)) : null;
}

/** The order that opens a position; its size was validated as an entry. */
export const sizeEntry = (position: Position): SizedOrder =>
  ({
    lots: position.requestedLots,
    orderSide: openingOrderSide(position.side),
    reduceOnly: false,
  }) as SizedOrder;

/** Exits on derivatives are reduce-only, never on spot (R10.10). */
const sizedExit = (position: Position, quantity: Lots): SizedOrder =>
  ({
    lots: quantity,
    orderSide: closingOrderSide(position.side),
    reduceOnly: position.market.kind === "derivative",
  }) as SizedOrder;

/** What a raise adds belongs to the last rung of the order (R2.3). */
const raiseLast = (shares: readonly RungShare[], added: Lots): readonly RungShare[] =>
  shares.map((share, index) => (index === shares.length - 1 ? { ...share, lots: lots(share.lots + added) } : share));

function isWorthLess(position: Position, quantity: Lots, at: FreshPrice): boolean {
  const limit = quotientOf(minimumExitValue(position));
  if (limit.over <= 0n) return false;
  return isGreater(limit, times(times(lotWorth(position.market), whole(quantity)), quotientOfNumber(at.value)));
}

const heldBack = (
  position: Position,
  quantity: Lots,
  calculatedLots: Lots,
  tooSmall: "exit" | "position",
  at: FreshPrice,
): ExitVerdict => ({
  kind: "heldBack",
  calculatedLots,
  tooSmall,
  value: toText(notional(position.market, quantity, at.value)),
  limit: minimumExitValue(position),
});
