/**
 * What the local venue keeps: orders, trades, requests; and how it says no.
 * The exported `Ledger…` shapes are read by tests: plain decimal text, copies, nothing that can be changed from outside.
 */
import { plain, type Decimal } from "./decimal.ts";
import type { MarketKind } from "./markets.ts";

export type OrderSide = "BUY" | "SELL";
export type PositionSide = "BOTH" | "LONG" | "SHORT";
export type OrderStatus = "NEW" | "PARTIALLY_FILLED" | "FILLED" | "CANCELED" | "EXPIRED";
export type OrderType = "MARKET" | "LIMIT" | "LIMIT_MAKER";
export type TimeInForce = "GTC" | "IOC" | "FOK" | "GTX";

/** Everywhere an order or what it did can be seen. */
export type Listing = "getOrder" | "openOrders" | "allOrders" | "trades" | "positions" | "stream";
export const ALL_LISTINGS: readonly Listing[] = [
  "getOrder",
  "openOrders",
  "allOrders",
  "trades",
  "positions",
  "stream",
];

/** An order is unseen in a listing until a moment or for a number of calls, whichever comes later to an end. */
export interface Veil {
  untilMs: number;
  callsLeft: number;
}

/** The venue's own row of an order; changes as it fills. */
export interface VenueOrder {
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly kind: MarketKind;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly positionSide: PositionSide;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly reduceOnly: boolean;
  readonly amount: Decimal;
  /** Zero for a market order. */
  readonly price: Decimal;
  readonly createdAtMs: number;
  updatedAtMs: number;
  status: OrderStatus;
  filled: Decimal;
  quoteFilled: Decimal;
  /** Coins set aside for it (spot), or margin (perpetual). */
  locked: Decimal;
  readonly veils: Map<Listing, Veil>;
}

export interface VenueTrade {
  readonly tradeId: number;
  readonly order: VenueOrder;
  readonly price: Decimal;
  readonly amount: Decimal;
  readonly fee: Decimal;
  readonly feeAsset: string;
  readonly realizedProfit: Decimal;
  readonly maker: boolean;
  readonly atMs: number;
}

/** Whose order it is. */
type Naming = Pick<VenueOrder, "orderId" | "clientOrderId" | "kind" | "symbol" | "side" | "positionSide">;

export interface LedgerOrder
  extends Naming, Readonly<Pick<VenueOrder, "type" | "reduceOnly" | "status" | "createdAtMs" | "updatedAtMs">> {
  readonly amount: string;
  readonly price: string;
  readonly filled: string;
  readonly quoteFilled: string;
}

export interface LedgerTrade extends Naming, Pick<VenueTrade, "tradeId" | "feeAsset" | "maker" | "atMs"> {
  readonly price: string;
  readonly amount: string;
  readonly fee: string;
}

/** All that one client order id brought about. Two orders here mean that it was executed twice. */
export interface Executions {
  readonly orders: readonly LedgerOrder[];
  readonly trades: readonly LedgerTrade[];
  readonly filled: string;
}

export function ledgerOrder(order: VenueOrder): LedgerOrder {
  const { orderId, clientOrderId, kind, symbol, side, positionSide, type, reduceOnly, status } = order;
  return {
    orderId,
    clientOrderId,
    kind,
    symbol,
    side,
    positionSide,
    type,
    reduceOnly,
    amount: plain(order.amount),
    price: plain(order.price),
    status,
    filled: plain(order.filled),
    quoteFilled: plain(order.quoteFilled),
    createdAtMs: order.createdAtMs,
    updatedAtMs: order.updatedAtMs,
  };
}

export function ledgerTrade(trade: VenueTrade): LedgerTrade {
  const { orderId, clientOrderId, kind, symbol, side, positionSide } = trade.order;
  return {
    tradeId: trade.tradeId,
    orderId,
    clientOrderId,
    kind,
    symbol,
    side,
    positionSide,
    price: plain(trade.price),
    amount: plain(trade.amount),
    fee: plain(trade.fee),
    feeAsset: trade.feeAsset,
    maker: trade.maker,
    atMs: trade.atMs,
  };
}

/** Thrown by a call to refuse it; becomes the venue's `{ code, msg }` with its HTTP status. */
export class VenueRefusal extends Error {
  readonly code: number;
  readonly status: number;
  constructor(code: number, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
