/**
 * A profile as people read it: what it can do at its venue and what it cannot, line by line, with how far each can be trusted.
 *
 * Promises: says what the profile says, in a few words; the whole of it stands in docs/guide/venues.md.
 */
import type { Known, LookUpCall, Trust, VenueProfile } from "./profile.ts";

export interface ProfileLine {
  readonly line: string;
  readonly says: string;
  readonly trust: Trust;
}

export function profileLines(profile: VenueProfile): readonly ProfileLine[] {
  const { placing, cancel, byId, listings, conditionalOrders, positionMode, triggerPrice, streams } = profile;
  const line = <T>(name: string, known: Known<T>, says: (value: T) => string): ProfileLine => ({
    line: name,
    says: says(known.value),
    trust: known.trust,
  });
  return [
    line("client order id", profile.clientOrderId, ({ prefix, digits }) =>
      prefix === "" ? `${digits} hex digits` : `${prefix} + ${digits} hex digits`,
    ),
    line("entries and exits", placing, ({ exit, priceBeyond }) => {
      const price = priceBeyond === null ? "" : `; sent with a price ${priceBeyond} beyond the market`;
      return `market orders${"reduceOnly" in exit ? "; exits reduce only" : ""}${price}`;
    }),
    line("hedge mode", placing, ({ hedge }) => (hedge === null ? "no: the account has to be in one-way mode" : "yes")),
    line("position mode", positionMode, (mode) => POSITION_MODES[mode]),
    line("full close", profile.closeForm, (form) => form),
    line("cancel", cancel, () => "by our id"),
    line("look-up", byId, (calls) => (calls.length === 0 ? "no: by listings only" : `by our id: ${callsText(calls)}`)),
    line("listings", listings, callsText),
    line("conditional orders", conditionalOrders, (call) =>
      call === null ? "no listing of their own" : `a listing of their own: ${callsText([call])}`,
    ),
    line("protective stop", triggerPrice, (price) =>
      price === null ? "no choice of the price that triggers it" : `would be triggered by the ${price} price`,
    ),
    line("deadline of a request", profile.requestDeadlineMs, (deadlineMs) =>
      deadlineMs === null ? "none: an order that is late may still be carried out" : `${deadlineMs / 1000} s`,
    ),
    line("invisible after execution", profile.visibilityLagMs, (lagMs) => `up to ${lagMs / 1000} s`),
    line("ids are unique", profile.idsAreUnique, (unique) => unique),
    line("minimum value of exits", profile.minimumCostBindsReduceOnly, (binds) =>
      binds ? "binds exits, too" : "does not bind exits that only reduce",
    ),
    line("codes understood", profile.codes, (codes) => {
      const count = Object.keys(codes).length;
      return count === 0 ? "none: what is no plain refusal is an unknown outcome" : String(count);
    }),
    line("streams", streams, (has) => {
      const there = (["orders", "fills", "trades"] as const).filter((name) => has[name]);
      return there.length === 0 ? "none: everything is asked for" : there.join(", ");
    }),
    line("costs that the client adds", profile.addedCosts, ({ what }) => what),
    line("demo", profile.demo, (how) => (how === null ? "no" : "yes")),
  ];
}

const POSITION_MODES: Readonly<Record<VenueProfile["positionMode"]["value"], string>> = {
  "one-way": "one-way only",
  fetchPositionMode: "asked for at start",
  "from positions": "read off the rows of the traded markets",
};

const callsText = (calls: readonly LookUpCall[]): string => [...new Set(calls.map(({ method }) => method))].join(", ");
