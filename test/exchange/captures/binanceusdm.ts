/** Binance USD-M futures. */
import { binanceusdm } from "../../../src/exchange/ccxt/profiles/binanceusdm.ts";
import { OUR_ID, type VenueCaptures } from "./capture.ts";
import { BINANCEUSDM_BTC } from "./markets.ts";

const order = {
  orderId: 1,
  symbol: "BTCUSDT",
  status: "FILLED",
  clientOrderId: OUR_ID,
  avgPrice: "60000.0",
  origQty: "1.500",
  executedQty: "1.500",
  cumQuote: "90000",
  type: "MARKET",
  side: "BUY",
  time: 1_700_000_000_001,
  updateTime: 1_700_000_000_001,
};

export const binanceusdmCaptures: VenueCaptures = {
  profile: binanceusdm,
  symbol: "BTC/USDT:USDT",
  amount: "1.5",
  market: BINANCEUSDM_BTC,
  credentials: { apiKey: "key", secret: "secret" },
  answer: ({ url }) =>
    url.includes("positionRisk")
      ? []
      : url.includes("positionSide/dual")
        ? { dualSidePosition: true }
        : /Orders|AlgoOrders/.test(url)
          ? [order]
          : order,
  captures: [
    {
      title: "R12.1 its markets, and nothing else",
      of: ["options"],
      call: { do: "markets" },
      sends: `GET https://fapi.binance.com/fapi/v1/exchangeInfo`,
    },
    {
      title: "R10.4 what is held, and nothing is asked before",
      of: ["options"],
      call: { do: "positions" },
      sends: `GET https://fapi.binance.com/fapi/v3/positionRisk?recvWindow=5000`,
    },
    {
      title: "R10.1 an entry under our id",
      of: ["placing", "clientOrderId", "options", "addedCosts"],
      call: { do: "entry", side: "buy" },
      sends: `POST https://fapi.binance.com/fapi/v1/order
symbol=BTCUSDT&side=BUY&newClientOrderId=0123456789abcdef0123456789abcdef&newOrderRespType=RESULT&type=MARKET&quantity=1.5&recvWindow=5000`,
      comesBack: { id: "1", clientOrderId: OUR_ID, symbol: "BTC/USDT:USDT", status: "closed", filled: "1.500" },
    },
    {
      title: "R10.10 a partial exit and a full close are reduce-only",
      of: ["placing"],
      call: { do: "exit", side: "sell" },
      sends: `POST https://fapi.binance.com/fapi/v1/order
symbol=BTCUSDT&side=SELL&newClientOrderId=0123456789abcdef0123456789abcdef&newOrderRespType=RESULT&type=MARKET&quantity=1.5&reduceOnly=true&recvWindow=5000`,
    },
    {
      title: "R10.11 an entry in hedge mode",
      of: ["placing"],
      call: { do: "entry", side: "buy", mode: "hedge" },
      sends: `POST https://fapi.binance.com/fapi/v1/order
symbol=BTCUSDT&side=BUY&newClientOrderId=0123456789abcdef0123456789abcdef&newOrderRespType=RESULT&type=MARKET&quantity=1.5&positionSide=LONG&recvWindow=5000`,
    },
    {
      title: "R10.10 an exit in hedge mode names the side of the position",
      of: ["placing"],
      call: { do: "exit", side: "sell", mode: "hedge" },
      sends: `POST https://fapi.binance.com/fapi/v1/order
symbol=BTCUSDT&side=SELL&newClientOrderId=0123456789abcdef0123456789abcdef&newOrderRespType=RESULT&type=MARKET&quantity=1.5&positionSide=LONG&recvWindow=5000`,
    },
    {
      title: "R10.10 an exit of a short in hedge mode",
      of: ["placing"],
      call: { do: "exit", side: "buy", mode: "hedge" },
      sends: `POST https://fapi.binance.com/fapi/v1/order
symbol=BTCUSDT&side=BUY&newClientOrderId=0123456789abcdef0123456789abcdef&newOrderRespType=RESULT&type=MARKET&quantity=1.5&positionSide=SHORT&recvWindow=5000`,
    },
    {
      title: "R10.2 an order is looked up by our id",
      of: ["byId"],
      call: { do: "byId", at: 0 },
      sends: `GET https://fapi.binance.com/fapi/v1/order?symbol=BTCUSDT&origClientOrderId=0123456789abcdef0123456789abcdef&recvWindow=5000`,
      comesBack: { id: "1", clientOrderId: OUR_ID, symbol: "BTC/USDT:USDT" },
    },
    {
      title: "R10.2 open orders",
      of: ["listings"],
      call: { do: "listing", at: 0 },
      sends: `GET https://fapi.binance.com/fapi/v1/openOrders?symbol=BTCUSDT&recvWindow=5000`,
    },
    {
      title: "R10.2 all orders",
      of: ["listings"],
      call: { do: "listing", at: 1 },
      sends: `GET https://fapi.binance.com/fapi/v1/allOrders?symbol=BTCUSDT&startTime=1700000000000&limit=50&recvWindow=5000`,
    },
    {
      title: "R10.2 conditional orders",
      of: ["conditionalOrders"],
      call: { do: "conditional" },
      sends: `GET https://fapi.binance.com/fapi/v1/openAlgoOrders?symbol=BTCUSDT&recvWindow=5000`,
    },
    {
      title: "R10.2 an order is canceled by our id",
      of: ["cancel"],
      call: { do: "cancel" },
      sends: `DELETE https://fapi.binance.com/fapi/v1/order?symbol=BTCUSDT&origClientOrderId=0123456789abcdef0123456789abcdef&recvWindow=5000`,
    },
    {
      title: "R10.10 the position mode is asked for",
      of: ["positionMode"],
      call: { do: "position mode" },
      sends: `GET https://fapi.binance.com/fapi/v1/positionSide/dual?recvWindow=5000`,
      comesBack: { hedged: true },
    },
    {
      title: "R12.1 the demo",
      of: ["demo"],
      call: { do: "entry on demo" },
      sends: `POST https://demo-fapi.binance.com/fapi/v1/order
symbol=BTCUSDT&side=BUY&newClientOrderId=0123456789abcdef0123456789abcdef&newOrderRespType=RESULT&type=MARKET&quantity=1.5&recvWindow=5000`,
    },
  ],
};
