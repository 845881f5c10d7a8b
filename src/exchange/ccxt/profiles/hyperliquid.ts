/** Hyperliquid perpetuals. Facts of the client 4.5.84; texts of https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/error-responses. */
import type { VenueProfile } from "../profile.ts";

const DOCS = "https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api";

export const hyperliquid: VenueProfile = {
  venue: "hyperliquid",
  client: "hyperliquid",
  markets: "derivative",
  options: {
    value: { defaultType: "swap", fetchMarkets: { types: ["swap"] }, builderFee: false, refSet: true },
    from: "client source: initializeClient, createOrdersRequest; the options alone leave an approval of 0 % and one more call",
    trust: "captured",
  },
  clientOrderId: {
    value: { prefix: "0x", digits: 32 },
    from: `${DOCS}/exchange-endpoint#place-an-order: cloid, a 128-bit hex string`,
    trust: "captured",
  },
  placing: {
    value: {
      // slippage 0: the price that is handed over is the limit; the client would put 5 % on top of it.
      entry: { clientOrderId: "$id", slippage: "0" },
      exit: { clientOrderId: "$id", slippage: "0", reduceOnly: true },
      hedge: null,
      priceBeyond: "0.05",
    },
    from: "client source: createOrderRequest, an immediate-or-cancel limit order; one-way only",
    trust: "captured",
  },
  byId: {
    value: [{ method: "fetchOrder", params: { clientOrderId: "$id" } }],
    from: `${DOCS}/info-endpoint#query-order-status-by-oid-or-cloid: unknownOid where there is none`,
    trust: "captured",
  },
  listings: {
    value: [
      { method: "fetchOpenOrders", params: {} },
      { method: "fetchOrders", params: {} },
    ],
    from: `${DOCS}/info-endpoint: frontendOpenOrders; historicalOrders, at most 2000 of the latest, without a beginning`,
    trust: "captured",
  },
  conditionalOrders: {
    value: null,
    from: `${DOCS}/info-endpoint: frontendOpenOrders has trigger orders as well`,
    trust: "documented",
  },
  fillsBy: {
    value: "exchange order id",
    from: `${DOCS}/info-endpoint#retrieve-a-users-fills: oid`,
    trust: "documented",
  },
  cancel: {
    value: { params: { clientOrderId: "$id" } },
    from: `${DOCS}/exchange-endpoint#cancel-order-s-by-cloid`,
    trust: "captured",
  },
  weightWindowMs: {
    value: 60_000,
    from: `${DOCS}/rate-limits-and-user-limits: an aggregated weight of 1200 a minute`,
    trust: "documented",
  },
  requestDeadlineMs: {
    value: null,
    from: `${DOCS}/nonces-and-api-wallets: a nonce is good for two days; expiresAfter is not sent by the client with orders`,
    trust: "captured",
  },
  pages: {
    value: { orders: 50, fills: 50, fillsFrom: "the oldest" },
    from: "client source: userFillsByTime from a moment on, of which the client keeps the oldest; orders: the shortest page of any venue",
    trust: "documented",
  },
  visibilityLagMs: {
    value: 60_000,
    from: "none published, and no deadline before it; to be measured on the testnet",
    trust: "assumed",
  },
  idsAreUnique: {
    value: "never",
    from: `${DOCS}/exchange-endpoint does not say whether a cloid may be used twice`,
    trust: "assumed",
  },
  positionMode: { value: "one-way", from: "the venue nets positions", trust: "documented" },
  closeForm: {
    value: "reduce-only, sized by the exchange's position",
    from: "a size of 0 is said to close the whole position (client issue 30036): not used",
    trust: "assumed",
  },
  minimumCostBindsReduceOnly: {
    value: true,
    from: `${DOCS}/error-responses: "Order must have minimum value of $10"; an exception for reduce-only is not said`,
    trust: "assumed",
  },
  triggerPrice: {
    value: "mark",
    from: "https://hyperliquid.gitbook.io/hyperliquid-docs/trading/take-profit-and-stop-loss-orders-tp-sl: the mark price, no choice",
    trust: "documented",
  },
  codes: { value: {}, from: `${DOCS}/error-responses: texts, no codes`, trust: "documented" },
  codeAt: { value: [], from: `${DOCS}/error-responses: texts, no codes`, trust: "documented" },
  messageAt: {
    value: ["response.data.statuses.0.error", "response", "status"],
    from: `${DOCS}/error-responses: within an answer of status ok, or of status err`,
    trust: "documented",
  },
  messages: {
    value: [
      {
        code: null,
        contains: "Price must be divisible by tick size.",
        meaning: { means: "rejected", reason: "precision" },
      },
      {
        code: null,
        contains: "Order must have minimum value of $10",
        meaning: { means: "rejected", reason: "below_minimum" },
      },
      {
        code: null,
        contains: "Insufficient margin to place order.",
        meaning: { means: "rejected", reason: "insufficient_funds" },
      },
      {
        code: null,
        contains: "Reduce only order would increase position.",
        meaning: { means: "rejected", reason: "reduce_only" },
      },
      {
        code: null,
        contains: "Order could not immediately match against any resting orders.",
        meaning: { means: "rejected", reason: "other" },
      },
      {
        code: null,
        contains: "No liquidity available for market order.",
        meaning: { means: "rejected", reason: "other" },
      },
      { code: null, contains: "Order has invalid size", meaning: { means: "rejected", reason: "precision" } },
      { code: null, contains: "Order has zero size.", meaning: { means: "rejected", reason: "precision" } },
      {
        code: null,
        contains: "Order price cannot be more than 80% away from the reference price",
        meaning: { means: "rejected", reason: "other" },
      },
      {
        code: null,
        contains: "Order was never placed, already canceled, or filled.",
        meaning: { means: "not found" },
      },
      { code: null, contains: "unknownOid", meaning: { means: "not found" } },
      { code: null, contains: "User or API Wallet ", meaning: { means: "unauthorized" } },
      { code: null, contains: "Too many cumulative requests sent", meaning: { means: "rate limited" } },
    ],
    from: `${DOCS}/error-responses, and the client's list; a text that is not here is unknown`,
    trust: "documented",
  },
  streams: {
    value: {
      orders: true,
      fills: true,
      trades: true,
      quirks: [
        "the answer to a placement has the exchange's id and not ours",
        "prices have at most 5 significant digits, and the client rounds to the nearest: a limit may come out one step short",
        "amounts are rounded, not cut, by the client: they have to be exact before",
      ],
    },
    from: "client source; not run against a venue",
    trust: "assumed",
  },
  addedCosts: {
    value: {
      what: "by default 0.01 % of every order to the client's makers: an approval and a referrer on the first call, a builder on every order",
      off: "initializeClient",
    },
    from: "client source: initializeClient, handleBuilderFeeApproval, setRef; client issues 26420, 29040",
    trust: "captured",
  },
  demo: { value: "setSandboxMode", from: "client source: api.hyperliquid-testnet.xyz", trust: "captured" },
};
