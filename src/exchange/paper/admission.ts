/**
 * Does the paper exchange take this order? The rules of a real venue, judged when the order arrives.
 *
 * Order of judging: symbol, market, amount, what there is to reduce or to sell, minimums, maximum. What is held comes
 * before the minimums, because "there is nothing left" is what the sender has to know first (SPEC R4.6).
 * There is no balance in quote currency: buys and new shorts are never refused for money.
 */
import { exact, isDecimalText } from "../../domain/decimal.ts";
import type { OrderRequest } from "../../domain/intent.ts";
import { lotsToAmount, notional, type Market } from "../../domain/market.ts";
import type { RejectReason } from "../../domain/report.ts";
import { price as asPrice, type Lots } from "../../domain/units.ts";

export interface Refusal {
  readonly reason: RejectReason;
  readonly message: string;
}

/** What an order of this account meets. */
export interface Standing {
  readonly market: Market | null;
  /** The exchange's current price. */
  readonly price: number;
  /** Signed: long above zero. */
  readonly netLots: Lots;
  /** Spot: held and not promised to another order. */
  readonly freeLots: Lots;
}

/** The first reason against the order, or null. */
export function refusalOf(order: OrderRequest, standing: Standing): Refusal | null {
  const { market } = standing;
  if (market === null) return refused("unknown_symbol", `${order.symbol} is not traded here`);
  if (!market.linear)
    return refused("other", `${order.symbol} is an inverse contract; only linear markets are supported`);
  if (!market.active) return refused("market_closed", `${order.symbol} is not active`);
  return (
    amountRefusal(order, market) ??
    (market.kind === "spot" ? spotRefusal(order, standing) : reduceOnlyRefusal(order, standing)) ??
    (closesEverything(order, market, standing) ? null : minimumRefusal(order, market, standing.price)) ??
    maximumRefusal(order, market)
  );
}

/** The lots by which an order of this side can reduce a net position. */
export function reducibleLots(orderSide: OrderRequest["orderSide"], netLots: Lots): number {
  return Math.max(0, orderSide === "sell" ? netLots : -netLots);
}

function amountRefusal(order: OrderRequest, market: Market): Refusal | null {
  if (order.lots > 0 && order.amount === lotsToAmount(market, order.lots)) return null;
  if (!isDecimalText(order.amount))
    return refused("precision", `amount ${JSON.stringify(order.amount)} is not plain decimal text`);
  const amount = exact(order.amount);
  if (amount.lte(0)) return refused("below_minimum", `amount ${order.amount} of ${order.symbol} is not above zero`);
  const steps = amount.dividedBy(exact(market.amountStep));
  if (!steps.isInteger() || !exact(market.amountStep).times(steps).eq(amount)) {
    return refused(
      "precision",
      `amount ${order.amount} of ${order.symbol} is not a multiple of the step ${market.amountStep}`,
    );
  }
  if (!steps.eq(order.lots)) {
    return refused(
      "precision",
      `amount ${order.amount} of ${order.symbol} is ${steps.toFixed()} lots, not ${order.lots}`,
    );
  }
  return null;
}

function spotRefusal(order: OrderRequest, standing: Standing): Refusal | null {
  // SPEC R10.10: spot has no positions to reduce; venues refuse the parameter.
  if (order.reduceOnly) return refused("other", `${order.symbol} is a spot market: it knows no reduce-only orders`);
  if (order.orderSide === "buy" || order.lots <= standing.freeLots) return null;
  return refused("insufficient_funds", `sell of ${order.lots} lots of ${order.symbol}, ${standing.freeLots} are free`);
}

function reduceOnlyRefusal(order: OrderRequest, standing: Standing): Refusal | null {
  if (!order.reduceOnly || reducibleLots(order.orderSide, standing.netLots) > 0) return null;
  return refused(
    "reduce_only",
    `reduce-only ${order.orderSide} of ${order.symbol} has nothing to reduce (position: ${standing.netLots} lots)`,
  );
}

/** Minimums do not hold for what takes everything that is there (P6). */
function closesEverything(order: OrderRequest, market: Market, standing: Standing): boolean {
  if (market.kind === "spot") return order.orderSide === "sell" && order.lots >= standing.netLots;
  return order.reduceOnly && order.lots >= reducibleLots(order.orderSide, standing.netLots);
}

function minimumRefusal(order: OrderRequest, market: Market, price: number): Refusal | null {
  if (market.minimumLots !== null && order.lots < market.minimumLots) {
    const minimum = lotsToAmount(market, market.minimumLots);
    return refused("below_minimum", `amount ${order.amount} of ${order.symbol} is below the minimum ${minimum}`);
  }
  if (market.minimumCost === null) return null;
  const cost = notional(market, order.lots, asPrice(price));
  if (cost.gte(exact(market.minimumCost))) return null;
  return refused(
    "below_minimum",
    `${order.amount} of ${order.symbol} is worth ${cost.toFixed()} ${market.quote}, below the minimum ${market.minimumCost}`,
  );
}

function maximumRefusal(order: OrderRequest, market: Market): Refusal | null {
  if (market.maximumLots === null || order.lots <= market.maximumLots) return null;
  const maximum = lotsToAmount(market, market.maximumLots);
  return refused("above_maximum", `amount ${order.amount} of ${order.symbol} is above the maximum ${maximum}`);
}

const refused = (reason: RejectReason, message: string): Refusal => ({ reason, message });
