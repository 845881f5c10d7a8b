/**
 * What happened, as it is journalled, exported and told (R14.2). Quantities, prices and money are decimal text;
 * ratios are decimal text too ("0.03" is 3 %).
 */
import type { DecimalText, EpochMs } from "./units.ts";
import type { Outcome } from "./outcome.ts";

/** The closed list of R5.4, and `entry_not_filled` for a position that never came to be. */
export const EXIT_REASONS = [
  "take_profit",
  "take_profit_final",
  "single_target",
  "scaled_tp_full_close_fallback",
  "stop_initial",
  "stop_ladder",
  "stop_trailing",
  "emergency_stop_excessive_loss",
  "emergency_stop_severe_loss",
  "emergency_stop_liquidation_risk",
  "smart_profit",
  "momentum_loss",
  "max_holding_time",
  "exit_at_time",
  "manual",
  "kill_switch",
  "unprotected",
  "closed_externally",
  "liquidated",
  "end_of_data",
  "entry_not_filled",
] as const;
export type ExitReason = (typeof EXIT_REASONS)[number];

/** One reduction of a position, as recorded: a rung that was hit, or a close. */
export interface ExitRecord {
  readonly rung: number | null;
  readonly reason: ExitReason;
  readonly amount: DecimalText;
  /** Average of its fills. */
  readonly price: DecimalText;
  /** Quote currency. */
  readonly fee: DecimalText;
  /** Gross, quote currency. */
  readonly profit: DecimalText;
  readonly priceMove: DecimalText;
  readonly orderId: string;
  readonly filledAtMs: EpochMs;
  readonly remaining: DecimalText;
  /** The stop after it; null once nothing is left to stop. */
  readonly stop: DecimalText | null;
}

/** One fill of the entry or of an addition. */
export interface AdditionRecord {
  readonly amount: DecimalText;
  readonly price: DecimalText;
  readonly fee: DecimalText;
  readonly leverage: number;
  /** The new average. */
  readonly entryPrice: DecimalText;
  readonly stop: DecimalText | null;
}

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

export type Severity = "info" | "warning" | "error";

export type Fact =
  | ({ readonly type: "opened"; /** 1 for the first fill of the entry. */ readonly part: number; readonly orderId: string } & AdditionRecord)
  | ({ readonly type: "exit"; readonly message: string } & ExitRecord)
  | { readonly type: "external"; readonly reason: "fee_in_coin" | "outside"; readonly amount: DecimalText; readonly remaining: DecimalText }
  | { readonly type: "stopMoved"; readonly from: DecimalText | null; readonly to: DecimalText; readonly source: "initial" | "ladder" | "trailing" }
  | { readonly type: "notDone"; readonly reason: NotDoneReason; readonly rung: number | null; readonly message: string; readonly field?: string; readonly value?: string; readonly limit?: string }
  | { readonly type: "warning"; readonly severity: Severity; readonly message: string }
  | { readonly type: "unresolved"; readonly orderId: string; readonly message: string }
  | { readonly type: "closed"; readonly outcome: Outcome };
