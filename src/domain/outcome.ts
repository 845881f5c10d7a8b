/** The outcome of a closed position (R1.7): drawn up once, when it closes, by `outcome-figures.ts`. */
import type { AdditionRecord, ExitReason, ExitRecord } from "./trade-record.ts";
import type { DecimalText, EpochMs } from "./units.ts";

export interface Outcome {
  readonly reason: ExitReason;
  readonly entryPrice: DecimalText | null;
  readonly averageExitPrice: DecimalText | null;
  /** Everything that was ever opened, in the exchange's unit. */
  readonly amount: DecimalText;
  readonly grossProfit: DecimalText;
  readonly fees: DecimalText;
  readonly netProfit: DecimalText;
  /** From the average exit price, before fees; null when nothing was ever filled. */
  readonly priceMove: DecimalText | null;
  readonly roi: DecimalText | null;
  readonly rMultiple: DecimalText | null;
  readonly mfe: DecimalText;
  readonly mae: DecimalText;
  /** After a crash in live mode the excursions are not exact. */
  readonly excursionsApproximate: boolean;
  readonly openedAtMs: EpochMs | null;
  readonly closedAtMs: EpochMs;
  readonly durationMs: number;
  readonly exits: readonly ExitRecord[];
  readonly additions: readonly AdditionRecord[];
}
