/**
 * What a position made, by floats: for searches over thousands of plans, where only their order counts. What is reported is
 * reckoned exactly (`tested-position.ts`); a property holds the two together.
 */
import { lotUnit, type Market } from "../domain/market.ts";
import { closingOrderSide, direction } from "../domain/side.ts";
import type { PaperSettings } from "../exchange/paper/settings.ts";
import { fillPrice } from "../exchange/paper/terms.ts";
import type { InstantPosition } from "./instant-position.ts";

export interface QuickTerms {
  readonly market: Market;
  readonly settings: PaperSettings;
  /** Quote currency that one lot is worth at a price of 1. */
  readonly lotWorth: number;
  readonly takerFee: number;
  readonly slips: boolean;
}

export const quickTerms = (market: Market, settings: PaperSettings): QuickTerms => ({
  market,
  settings,
  lotWorth: lotUnit(market).toNumber(),
  takerFee: Number(settings.takerFee),
  slips: Number(settings.slippage) !== 0,
});

/** Profit after fees, quote currency; funding is not in it. */
export function quickNet({ position, exits, side }: InstantPosition, terms: QuickTerms): number {
  const { market, settings, lotWorth, takerFee, slips } = terms;
  const cost = Number(position.entryCost);
  let sold = 0;
  let value = 0;
  for (const { lots, price, reason } of exits) {
    const paid =
      slips && reason !== "liquidated"
        ? Number(fillPrice({ market, settings, orderSide: closingOrderSide(side), price }))
        : price;
    value += paid * lots;
    sold += lots;
  }
  const gross = (value - (cost * sold) / position.enteredLots) * direction(side);
  return (gross - (cost + value) * takerFee) * lotWorth;
}
