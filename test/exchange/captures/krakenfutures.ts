/** Kraken Futures. */
import { krakenfutures } from "../../../src/exchange/ccxt/profiles/krakenfutures.ts";
import { OUR_ID, type VenueCaptures } from "./capture.ts";
import { KRAKENFUTURES_BTC } from "./markets.ts";

const order = {
  orderId: "1",
  cliOrdId: OUR_ID,
  symbol: "PF_XBTUSD",
  side: "buy",
  type: "ioc",
  quantity: 1.5,
  filled: 0,
  timestamp: "2023-11-14T22:13:20.001Z",
};

export const krakenfuturesCaptures: VenueCaptures = {
  profile: krakenfutures,
  symbol: "BTC/USD:USD",
  amount: "1.5",
  market: KRAKENFUTURES_BTC,
  credentials: { apiKey: "key", secret: "c2VjcmV0" },
  answer: () => ({
    result: "success",
    sendStatus: {
      status: "placed",
      order_id: "1",
      orderEvents: [{ type: "EXECUTION", executionId: "7", price: 60_000, amount: 1.5, orderPriorExecution: order }],
    },
    cancelStatus: { status: "cancelled", order_id: "1" },
    orders: [{ order: { ...order, filled: 1.5 }, status: "FULLY_EXECUTED" }],
    openOrders: [],
    elements: [],
    fills: [
      {
        fill_id: "7",
        order_id: "1",
        cliOrdId: OUR_ID,
        symbol: "PF_XBTUSD",
        side: "buy",
        size: 1.5,
        price: 60_000,
        fillTime: "2023-11-14T22:13:20.001Z",
      },
    ],
  }),
  captures: [
    {
      title: "R12.1 its markets, and nothing else",
      of: ["options"],
      call: { do: "markets" },
      sends: `GET https://futures.kraken.com/derivatives/api/v3/instruments`,
    },
    {
      title: "R10.1 an entry under our id",
      of: ["placing", "clientOrderId", "options", "addedCosts"],
      call: { do: "entry", side: "buy" },
      sends: `POST https://futures.kraken.com/derivatives/api/v3/sendorder?symbol=PF_XBTUSD&side=buy&size=1.5&cliOrdId=0123456789abcdef0123456789abcdef&orderType=mkt`,
      comesBack: { id: "1", clientOrderId: OUR_ID, symbol: "BTC/USD:USD", status: "closed" },
    },
    {
      title: "R10.10 a partial exit and a full close are reduce-only",
      of: ["placing"],
      call: { do: "exit", side: "sell" },
      sends: `POST https://futures.kraken.com/derivatives/api/v3/sendorder?symbol=PF_XBTUSD&side=sell&size=1.5&cliOrdId=0123456789abcdef0123456789abcdef&reduceOnly=true&orderType=mkt`,
    },
    {
      title: "R10.2 a deadline goes along as a parameter",
      of: ["deadlineIn"],
      call: { do: "entry with deadline" },
      sends: `POST https://futures.kraken.com/derivatives/api/v3/sendorder?symbol=PF_XBTUSD&side=buy&size=1.5&cliOrdId=0123456789abcdef0123456789abcdef&orderType=mkt&processBefore=2023-11-14T22%3A13%3A25.000Z`,
    },
    {
      title: "R10.2 an order is looked up by our id",
      of: ["byId"],
      call: { do: "byId", at: 0 },
      sends: `GET https://futures.kraken.com/derivatives/api/v3/orders/status?cliOrdIds=0123456789abcdef0123456789abcdef`,
      comesBack: { id: "1", clientOrderId: OUR_ID, symbol: "BTC/USD:USD", status: "closed" },
    },
    {
      title: "R10.2 open orders",
      of: ["listings"],
      call: { do: "listing", at: 0 },
      sends: `GET https://futures.kraken.com/derivatives/api/v3/openorders`,
    },
    {
      title: "R10.2 filled orders",
      of: ["listings"],
      call: { do: "listing", at: 1 },
      sends: `GET https://futures.kraken.com/api/history/v2/orders?count=50&since=1700000000000`,
    },
    {
      title: "R10.2 canceled orders",
      of: ["listings"],
      call: { do: "listing", at: 2 },
      sends: `GET https://futures.kraken.com/api/history/v2/orders?count=50&from=1700000000000&since=1700000000000`,
    },
    {
      title: "R10.2 an order is canceled by our id",
      of: ["cancel"],
      call: { do: "cancel" },
      sends: `POST https://futures.kraken.com/derivatives/api/v3/cancelorder?cliOrdId=0123456789abcdef0123456789abcdef`,
    },
    {
      title: "R10.2 fills carry our id",
      of: ["fillIdAt"],
      call: { do: "fills" },
      sends: `GET https://futures.kraken.com/derivatives/api/v3/fills`,
    },
    {
      title: "R12.1 the demo",
      of: ["demo"],
      call: { do: "entry on demo" },
      sends: `POST https://demo-futures.kraken.com/derivatives/api/v3/sendorder?symbol=PF_XBTUSD&side=buy&size=1.5&cliOrdId=0123456789abcdef0123456789abcdef&orderType=mkt`,
    },
  ],
};
