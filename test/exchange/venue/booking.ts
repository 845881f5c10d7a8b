/**
 * Books a fill: the trade, the position or the coins, the fee. The only file that changes positions and balances.
 * Fees: perpetuals in quote; spot in what is received (base on a buy, quote on a sell), cut off at eight places.
 */
import { decimal, least, ZERO, type Decimal } from "./decimal.ts";
import type { VenueOrder, VenueTrade } from "./records.ts";
import { leverageOf, marketOf, positionOf, spotBalanceOf, type Position, type World } from "./world.ts";

const FEE_PLACES = 8;

/** Can this order only make a position smaller? Reduce-only, or the closing side in hedge mode. */
export function closes(order: Pick<VenueOrder, "reduceOnly" | "side" | "positionSide">): boolean {
  if (order.reduceOnly) return true;
  return (
    (order.positionSide === "LONG" && order.side === "SELL") || (order.positionSide === "SHORT" && order.side === "BUY")
  );
}

/** What there is to close for an order of this side: never negative. */
export function closable(world: World, order: Pick<VenueOrder, "symbol" | "side" | "positionSide">): Decimal {
  const { amount } = positionOf(world, order.symbol, order.positionSide);
  if (order.side === "SELL") return amount.isPositive() ? amount : ZERO;
  return amount.isNegative() ? amount.negated() : ZERO;
}

/** Quote wallet plus unrealized profit less margin in use by positions and resting orders. */
export function availableMargin(world: World, asset: string): Decimal {
  let available = world.futuresWallets.get(asset) ?? ZERO;
  for (const position of world.positions.values()) {
    const mark = markPriceOf(world, position.symbol);
    available = available.plus(unrealizedProfit(position, mark)).minus(positionMargin(world, position, mark));
  }
  for (const order of world.orders) if (order.kind === "perpetual") available = available.minus(order.locked);
  return available;
}

export function unrealizedProfit(position: Position, mark: Decimal): Decimal {
  return mark.minus(position.entryPrice).times(position.amount);
}

export function positionMargin(world: World, position: Position, mark: Decimal): Decimal {
  return position.amount.abs().times(mark).dividedBy(leverageOf(world, position.symbol));
}

export function markPriceOf(world: World, symbol: string): Decimal {
  return world.markets.find(({ spec }) => spec.kind === "perpetual" && spec.symbol === symbol)?.mark ?? ZERO;
}

/** Sets coins or margin aside for a new order; the admission made sure that there are enough. */
export function lockFunds(world: World, order: VenueOrder, funds: Decimal): void {
  order.locked = funds;
  if (order.kind === "perpetual") return;
  const balance = spotBalanceOf(world, fundingAsset(world, order));
  balance.free = balance.free.minus(funds);
  balance.locked = balance.locked.plus(funds);
}

/** Gives back what is still set aside for an order that is over. */
export function releaseFunds(world: World, order: VenueOrder): void {
  if (order.kind === "spot") {
    const balance = spotBalanceOf(world, fundingAsset(world, order));
    balance.free = balance.free.plus(order.locked);
    balance.locked = balance.locked.minus(order.locked);
  }
  order.locked = ZERO;
}

/** Funds for a spot order that fills now: what is set aside for it and what is free besides. */
export function fundsFor(world: World, order: VenueOrder): Decimal {
  return order.locked.plus(spotBalanceOf(world, fundingAsset(world, order)).free);
}

function fundingAsset(world: World, order: VenueOrder): string {
  const { spec } = marketOf(world, order);
  return order.side === "BUY" ? spec.quote : spec.base;
}

interface Fill {
  readonly amount: Decimal;
  readonly price: Decimal;
  readonly maker: boolean;
}

export function bookFill(world: World, order: VenueOrder, fill: Fill): VenueTrade {
  order.filled = order.filled.plus(fill.amount);
  order.quoteFilled = order.quoteFilled.plus(fill.amount.times(fill.price));
  order.updatedAtMs = world.clock.now();
  const trade = order.kind === "perpetual" ? bookContracts(world, order, fill) : bookCoins(world, order, fill);
  world.trades.push(trade);
  return trade;
}

function bookContracts(world: World, order: VenueOrder, { amount, price, maker }: Fill): VenueTrade {
  const { rules, futuresWallets } = world;
  const { quote } = marketOf(world, order).spec;
  const rate = decimal(maker ? rules.futuresMakerFee : rules.futuresTakerFee);
  const fee = amount.times(price).times(rate).decimalPlaces(FEE_PLACES);
  const position = positionOf(world, order.symbol, order.positionSide);
  const signed = order.side === "BUY" ? amount : amount.negated();
  const closing = least(amount, closable(world, order));
  const direction = position.amount.isNegative() ? -1 : 1;
  const realizedProfit = price.minus(position.entryPrice).times(closing).times(direction);
  const before = position.amount;
  position.amount = before.plus(signed);
  const opening = amount.minus(closing);
  if (position.amount.isZero()) position.entryPrice = ZERO;
  else if (opening.isPositive() && !opening.isZero()) {
    const kept = closing.isZero() ? before.abs() : ZERO;
    position.entryPrice = kept
      .times(position.entryPrice)
      .plus(opening.times(price))
      .dividedBy(kept.plus(opening))
      .decimalPlaces(10);
  }
  position.updatedAtMs = world.clock.now();
  futuresWallets.set(quote, (futuresWallets.get(quote) ?? ZERO).plus(realizedProfit).minus(fee));
  if (!order.locked.isZero()) {
    order.locked = order.locked
      .times(order.amount.minus(order.filled))
      .dividedBy(order.amount.minus(order.filled).plus(amount));
  }
  return createTrade(world, order, { amount, price, maker }, { fee, feeAsset: quote, realizedProfit });
}

function bookCoins(world: World, order: VenueOrder, { amount, price, maker }: Fill): VenueTrade {
  const { spec } = marketOf(world, order);
  const rate = decimal(maker ? world.rules.spotMakerFee : world.rules.spotTakerFee);
  const cost = amount.times(price);
  const buys = order.side === "BUY";
  const paid = buys ? cost : amount;
  const received = buys ? amount : cost;
  const fee = received.times(rate).decimalPlaces(FEE_PLACES);
  const source = spotBalanceOf(world, buys ? spec.quote : spec.base);
  const fromLocked = least(paid, order.locked);
  order.locked = order.locked.minus(fromLocked);
  source.locked = source.locked.minus(fromLocked);
  source.free = source.free.minus(paid.minus(fromLocked));
  const target = spotBalanceOf(world, buys ? spec.base : spec.quote);
  target.free = target.free.plus(received).minus(fee);
  const feeAsset = buys ? spec.base : spec.quote;
  return createTrade(world, order, { amount, price, maker }, { fee, feeAsset, realizedProfit: ZERO });
}

function createTrade(
  world: World,
  order: VenueOrder,
  fill: Fill,
  money: Pick<VenueTrade, "fee" | "feeAsset" | "realizedProfit">,
): VenueTrade {
  return { tradeId: world.nextTradeId++, order, ...fill, ...money, atMs: world.clock.now() };
}
