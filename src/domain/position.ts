/**
 * The state of one position: what the chart's context holds and what a journal row restores.
 * Plain JSON data; only `fills.ts` changes quantities, only `stop.ts` changes the stop.
 */
import type { ExitReason, ExitRecord, AdditionRecord } from "./trade-record.ts";
import type { Intent, RuleCause } from "./intent.ts";
import type { Market, PriceGrid } from "./market.ts";
import type { PositionContext } from "./market-context.ts";
import type { Outcome } from "./outcome.ts";
import type { EmergencyReason, Plan } from "./plan.ts";
import type { Side } from "./side.ts";
import type { DecimalText, EpochMs, Lots, Price, Ticks } from "./units.ts";

export type StopSource = "initial" | "ladder" | "trailing";

export interface Stop {
  readonly level: Ticks;
  readonly source: StopSource;
}

/** Fills that belong together: a rung, or a close. */
export interface Tally {
  readonly lots: Lots;
  /** Σ lots × price. */
  readonly value: DecimalText;
  /** Quote currency. */
  readonly fee: DecimalText;
  readonly orderId: string;
  readonly lastFillAtMs: EpochMs;
}

export interface Rung {
  /** 1 for the first. */
  readonly number: number;
  readonly target: Ticks;
  readonly exitFraction: number;
  /** What this rung is to close; fixed when its exit is decided, null before. */
  readonly shareLots: Lots | null;
  readonly status: "armed" | "hit" | "skipped";
  /** By what the planned move is multiplied (R6.1), in millionths: a million where the target stands as planned. */
  readonly factor: number;
  /** So much of the way to it is covered that it is not extended any more (R6.2). */
  readonly isFrozen: boolean;
  readonly fills: Tally | null;
}

export interface Closing {
  readonly reason: ExitReason;
  /** Rungs (ascending) that this close pays out; empty for everything but take profits. */
  readonly rungs: readonly number[];
  readonly cause: RuleCause | null;
  readonly sinceMs: EpochMs;
  readonly failures: number;
  /** Until when other orders may settle before the close is sent. */
  readonly settleByMs: EpochMs;
  /** When a failed close is tried again; null while none has failed. */
  readonly retryAtMs: EpochMs | null;
  /** The message with which the last attempt failed. */
  readonly lastFailure: string | null;
}

export interface Position {
  readonly id: string;
  readonly journalId: string;
  readonly account: string;
  readonly symbol: string;
  readonly side: Side;
  readonly leverage: number;
  readonly market: Market;
  readonly plan: Plan;
  /** Version of the last journalled row. */
  readonly version: number;

  readonly requestedLots: Lots;
  readonly grid: PriceGrid | null;
  readonly openedAtMs: EpochMs | null;
  /** Entry and addition fills, in lots, before fees taken in the coin. */
  readonly enteredLots: Lots;
  /** Σ lots × price over entry and addition fills. */
  readonly entryCost: DecimalText;
  readonly entryFees: DecimalText;
  /** Fees taken in the coin, in lots with decimals; what is held shrinks by this, rounded up. */
  readonly coinFeeLots: DecimalText;
  readonly exitedLots: Lots;
  readonly exitValue: DecimalText;
  readonly exitFees: DecimalText;
  /** Reductions made outside, in lots. */
  readonly externalLots: Lots;

  readonly stop: Stop | null;
  readonly initialStopLevel: Ticks | null;
  readonly emergency: readonly { readonly level: Ticks; readonly reason: EmergencyReason }[];
  readonly rungs: readonly Rung[];
  /** The recorded high-water mark (R4.4); null before the first fill, and where no rule of the plan uses it. */
  readonly mark: Ticks | null;
  /** The trailing stop is active: once, and for good. */
  readonly isTrailing: boolean;
  /** The classes of the market, as far as the plan uses them (R6.4). */
  readonly context: PositionContext;
  /** The highest rung that was reported as held back (R3.5), 0 for none. */
  readonly heldBackThrough: number;
  /** The highest rung that the policy `skip` has passed over (R3.1), 0 for none. */
  readonly skippedThrough: number;
  readonly rungCooldownUntilMs: EpochMs | null;

  readonly intents: readonly Intent[];
  readonly additions: readonly AdditionRecord[];
  readonly exits: readonly ExitRecord[];
  readonly closeFills: Tally | null;
  readonly closing: Closing | null;

  /** Extremes of the deciding price since it opened, favorable and adverse. */
  readonly bestPrice: Price | null;
  readonly worstPrice: Price | null;
  readonly excursionsApproximate: boolean;
  readonly outcome: Outcome | null;
}
