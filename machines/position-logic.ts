/**
 * A position's chart as actor logic: what a transition needs around it, in one place.
 *
 * Promises: the outbox holds one transition's commands and facts, never an older one's; a transition that changed
 * nothing leaves the very same snapshot; one that did raises the position's version by one. A position is restored
 * from its last row by `restoreSnapshot` (spawning with `{ snapshot }` is silently ignored by XState 5.33).
 */
import type { SnapshotFrom } from "xstate";
import type { ChartState, PositionSnapshot } from "../src/domain/row.ts";
import type { Position } from "../src/domain/position.ts";
import { beginTurn, type Turn } from "../src/domain/turn.ts";
import type { PositionEvent } from "./position-events.ts";
import type { PositionMachine } from "./position.ts";

export type PositionChartSnapshot = SnapshotFrom<PositionMachine>;

/** A running position, as those outside see it. */
export interface PositionActor {
  send(event: PositionEvent): void;
  getSnapshot(): PositionChartSnapshot;
}

/** Logic for a new position, or for one that continues from a row. */
export function positionLogic(machine: PositionMachine, restored?: PositionSnapshot): PositionMachine {
  const logic = Object.create(machine) as PositionMachine;
  logic.transition = (snapshot, event, scope) => transition(machine, snapshot, event as PositionEvent, scope);
  logic.getInitialSnapshot = (scope, input) => {
    if (restored === undefined) return firstVersion(machine.getInitialSnapshot(scope, input));
    // Without the context: XState would walk the whole of it to look for actors, and there are none.
    const stored = { status: "active", value: restored.state, historyValue: {}, context: {}, children: {} };
    const chart = machine.restoreSnapshot(stored as never, scope) as PositionChartSnapshot;
    return { ...chart, context: beginTurn(restored.position) };
  };
  return logic;
}

/** What a row keeps of a chart's snapshot: everything but the outbox. */
export const toSnapshot = (snapshot: PositionChartSnapshot): PositionSnapshot => ({
  schema: 1,
  state: snapshot.value as ChartState,
  position: (snapshot.context as Turn).position,
});

function transition(
  machine: PositionMachine,
  snapshot: PositionChartSnapshot,
  event: PositionEvent,
  scope: Parameters<PositionMachine["transition"]>[2],
): PositionChartSnapshot {
  const before = nextVersion((snapshot.context as Turn).position, event);
  const next = machine.transition({ ...snapshot, context: beginTurn(before) }, event, scope);
  const { position, commands, facts, suspect } = next.context as Turn;
  const nothingChanged = position === before && commands.length === 0 && facts.length === 0 && suspect === null;
  return nothingChanged && next.status === snapshot.status && sameState(next.value, snapshot.value) ? snapshot : next;
}

const sameState = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

const firstVersion = (snapshot: PositionChartSnapshot): PositionChartSnapshot => {
  const turn = snapshot.context as Turn;
  return { ...snapshot, context: { ...turn, position: { ...turn.position, version: 1 } } };
};

/** The position as a transition begins with it: as its next version, and with the prices that it has seen since the last. */
function nextVersion(position: Position, { excursion }: PositionEvent): Position {
  const version = position.version + 1;
  const isOpen = position.openedAtMs !== null && position.outcome === null;
  if (excursion === undefined || excursion === null || !isOpen) return { ...position, version };
  return { ...position, version, bestPrice: excursion.best, worstPrice: excursion.worst };
}
