/**
 * The frozen plan of one position: ladder, stops, exit rules. An open position keeps the plan that it was opened
 * with, also across a restart (R2.9), so a plan is plain data and is journalled with the position.
 */
import type { PlanRules } from "./rules/table.ts";
import type { DecimalText, Fraction, PriceMove, Roi } from "./units.ts";

export interface PlanRung {
  readonly targetMove: PriceMove;
  readonly exitFraction: Fraction;
}

export type EmergencyReason =
  | "emergency_stop_excessive_loss"
  | "emergency_stop_severe_loss"
  | "emergency_stop_liquidation_risk";

export interface EmergencyLevel {
  /** Negative; the level is reached at this ROI or below (R4.2). */
  readonly roi: Roi;
  readonly reason: EmergencyReason;
}

export type InitialStop =
  | { readonly kind: "fraction"; readonly fraction: Fraction }
  | { readonly kind: "price"; readonly price: DecimalText };

export interface Plan {
  /** Where it came from: a preset's name, or "custom". */
  readonly preset: string;
  readonly takeProfit: "scaled" | "single";
  /** 1 to 10 rungs, targets strictly ascending, fractions summing to one; a single target is a ladder of one. */
  readonly ladder: readonly PlanRung[];
  /** The target of the single-target fallback (R2.10). */
  readonly singleTargetMove: PriceMove;
  readonly initialStop: InitialStop;
  readonly breakeven: "entry" | "entryPlusFees";
  readonly emergencyLevels: readonly EmergencyLevel[];
  readonly undersizedExit: "raise" | "skip" | "close";
  readonly residualBelowMinimum: "keep" | "close";
  /** Quote currency; "0" turns the check off (R3.5). */
  readonly minimumExitValue: DecimalText;
  /** Where the regime is known and asks for more, that counts; null where the value was given, or is off (R3.5). */
  readonly minimumExitValueByRegime: { readonly ranging: DecimalText; readonly trending: DecimalText } | null;
  /** Used where the market does not state a minimum amount (R3.3). */
  readonly minimumAmount: DecimalText | null;
  readonly fallbackToSingle: boolean;
  /** Rules that can be turned on and off and tuned for each position (R5.4); null where one is off. */
  readonly rules: PlanRules;
  /** Step of the recorded high-water mark, as a share of the entry price (R4.4); null where no rule uses the mark. */
  readonly markStep: Fraction | null;
  readonly timing: PlanTiming;
}

/** Waits of one position. Every wait has a limit (SPEC 16, R1.6, R10.6). */
export interface PlanTiming {
  /** How long a rung rests after a failed exit. */
  readonly rungCooldownMs: number;
  /** How long a close waits for a working entry, or (spot) a working exit, to settle. */
  readonly settleMs: number;
  /** How long an order may stay without news before it is looked up. */
  readonly lookUpAfterMs: number;
  /** First pause after a failed close; doubles with each failure. */
  readonly closeRetryMs: number;
  readonly failuresBeforeBlocked: number;
  readonly blockedRetryMs: number;
  /** An entry that never reached the exchange is sent after all only while its decision is this young. */
  readonly entryFreshMs: number;
}
