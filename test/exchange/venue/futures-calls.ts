/**
 * Calls of the USD-M futures REST interface, by method and path.
 */
import type { CallTable } from "./calls.ts";
import { keyed, open, signed } from "./calls.ts";
import { admitFuturesOrder } from "./futures-admission.ts";
import {
  everyPosition,
  futuresAccount,
  futuresBalances,
  futuresOrder,
  futuresTrade,
  listedFuturesOrder,
  positionRiskV2,
  positionRiskV3,
  shownPositions,
} from "./futures-bodies.ts";
import { FUTURES_SETTINGS } from "./futures-settings.ts";
import { futuresExchangeInfo } from "./markets.ts";
import { acceptOrder, cancelOrder } from "./matching.ts";
import { allOrders, lookUpOrder, openOrders, openOrderToCancel, ownTrades } from "./order-search.ts";
import type { Params } from "./params.ts";
import { priceCalls } from "./price-calls.ts";
import { VenueRefusal } from "./records.ts";
import { requiredMarket } from "./required-market.ts";
import { isOpen, type World } from "./world.ts";

export const FUTURES_CALLS: CallTable = {
  "GET /fapi/v1/ping": open("time", () => ({})),
  "GET /fapi/v1/time": open("time", (world) => ({ serverTime: world.clock.now() })),
  "GET /fapi/v1/exchangeInfo": open("exchangeInfo", (world) => futuresExchangeInfo(world.markets, world.clock.now())),
  ...priceCalls("perpetual", "/fapi/v1"),

  "POST /fapi/v1/order": signed("placeOrder", (world, params) =>
    futuresOrder(world, acceptOrder(world, admitFuturesOrder(world, params))),
  ),
  "POST /fapi/v1/order/test": signed("placeOrder", (world, params) => {
    admitFuturesOrder(world, params);
    return {};
  }),
  "GET /fapi/v1/order": signed("getOrder", (world, params) =>
    listedFuturesOrder(world, lookUpOrder(world, "perpetual", params)),
  ),
  "GET /fapi/v1/openOrder": signed("getOrder", (world, params) => {
    const order = lookUpOrder(world, "perpetual", params);
    if (!isOpen(order)) throw new VenueRefusal(-2013, "Order does not exist.");
    return listedFuturesOrder(world, order);
  }),
  "DELETE /fapi/v1/order": signed("cancelOrder", (world, params) => {
    const order = openOrderToCancel(world, "perpetual", params);
    cancelOrder(world, order);
    return futuresOrder(world, order);
  }),
  "DELETE /fapi/v1/allOpenOrders": signed("cancelAllOrders", cancelAll),
  "GET /fapi/v1/openOrders": signed("openOrders", (world, params) =>
    openOrders(world, "perpetual", params).map((order) => listedFuturesOrder(world, order)),
  ),
  "GET /fapi/v1/allOrders": signed("allOrders", (world, params) =>
    allOrders(world, "perpetual", params).map((order) => listedFuturesOrder(world, order)),
  ),
  "GET /fapi/v1/userTrades": signed("trades", (world, params) =>
    ownTrades(world, "perpetual", params).map((trade) => futuresTrade(world, trade)),
  ),

  "GET /fapi/v1/openAlgoOrders": signed("algoOrders", () => []),
  "GET /fapi/v1/allAlgoOrders": signed("algoOrders", (world, params) => {
    requiredMarket(world, "perpetual", params);
    return [];
  }),
  "GET /fapi/v1/algoOrder": signed("algoOrders", () => {
    throw new VenueRefusal(-2013, "Order does not exist.");
  }),
  "DELETE /fapi/v1/algoOrder": signed("algoOrders", () => {
    throw new VenueRefusal(-2011, "Unknown order sent.");
  }),
  "DELETE /fapi/v1/algoOpenOrders": signed("algoOrders", () => ({
    code: 200,
    msg: "The operation of cancel all open order is done.",
  })),

  "GET /fapi/v2/positionRisk": signed("positions", (world, params) =>
    everyPosition(world, params["symbol"]).map((position) => positionRiskV2(world, position)),
  ),
  "GET /fapi/v3/positionRisk": signed("positions", (world, params) =>
    shownPositions(world, params["symbol"])
      .filter((position) => !position.amount.isZero())
      .map((position) => positionRiskV3(world, position)),
  ),
  "GET /fapi/v2/balance": signed("balance", futuresBalances),
  "GET /fapi/v3/balance": signed("balance", futuresBalances),
  "GET /fapi/v2/account": signed("balance", futuresAccount),
  "GET /fapi/v3/account": signed("balance", futuresAccount),

  "POST /fapi/v1/listenKey": keyed("listenKey", (world) => ({ listenKey: currentListenKey(world) })),
  "PUT /fapi/v1/listenKey": keyed("listenKey", (world) => {
    const { current } = world.listenKeys;
    if (current === undefined) throw new VenueRefusal(-1125, "This listenKey does not exist.");
    return { listenKey: current };
  }),
  "DELETE /fapi/v1/listenKey": keyed("listenKey", (world) => {
    world.listenKeys.current = undefined;
    return {};
  }),
  ...FUTURES_SETTINGS,
};

function cancelAll(world: World, params: Params): object {
  const { symbol } = requiredMarket(world, "perpetual", params).spec;
  for (const order of openOrders(world, "perpetual", { symbol })) cancelOrder(world, order);
  return { code: 200, msg: "The operation of cancel all open order is done." };
}

/** The running key if there is one: asking again prolongs it. */
function currentListenKey(world: World): string {
  world.listenKeys.current ??= `local-listen-key-${++world.listenKeys.issued}`;
  return world.listenKeys.current;
}
