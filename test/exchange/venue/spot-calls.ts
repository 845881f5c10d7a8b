/**
 * Calls of the spot REST interface, by method and path, and the one wallet call that says what the API key may do.
 */
import { keyed, open, signed, type CallTable } from "./calls.ts";
import { spotExchangeInfo } from "./markets.ts";
import { acceptOrder, cancelOrder } from "./matching.ts";
import { allOrders, lookUpOrder, openOrders, openOrderToCancel, ownTrades } from "./order-search.ts";
import type { Params } from "./params.ts";
import { priceCalls } from "./price-calls.ts";
import { VenueRefusal } from "./records.ts";
import { requiredMarket } from "./required-market.ts";
import { admitSpotOrder } from "./spot-admission.ts";
import { canceledSpotOrder, listedSpotOrder, placedSpotOrder, spotAccount, spotTrade } from "./spot-bodies.ts";
import type { World } from "./world.ts";

export const SPOT_CALLS: CallTable = {
  "GET /api/v3/ping": open("time", () => ({})),
  "GET /api/v3/time": open("time", (world) => ({ serverTime: world.clock.now() })),
  "GET /api/v3/exchangeInfo": open("exchangeInfo", (world) => spotExchangeInfo(world.markets, world.clock.now())),
  ...priceCalls("spot", "/api/v3"),

  "POST /api/v3/order": signed("placeOrder", (world, params) =>
    placedSpotOrder(world, acceptOrder(world, admitSpotOrder(world, params))),
  ),
  "POST /api/v3/order/test": signed("placeOrder", (world, params) => {
    admitSpotOrder(world, params);
    return {};
  }),
  "GET /api/v3/order": signed("getOrder", (world, params) => listedSpotOrder(lookUpOrder(world, "spot", params))),
  "DELETE /api/v3/order": signed("cancelOrder", (world, params) => {
    const order = openOrderToCancel(world, "spot", params);
    cancelOrder(world, order);
    return canceledSpotOrder(order, params["newClientOrderId"] ?? `cancel_${order.orderId}`);
  }),
  "DELETE /api/v3/openOrders": signed("cancelAllOrders", cancelAll),
  "GET /api/v3/openOrders": signed("openOrders", (world, params) =>
    openOrders(world, "spot", params).map(listedSpotOrder),
  ),
  "GET /api/v3/allOrders": signed("allOrders", (world, params) =>
    allOrders(world, "spot", params).map(listedSpotOrder),
  ),
  "GET /api/v3/myTrades": signed("trades", (world, params) => ownTrades(world, "spot", params).map(spotTrade)),
  "GET /api/v3/account": signed("balance", spotAccount),
  "GET /api/v3/account/commission": signed("settings", (world, params) => ({
    symbol: requiredMarket(world, "spot", params).spec.symbol,
    standardCommission: { maker: world.rules.spotMakerFee, taker: world.rules.spotTakerFee, buyer: "0", seller: "0" },
  })),
  "GET /sapi/v1/asset/tradeFee": signed("settings", (world, params) => [
    {
      symbol: requiredMarket(world, "spot", params).spec.symbol,
      makerCommission: world.rules.spotMakerFee,
      takerCommission: world.rules.spotTakerFee,
    },
  ]),
  // Asked by `loadMarkets` of a client with a key: no margin pairs, no currencies with networks.
  "GET /sapi/v1/margin/allPairs": keyed("exchangeInfo", () => []),
  "GET /sapi/v1/margin/isolated/allPairs": keyed("exchangeInfo", () => []),
  "GET /sapi/v1/capital/config/getall": signed("exchangeInfo", () => []),
  "GET /sapi/v1/account/apiRestrictions": signed("restrictions", apiRestrictions),
};

function cancelAll(world: World, params: Params): object[] {
  const { symbol } = requiredMarket(world, "spot", params).spec;
  const open = openOrders(world, "spot", { symbol });
  if (open.length === 0) throw new VenueRefusal(-2011, "Unknown order sent.");
  return open.map((order) => {
    cancelOrder(world, order);
    return canceledSpotOrder(order, `cancel_${order.orderId}`);
  });
}

function apiRestrictions(world: World): object {
  const { withdrawals, ipRestricted } = world.rules;
  if (withdrawals === "missing")
    throw new VenueRefusal(-1000, "Path /sapi/v1/account/apiRestrictions, not found.", 404);
  return {
    ipRestrict: ipRestricted,
    createTime: 1_600_000_000_000,
    enableReading: true,
    enableWithdrawals: withdrawals === "allowed",
    enableInternalTransfer: withdrawals === "allowed",
    permitsUniversalTransfer: withdrawals === "allowed",
    enableMargin: false,
    enableFutures: true,
    enableVanillaOptions: false,
    enableSpotAndMarginTrading: true,
    enablePortfolioMarginTrading: false,
    enableFixApiTrade: false,
    enableFixReadOnly: false,
  };
}
