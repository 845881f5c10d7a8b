/**
 * Finds orders and trades the way the venue's look-ups do: by order id, by client order id, by time; veiled ones are not seen.
 */
import type { MarketKind } from "./markets.ts";
import { optionalInteger, type Params } from "./params.ts";
import { VenueRefusal, type Listing, type VenueOrder, type VenueTrade } from "./records.ts";
import { requiredMarket } from "./required-market.ts";
import { isHidden } from "./visibility.ts";
import { isOpen, type World } from "./world.ts";

const DEFAULT_LIMIT = 500;
const GREATEST_LIMIT = 1000;

/** By id; of several under one client order id the latest (an assumption). */
function findOrder(
  world: World,
  kind: MarketKind,
  params: Params,
  isMeant: (order: VenueOrder) => boolean,
): VenueOrder | undefined {
  const { symbol } = requiredMarket(world, kind, params).spec;
  const orderId = optionalInteger(params, "orderId");
  const clientOrderId = params["origClientOrderId"];
  if (orderId === undefined && clientOrderId === undefined) {
    throw new VenueRefusal(-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!");
  }
  return world.orders.findLast(
    (order) =>
      order.kind === kind &&
      order.symbol === symbol &&
      (orderId === undefined ? order.clientOrderId === clientOrderId : order.orderId === orderId) &&
      isMeant(order),
  );
}

export function lookUpOrder(world: World, kind: MarketKind, params: Params): VenueOrder {
  const order = findOrder(world, kind, params, (found) => !isHidden(found, "getOrder"));
  if (order === undefined) throw new VenueRefusal(-2013, "Order does not exist.");
  return order;
}

export function openOrderToCancel(world: World, kind: MarketKind, params: Params): VenueOrder {
  const order = findOrder(world, kind, params, isOpen);
  if (order === undefined) throw new VenueRefusal(-2011, "Unknown order sent.");
  return order;
}

export function openOrders(world: World, kind: MarketKind, params: Params): readonly VenueOrder[] {
  const symbol = params["symbol"] === undefined ? undefined : requiredMarket(world, kind, params).spec.symbol;
  return seenOrders(world, kind, "openOrders").filter(
    (order) => isOpen(order) && (symbol === undefined || order.symbol === symbol),
  );
}

export function allOrders(world: World, kind: MarketKind, params: Params): readonly VenueOrder[] {
  const { symbol } = requiredMarket(world, kind, params).spec;
  const fromId = optionalInteger(params, "orderId") ?? 0;
  const orders = seenOrders(world, kind, "allOrders").filter(
    (order) => order.symbol === symbol && order.orderId >= fromId && isInTime(params, order.createdAtMs),
  );
  return page(params, orders);
}

export function ownTrades(world: World, kind: MarketKind, params: Params): readonly VenueTrade[] {
  const { symbol } = requiredMarket(world, kind, params).spec;
  const orderId = optionalInteger(params, "orderId");
  const fromId = optionalInteger(params, "fromId") ?? 0;
  const trades = world.trades.filter(
    (trade) =>
      trade.order.kind === kind &&
      trade.order.symbol === symbol &&
      (orderId === undefined || trade.order.orderId === orderId) &&
      trade.tradeId >= fromId &&
      isInTime(params, trade.atMs) &&
      !isHidden(trade.order, "trades"),
  );
  return page(params, trades);
}

function seenOrders(world: World, kind: MarketKind, listing: Listing): readonly VenueOrder[] {
  return world.orders.filter((order) => order.kind === kind && !isHidden(order, listing));
}

function isInTime(params: Params, atMs: number): boolean {
  const from = optionalInteger(params, "startTime") ?? 0;
  const to = optionalInteger(params, "endTime") ?? Number.MAX_SAFE_INTEGER;
  return from <= atMs && atMs <= to;
}

/** Oldest first; with a start in time or id the first ones, otherwise the latest. */
function page<Row>(params: Params, rows: readonly Row[]): readonly Row[] {
  const limit = Math.min(optionalInteger(params, "limit") ?? DEFAULT_LIMIT, GREATEST_LIMIT);
  const hasStart = params["startTime"] !== undefined || params["fromId"] !== undefined;
  return hasStart ? rows.slice(0, limit) : rows.slice(-limit);
}
