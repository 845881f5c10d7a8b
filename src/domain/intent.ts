/**
 * An order that a position has decided on, and what is known of it. Written down before it is sent (R10.1).
 *
 * Promises: the client order id follows from journal, account, position and number, so that every send of one
 * intent carries the same id; an intent is settled by evidence only (R10.2).
 */
import { hashHex } from "./hash.ts";
import type { OrderSide } from "./side.ts";
import type { DecimalText, EpochMs, Lots } from "./units.ts";

export type IntentPurpose = "entry" | "exit" | "close";

/** What is known of the order's end. `filledLots` of `ended` and what the fills add up to may differ for a while. */
export type IntentProgress =
  | { readonly kind: "recorded" }
  | { readonly kind: "working"; readonly exchangeOrderId: string }
  | { readonly kind: "unresolved"; readonly sinceMs: EpochMs }
  | { readonly kind: "ended"; readonly end: "filled" | "canceled" | "expired"; readonly filledLots: Lots }
  | { readonly kind: "rejected"; readonly reason: string }
  | { readonly kind: "absent" };

/** The rule and the price that brought an order about; it stands on everything that came of it (R11.9). */
export interface RuleCause {
  readonly rule: string;
  /** Null where its moment alone did (R5.3). */
  readonly price: DecimalText | null;
  /** Of the price, or the moment. */
  readonly atMs: EpochMs;
}

export interface Intent {
  readonly number: number;
  readonly clientOrderId: string;
  readonly purpose: IntentPurpose;
  readonly orderSide: OrderSide;
  readonly lots: Lots;
  readonly amount: DecimalText;
  readonly reduceOnly: boolean;
  /** Rungs (1 for the first) that this exit pays out, ascending; empty for entries and stops. */
  readonly rungs: readonly number[];
  readonly decidedAtMs: EpochMs;
  /** Null for an entry, and for what was asked for rather than decided. */
  readonly cause: RuleCause | null;
  readonly sends: number;
  /** When an unsettled order is looked up, if nothing is heard of it before. */
  readonly lookUpAtMs: EpochMs;
  readonly progress: IntentProgress;
  readonly filledLots: Lots;
  readonly tradeIds: readonly string[];
}

/** 32 lower-case hex digits: fits every venue that the research looked at (ccxt note 3.3). */
export const clientOrderIdOf = (input: {
  readonly journalId: string;
  readonly account: string;
  readonly positionId: string;
  readonly number: number;
}): string => hashHex("intent", input.journalId, input.account, input.positionId, input.number);

/** Is the end of this intent known, with every fill of it counted? */
export function isSettled(intent: Intent): boolean {
  switch (intent.progress.kind) {
    case "recorded":
    case "working":
    case "unresolved":
      return false;
    case "ended":
      return intent.filledLots === intent.progress.filledLots;
    case "rejected":
    case "absent":
      return true;
  }
}

/** The order as it goes to an exchange. */
export interface OrderRequest {
  readonly clientOrderId: string;
  readonly account: string;
  readonly symbol: string;
  readonly orderSide: OrderSide;
  readonly lots: Lots;
  /** Exact decimal text in the exchange's unit (R10.9). */
  readonly amount: DecimalText;
  readonly reduceOnly: boolean;
  readonly purpose: IntentPurpose;
  readonly decidedAtMs: EpochMs;
  /**
   * Whose size counts: the position's own, or what the exchange still holds, at most `lots` (R10.4): another exit may or may not
   * have been carried out.
   */
  readonly sizedBy: "position" | "exchange";
}

/** What a position asks of the world. Only journalled commands may leave the process (law 2). */
export type Command =
  | { readonly kind: "placeOrder"; readonly position: string; readonly order: OrderRequest }
  | {
      readonly kind: "cancelOrder";
      readonly position: string;
      readonly clientOrderId: string;
      readonly account: string;
      readonly symbol: string;
      readonly lots: Lots;
      readonly decidedAtMs: EpochMs;
    }
  | {
      readonly kind: "lookUpOrder";
      readonly position: string;
      readonly clientOrderId: string;
      readonly account: string;
      readonly symbol: string;
      readonly lots: Lots;
      readonly decidedAtMs: EpochMs;
    };
