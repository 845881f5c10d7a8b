/** Binance spot. Facts of the client 4.5.84; codes of https://developers.binance.com/docs/binance-spot-api-docs/errors. */
import type { VenueProfile } from "../profile.ts";

const DOCS = "https://developers.binance.com/docs/binance-spot-api-docs";

export const binance: VenueProfile = {
  venue: "binance",
  client: "binance",
  markets: "spot",
  options: {
    value: {
      recvWindow: 5_000,
      defaultType: "spot",
      fetchMarkets: { types: ["spot"] },
      // With a key, loading markets would ask two signed margin endpoints as well, which a demo does not have.
      fetchMargins: false,
      fetchOpenOrders: { warnWithoutSymbol: false },
    },
    from: "client source: recvWindow is sent with every signed call; fetchMarkets, fetchMargins",
    trust: "captured",
  },
  clientOrderId: {
    value: { prefix: "", digits: 32 },
    from: `${DOCS}/rest-api/trading-endpoints: newClientOrderId, ^[a-zA-Z0-9-_]{1,36}$`,
    trust: "captured",
  },
  placing: {
    value: {
      entry: { clientOrderId: "$id" },
      // Never reduceOnly: the client would send it on as an unknown field. Never a price: it would turn quantity into quoteOrderQty.
      exit: { clientOrderId: "$id" },
      hedge: null,
      priceBeyond: null,
    },
    from: "client source: createOrderRequest",
    trust: "captured",
  },
  byId: {
    value: [{ method: "fetchOrder", params: { clientOrderId: "$id" } }],
    from: `${DOCS}/rest-api/trading-endpoints: Query order, origClientOrderId; -2026 after 90 days without a fill`,
    trust: "captured",
  },
  listings: {
    value: [
      { method: "fetchOpenOrders", params: {} },
      { method: "fetchOrders", params: { startTime: "$sinceMs" } },
    ],
    from: `${DOCS}/rest-api/trading-endpoints: openOrders; allOrders, at most 24 hours at a time`,
    trust: "captured",
  },
  conditionalOrders: {
    value: null,
    from: `${DOCS}/rest-api/trading-endpoints: stop orders stand in the one list`,
    trust: "documented",
  },
  pages: {
    value: { orders: 1_000, fills: 1_000, fillsFrom: "the oldest" },
    from: "https://developers.binance.com/docs/binance-spot-api-docs/rest-api: allOrders and myTrades, limit at most 1000",
    trust: "documented",
  },
  fillsBy: { value: "exchange order id", from: `${DOCS}/rest-api/account-endpoints: myTrades`, trust: "documented" },
  cancel: {
    value: { params: { clientOrderId: "$id" } },
    from: `${DOCS}/rest-api/trading-endpoints: Cancel order, origClientOrderId`,
    trust: "captured",
  },
  weightWindowMs: {
    value: 60_000,
    from: `${DOCS}/rest-api/limits: REQUEST_WEIGHT is counted by the minute`,
    trust: "documented",
  },
  requestDeadlineMs: {
    value: 5_000,
    from: `${DOCS}/rest-api/endpoint-security-type: recvWindow, checked on entry and again before the matching engine`,
    trust: "documented",
  },
  visibilityLagMs: { value: 10_000, from: "none published; to be measured on a demo account", trust: "assumed" },
  idsAreUnique: {
    value: "among open orders",
    from: `${DOCS}/rest-api/trading-endpoints: "accepted only when the previous one is filled" beside "unique among open orders"`,
    trust: "documented",
  },
  positionMode: { value: "one-way", from: "spot has no positions", trust: "documented" },
  closeForm: {
    value: "sell what is free",
    from: "spot has no reduce-only; a fee in the bought coin leaves less than was bought",
    trust: "documented",
  },
  minimumCostBindsReduceOnly: {
    value: true,
    from: `${DOCS}/filters: NOTIONAL, applyMinToMarket; nothing is reduce-only on spot`,
    trust: "documented",
  },
  triggerPrice: { value: null, from: `${DOCS}: stops are triggered by the last price, no choice`, trust: "documented" },
  codes: {
    value: {
      "-1000": { means: "unknown" },
      "-1001": { means: "unknown" },
      "-1002": { means: "unauthorized" },
      "-1003": { means: "rate limited" },
      "-1006": { means: "unknown" },
      "-1007": { means: "unknown" },
      "-1008": { means: "not sent" },
      "-1013": { means: "rejected", reason: "other" },
      "-1015": { means: "rate limited" },
      "-1021": { means: "clock" },
      "-1022": { means: "unauthorized" },
      "-1100": { means: "rejected", reason: "other" },
      "-1101": { means: "rejected", reason: "other" },
      "-1102": { means: "rejected", reason: "other" },
      "-1104": { means: "rejected", reason: "other" },
      "-1105": { means: "rejected", reason: "other" },
      "-1106": { means: "rejected", reason: "other" },
      "-1111": { means: "rejected", reason: "precision" },
      "-1115": { means: "rejected", reason: "other" },
      "-1116": { means: "rejected", reason: "other" },
      "-1117": { means: "rejected", reason: "other" },
      "-1121": { means: "rejected", reason: "unknown_symbol" },
      "-1130": { means: "rejected", reason: "other" },
      // Told apart by its message. InvalidOrder to the client, which would be a refusal even where our order exists.
      "-2010": { means: "unknown" },
      "-2011": { means: "not found" },
      "-2013": { means: "not found" },
      "-2014": { means: "unauthorized" },
      "-2015": { means: "unauthorized" },
      "-2026": { means: "not found" },
    },
    from: `${DOCS}/errors; -1013: "did not reach the Matching Engine"; -2021 and -2022 are not what they are on futures`,
    trust: "documented",
  },
  codeAt: { value: ["code"], from: `${DOCS}/errors: {"code": …, "msg": …}`, trust: "documented" },
  messageAt: { value: ["msg"], from: `${DOCS}/errors`, trust: "documented" },
  messages: {
    value: [
      { code: "-2010", contains: "Duplicate order sent.", meaning: { means: "duplicate" } },
      {
        code: "-2010",
        contains: "Account has insufficient balance for requested action.",
        meaning: { means: "rejected", reason: "insufficient_funds" },
      },
      { code: null, contains: "Market is closed.", meaning: { means: "rejected", reason: "market_closed" } },
      {
        code: null,
        contains: "This action is disabled on this account.",
        meaning: { means: "rejected", reason: "other" },
      },
      {
        code: "-2010",
        contains: "Market orders are not supported for this symbol.",
        meaning: { means: "rejected", reason: "other" },
      },
      {
        code: null,
        contains: "This symbol is not permitted for this account.",
        meaning: { means: "rejected", reason: "other" },
      },
      { code: "-1013", contains: "NOTIONAL", meaning: { means: "rejected", reason: "below_minimum" } },
      { code: "-1013", contains: "LOT_SIZE", meaning: { means: "rejected", reason: "precision" } },
      { code: "-1013", contains: "PRICE_FILTER", meaning: { means: "rejected", reason: "precision" } },
      { code: "-1013", contains: "MAX_POSITION", meaning: { means: "rejected", reason: "above_maximum" } },
      { code: "-1013", contains: "Filter failure", meaning: { means: "rejected", reason: "other" } },
      { code: "-1013", contains: "Invalid quantity.", meaning: { means: "rejected", reason: "precision" } },
    ],
    from: `${DOCS}/errors: "Messages for -1010, -2010, -2011" and "Filter failures", the most particular first`,
    trust: "documented",
  },
  streams: {
    value: {
      orders: true,
      fills: true,
      trades: true,
      quirks: [
        "the user stream runs over the WebSocket API, without a listen key",
        "a repeated event doubles the fee inside an order: fills are taken from the trades alone",
      ],
    },
    from: "client 4.5.84 over real sockets",
    trust: "local venue",
  },
  addedCosts: {
    value: { what: "none known; our own id keeps the broker's prefix away", off: "nothing to turn off" },
    from: "client source",
    trust: "captured",
  },
  demo: {
    value: "enableDemoTrading",
    from: "client source: demo-api; setSandboxMode works as well",
    trust: "captured",
  },
};
