/**
 * What the venue checks before it takes a spot order, in the order in which it checks (the order is an assumption).
 * Codes: the venue's error list for spot; filters answer -1013 with their name.
 */
import { floorToStep, ZERO, type Decimal } from "./decimal.ts";
import type { ListedMarket } from "./markets.ts";
import { crosses, type AdmittedOrder } from "./matching.ts";
import { asDecimal, oneOf, requiredDecimal, type Params } from "./params.ts";
import { VenueRefusal, type OrderSide, type OrderType, type TimeInForce } from "./records.ts";
import { requiredMarket } from "./required-market.ts";
import { isOpen, spotBalanceOf, type World } from "./world.ts";

const MAXIMUM_PLACES = 8;
const UNREAD = ["reduceOnly", "positionSide", "closePosition"];

export function admitSpotOrder(world: World, params: Params): AdmittedOrder {
  const market = requiredMarket(world, "spot", params);
  const sent = Object.keys(params).length;
  const unread = UNREAD.filter((name) => params[name] !== undefined).length;
  if (unread > 0) {
    const message = `Not all sent parameters were read; read '${sent - unread}' parameter(s) but was sent '${sent}'.`;
    throw new VenueRefusal(-1104, message);
  }
  const side = oneOf<OrderSide>(params, "side", ["BUY", "SELL"], new VenueRefusal(-1117, "Invalid side."));
  const types: readonly OrderType[] = ["MARKET", "LIMIT", "LIMIT_MAKER"];
  const type = oneOf<OrderType>(params, "type", types, new VenueRefusal(-1116, "Invalid orderType."));
  const clientOrderId = params["newClientOrderId"] ?? `and_${world.nextOrderId}`;
  if (!/^[a-zA-Z0-9-_]{1,36}$/.test(clientOrderId)) {
    throw new VenueRefusal(
      -1100,
      "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[a-zA-Z0-9-_]{1,36}$'.",
    );
  }
  const price = type === "MARKET" ? ZERO : admitPrice(market, requiredDecimal(params, "price"));
  const amount = admitAmount(market, params, type);
  admitNotional(market, amount, type === "MARKET" ? market.last : price);
  if (world.orders.some((o) => o.kind === "spot" && o.clientOrderId === clientOrderId && isOpen(o))) {
    throw new VenueRefusal(-2010, "Duplicate order sent.");
  }
  if (type === "LIMIT_MAKER" && crosses({ side, price }, market.last)) {
    throw new VenueRefusal(-2010, "Order would immediately match and take.");
  }
  const funds = side === "SELL" ? amount : amount.times(type === "MARKET" ? market.last : price);
  const { free } = spotBalanceOf(world, side === "SELL" ? market.spec.base : market.spec.quote);
  if (funds.gt(free)) throw new VenueRefusal(-2010, "Account has insufficient balance for requested action.");
  const timeInForce = type === "LIMIT" ? admitTimeInForce(params) : "GTC";
  const symbol = market.spec.symbol;
  const order = { clientOrderId, kind: "spot", symbol, side, positionSide: "BOTH", type, timeInForce } as const;
  return { order: { ...order, reduceOnly: false, amount, price }, funds };
}

function admitPrice(market: ListedMarket, price: Decimal): Decimal {
  if (price.lte(ZERO)) throw new VenueRefusal(-1013, "Invalid price.");
  if ((price.decimalPlaces() ?? 0) > MAXIMUM_PLACES) {
    throw new VenueRefusal(-1111, "Parameter 'price' has too much precision.");
  }
  if (!price.modulo(market.tick).isZero()) throw new VenueRefusal(-1013, "Filter failure: PRICE_FILTER");
  return price;
}

function admitAmount(market: ListedMarket, params: Params, type: OrderType): Decimal {
  const forQuote = params["quoteOrderQty"];
  const amount =
    type === "MARKET" && forQuote !== undefined
      ? floorToStep(asDecimal("quoteOrderQty", forQuote).dividedBy(market.last), market.step)
      : requiredDecimal(params, "quantity");
  if (amount.lte(ZERO)) throw new VenueRefusal(-1013, "Invalid quantity.");
  if ((amount.decimalPlaces() ?? 0) > MAXIMUM_PLACES) {
    throw new VenueRefusal(-1111, "Parameter 'quantity' has too much precision.");
  }
  const outside = amount.lt(market.minimum) || amount.gt(market.maximum);
  if (outside || !amount.modulo(market.step).isZero()) throw new VenueRefusal(-1013, "Filter failure: LOT_SIZE");
  if (type === "MARKET" && amount.gt(market.maximumMarket)) {
    throw new VenueRefusal(-1013, "Filter failure: MARKET_LOT_SIZE");
  }
  return amount;
}

function admitNotional(market: ListedMarket, amount: Decimal, price: Decimal): void {
  if (market.minimumNotional === undefined) return;
  if (amount.times(price).lt(market.minimumNotional)) throw new VenueRefusal(-1013, "Filter failure: NOTIONAL");
}

function admitTimeInForce(params: Params): TimeInForce {
  const refusal = new VenueRefusal(-1115, "Invalid timeInForce.");
  return oneOf<TimeInForce>(params, "timeInForce", ["GTC", "IOC", "FOK"], refusal);
}
