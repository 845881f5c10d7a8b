/** Bitget, USDT perpetuals of a classic account. */
import { bitget } from "../../../src/exchange/ccxt/profiles/bitget.ts";
import { OUR_ID, type VenueCaptures } from "./capture.ts";
import { BITGET_BTC } from "./markets.ts";

const row = {
  symbol: "BTCUSDT",
  orderId: "1",
  clientOid: OUR_ID,
  state: "filled",
  side: "buy",
  size: "1.5",
  cTime: "1700000000001",
};

export const bitgetCaptures: VenueCaptures = {
  profile: bitget,
  symbol: "BTC/USDT:USDT",
  amount: "1.5",
  market: BITGET_BTC,
  credentials: { apiKey: "key", secret: "secret", password: "password" },
  answer: ({ url }) => {
    const position = { symbol: "BTCUSDT", holdSide: "long", total: "1", posMode: "hedge_mode", marginMode: "crossed" };
    const data = url.includes("all-position") ? [position] : url.includes("orders-") ? { entrustedList: [row] } : row;
    return { code: "00000", msg: "success", data };
  },
  captures: [
    {
      title: "R12.1 its markets, and nothing else",
      of: ["options"],
      call: { do: "markets" },
      sends: `GET https://api.bitget.com/api/v2/mix/market/contracts?productType=COIN-FUTURES
GET https://api.bitget.com/api/v2/mix/market/contracts?productType=SCOIN-FUTURES
GET https://api.bitget.com/api/v2/mix/market/contracts?productType=SUSDC-FUTURES
GET https://api.bitget.com/api/v2/mix/market/contracts?productType=SUSDT-FUTURES
GET https://api.bitget.com/api/v2/mix/market/contracts?productType=USDC-FUTURES
GET https://api.bitget.com/api/v2/mix/market/contracts?productType=USDT-FUTURES`,
    },
    {
      title: "R10.1 an entry under our id",
      of: ["placing", "clientOrderId", "options", "addedCosts"],
      call: { do: "entry", side: "buy" },
      sends: `POST https://api.bitget.com/api/v2/mix/order/place-order
{"symbol":"BTCUSDT","orderType":"market","force":"GTC","marginCoin":"USDT","size":"1.5","productType":"USDT-FUTURES","clientOid":"0123456789abcdef0123456789abcdef","marginMode":"crossed","side":"buy"}
X-CHANNEL-API-CODE: p4sve`,
      comesBack: { id: "1", clientOrderId: OUR_ID, symbol: "BTC/USDT:USDT" },
    },
    {
      title: "R10.10 a partial exit and a full close are reduce-only",
      of: ["placing"],
      call: { do: "exit", side: "sell" },
      sends: `POST https://api.bitget.com/api/v2/mix/order/place-order
{"symbol":"BTCUSDT","orderType":"market","force":"GTC","marginCoin":"USDT","size":"1.5","productType":"USDT-FUTURES","clientOid":"0123456789abcdef0123456789abcdef","marginMode":"crossed","reduceOnly":"YES","side":"sell"}
X-CHANNEL-API-CODE: p4sve`,
    },
    {
      title: "R10.11 an entry in hedge mode",
      of: ["placing"],
      call: { do: "entry", side: "buy", mode: "hedge" },
      sends: `POST https://api.bitget.com/api/v2/mix/order/place-order
{"symbol":"BTCUSDT","orderType":"market","force":"GTC","marginCoin":"USDT","size":"1.5","productType":"USDT-FUTURES","clientOid":"0123456789abcdef0123456789abcdef","marginMode":"crossed","tradeSide":"Open","side":"buy"}
X-CHANNEL-API-CODE: p4sve`,
    },
    {
      title: "R10.10 an exit of a long in hedge mode: the venue's side is the position's",
      of: ["placing"],
      call: { do: "exit", side: "sell", mode: "hedge" },
      sends: `POST https://api.bitget.com/api/v2/mix/order/place-order
{"symbol":"BTCUSDT","orderType":"market","force":"GTC","marginCoin":"USDT","size":"1.5","productType":"USDT-FUTURES","clientOid":"0123456789abcdef0123456789abcdef","marginMode":"crossed","tradeSide":"Close","side":"buy"}
X-CHANNEL-API-CODE: p4sve`,
    },
    {
      title: "R10.10 an exit of a short in hedge mode",
      of: ["placing"],
      call: { do: "exit", side: "buy", mode: "hedge" },
      sends: `POST https://api.bitget.com/api/v2/mix/order/place-order
{"symbol":"BTCUSDT","orderType":"market","force":"GTC","marginCoin":"USDT","size":"1.5","productType":"USDT-FUTURES","clientOid":"0123456789abcdef0123456789abcdef","marginMode":"crossed","tradeSide":"Close","side":"sell"}
X-CHANNEL-API-CODE: p4sve`,
    },
    {
      title: "R10.11 the margin mode comes from the client's option",
      of: ["marginMode"],
      call: { do: "entry in margin mode", value: "isolated" },
      sends: `POST https://api.bitget.com/api/v2/mix/order/place-order
{"symbol":"BTCUSDT","orderType":"market","force":"GTC","marginCoin":"USDT","size":"1.5","productType":"USDT-FUTURES","clientOid":"0123456789abcdef0123456789abcdef","marginMode":"isolated","side":"buy"}
X-CHANNEL-API-CODE: p4sve`,
    },
    {
      title: "R10.2 an order is looked up by our id",
      of: ["byId"],
      call: { do: "byId", at: 0 },
      sends: `GET https://api.bitget.com/api/v2/mix/order/detail?clientOid=0123456789abcdef0123456789abcdef&productType=USDT-FUTURES&symbol=BTCUSDT
X-CHANNEL-API-CODE: p4sve`,
      comesBack: { id: "1", clientOrderId: OUR_ID, symbol: "BTC/USDT:USDT" },
    },
    {
      title: "R10.2 open orders",
      of: ["listings"],
      call: { do: "listing", at: 0 },
      sends: `GET https://api.bitget.com/api/v2/mix/order/orders-pending?limit=50&productType=USDT-FUTURES&symbol=BTCUSDT
X-CHANNEL-API-CODE: p4sve`,
    },
    {
      title: "R10.2 orders that are over",
      of: ["listings"],
      call: { do: "listing", at: 1 },
      sends: `GET https://api.bitget.com/api/v2/mix/order/orders-history?limit=50&productType=USDT-FUTURES&startTime=1700000000000&symbol=BTCUSDT
X-CHANNEL-API-CODE: p4sve`,
    },
    {
      title: "R10.2 stops and targets of positions",
      of: ["conditionalOrders"],
      call: { do: "conditional" },
      sends: `GET https://api.bitget.com/api/v2/mix/order/orders-plan-pending?limit=50&planType=profit_loss&productType=USDT-FUTURES&symbol=BTCUSDT
X-CHANNEL-API-CODE: p4sve`,
    },
    {
      title: "R10.2 trigger orders",
      of: ["otherConditionalOrders"],
      call: { do: "other conditional", at: 0 },
      sends: `GET https://api.bitget.com/api/v2/mix/order/orders-plan-pending?limit=50&planType=normal_plan&productType=USDT-FUTURES&symbol=BTCUSDT
X-CHANNEL-API-CODE: p4sve`,
    },
    {
      title: "R10.2 trailing orders",
      of: ["otherConditionalOrders"],
      call: { do: "other conditional", at: 1 },
      sends: `GET https://api.bitget.com/api/v2/mix/order/orders-plan-pending?limit=50&planType=track_plan&productType=USDT-FUTURES&symbol=BTCUSDT
X-CHANNEL-API-CODE: p4sve`,
    },
    {
      title: "R10.2 an order is canceled by our id",
      of: ["cancel"],
      call: { do: "cancel" },
      sends: `POST https://api.bitget.com/api/v2/mix/order/cancel-order
{"symbol":"BTCUSDT","clientOid":"0123456789abcdef0123456789abcdef","productType":"USDT-FUTURES"}
X-CHANNEL-API-CODE: p4sve`,
    },
    {
      title: "R10.10 the position mode is read from positions",
      of: ["positionMode"],
      call: { do: "positions" },
      sends: `GET https://api.bitget.com/api/v2/mix/position/all-position?marginCoin=USDT&productType=USDT-FUTURES
X-CHANNEL-API-CODE: p4sve`,
      comesBack: [{ hedged: true }],
    },
    {
      title: "R12.1 the demo",
      of: ["demo"],
      call: { do: "entry on demo" },
      sends: `POST https://api.bitget.com/api/v2/mix/order/place-order
{"symbol":"BTCUSDT","orderType":"market","force":"GTC","marginCoin":"USDT","size":"1.5","productType":"USDT-FUTURES","clientOid":"0123456789abcdef0123456789abcdef","marginMode":"crossed","side":"buy"}
X-CHANNEL-API-CODE: p4sve
PAPTRADING: 1`,
    },
  ],
};
