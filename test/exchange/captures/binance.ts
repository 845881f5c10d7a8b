/** Binance spot. */
import { binance } from "../../../src/exchange/ccxt/profiles/binance.ts";
import { OUR_ID, type VenueCaptures } from "./capture.ts";
import { BINANCE_BTC } from "./markets.ts";

const order = {
  orderId: 1,
  symbol: "BTCUSDT",
  status: "FILLED",
  clientOrderId: OUR_ID,
  origQty: "1.50000",
  executedQty: "1.50000",
  cummulativeQuoteQty: "90000",
  type: "MARKET",
  side: "BUY",
  time: 1_700_000_000_001,
};

export const binanceCaptures: VenueCaptures = {
  profile: binance,
  symbol: "BTC/USDT",
  amount: "1.5",
  market: BINANCE_BTC,
  credentials: { apiKey: "key", secret: "secret" },
  answer: ({ url }) => (url.includes("Orders") ? [order] : order),
  captures: [
    {
      title: "R12.1 its markets, and nothing else",
      of: ["options"],
      call: { do: "markets" },
      sends: `GET https://api.binance.com/api/v3/exchangeInfo`,
    },
    {
      title: "R10.1 an entry under our id",
      of: ["placing", "clientOrderId", "options", "addedCosts"],
      call: { do: "entry", side: "buy" },
      sends: `POST https://api.binance.com/api/v3/order
symbol=BTCUSDT&side=BUY&newClientOrderId=0123456789abcdef0123456789abcdef&newOrderRespType=FULL&type=MARKET&quantity=1.5&recvWindow=5000`,
      comesBack: { id: "1", clientOrderId: OUR_ID, symbol: "BTC/USDT", status: "closed", filled: "1.50000" },
    },
    {
      title: "R10.10 an exit is never reduce-only",
      of: ["placing"],
      call: { do: "exit", side: "sell" },
      sends: `POST https://api.binance.com/api/v3/order
symbol=BTCUSDT&side=SELL&newClientOrderId=0123456789abcdef0123456789abcdef&newOrderRespType=FULL&type=MARKET&quantity=1.5&recvWindow=5000`,
    },
    {
      title: "R10.2 an order is looked up by our id",
      of: ["byId"],
      call: { do: "byId", at: 0 },
      sends: `GET https://api.binance.com/api/v3/order?symbol=BTCUSDT&origClientOrderId=0123456789abcdef0123456789abcdef&recvWindow=5000`,
      comesBack: { id: "1", clientOrderId: OUR_ID, symbol: "BTC/USDT" },
    },
    {
      title: "R10.2 open orders",
      of: ["listings"],
      call: { do: "listing", at: 0 },
      sends: `GET https://api.binance.com/api/v3/openOrders?symbol=BTCUSDT&recvWindow=5000`,
    },
    {
      title: "R10.2 all orders",
      of: ["listings"],
      call: { do: "listing", at: 1 },
      sends: `GET https://api.binance.com/api/v3/allOrders?symbol=BTCUSDT&startTime=1700000000000&limit=50&recvWindow=5000`,
    },
    {
      title: "R10.2 an order is canceled by our id",
      of: ["cancel"],
      call: { do: "cancel" },
      sends: `DELETE https://api.binance.com/api/v3/order?symbol=BTCUSDT&origClientOrderId=0123456789abcdef0123456789abcdef&recvWindow=5000`,
    },
    {
      title: "R12.1 the demo",
      of: ["demo"],
      call: { do: "entry on demo" },
      sends: `POST https://demo-api.binance.com/api/v3/order
symbol=BTCUSDT&side=BUY&newClientOrderId=0123456789abcdef0123456789abcdef&newOrderRespType=FULL&type=MARKET&quantity=1.5&recvWindow=5000`,
    },
  ],
};
