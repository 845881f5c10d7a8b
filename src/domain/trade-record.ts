/**
 * The records of what was bought and sold, and the closed list of reasons for which a position is left (R2.5, R5.4).
 * Quantities, prices and money are decimal text; ratios are decimal text too ("0.03" is 3 %).
 */
import type { DecimalText, EpochMs } from "./units.ts";

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
