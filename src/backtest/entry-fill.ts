/** An entry that is filled whole at a price: the books as counting its fill leaves them, but for what only a report asks. */
import { exact, toText, wholeText } from "../domain/decimal.ts";
import { coinFees, quoteFee } from "../domain/fills.ts";
import { levelPrice, priceGrid, type PriceGrid } from "../domain/market.ts";
import type { Position } from "../domain/position.ts";
import type { FillReport } from "../domain/report.ts";
import { openingOrderSide } from "../domain/side.ts";
import { ticks, type DecimalText, type EpochMs } from "../domain/units.ts";
import type { PaperSettings } from "../exchange/paper/settings.ts";
import { fillFee, fillPrice } from "../exchange/paper/terms.ts";

/** The position right after its entry has filled at this price of the market, and before its levels are set. */
export function entered(position: Position, price: number, atMs: EpochMs, settings: PaperSettings): Position {
  const { market, requestedLots } = position;
  const orderSide = openingOrderSide(position.side);
  const at = fillPrice({ market, settings, orderSide, price });
  const grid = priceGrid(market, at);
  const books = {
    grid,
    openedAtMs: atMs,
    enteredLots: requestedLots,
    entryCost: costOf(at, grid, requestedLots),
  };
  if (!needsFee(position, settings)) return { ...position, ...books };
  const fee = fillFee({ market, settings, orderSide, lots: requestedLots, price: at });
  const report = { kind: "fill", price: at, lots: requestedLots, fee, atMs } as FillReport;
  return { ...position, ...books, entryFees: quoteFee(report), coinFeeLots: coinFees(position, report) };
}

/** Decisions depend on the entry's fee where it is taken in the coin, and where breakeven includes it. */
const needsFee = ({ market, plan }: Position, { spotFeeInCoin }: PaperSettings): boolean =>
  plan.breakeven === "entryPlusFees" || (market.kind === "spot" && spotFeeInCoin);

/** lots × price, exact: on whole ticks without decimal arithmetic. */
function costOf(at: DecimalText, grid: PriceGrid, lots: number): DecimalText {
  const value = Number(at);
  const level = Math.round((value * 10 ** grid.decimals) / grid.units);
  const cost = level * grid.units * lots;
  if (Number.isSafeInteger(cost) && levelPrice(grid, ticks(level)) === value) return wholeText(cost, grid.decimals);
  return toText(exact(at).times(lots));
}
