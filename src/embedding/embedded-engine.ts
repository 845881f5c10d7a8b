/**
 * The embedded engine as its host sees it: what it can be asked for, what it tells, and how it says no (R13.1).
 * It is made by `createEngine`.
 */
import type { EntryInput } from "../config/entry-input.ts";
import type { MarketKnowledge } from "../config/market-knowledge.ts";
import type { EntrySwitch } from "../domain/entry-switch.ts";
import type { Explanation } from "../domain/explain/explain.ts";
import type { ExitReason, Fact } from "../domain/fact.ts";
import type { Market } from "../domain/market.ts";
import type { Outcome } from "../domain/outcome.ts";
import type { Refused } from "../domain/refused.ts";
import type { ChartState } from "../domain/row.ts";
import type { PositionStatus } from "../domain/status.ts";
import type { Health } from "../engine/live.ts";
import type { Killed } from "../engine/switching.ts";
import type { Candle } from "../prices/price-feed.ts";

/** What became durable, one at a time and in order. */
export interface EngineEvent {
  readonly position: string;
  readonly symbol: string;
  readonly side: "long" | "short";
  readonly atMs: number;
  /** The state of the position after it; null for an entry that was refused. */
  readonly state: ChartState | null;
  readonly fact: Fact;
}

/** A position that was opened: durable, its entry on the way. */
export interface Opened {
  readonly kind: "opened";
  readonly id: string;
  /**
   * Resolves with the first fill's state, or with the outcome of a position that never came to be. Rejects with
   * EngineStoppedError where the engine is stopped before either.
   */
  readonly filled: Promise<"open" | Outcome>;
}

export interface LeftBehind {
  readonly position: string;
  readonly symbol: string;
  readonly stop: string | null;
  /** Whether a stop order of ours rests on the exchange: not yet in this version. */
  readonly protectedOnExchange: false;
}

export interface Engine {
  /** Resolves when the position, or the refusal, is durable. */
  open(entry: EntryInput): Promise<Opened | Refused>;
  /** Closes everything of a position; throws UnknownPositionError. Resolves when the decision is durable. */
  close(id: string, reason?: Extract<ExitReason, "manual" | "kill_switch">): Promise<void>;
  /** Tries a close that has failed again, now. */
  retry(id: string): Promise<void>;
  /**
   * Lets no new position in, also after a restart, until `resume` (R8.5). Resolves when that is durable; `by` is who asks, for
   * people. What is open goes on by its plan.
   */
  pause(by?: string): Promise<EntrySwitch>;
  resume(by?: string): Promise<EntrySwitch>;
  /**
   * The kill switch: pauses, and closes everything that is open or comes to be open, also after a restart, until `resume`.
   * Resolves when the switch and the closes are durable; a suspended position is not closed, and is named.
   */
  kill(by?: string): Promise<Killed>;
  /** Where a position stands (R2.6); throws UnknownPositionError. */
  status(id: string): PositionStatus;
  positions(): readonly PositionStatus[];
  /**
   * What happens to a position at which price, and by which rule, seen from a price: the last one that is known where none
   * is given. Null where no price decides anything: not open yet, being closed, closed, or no price is known.
   */
  explain(id: string, price?: number): Explanation | null;
  /**
   * A price of a market; `atMs` is its time at the source, by default now. Cheap where it crosses nothing; what is
   * invalid is counted and dropped. Ignored after `stop()`: a feed may have one more on its way.
   */
  price(symbol: string, price: number, atMs?: number): void;
  /**
   * What the host knows of a market by its own means: figures of indicators, or classes (R6.4). Null when it is taken; or why
   * not, with the name of the figure. Positions are told of classes that change, and journal it.
   */
  context(symbol: string, known: MarketKnowledge): Refused | null;
  /**
   * Closed candles of a market, in order: history to begin with, or a feed of one's own. Prices build candles again where none
   * has been handed in for two lengths of one. Positions are told once what all of them come to. Null when they are taken; or what
   * is wrong with the first that is not, and none after it is taken.
   */
  candles(symbol: string, candles: readonly Candle[]): Refused | null;
  /** Events as they become durable; the returned function ends the subscription. A listener that throws stops nothing. */
  subscribe(listener: (event: EngineEvent) => void): () => void;
  health(): Health;
  /** What this exchange is, and what it is not, each a sentence for people. */
  readonly notices: readonly string[];
  /** The markets that can be traded. */
  markets(): readonly Market[];
  /**
   * Commits what was decided, stops, and says what is left behind. After it `status`, `positions` and `health` say how
   * things stood; everything that would act throws EngineStoppedError. A second call gives the first one's answer.
   */
  stop(): Promise<readonly LeftBehind[]>;
}

export class EngineStoppedError extends Error {
  constructor() {
    super("The engine has been stopped; createEngine on the same journal goes on where it ended");
    this.name = "EngineStoppedError";
  }
}

export class UnknownPositionError extends Error {
  readonly id: string;
  constructor(id: string) {
    super(`No position found for ${id} to scale out of`);
    this.name = "UnknownPositionError";
    this.id = id;
  }
}
