/** Bybit, linear perpetuals of a unified account. Facts of the client 4.5.84; codes of https://bybit-exchange.github.io/docs/v5/error. */
import type { VenueProfile } from "../profile.ts";

const DOCS = "https://bybit-exchange.github.io/docs/v5";

export const bybit: VenueProfile = {
  venue: "bybit",
  client: "bybit",
  markets: "derivative",
  options: {
    value: {
      recvWindow: 5_000,
      defaultType: "swap",
      fetchMarkets: { types: ["linear"] },
      // Unified account: without these the first order waits for two other calls that ask for it.
      enableUnifiedMargin: false,
      enableUnifiedAccount: true,
      unifiedMarginStatus: 6,
    },
    from: "client source: isUnifiedEnabled, sign, fetchMarkets",
    trust: "captured",
  },
  clientOrderId: {
    value: { prefix: "", digits: 32 },
    from: `${DOCS}/order/create-order: orderLinkId, at most 36 letters, digits, dashes, underscores`,
    trust: "captured",
  },
  placing: {
    value: {
      entry: { clientOrderId: "$id" },
      exit: { clientOrderId: "$id", reduceOnly: true },
      hedge: {
        entry: { clientOrderId: "$id", hedged: true },
        // The client sends positionIdx of the position's side and leaves reduceOnly out.
        exit: { clientOrderId: "$id", hedged: true, reduceOnly: true },
      },
      priceBeyond: null,
    },
    from: "client source: createOrderRequest",
    trust: "captured",
  },
  byId: {
    // Not fetchOrder: it does not know clientOrderId, and an order that it does not find is a TypeError of the client.
    value: [
      { method: "fetchOpenOrders", params: { orderLinkId: "$id" } },
      { method: "fetchCanceledAndClosedOrders", params: { orderLinkId: "$id" } },
    ],
    from: `${DOCS}/order/open-order: by orderLinkId, with the last 500 closed ones until the venue restarts; ${DOCS}/order/order-list after that`,
    trust: "captured",
  },
  listings: {
    value: [
      { method: "fetchOpenOrders", params: {} },
      { method: "fetchCanceledAndClosedOrders", params: { startTime: "$sinceMs" } },
    ],
    from: `${DOCS}/order/open-order, ${DOCS}/order/order-list: at most 50 rows a page`,
    trust: "captured",
  },
  conditionalOrders: {
    value: { method: "fetchOpenOrders", params: { trigger: true } },
    from: `${DOCS}/order/open-order: orderFilter StopOrder; at most 10 conditional orders a symbol`,
    trust: "captured",
  },
  pages: {
    value: { orders: 50, fills: 100, fillsFrom: "the newest" },
    from: `${DOCS}/order/order-list: at most 50; ${DOCS}/order/execution: at most 100`,
    trust: "documented",
  },
  fillsBy: {
    value: "client order id",
    from: `${DOCS}/order/execution: orderLinkId`,
    trust: "documented",
  },
  fillIdAt: { value: "info.orderLinkId", from: "client source: parseTrade keeps the row in info", trust: "captured" },
  cancel: {
    value: { params: { orderLinkId: "$id" } },
    from: `${DOCS}/order/cancel-order: orderLinkId; the client does not translate clientOrderId here`,
    trust: "captured",
  },
  requestDeadlineMs: {
    value: 5_000,
    from: `${DOCS}/guide: X-BAPI-RECV-WINDOW, checked on entry only; an accepted order is carried out asynchronously`,
    trust: "documented",
  },
  visibilityLagMs: {
    value: 30_000,
    from: `${DOCS}/order/open-order: "increased latency or temporary delays" in volatile markets, no figure`,
    trust: "assumed",
  },
  idsAreUnique: {
    value: "always",
    from: `${DOCS}/order/create-order: "orderLinkId … should be unique"; 110072`,
    trust: "documented",
  },
  positionMode: {
    value: "from positions",
    from: "client source: no fetchPositionMode; positionIdx of the rows, there when flat as well if a symbol is asked for, one by one",
    trust: "captured",
  },
  closeForm: {
    value: "reduce-only, sized by the exchange's position",
    from: `${DOCS}/order/create-order: quantity 0 with reduceOnly and closeOnTrigger closes all, but the client leaves quantity out`,
    trust: "documented",
  },
  minimumCostBindsReduceOnly: {
    value: false,
    from: `${DOCS}/market/instrument: minNotionalValue; reduce-only orders are said to be exempt`,
    trust: "assumed",
  },
  triggerPrice: {
    value: "last",
    from: `${DOCS}/order/create-order: triggerBy, LastPrice by default`,
    trust: "documented",
  },
  codes: {
    value: {
      "10000": { means: "unknown" },
      "10001": { means: "rejected", reason: "other" },
      "10002": { means: "clock" },
      "10003": { means: "unauthorized" },
      "10004": { means: "unauthorized" },
      "10005": { means: "unauthorized" },
      "10006": { means: "rate limited" },
      "10007": { means: "unauthorized" },
      "10008": { means: "unauthorized" },
      "10009": { means: "unauthorized" },
      "10010": { means: "unauthorized" },
      "10014": { means: "unknown" },
      "10016": { means: "unknown" },
      "10018": { means: "rate limited" },
      "10024": { means: "rejected", reason: "other" },
      "10027": { means: "rejected", reason: "other" },
      "10028": { means: "rejected", reason: "other" },
      "10029": { means: "rejected", reason: "unknown_symbol" },
      "110001": { means: "not found" },
      "110003": { means: "rejected", reason: "other" },
      "110004": { means: "rejected", reason: "insufficient_funds" },
      "110006": { means: "rejected", reason: "insufficient_funds" },
      "110007": { means: "rejected", reason: "insufficient_funds" },
      "110008": { means: "not found" },
      "110009": { means: "rejected", reason: "other" },
      "110010": { means: "not found" },
      "110012": { means: "rejected", reason: "insufficient_funds" },
      "110016": { means: "rejected", reason: "above_maximum" },
      "110017": { means: "rejected", reason: "reduce_only" },
      "110020": { means: "rejected", reason: "other" },
      "110021": { means: "rejected", reason: "above_maximum" },
      "110023": { means: "rejected", reason: "other" },
      "110030": { means: "unknown" },
      "110040": { means: "rejected", reason: "other" },
      "110042": { means: "rejected", reason: "market_closed" },
      "110044": { means: "rejected", reason: "insufficient_funds" },
      "110045": { means: "rejected", reason: "insufficient_funds" },
      "110051": { means: "rejected", reason: "insufficient_funds" },
      "110052": { means: "rejected", reason: "insufficient_funds" },
      "110053": { means: "rejected", reason: "insufficient_funds" },
      "110063": { means: "rejected", reason: "market_closed" },
      "110066": { means: "rejected", reason: "market_closed" },
      "110072": { means: "duplicate" },
      "110094": { means: "rejected", reason: "below_minimum" },
      "170007": { means: "unknown" },
      "170141": { means: "duplicate" },
      // InvalidOrder to the client, which would be a refusal.
      "170146": { means: "unknown" },
      "170147": { means: "unknown" },
    },
    from: `${DOCS}/error; 10000 and 10016 are errors of the server; codes that are not here are unknown`,
    trust: "documented",
  },
  codeAt: { value: ["retCode"], from: `${DOCS}/guide: {"retCode": …, "retMsg": …}`, trust: "documented" },
  messageAt: { value: ["retMsg"], from: `${DOCS}/guide`, trust: "documented" },
  messages: {
    value: [
      // The same code for a wrong parameter, a wrong market and a wrong position mode.
      {
        code: "10001",
        contains: "Not supported symbols",
        meaning: { means: "rejected", reason: "unknown_symbol" },
      },
      { code: "10001", contains: "symbol", meaning: { means: "rejected", reason: "unknown_symbol" } },
      { code: "10001", contains: "Qty invalid", meaning: { means: "rejected", reason: "precision" } },
      {
        code: "10001",
        contains: "The number of contracts exceeds",
        meaning: { means: "rejected", reason: "above_maximum" },
      },
    ],
    from: "client source: exceptions, where answers are quoted",
    trust: "assumed",
  },
  streams: {
    value: {
      orders: true,
      fills: true,
      trades: true,
      quirks: [
        "an answer to a placement says that it was accepted, not that it was carried out",
        "a reduce-only order may be split into several",
        "after a restart of the venue closed orders are found in the history only",
        "flat positions are rows with contracts 0 and no side",
      ],
    },
    from: `${DOCS}/order/create-order, ${DOCS}/order/open-order; client source`,
    trust: "documented",
  },
  addedCosts: {
    value: { what: "none known; every POST carries the header Referer: CCXT", off: "nothing to turn off" },
    from: "client source: sign",
    trust: "captured",
  },
  demo: {
    value: "enableDemoTrading",
    from: "client source: api-demo; setSandboxMode is the testnet",
    trust: "captured",
  },
};
