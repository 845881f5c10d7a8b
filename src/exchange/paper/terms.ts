/** At which price a market order fills on the paper exchange, and for which fee. Exact decimals (SPEC R12.1). */
import { exact } from "../../domain/decimal.ts";
import type { OrderRequest } from "../../domain/intent.ts";
import { levelAt, levelText, lotsToAmount, lotWorth, priceGrid, priceText, type Market } from "../../domain/market.ts";
import { quotientOf, reported, times, whole } from "../../domain/quotient.ts";
import type { Fee } from "../../domain/report.ts";
import { price as asPrice, ticks, type DecimalText, type Lots } from "../../domain/units.ts";
import type { PaperSettings } from "./settings.ts";

/**
 * The current price, worse by the slippage and on the tick that is worse for the taker (never below one tick).
 * Without slippage it is the current price itself, whatever grid it lies on.
 */
export function fillPrice(input: {
  readonly market: Market;
  readonly settings: PaperSettings;
  readonly orderSide: OrderRequest["orderSide"];
  readonly price: number;
}): DecimalText {
  const { market, settings, orderSide } = input;
  const current = priceText(asPrice(input.price));
  if (Number(settings.slippage) === 0) return current;
  const slippage = exact(settings.slippage);
  const factor = orderSide === "buy" ? exact(1).plus(slippage) : exact(1).minus(slippage);
  const grid = priceGrid(market, current);
  // For a long, "favorable" is up: what a buyer pays is rounded up, what a seller gets is rounded down.
  const level = levelAt({
    grid,
    side: "long",
    value: exact(current).times(factor),
    divisor: exact(1),
    rounding: orderSide === "buy" ? "favorable" : "unfavorable",
  });
  return levelText(grid, level < 1 ? ticks(1) : level);
}

/** The taker's fee, at most 12 decimals: in quote currency, or in the coin that a spot buy brought. */
export function fillFee(input: {
  readonly market: Market;
  readonly settings: PaperSettings;
  readonly orderSide: OrderRequest["orderSide"];
  readonly lots: Lots;
  readonly price: DecimalText;
}): Fee {
  const { market, settings } = input;
  const rate = quotientOf(settings.takerFee);
  if (settings.spotFeeInCoin && market.kind === "spot" && input.orderSide === "buy") {
    return { cost: reported(times(quotientOf(lotsToAmount(market, input.lots)), rate)), currency: "base" };
  }
  const cost = times(times(lotWorth(market), whole(input.lots)), times(quotientOf(input.price), rate));
  return { cost: reported(cost), currency: "quote" };
}
