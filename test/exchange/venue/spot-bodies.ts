/**
 * Answers of the spot REST interface: orders, trades, account. Everything at eight places, as the venue prints it.
 */
import { places, ZERO, type Decimal } from "./decimal.ts";
import type { VenueOrder, VenueTrade } from "./records.ts";
import type { World } from "./world.ts";

const eight = (value: Decimal): string => places(value, 8);

/** What every answer says of an order. */
const spotOrderFigures = (order: VenueOrder) => ({
  price: eight(order.price),
  origQty: eight(order.amount),
  executedQty: eight(order.filled),
  origQuoteOrderQty: eight(ZERO),
  cummulativeQuoteQty: eight(order.quoteFilled),
  status: order.status,
  timeInForce: order.timeInForce,
  type: order.type,
  side: order.side,
});

export function listedSpotOrder(order: VenueOrder): Record<string, unknown> {
  return {
    symbol: order.symbol,
    orderId: order.orderId,
    orderListId: -1,
    clientOrderId: order.clientOrderId,
    ...spotOrderFigures(order),
    stopPrice: eight(ZERO),
    icebergQty: eight(ZERO),
    time: order.createdAtMs,
    updateTime: order.updatedAtMs,
    isWorking: true,
    workingTime: order.createdAtMs,
    selfTradePreventionMode: "EXPIRE_MAKER",
  };
}

/** `newOrderRespType` FULL: with the fills that happened until now. */
export function placedSpotOrder(world: World, order: VenueOrder): Record<string, unknown> {
  return {
    symbol: order.symbol,
    orderId: order.orderId,
    orderListId: -1,
    clientOrderId: order.clientOrderId,
    transactTime: order.updatedAtMs,
    ...spotOrderFigures(order),
    workingTime: order.createdAtMs,
    selfTradePreventionMode: "EXPIRE_MAKER",
    fills: world.trades
      .filter((trade) => trade.order === order)
      .map((trade) => ({
        price: eight(trade.price),
        qty: eight(trade.amount),
        commission: eight(trade.fee),
        commissionAsset: trade.feeAsset,
        tradeId: trade.tradeId,
      })),
  };
}

/** The cancel has a client order id of its own; that of the order is `origClientOrderId`. */
export function canceledSpotOrder(order: VenueOrder, cancelId: string): Record<string, unknown> {
  return {
    symbol: order.symbol,
    origClientOrderId: order.clientOrderId,
    orderId: order.orderId,
    orderListId: -1,
    clientOrderId: cancelId,
    transactTime: order.updatedAtMs,
    ...spotOrderFigures(order),
    selfTradePreventionMode: "EXPIRE_MAKER",
  };
}

export function spotTrade(trade: VenueTrade): Record<string, unknown> {
  const { order } = trade;
  return {
    symbol: order.symbol,
    id: trade.tradeId,
    orderId: order.orderId,
    orderListId: -1,
    price: eight(trade.price),
    qty: eight(trade.amount),
    quoteQty: eight(trade.amount.times(trade.price)),
    commission: eight(trade.fee),
    commissionAsset: trade.feeAsset,
    time: trade.atMs,
    isBuyer: order.side === "BUY",
    isMaker: trade.maker,
    isBestMatch: true,
  };
}

export function spotAccount(world: World): object {
  return {
    makerCommission: 10,
    takerCommission: 10,
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: {
      maker: world.rules.spotMakerFee,
      taker: world.rules.spotTakerFee,
      buyer: "0.00000000",
      seller: "0.00000000",
    },
    canTrade: true,
    canWithdraw: true,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: world.clock.now(),
    accountType: "SPOT",
    balances: [...world.spotBalances].map(([asset, { free, locked }]) => ({
      asset,
      free: eight(free),
      locked: eight(locked),
    })),
    permissions: ["SPOT"],
    uid: 1,
  };
}
