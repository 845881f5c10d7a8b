/** What the exchange tells of an order: execution reports, as they come back in (FIX 35=8). */
import type { DecimalText, EpochMs, Lots } from "./units.ts";

/** A fee as charged; in the coin that was bought (spot), in quote currency, or in a third coin. */
export interface Fee {
  readonly cost: DecimalText;
  readonly currency: "quote" | "base" | "other";
}

/** Why the exchange refused an order. No retry without a new decision. */
export type RejectReason =
  | "below_minimum"
  | "above_maximum"
  | "insufficient_funds"
  | "reduce_only"
  | "precision"
  | "market_closed"
  | "unknown_symbol"
  | "other";

interface About {
  readonly clientOrderId: string;
  readonly atMs: EpochMs;
}

export interface AcceptedReport extends About {
  readonly kind: "accepted";
  readonly exchangeOrderId: string;
}
export interface FillReport extends About {
  readonly kind: "fill";
  readonly exchangeOrderId: string;
  readonly tradeId: string;
  readonly lots: Lots;
  readonly price: DecimalText;
  readonly fee: Fee;
}
/** The order is over and filled this much in all; the fills themselves may still be on their way. */
export interface EndedReport extends About {
  readonly kind: "ended";
  readonly end: "filled" | "canceled" | "expired";
  readonly filledLots: Lots;
}
export interface RejectedReport extends About {
  readonly kind: "rejected";
  readonly reason: RejectReason;
  readonly message: string;
}
/** Sent, and no answer that can be trusted: neither done nor failed (law 6). */
export interface UnknownReport extends About {
  readonly kind: "unknown";
  readonly message: string;
}
/** Complete listings say that the order does not exist and can no longer appear (R10.2). */
export interface AbsentReport extends About {
  readonly kind: "absent";
}

export type OrderReport = AcceptedReport | FillReport | EndedReport | RejectedReport | UnknownReport | AbsentReport;
