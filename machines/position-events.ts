/**
 * Everything that can happen to a position: the closed set of events that its chart takes.
 * Each carries its time, and where prices matter the quote of that moment; ids never appear in a type.
 */
import type { ExitReason } from "../src/domain/fact.ts";
import type { PositionContext } from "../src/domain/market-context.ts";
import type { FreshPrice, PriceDropReason } from "../src/domain/price-gate.ts";
import type {
  AbsentReport,
  AcceptedReport,
  EndedReport,
  FillReport,
  RejectedReport,
  UnknownReport,
} from "../src/domain/report.ts";
import type { EpochMs, Price } from "../src/domain/units.ts";

/** Extremes of the deciding price since the position opened, favorable and adverse; kept beside the triggers. */
export interface Excursion {
  readonly best: Price;
  readonly worst: Price;
}

export type PositionEvent = { readonly excursion?: Excursion | null } & PositionHappening;

type PositionHappening =
  /** A price has crossed the band that the position declared. */
  | { readonly type: "PRICE"; readonly atMs: EpochMs; readonly quote: FreshPrice }
  /** The exchange has the order. */
  | { readonly type: "ACCEPTED"; readonly atMs: EpochMs; readonly report: AcceptedReport }
  /** Part of an order was carried out; the deciding price of that moment, if there is one. */
  | {
      readonly type: "FILL";
      readonly atMs: EpochMs;
      readonly report: FillReport;
      readonly quote?: FreshPrice | null;
    }
  /** An order is over: filled, canceled or expired, with what it filled in all. */
  | { readonly type: "ENDED"; readonly atMs: EpochMs; readonly report: EndedReport }
  /** The exchange refused an order. */
  | { readonly type: "REJECTED"; readonly atMs: EpochMs; readonly report: RejectedReport }
  /** Sent, and no answer that can be trusted. */
  | { readonly type: "UNKNOWN"; readonly atMs: EpochMs; readonly report: UnknownReport }
  /** Complete listings say that the order does not exist. */
  | {
      readonly type: "ABSENT";
      readonly atMs: EpochMs;
      readonly report: AbsentReport;
      readonly quote: FreshPrice | null;
    }
  /** Classes of the market have changed, as this position's side sees it. */
  | { readonly type: "CONTEXT"; readonly atMs: EpochMs; readonly known: Partial<PositionContext> }
  /** A moment that the position asked for has come. Between two prices that nothing connects, the next one decides. */
  | { readonly type: "DEADLINE"; readonly atMs: EpochMs; readonly nextPriceDecides?: boolean }
  /** Somebody wants out: by hand, the kill switch, the end of the data. */
  | { readonly type: "CLOSE"; readonly atMs: EpochMs; readonly reason: ExitReason }
  /** Try a close that has failed again, now. */
  | { readonly type: "RETRY"; readonly atMs: EpochMs }
  /** The exchange no longer holds the position. */
  | { readonly type: "GONE"; readonly atMs: EpochMs }
  /** A price of this market was not let through the gate. */
  | { readonly type: "PRICE_DROPPED"; readonly atMs: EpochMs; readonly value: number; readonly reason: PriceDropReason }
  /** The engine has restarted: whatever is open is looked up first (R11.2). */
  | { readonly type: "RECOVER"; readonly atMs: EpochMs; readonly nextPriceDecides?: boolean };

export type PositionEventType = PositionEvent["type"];
