/**
 * One row of the journal as the kernel makes it: what caused a transition, what came of it, and the state after it.
 * A position is restored from its last row alone; the export is the facts of all rows in order.
 */
import type { Fact } from "./fact.ts";
import type { Position } from "./position.ts";
import type { DecimalText, EpochMs } from "./units.ts";

/** How far the price feed has been read: the event in progress, and where inside it. */
export interface FeedMark {
  /** Running number of the feed event (a path segment of a candle, or a trade). */
  readonly event: number;
  readonly symbol: string;
  readonly price: number;
  readonly atMs: EpochMs;
}

/** What brought the transition about. `rule` and `price` stand on everything that a price did. */
export interface Cause {
  readonly event: string;
  readonly rule: string | null;
  readonly price: DecimalText | null;
  readonly priceAtMs: EpochMs | null;
}

/** The state of a position's chart: a state name, or a parent with its active child. */
export type ChartState = string | { readonly [parent: string]: ChartState };

export interface PositionSnapshot {
  readonly schema: 1;
  readonly state: ChartState;
  readonly position: Position;
}

export type Supervision = "running" | "suspended" | "refused";

export interface Row {
  /** The position's id; for a refused entry the id it would have had. */
  readonly position: string;
  /** 1 for the first row of a position, without gaps. */
  readonly version: number;
  readonly symbol: string;
  readonly side: "long" | "short";
  readonly atMs: EpochMs;
  readonly feed: FeedMark | null;
  readonly cause: Cause;
  readonly facts: readonly Fact[];
  readonly supervision: Supervision;
  /** Null when no position came of it (a refused entry). */
  readonly snapshot: PositionSnapshot | null;
}

/** Open, decided on, and not on its way out yet. */
export const isToBeClosed = ({ snapshot, supervision }: Pick<Row, "snapshot" | "supervision">): boolean =>
  supervision === "running" &&
  snapshot !== null &&
  snapshot.position.outcome === null &&
  snapshot.position.closing === null;

/** A row as it stands in a journal. */
export interface JournalRow extends Row {
  /** 1 for the first row of the journal, without gaps. */
  readonly seq: number;
  /** SHA-256 over the previous row's hash and this row's canonical JSON. */
  readonly hash: string;
}
