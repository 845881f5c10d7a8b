/** Hyperliquid: everything is a POST, and what is asked for stands in the body. */
import { hyperliquid } from "../../../src/exchange/ccxt/profiles/hyperliquid.ts";
import { OUR_ID, type VenueCaptures } from "./capture.ts";
import { HYPERLIQUID_BTC } from "./markets.ts";

const order = {
  coin: "BTC",
  side: "B",
  limitPx: "63000.0",
  sz: "0.0",
  oid: 1,
  timestamp: 1_700_000_000_001,
  origSz: "1.5",
  cloid: `0x${OUR_ID}`,
};

export const hyperliquidCaptures: VenueCaptures = {
  profile: hyperliquid,
  symbol: "BTC/USDC:USDC",
  amount: "1.5",
  price: "63000",
  market: HYPERLIQUID_BTC,
  credentials: { walletAddress: `0x${"11".repeat(20)}`, privateKey: `0x${"22".repeat(32)}` },
  answer: ({ body }) => {
    const { type, action } = JSON.parse(body ?? "{}") as { type?: string; action?: { type: string } };
    if (type === "orderStatus")
      return { status: "order", order: { order, status: "filled", statusTimestamp: 1_700_000_000_002 } };
    if (type !== undefined) return [];
    const statuses = action?.type === "order" ? [{ filled: { totalSz: "1.5", avgPx: "60000", oid: 1 } }] : ["success"];
    return { status: "ok", response: { type: action?.type, data: { statuses } } };
  },
  captures: [
    {
      title: "R12.1 its markets, and nothing else",
      of: ["options"],
      call: { do: "markets" },
      sends: `POST https://api.hyperliquid.xyz/info
{"type":"metaAndAssetCtxs"}`,
    },
    // No builder, and none of the three requests that the client would send before it.
    {
      title: "R10.1 an entry under our id",
      of: ["placing", "clientOrderId", "options", "addedCosts", "requestDeadlineMs"],
      call: { do: "entry", side: "buy" },
      sends: `POST https://api.hyperliquid.xyz/exchange
{"action":{"type":"order","orders":[{"a":0,"b":true,"p":"63000","s":"1.5","r":false,"t":{"limit":{"tif":"Ioc"}},"c":"0x0123456789abcdef0123456789abcdef"}],"grouping":"na"}}`,
      comesBack: { id: "1" },
    },
    {
      title: "R10.10 a partial exit and a full close are reduce-only",
      of: ["placing"],
      call: { do: "exit", side: "sell" },
      sends: `POST https://api.hyperliquid.xyz/exchange
{"action":{"type":"order","orders":[{"a":0,"b":false,"p":"63000","s":"1.5","r":true,"t":{"limit":{"tif":"Ioc"}},"c":"0x0123456789abcdef0123456789abcdef"}],"grouping":"na"}}`,
    },
    {
      title: "R10.2 an order is looked up by our id",
      of: ["byId"],
      call: { do: "byId", at: 0 },
      sends: `POST https://api.hyperliquid.xyz/info
{"type":"orderStatus","user":"0x1111111111111111111111111111111111111111","oid":"0x0123456789abcdef0123456789abcdef"}`,
      comesBack: { id: "1", clientOrderId: `0x${OUR_ID}`, symbol: "BTC/USDC:USDC", status: "closed" },
    },
    {
      title: "R10.2 open orders",
      of: ["listings"],
      call: { do: "listing", at: 0 },
      sends: `POST https://api.hyperliquid.xyz/info
{"type":"frontendOpenOrders","user":"0x1111111111111111111111111111111111111111"}`,
    },
    {
      title: "R10.2 the latest orders",
      of: ["listings"],
      call: { do: "listing", at: 1 },
      sends: `POST https://api.hyperliquid.xyz/info
{"type":"historicalOrders","user":"0x1111111111111111111111111111111111111111"}`,
    },
    {
      title: "R10.2 an order is canceled by our id",
      of: ["cancel"],
      call: { do: "cancel" },
      sends: `POST https://api.hyperliquid.xyz/exchange
{"action":{"type":"cancelByCloid","cancels":[{"asset":0,"cloid":"0x0123456789abcdef0123456789abcdef"}]}}`,
    },
    {
      title: "R12.1 the test environment",
      of: ["demo"],
      call: { do: "entry on demo" },
      sends: `POST https://api.hyperliquid-testnet.xyz/exchange
{"action":{"type":"order","orders":[{"a":0,"b":true,"p":"63000","s":"1.5","r":false,"t":{"limit":{"tif":"Ioc"}},"c":"0x0123456789abcdef0123456789abcdef"}],"grouping":"na"}}`,
    },
  ],
};
