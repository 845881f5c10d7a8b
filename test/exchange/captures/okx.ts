/** OKX: `privatePostTradeOrder`, one order per request. */
import { okx } from "../../../src/exchange/ccxt/profiles/okx.ts";
import { OUR_ID, type VenueCaptures } from "./capture.ts";
import { OKX_BTC } from "./markets.ts";

const row = {
  instId: "BTC-USDT-SWAP",
  ordId: "1",
  clOrdId: OUR_ID,
  sCode: "0",
  sMsg: "",
  tradeId: "7",
  fillPx: "60000",
  fillSz: "1.5",
  side: "buy",
  cTime: "1700000000001",
  ts: "1700000000001",
  posMode: "long_short_mode",
};

export const okxCaptures: VenueCaptures = {
  profile: okx,
  symbol: "BTC/USDT:USDT",
  amount: "1.5",
  market: OKX_BTC,
  credentials: { apiKey: "key", secret: "secret", password: "password" },
  answer: () => ({ code: "0", msg: "", data: [row] }),
  captures: [
    {
      title: "R12.1 its markets, and nothing else",
      of: ["options"],
      call: { do: "markets" },
      sends: `GET https://www.okx.com/api/v5/public/instruments?instType=SWAP`,
    },
    {
      title: "R10.1 an entry under our id",
      of: ["placing", "clientOrderId", "options", "addedCosts"],
      call: { do: "entry", side: "buy" },
      sends: `POST https://www.okx.com/api/v5/trade/order
{"instId":"BTC-USDT-SWAP","side":"buy","ordType":"market","sz":"1.5","tdMode":"cross","clOrdId":"0123456789abcdef0123456789abcdef"}`,
      comesBack: { id: "1", clientOrderId: OUR_ID, symbol: "BTC/USDT:USDT" },
    },
    {
      title: "R10.10 a partial exit and a full close are reduce-only",
      of: ["placing"],
      call: { do: "exit", side: "sell" },
      sends: `POST https://www.okx.com/api/v5/trade/order
{"instId":"BTC-USDT-SWAP","side":"sell","ordType":"market","sz":"1.5","tdMode":"cross","clOrdId":"0123456789abcdef0123456789abcdef","reduceOnly":true}`,
    },
    {
      title: "R10.11 an entry in hedge mode",
      of: ["placing"],
      call: { do: "entry", side: "buy", mode: "hedge" },
      sends: `POST https://www.okx.com/api/v5/trade/order
{"instId":"BTC-USDT-SWAP","side":"buy","ordType":"market","sz":"1.5","posSide":"long","tdMode":"cross","clOrdId":"0123456789abcdef0123456789abcdef"}`,
    },
    {
      title: "R10.10 an exit in hedge mode names the side of the position",
      of: ["placing"],
      call: { do: "exit", side: "sell", mode: "hedge" },
      sends: `POST https://www.okx.com/api/v5/trade/order
{"instId":"BTC-USDT-SWAP","side":"sell","ordType":"market","sz":"1.5","posSide":"long","tdMode":"cross","clOrdId":"0123456789abcdef0123456789abcdef"}`,
    },
    {
      title: "R10.10 an exit of a short in hedge mode",
      of: ["placing"],
      call: { do: "exit", side: "buy", mode: "hedge" },
      sends: `POST https://www.okx.com/api/v5/trade/order
{"instId":"BTC-USDT-SWAP","side":"buy","ordType":"market","sz":"1.5","posSide":"short","tdMode":"cross","clOrdId":"0123456789abcdef0123456789abcdef"}`,
    },
    {
      title: "R10.11 the margin mode comes from the client's option",
      of: ["marginMode"],
      call: { do: "entry in margin mode", value: "isolated" },
      sends: `POST https://www.okx.com/api/v5/trade/order
{"instId":"BTC-USDT-SWAP","side":"buy","ordType":"market","sz":"1.5","tdMode":"isolated","clOrdId":"0123456789abcdef0123456789abcdef"}`,
    },
    {
      title: "R10.2 an order is looked up by our id",
      of: ["byId"],
      call: { do: "byId", at: 0 },
      sends: `GET https://www.okx.com/api/v5/trade/order?instId=BTC-USDT-SWAP&clOrdId=0123456789abcdef0123456789abcdef`,
      comesBack: { id: "1", clientOrderId: OUR_ID, symbol: "BTC/USDT:USDT" },
    },
    {
      title: "R10.2 open orders",
      of: ["listings"],
      call: { do: "listing", at: 0 },
      sends: `GET https://www.okx.com/api/v5/trade/orders-pending?instId=BTC-USDT-SWAP&limit=50`,
    },
    {
      title: "R10.2 filled orders",
      of: ["listings"],
      call: { do: "listing", at: 1 },
      sends: `GET https://www.okx.com/api/v5/trade/orders-history?instId=BTC-USDT-SWAP&instType=SWAP&limit=50&begin=1700000000000&state=filled`,
    },
    {
      title: "R10.2 canceled orders",
      of: ["listings"],
      call: { do: "listing", at: 2 },
      sends: `GET https://www.okx.com/api/v5/trade/orders-history?instId=BTC-USDT-SWAP&instType=SWAP&limit=50&state=canceled&begin=1700000000000`,
    },
    {
      title: "R10.2 stops with one price or two",
      of: ["conditionalOrders"],
      call: { do: "conditional" },
      sends: `GET https://www.okx.com/api/v5/trade/orders-algo-pending?instId=BTC-USDT-SWAP&limit=50&ordType=conditional%2Coco`,
    },
    {
      title: "R10.2 trigger orders",
      of: ["otherConditionalOrders"],
      call: { do: "other conditional", at: 0 },
      sends: `GET https://www.okx.com/api/v5/trade/orders-algo-pending?instId=BTC-USDT-SWAP&limit=50&ordType=trigger`,
    },
    {
      title: "R10.2 trailing stops",
      of: ["otherConditionalOrders"],
      call: { do: "other conditional", at: 1 },
      sends: `GET https://www.okx.com/api/v5/trade/orders-algo-pending?instId=BTC-USDT-SWAP&limit=50&ordType=move_order_stop`,
    },
    {
      title: "R10.2 an order is canceled by our id",
      of: ["cancel"],
      call: { do: "cancel" },
      sends: `POST https://www.okx.com/api/v5/trade/cancel-order
{"instId":"BTC-USDT-SWAP","clOrdId":"0123456789abcdef0123456789abcdef"}`,
    },
    {
      title: "R10.2 fills carry our id",
      of: ["fillIdAt"],
      call: { do: "fills" },
      sends: `GET https://www.okx.com/api/v5/trade/fills-history?instId=BTC-USDT-SWAP&begin=1700000000000&instType=SWAP`,
    },
    {
      title: "R10.2 a deadline goes along as a header",
      of: ["deadlineIn"],
      call: { do: "entry with deadline" },
      sends: `POST https://www.okx.com/api/v5/trade/order
{"instId":"BTC-USDT-SWAP","side":"buy","ordType":"market","sz":"1.5","tdMode":"cross","clOrdId":"0123456789abcdef0123456789abcdef"}
expTime: 1700000005000`,
    },
    {
      title: "R10.10 the position mode is asked for",
      of: ["positionMode"],
      call: { do: "position mode" },
      sends: `GET https://www.okx.com/api/v5/account/config`,
      comesBack: { hedged: true },
    },
    {
      title: "R12.1 the demo",
      of: ["demo"],
      call: { do: "entry on demo" },
      sends: `POST https://www.okx.com/api/v5/trade/order
{"instId":"BTC-USDT-SWAP","side":"buy","ordType":"market","sz":"1.5","tdMode":"cross","clOrdId":"0123456789abcdef0123456789abcdef"}
x-simulated-trading: 1`,
    },
  ],
};
