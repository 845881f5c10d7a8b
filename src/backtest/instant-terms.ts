/** What a position of a backtest is told when it begins, and what it leaves behind. */
import type { Position, Stop } from "../domain/position.ts";
import type { ExitReason } from "../domain/trade-record.ts";
import type { Lots } from "../domain/units.ts";
import type { LeverageBracket } from "../prices/leverage-brackets.ts";
import type { PaperSettings } from "../exchange/paper/settings.ts";

/** What an order brought: the rungs that it paid out, each with its share, or a close of everything. */
export interface InstantExit {
  /** Empty for a close that pays out no rung. */
  readonly rungs: readonly { readonly rung: number; readonly lots: Lots }[];
  readonly lots: Lots;
  /** The price that decided; the fill is as much worse as slippage makes it. */
  readonly price: number;
  readonly atMs: number;
  /** Null for a partial exit: its rungs were hit. One that a close overtakes bears the reason of the close. */
  readonly reason: ExitReason | null;
}

export interface StopChange {
  readonly atMs: number;
  readonly stop: Stop;
}

/** At which price the venue takes the position away, and what is left of it then; null where it does not. */
export type Liquidation = (position: Position) => { readonly at: number; readonly fill: number } | null;

export interface InstantTerms {
  /** Slippage and fees. */
  readonly settings: PaperSettings;
  readonly liquidation: Liquidation | null;
  /** How much leverage goes with how large a position; null or left out where that is not known. */
  readonly brackets?: readonly LeverageBracket[] | null;
  /** Whether every stop is kept, for the chart. */
  readonly keepsStops: boolean;
}
