/**
 * Life of an order on the local venue: accepted, filled at the current price or from the book, canceled, expired.
 * Reduce-only is enforced where it fills: never more than the position that is there at that moment.
 */
import { bookFill, closable, closes, fundsFor, lockFunds, releaseFunds } from "./booking.ts";
import { decimal, floorToStep, least, ZERO, type Decimal } from "./decimal.ts";
import type { ListedMarket } from "./markets.ts";
import type { VenueOrder } from "./records.ts";
import { FILL_AT_ONCE, isOpen, marketOf, type FillPlan, type World } from "./world.ts";

/** An order that passed the venue's checks, with the funds to set aside for it. */
export interface AdmittedOrder {
  readonly order: Omit<
    VenueOrder,
    "orderId" | "createdAtMs" | "updatedAtMs" | "status" | "filled" | "quoteFilled" | "locked" | "veils"
  >;
  readonly funds: Decimal;
}

export function acceptOrder(world: World, { order: admitted, funds }: AdmittedOrder, plan?: FillPlan): VenueOrder {
  const now = world.clock.now();
  const order: VenueOrder = {
    ...admitted,
    orderId: world.nextOrderId++,
    createdAtMs: now,
    updatedAtMs: now,
    status: "NEW",
    filled: ZERO,
    quoteFilled: ZERO,
    locked: ZERO,
    veils: new Map(),
  };
  world.orders.push(order);
  world.onNewOrder?.(order);
  lockFunds(world, order, funds);
  world.publish({ type: "order", execution: "NEW", order, status: "NEW" });
  if (order.type === "MARKET") runSlice(world, order, plan ?? planFor(world, order), 0);
  else matchOnArrival(world, order);
  return order;
}

function planFor(world: World, order: VenueOrder): FillPlan {
  return world.nextFillPlans.shift() ?? world.fillPlans.get(order.symbol) ?? FILL_AT_ONCE;
}

function runSlice(world: World, order: VenueOrder, plan: FillPlan, at: number): void {
  const slice = plan.slices[at];
  if (slice === undefined) return finishOrder(world, order, "EXPIRED");
  const run = (): void => {
    if (!isOpen(order)) return;
    const market = marketOf(world, order);
    const isLast = at === plan.slices.length - 1 && plan.rest !== "expire";
    const share = floorToStep(order.amount.times(slice.share), market.step);
    const price = slice.price === undefined ? market.last : decimal(slice.price);
    fillOrder(world, order, { amount: isLast ? order.amount : share, price, maker: false });
    if (isOpen(order)) runSlice(world, order, plan, at + 1);
  };
  if (slice.afterMs === undefined || slice.afterMs <= 0) run();
  else world.timers.after(slice.afterMs, run);
}

function matchOnArrival(world: World, order: VenueOrder): void {
  const { last } = marketOf(world, order);
  if (crosses(order, last)) fillOrder(world, order, { amount: order.amount, price: last, maker: false });
  if (isOpen(order) && (order.timeInForce === "IOC" || order.timeInForce === "FOK")) {
    finishOrder(world, order, "EXPIRED");
  }
}

export function crosses(order: Pick<VenueOrder, "side" | "price">, price: Decimal): boolean {
  return order.side === "BUY" ? price.lte(order.price) : price.gte(order.price);
}

/** Fills up to an amount, as far as order, position and coins go. What cannot fill for want of them expires. */
function fillOrder(
  world: World,
  order: VenueOrder,
  wanted: { readonly amount: Decimal; readonly price: Decimal; readonly maker: boolean },
): void {
  const amount = least(wanted.amount, order.amount.minus(order.filled), fillable(world, order, wanted.price));
  if (amount.gt(ZERO)) {
    const trade = bookFill(world, order, { ...wanted, amount });
    order.status = order.filled.eq(order.amount) ? "FILLED" : "PARTIALLY_FILLED";
    if (order.status === "FILLED") releaseFunds(world, order);
    world.publish({ type: "account", kind: order.kind, order });
    world.publish({ type: "order", execution: "TRADE", order, status: order.status, trade });
  }
  if (isOpen(order) && fillable(world, order, wanted.price).isZero()) finishOrder(world, order, "EXPIRED");
}

/** The largest amount that may fill now: the position for what closes, the coins for spot, no bound otherwise. */
function fillable(world: World, order: VenueOrder, price: Decimal): Decimal {
  if (order.kind === "perpetual") return closes(order) ? closable(world, order) : order.amount;
  const funds = fundsFor(world, order);
  return order.side === "BUY" ? floorToStep(funds.dividedBy(price), marketOf(world, order).step) : funds;
}

/** All that is left of it, now: at its limit, or at the market's price where it has none. */
export function fillRest(world: World, order: VenueOrder, share = "1"): void {
  const [price, maker] = order.type === "MARKET" ? [marketOf(world, order).last, false] : [order.price, true];
  fillOrder(world, order, { amount: order.amount.times(share), price, maker });
}

export function cancelOrder(world: World, order: VenueOrder): void {
  finishOrder(world, order, "CANCELED");
}

function finishOrder(world: World, order: VenueOrder, status: "CANCELED" | "EXPIRED"): void {
  order.status = status;
  order.updatedAtMs = world.clock.now();
  releaseFunds(world, order);
  world.publish({ type: "order", execution: status, order, status });
}

/** A new price: told to the streams, then resting limit orders that it crosses fill at their limit. */
export function movePrice(world: World, market: ListedMarket, last: Decimal, mark: Decimal): void {
  market.last = last;
  market.mark = mark;
  world.publish({ type: "price", market, markOnly: false });
  for (const order of world.orders) {
    const rests = isOpen(order) && order.type !== "MARKET";
    if (!rests || order.kind !== market.spec.kind || order.symbol !== market.spec.symbol) continue;
    if (crosses(order, last)) fillOrder(world, order, { amount: order.amount, price: order.price, maker: true });
  }
}
