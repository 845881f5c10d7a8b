/** The record of one reduction (R2.5): money and averages exact, remaining as it was right after it. */
import { ZERO_TEXT } from "./decimal.ts";
import type { ExitReason, ExitRecord } from "./trade-record.ts";
import { remainingLots } from "./ladder.ts";
import { levelText, lotsToAmount, lotWorth } from "./market.ts";
import type { Position, Tally } from "./position.ts";
import { dividedBy, minus, quotientOf, quotientOfNumber, reported, times, whole, type Quotient } from "./quotient.ts";
import { direction } from "./side.ts";
import { addLots, NO_LOTS, ONE, sumLots, type DecimalText, type Lots } from "./units.ts";
import { amountText, percentText } from "./wording.ts";

export function exitRecord(
  position: Position,
  what: { readonly rung: number | null; readonly reason: ExitReason; readonly tally: Tally },
): { readonly record: ExitRecord; readonly message: string } {
  const { market, grid } = position;
  const { tally } = what;
  const average = dividedBy(quotientOf(tally.value), whole(tally.lots));
  const move = moveFromEntry(position, average);
  const remaining = lotsToAmount(market, addLots(remainingLots(position), notYetRecorded(position, what.rung)));
  const isLast = remaining === ZERO_TEXT;
  const record: ExitRecord = {
    rung: what.rung,
    reason: what.reason,
    amount: lotsToAmount(market, tally.lots),
    price: reported(average),
    fee: tally.fee,
    profit: grossProfit(position, quotientOf(tally.value), tally.lots),
    priceMove: reported(move),
    orderId: tally.orderId,
    filledAtMs: tally.lastFillAtMs,
    remaining,
    stop: isLast || position.stop === null || grid === null ? null : levelText(grid, position.stop.level),
  };
  const unit = market.kind === "spot" ? market.base : "contracts";
  const roiText = percentText(Number(reported(times(roiOf(position, move), whole(ONE)))), { sign: true });
  const message = `Scaled out of ${position.symbol}: closed ${amountText(record.amount)} ${unit} (ROI: ${roiText}), remaining: ${amountText(remaining)}`;
  return { record, message };
}

/** Gross profit of lots sold for `value` (Σ lots × price), quote currency. */
export function grossProfit(position: Position, value: Quotient, quantity: number): DecimalText {
  const { market, side } = position;
  const cost = dividedBy(times(quotientOf(position.entryCost), whole(quantity)), whole(position.enteredLots));
  return reported(times(times(minus(value, cost), lotWorth(market)), whole(direction(side))));
}

/** (price − entry) ÷ entry, favorable positive. */
export function moveFromEntry({ entryCost, enteredLots, side }: Position, at: Quotient): Quotient {
  const cost = quotientOf(entryCost);
  return times(dividedBy(minus(times(at, whole(enteredLots)), cost), cost), whole(direction(side)));
}

/** Price move × leverage. */
export const roiOf = ({ leverage }: Position, move: Quotient): Quotient => times(move, quotientOfNumber(leverage));

/** Fills that are counted but recorded after this one: of later rungs of the same order, or of the close. */
function notYetRecorded(position: Position, rung: number | null): Lots {
  if (rung === null) return NO_LOTS;
  const later = position.rungs.slice(rung).filter((each) => each.status === "armed" && each.fills !== null);
  return sumLots([...later.map((each) => each.fills!.lots), position.closeFills?.lots ?? NO_LOTS]);
}
