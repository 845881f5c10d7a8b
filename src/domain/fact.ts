/**
 * What happened, as it is journalled, exported and told (R14.2). Quantities, prices and money are decimal text;
 * ratios are decimal text too ("0.03" is 3 %).
 */
import type { Outcome } from "./outcome.ts";
import type { AdditionRecord, ExitRecord } from "./trade-record.ts";
import type { DecimalText } from "./units.ts";

export { EXIT_REASONS, type AdditionRecord, type ExitReason, type ExitRecord } from "./trade-record.ts";

export type NotDoneReason =
  | "entry_refused"
  | "entry_rejected"
  | "entry_absent"
  | "rung_skipped"
  | "rung_held_back"
  | "exit_failed"
  | "price_dropped"
  | "stop_not_loosened"
  | "report_impossible"
  | "suspended";

/** What was not done because something has failed; of the rest Pawl has judged so itself. */
export const FAILED_REASONS: ReadonlySet<NotDoneReason> = new Set(["exit_failed", "report_impossible", "suspended"]);

export type Severity = "info" | "warning" | "error";

export type Fact =
  | ({
      readonly type: "opened";
      /** 1 for the first fill of the entry. */ readonly part: number;
      readonly orderId: string;
    } & AdditionRecord)
  | ({ readonly type: "exit"; readonly message: string } & ExitRecord)
  | {
      readonly type: "external";
      readonly reason: "fee_in_coin" | "outside";
      readonly amount: DecimalText;
      readonly remaining: DecimalText;
    }
  | {
      readonly type: "stopMoved";
      readonly from: DecimalText | null;
      readonly to: DecimalText;
      readonly source: "initial" | "ladder" | "trailing";
    }
  | {
      readonly type: "notDone";
      readonly reason: NotDoneReason;
      readonly rung: number | null;
      readonly message: string;
      readonly field?: string;
      readonly value?: string;
      readonly limit?: string;
    }
  | { readonly type: "warning"; readonly severity: Severity; readonly message: string }
  | { readonly type: "unresolved"; readonly orderId: string; readonly message: string }
  | { readonly type: "closed"; readonly outcome: Outcome };
