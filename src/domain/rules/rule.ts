/**
 * What an exit rule is: firing intervals on the price axis, and what it says inside one of them (DESIGN 6).
 *
 * From the intervals follow, with no further code per rule: `decide`, `watchBand`, and the law that strictly inside the
 * band nothing is decided. A rule reads a position and a time, and nothing else.
 */
import type { ExitVerdict } from "../exit-size.ts";
import type { Position } from "../position.ts";
import type { FreshPrice } from "../price-gate.ts";
import type { ExitReason } from "../trade-record.ts";
import { height, type EpochMs, type Height } from "../units.ts";

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
    };

export interface ExitRule {
  /** As it stands in rows and exports. */
  readonly name: string;
  /** At which heights would this rule fire now? Asked only of a position that has a grid and is not closing. */
  readonly intervals: (position: Position, nowMs: EpochMs) => readonly FiringInterval[];
  /** What it says at a price inside one of its intervals; null where a closer look finds nothing to do. */
  readonly decide: (position: Position, at: FreshPrice, nowMs: EpochMs) => Decision | null;
}

/** Beyond any height that a price can have. */
export const LOWEST = height(-Number.MAX_SAFE_INTEGER);
export const HIGHEST = height(Number.MAX_SAFE_INTEGER);

export const NEVER: readonly FiringInterval[] = [];

/** Everything at this height or beyond, in the favorable direction. */
export const upFrom = (from: Height): readonly FiringInterval[] => [{ from, to: HIGHEST }];

/** Everything at this height or beyond, in the unfavorable direction. */
export const downFrom = (to: Height): readonly FiringInterval[] => [{ from: LOWEST, to }];

/** From one height to another, both included; nothing where they have passed each other. */
export const between = (from: Height, to: Height): readonly FiringInterval[] => (from <= to ? [{ from, to }] : NEVER);
