/**
 * One transition of a position in the making: the position as it is by now, what it asks of the world, and what it
 * tells. This is the chart's context; the outbox (commands, facts) belongs to one transition and is emptied before
 * the next. What must survive is in the position.
 */
import type { Fact, Severity } from "./fact.ts";
import type { Command } from "./intent.ts";
import type { Position } from "./position.ts";

export interface Turn {
  readonly position: Position;
  readonly commands: readonly Command[];
  readonly facts: readonly Fact[];
  /** The rule that has decided or moved something, where a price or a moment has brought this about. */
  readonly rule: string | null;
  /** Why this position must not decide any more until somebody has looked (R1.9); null in all good times. */
  readonly suspect: string | null;
}

export const beginTurn = (position: Position): Turn => ({
  position,
  commands: [],
  facts: [],
  rule: null,
  suspect: null,
});

export const become = (turn: Turn, change: Partial<Position>): Turn => ({
  ...turn,
  position: { ...turn.position, ...change },
});

export const ask = (turn: Turn, ...commands: readonly Command[]): Turn => ({
  ...turn,
  commands: [...turn.commands, ...commands],
});

export const tell = (turn: Turn, ...facts: readonly Fact[]): Turn => ({ ...turn, facts: [...turn.facts, ...facts] });

export const warn = (turn: Turn, severity: Severity, message: string): Turn =>
  tell(turn, { type: "warning", severity, message });
