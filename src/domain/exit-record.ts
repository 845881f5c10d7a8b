/** The record of one reduction (R2.5): money and averages by exact decimals, remaining as it was right after it. */
import { exact, toReported, type Exact } from "./decimal.ts";
import type { ExitReason, ExitRecord } from "./trade-record.ts";
import { remainingLots } from "./ladder.ts";
import { levelText, lotsToAmount, lotUnit } from "./market.ts";
import type { Position, Tally } from "./position.ts";
import { direction } from "./side.ts";
import { addLots, NO_LOTS, sumLots, type DecimalText, type Lots } from "./units.ts";
import { amountText, percentText } from "./wording.ts";

export function exitRecord(
  position: Position,
  what: { readonly rung: number | null; readonly reason: ExitReason; readonly tally: Tally },
): { readonly record: ExitRecord; readonly message: string } {
  const { market, grid, side } = position;
  const { tally } = what;
  const average = exact(tally.value).dividedBy(tally.lots);
  const move = moveFromEntry(position, average);
  const remaining = lotsToAmount(market, addLots(remainingLots(position), notYetRecorded(position, what.rung)));
  const isLast = exact(remaining).isZero();
  const record: ExitRecord = {
    rung: what.rung,
    reason: what.reason,
    amount: lotsToAmount(market, tally.lots),
    price: toReported(average),
    fee: tally.fee,
    profit: grossProfit(position, exact(tally.value), tally.lots, direction(side)),
    priceMove: toReported(move),
    orderId: tally.orderId,
    filledAtMs: tally.lastFillAtMs,
    remaining,
    stop: isLast || position.stop === null || grid === null ? null : levelText(grid, position.stop.level),
  };
  const unit = market.kind === "spot" ? market.base : "contracts";
  const roiText = percentText(move.times(position.leverage).times(1e6).toNumber(), { sign: true });
  const message = `Scaled out of ${position.symbol}: closed ${amountText(record.amount)} ${unit} (ROI: ${roiText}), remaining: ${amountText(remaining)}`;
  return { record, message };
}

/** Gross profit of lots sold for `value` (Σ lots × price), quote currency. */
export function grossProfit(position: Position, value: Exact, quantity: number, dir: 1 | -1): DecimalText {
  const cost = exact(position.entryCost).times(quantity).dividedBy(position.enteredLots);
  return toReported(value.minus(cost).times(lotUnit(position.market)).times(dir));
}

/** (price − entry) ÷ entry, favorable positive. */
export function moveFromEntry(position: Position, at: Exact): Exact {
  const entry = exact(position.entryCost).dividedBy(position.enteredLots);
  return at.minus(entry).dividedBy(entry).times(direction(position.side));
}

/** Fills that are counted but recorded after this one: of later rungs of the same order, or of the close. */
function notYetRecorded(position: Position, rung: number | null): Lots {
  if (rung === null) return NO_LOTS;
  const later = position.rungs.slice(rung).filter((each) => each.status === "armed" && each.fills !== null);
  return sumLots([...later.map((each) => each.fills!.lots), position.closeFills?.lots ?? NO_LOTS]);
}
