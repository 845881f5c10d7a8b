/**
 * What the venue checks before it takes an order for a perpetual, in the order in which it checks (the order is an assumption).
 * Codes: the venue's error list for USD-M futures.
 */
import { availableMargin, closable, closes } from "./booking.ts";
import { least, ZERO, type Decimal } from "./decimal.ts";
import type { ListedMarket } from "./markets.ts";
import { crosses, type AdmittedOrder } from "./matching.ts";
import { isTrue, oneOf, required, requiredDecimal, type Params } from "./params.ts";
import { VenueRefusal, type OrderSide, type PositionSide, type TimeInForce } from "./records.ts";
import { requiredMarket } from "./required-market.ts";
import { isOpen, leverageOf, type World } from "./world.ts";

const CONDITIONAL = ["STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"];

export function admitFuturesOrder(world: World, params: Params): AdmittedOrder {
  const market = requiredMarket(world, "perpetual", params);
  const side = oneOf<OrderSide>(params, "side", ["BUY", "SELL"], new VenueRefusal(-1117, "Invalid side."));
  if (CONDITIONAL.includes(required(params, "type"))) {
    throw new VenueRefusal(
      -4120,
      "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.",
    );
  }
  const type = oneOf(params, "type", ["MARKET", "LIMIT"], new VenueRefusal(-1116, "Invalid orderType."));
  const clientOrderId = params["newClientOrderId"] ?? `web_${world.nextOrderId}`;
  if (!/^[.A-Z:/a-z0-9_-]{1,36}$/.test(clientOrderId)) {
    throw new VenueRefusal(-4015, "Client order id is not valid.");
  }
  const positionSide = admitPositionSide(world, params);
  const amount = admitAmount(market, requiredDecimal(params, "quantity"), type);
  const price = type === "LIMIT" ? admitPrice(market, requiredDecimal(params, "price")) : ZERO;
  const timeInForce = type === "LIMIT" ? admitTimeInForce(params) : "GTC";
  const reduceOnly = isTrue(params, "reduceOnly");
  const order = { clientOrderId, kind: "perpetual", symbol: market.spec.symbol, side, positionSide, type } as const;
  if (world.orders.some((other) => other.kind === "perpetual" && isSameOpen(other, clientOrderId))) {
    throw new VenueRefusal(-4116, "ClientOrderId is duplicated.");
  }
  const funds = admitExposure(world, market, { ...order, amount, price, reduceOnly });
  if (timeInForce === "GTX" && crosses({ side, price }, market.last)) {
    throw new VenueRefusal(
      -5022,
      "Due to the order could not be executed as maker, the Post Only order will be rejected.",
    );
  }
  return { order: { ...order, timeInForce, reduceOnly, amount, price }, funds };
}

function isSameOpen(other: Parameters<typeof isOpen>[0], clientOrderId: string): boolean {
  return other.clientOrderId === clientOrderId && isOpen(other);
}

function admitPositionSide(world: World, params: Params): PositionSide {
  const sides: readonly PositionSide[] = ["BOTH", "LONG", "SHORT"];
  const positionSide = sides.find((side) => side === (params["positionSide"] ?? "BOTH"));
  if (positionSide === undefined) throw new VenueRefusal(-1117, "Invalid position side.");
  if ((positionSide !== "BOTH") !== world.hedgeMode) {
    throw new VenueRefusal(-4061, "Order's position side does not match user's setting.");
  }
  if (world.hedgeMode && params["reduceOnly"] !== undefined) {
    throw new VenueRefusal(-1106, "Parameter 'reduceonly' sent when not required.");
  }
  return positionSide;
}

function admitAmount(market: ListedMarket, amount: Decimal, type: "MARKET" | "LIMIT"): Decimal {
  if (amount.lte(ZERO)) throw new VenueRefusal(-4003, "Quantity less than or equal to zero.");
  if ((amount.decimalPlaces() ?? 0) > market.amountPlaces) {
    throw new VenueRefusal(-1111, "Precision is over the maximum defined for this asset.");
  }
  if (amount.lt(market.minimum)) throw new VenueRefusal(-4004, "Quantity less than min quantity.");
  if (amount.gt(type === "MARKET" ? market.maximumMarket : market.maximum)) {
    throw new VenueRefusal(-4005, "Quantity greater than max quantity.");
  }
  if (!amount.modulo(market.step).isZero()) {
    throw new VenueRefusal(-4023, "Qty not increased by step size.");
  }
  return amount;
}

function admitPrice(market: ListedMarket, price: Decimal): Decimal {
  if (price.lte(ZERO)) throw new VenueRefusal(-4001, "Price less than 0.");
  if ((price.decimalPlaces() ?? 0) > market.pricePlaces) {
    throw new VenueRefusal(-1111, "Precision is over the maximum defined for this asset.");
  }
  if (!price.modulo(market.tick).isZero()) throw new VenueRefusal(-4014, "Price not increased by tick size.");
  return price;
}

function admitTimeInForce(params: Params): TimeInForce {
  const refusal = new VenueRefusal(-1115, "Invalid timeInForce.");
  return oneOf<TimeInForce>(params, "timeInForce", ["GTC", "IOC", "FOK", "GTX"], refusal);
}

interface Exposure {
  readonly symbol: string;
  readonly side: OrderSide;
  readonly positionSide: PositionSide;
  readonly reduceOnly: boolean;
  readonly amount: Decimal;
  readonly price: Decimal;
}

/** Reduce-only, minimum notional, margin; answers the margin to set aside. */
function admitExposure(world: World, market: ListedMarket, order: Exposure): Decimal {
  const toClose = closable(world, order);
  if (closes(order)) {
    const excess = world.rules.reduceOnlyExcess === "reject" && order.amount.gt(toClose);
    if (toClose.isZero() || excess) throw new VenueRefusal(-2022, "ReduceOnly Order is rejected.");
    return ZERO;
  }
  const price = order.price.isZero() ? market.mark : order.price;
  if (market.minimumNotional !== undefined && order.amount.times(price).lt(market.minimumNotional)) {
    const least = market.minimumNotional.toFixed();
    throw new VenueRefusal(-4164, `Order's notional must be no smaller than ${least} (unless you choose reduce only).`);
  }
  const opening = order.amount.minus(least(order.amount, toClose));
  const margin = opening.times(price).dividedBy(leverageOf(world, order.symbol));
  if (margin.gt(availableMargin(world, market.spec.quote))) {
    throw new VenueRefusal(-2019, "Margin is insufficient.");
  }
  return margin;
}
