/**
 * The careful default for a venue without a profile of its own. The gateway says that it runs with it.
 *
 * Nothing in here was seen: a look-up by our id is assumed, no hedge mode, no deadline, no code; what the client does not
 * class as a definite refusal is unknown.
 */
import type { VenueProfile } from "../profile.ts";

const NOBODY = "nobody has looked at this venue";

export const careful: VenueProfile = {
  venue: "careful",
  client: "",
  markets: "derivative",
  options: { value: {}, from: NOBODY, trust: "assumed" },
  // The shortest that the venues with a profile allow: letters and digits, 32.
  clientOrderId: { value: { prefix: "", digits: 32 }, from: NOBODY, trust: "assumed" },
  placing: {
    value: {
      entry: { clientOrderId: "$id" },
      exit: { clientOrderId: "$id", reduceOnly: true },
      hedge: null,
      priceBeyond: null,
    },
    from: "client manual: clientOrderId, reduceOnly",
    trust: "assumed",
  },
  byId: {
    value: [{ method: "fetchOrder", params: { clientOrderId: "$id" } }],
    from: "client manual: fetchOrder with clientOrderId",
    trust: "assumed",
  },
  listings: {
    value: [
      { method: "fetchOpenOrders", params: {} },
      { method: "fetchClosedOrders", params: {} },
      { method: "fetchCanceledOrders", params: {} },
    ],
    from: "client manual; a venue that lacks one of them never proves that an order is absent",
    trust: "assumed",
  },
  conditionalOrders: { value: null, from: NOBODY, trust: "assumed" },
  fillsBy: { value: "exchange order id", from: "client manual: trade.order", trust: "assumed" },
  cancel: { value: { params: { clientOrderId: "$id" } }, from: "client manual", trust: "assumed" },
  requestDeadlineMs: { value: null, from: NOBODY, trust: "assumed" },
  visibilityLagMs: { value: 60_000, from: NOBODY, trust: "assumed" },
  idsAreUnique: { value: "never", from: NOBODY, trust: "assumed" },
  positionMode: { value: "from positions", from: "client manual: position.hedged", trust: "assumed" },
  closeForm: { value: "reduce-only, sized by the exchange's position", from: NOBODY, trust: "assumed" },
  minimumCostBindsReduceOnly: { value: true, from: NOBODY, trust: "assumed" },
  triggerPrice: { value: null, from: NOBODY, trust: "assumed" },
  codes: { value: {}, from: NOBODY, trust: "assumed" },
  codeAt: { value: [], from: NOBODY, trust: "assumed" },
  streams: {
    value: { orders: false, fills: false, trades: false, quirks: ["nothing is known: everything is asked for"] },
    from: NOBODY,
    trust: "assumed",
  },
  addedCosts: {
    value: { what: "unknown: the client may add a broker's tag or fee", off: "nothing to turn off" },
    from: NOBODY,
    trust: "assumed",
  },
  demo: { value: null, from: NOBODY, trust: "assumed" },
};
