/** Bybit, linear. */
import { bybit } from "../../../src/exchange/ccxt/profiles/bybit.ts";
import { OUR_ID, type VenueCaptures } from "./capture.ts";
import { BYBIT_BTC } from "./markets.ts";

const row = {
  symbol: "BTCUSDT",
  orderId: "1",
  orderLinkId: OUR_ID,
  orderStatus: "Filled",
  side: "Buy",
  qty: "1.5",
  cumExecQty: "1.5",
  createdTime: "1700000000001",
  execId: "7",
  execPrice: "60000",
  execQty: "1.5",
  execTime: "1700000000001",
};

export const bybitCaptures: VenueCaptures = {
  profile: bybit,
  symbol: "BTC/USDT:USDT",
  amount: "1.5",
  market: BYBIT_BTC,
  credentials: { apiKey: "key", secret: "secret" },
  answer: ({ url, method }) => {
    const position = (positionIdx: number) => ({ symbol: "BTCUSDT", positionIdx, size: "0", side: "" });
    const list = url.includes("position/list") ? [position(1), position(2)] : [row];
    const result = method === "POST" ? { orderId: "1", orderLinkId: OUR_ID } : { list };
    return { retCode: 0, retMsg: "OK", result };
  },
  captures: [
    {
      title: "R12.1 its markets, and nothing else",
      of: ["options"],
      call: { do: "markets" },
      sends: `GET https://api.bybit.com/v5/market/instruments-info?category=linear&limit=1000
GET https://api.bybit.com/v5/market/instruments-info?category=linear&limit=1000&status=PreLaunch`,
    },
    {
      title: "R10.1 an entry under our id",
      of: ["placing", "clientOrderId", "options", "addedCosts"],
      call: { do: "entry", side: "buy" },
      sends: `POST https://api.bybit.com/v5/order/create
{"symbol":"BTCUSDT","side":"Buy","orderType":"Market","orderLinkId":"0123456789abcdef0123456789abcdef","category":"linear","qty":"1.5"}
X-BAPI-RECV-WINDOW: 5000
Referer: CCXT`,
      comesBack: { id: "1", clientOrderId: OUR_ID, symbol: "BTC/USDT:USDT" },
    },
    {
      title: "R10.10 a partial exit and a full close are reduce-only",
      of: ["placing"],
      call: { do: "exit", side: "sell" },
      sends: `POST https://api.bybit.com/v5/order/create
{"symbol":"BTCUSDT","side":"Sell","orderType":"Market","orderLinkId":"0123456789abcdef0123456789abcdef","category":"linear","qty":"1.5","reduceOnly":true}
X-BAPI-RECV-WINDOW: 5000
Referer: CCXT`,
    },
    {
      title: "R10.11 an entry in hedge mode",
      of: ["placing"],
      call: { do: "entry", side: "buy", mode: "hedge" },
      sends: `POST https://api.bybit.com/v5/order/create
{"symbol":"BTCUSDT","side":"Buy","orderType":"Market","orderLinkId":"0123456789abcdef0123456789abcdef","category":"linear","qty":"1.5","positionIdx":1}
X-BAPI-RECV-WINDOW: 5000
Referer: CCXT`,
    },
    {
      title: "R10.10 an exit in hedge mode names the side of the position",
      of: ["placing"],
      call: { do: "exit", side: "sell", mode: "hedge" },
      sends: `POST https://api.bybit.com/v5/order/create
{"symbol":"BTCUSDT","side":"Sell","orderType":"Market","orderLinkId":"0123456789abcdef0123456789abcdef","category":"linear","qty":"1.5","positionIdx":1}
X-BAPI-RECV-WINDOW: 5000
Referer: CCXT`,
    },
    {
      title: "R10.10 an exit of a short in hedge mode",
      of: ["placing"],
      call: { do: "exit", side: "buy", mode: "hedge" },
      sends: `POST https://api.bybit.com/v5/order/create
{"symbol":"BTCUSDT","side":"Buy","orderType":"Market","orderLinkId":"0123456789abcdef0123456789abcdef","category":"linear","qty":"1.5","positionIdx":2}
X-BAPI-RECV-WINDOW: 5000
Referer: CCXT`,
    },
    {
      title: "R10.2 an order is looked up by our id, open or just closed",
      of: ["byId"],
      call: { do: "byId", at: 0 },
      sends: `GET https://api.bybit.com/v5/order/realtime?symbol=BTCUSDT&category=linear&limit=50&orderLinkId=0123456789abcdef0123456789abcdef
X-BAPI-RECV-WINDOW: 5000`,
      comesBack: [{ id: "1", clientOrderId: OUR_ID, symbol: "BTC/USDT:USDT" }],
    },
    {
      title: "R10.2 an order is looked up by our id in the history",
      of: ["byId"],
      call: { do: "byId", at: 1 },
      sends: `GET https://api.bybit.com/v5/order/history?symbol=BTCUSDT&category=linear&limit=50&startTime=1700000000000&orderLinkId=0123456789abcdef0123456789abcdef
X-BAPI-RECV-WINDOW: 5000`,
    },
    {
      title: "R10.2 open orders",
      of: ["listings"],
      call: { do: "listing", at: 0 },
      sends: `GET https://api.bybit.com/v5/order/realtime?symbol=BTCUSDT&category=linear&limit=50
X-BAPI-RECV-WINDOW: 5000`,
    },
    {
      title: "R10.2 orders that are over",
      of: ["listings"],
      call: { do: "listing", at: 1 },
      sends: `GET https://api.bybit.com/v5/order/history?symbol=BTCUSDT&category=linear&limit=50&startTime=1700000000000
X-BAPI-RECV-WINDOW: 5000`,
    },
    {
      title: "R10.2 conditional orders",
      of: ["conditionalOrders"],
      call: { do: "conditional" },
      sends: `GET https://api.bybit.com/v5/order/realtime?symbol=BTCUSDT&category=linear&orderFilter=StopOrder&limit=50
X-BAPI-RECV-WINDOW: 5000`,
    },
    {
      title: "R10.2 an order is canceled by our id",
      of: ["cancel"],
      call: { do: "cancel" },
      sends: `POST https://api.bybit.com/v5/order/cancel
{"symbol":"BTCUSDT","category":"linear","orderLinkId":"0123456789abcdef0123456789abcdef"}
X-BAPI-RECV-WINDOW: 5000
Referer: CCXT`,
    },
    {
      title: "R10.2 fills carry our id",
      of: ["fillIdAt"],
      call: { do: "fills" },
      sends: `GET https://api.bybit.com/v5/execution/list?execType=Trade&symbol=BTCUSDT&category=linear&limit=50&startTime=1700000000000
X-BAPI-RECV-WINDOW: 5000`,
    },
    {
      title: "R10.10 the position mode is read from flat positions",
      of: ["positionMode"],
      call: { do: "positions" },
      sends: `GET https://api.bybit.com/v5/position/list?symbol=BTCUSDT&limit=200&category=linear
X-BAPI-RECV-WINDOW: 5000`,
      comesBack: [{ hedged: true }, { hedged: true }],
    },
    {
      title: "R12.1 the demo",
      of: ["demo"],
      call: { do: "entry on demo" },
      sends: `POST https://api-demo.bybit.com/v5/order/create
{"symbol":"BTCUSDT","side":"Buy","orderType":"Market","orderLinkId":"0123456789abcdef0123456789abcdef","category":"linear","qty":"1.5"}
X-BAPI-RECV-WINDOW: 5000
Referer: CCXT`,
    },
  ],
};
