/**
 * What an exit rule is: firing intervals on the price axis, and what it says inside one of them (DESIGN 6).
 *
 * From the intervals follow, with no further code per rule: `decide`, `watchBand`, and the law that strictly inside the
 * band nothing is decided. A rule reads a position and a time, and nothing else.
 */
import type { ExitVerdict } from "../exit-size.ts";
import type { ContextKey } from "../market-context.ts";
import type { Plan } from "../plan.ts";
import type { Position } from "../position.ts";
import type { FreshPrice } from "../price-gate.ts";
import type { ExitReason } from "../trade-record.ts";
import type { Turn } from "../turn.ts";
import { height, type EpochMs, type Height } from "../units.ts";
import type { Fault, Fields } from "./setting.ts";

/** Heights from `from` to `to`, both included. */
export interface FiringInterval {
  readonly from: Height;
  readonly to: Height;
}

export type Decision =
  | {
      readonly kind: "close";
      readonly rule: string;
      readonly reason: ExitReason;
      readonly rungs: readonly number[];
    }
  | {
      readonly kind: "exitRungs";
      readonly rule: string;
      readonly rungs: readonly number[];
      readonly verdict: ExitVerdict;
    }
  /** Nothing is sold; what the position knows or watches changes (`Rule.adjust`). */
  | { readonly kind: "adjust"; readonly rule: string };

/** What rules may have to know of a ladder when a plan is made. */
export interface Ladder {
  readonly takeProfit: "scaled" | "single";
  /** Price moves as they were asked for, in millionths; also where everything closes at a single target. */
  readonly targets: readonly number[];
}

export interface Fitted {
  readonly settings: object;
  readonly warning: string | null;
}

export interface Correction {
  readonly plan: Plan;
  /** Completes "SYMBOL: …", for people. */
  readonly said: string;
}

export interface Leaving {
  readonly atMs: number;
  readonly reason: ExitReason;
}

/** Everything but name and sentence may be left out: a rule has the parts that it needs. */
export interface Rule {
  /** As it stands in rows, exports and configurations. */
  readonly name: string;
  /** The number of the SPEC that it carries out. */
  readonly requirement: string;
  /** Completes "This rule …", for people. */
  readonly about: string;

  /** What can be set about it; a plan holds these settings, or null where the rule is off. Without: it is always on. */
  readonly fields?: Fields;
  /** What is wrong with settings that are each inside their bounds; null when nothing is. */
  readonly flaw?: (settings: never) => Fault | null;
  /** The settings as they fit the ladder that the plan came to have, with what was changed; or why they cannot. */
  readonly fit?: (settings: never, ladder: Ladder) => Fitted | Fault;
  /** The plan as it is for a position that opens now, with what was changed; null where nothing is. */
  readonly correct?: (plan: Plan, atrRatio: number | null) => Correction | null;
  /** What is wrong with its settings at the moment of an entry; null when nothing is. */
  readonly entryFlaw?: (settings: never, atMs: EpochMs) => Fault | null;
  /** It looks at the recorded high-water mark, which is kept only for rules that do. */
  readonly usesMark?: boolean;
  /** The classes of market context that it looks at; a position is told of changes of these only. */
  readonly uses?: readonly ContextKey[];

  /** At which heights would it fire now? Asked only of a position that has a grid and is not closing. */
  readonly intervals?: (position: Position, nowMs: EpochMs) => readonly FiringInterval[];
  /** What it says at a price inside one of its intervals; null where a closer look finds nothing to do. */
  readonly decide?: (position: Position, at: FreshPrice, nowMs: EpochMs) => Decision | null;
  /** What changes where it said `adjust`. */
  readonly adjust?: (turn: Turn, at: FreshPrice) => Turn;
  /** The same in words, for people. */
  readonly adjusts?: string;

  /** Brings what follows from entry, mark, rungs, context and time up to date. Twice is the same as once. */
  readonly follow?: (turn: Turn, nowMs: EpochMs) => Turn;
  /** Moments at which `follow` or the intervals may change with time alone. */
  readonly momentsMs?: (position: Position) => readonly number[];
  /** When the position is left whatever the price is, and why; null for never (R5.3). */
  readonly leaves?: (position: Position) => Leaving | null;

  /** What it knows or watches at the moment, for people; null where that is nothing. */
  readonly standing?: (position: Position) => string | null;
}

/** Beyond any height that a price can have. */
export const LOWEST = height(-Number.MAX_SAFE_INTEGER);
export const HIGHEST = height(Number.MAX_SAFE_INTEGER);

export const NEVER: readonly FiringInterval[] = [];

export const ALWAYS: readonly FiringInterval[] = [{ from: LOWEST, to: HIGHEST }];

/** Everything at this height or beyond, in the favorable direction. */
export const upFrom = (from: Height): readonly FiringInterval[] => [{ from, to: HIGHEST }];

/** Everything at this height or beyond, in the unfavorable direction. */
export const downFrom = (to: Height): readonly FiringInterval[] => [{ from: LOWEST, to }];

/** From one height to another, both included; nothing where they have passed each other. */
export const between = (from: Height, to: Height): readonly FiringInterval[] => (from <= to ? [{ from, to }] : NEVER);
