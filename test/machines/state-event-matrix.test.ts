/** R1.9: for every state and every kind of event it is written down: acts, or ignored because… Each cell is executed. */
import { describe, expect, it } from "vitest";
import type { PositionEvent, PositionEventType } from "../../machines/position-events.ts";
import { positionLogic, type PositionChartSnapshot } from "../../machines/position-logic.ts";
import { createPositionMachine } from "../../machines/position.ts";
import { eventTypesOf, leavesOf, pathOf } from "../../machines/chart-walk.ts";
import { answer, stateEventMatrix } from "../../machines/state-event-matrix.ts";
import { casesOf } from "./position-cases.ts";
import { explore } from "./exploring.ts";
import { keyedBy } from "./position-key.ts";
import { worldsFor } from "./worlds.ts";

const EVENT_TYPES: Record<PositionEventType, true> = {
  PRICE: true,
  ACCEPTED: true,
  FILL: true,
  ENDED: true,
  REJECTED: true,
  UNKNOWN: true,
  ABSENT: true,
  CONTEXT: true,
  DEADLINE: true,
  CLOSE: true,
  RETRY: true,
  GONE: true,
  PRICE_DROPPED: true,
  RECOVER: true,
};

const leafOf = ({ value }: PositionChartSnapshot): string => {
  const [[top, inner] = []] = typeof value === "string" ? [[value]] : Object.entries(value);
  return inner === undefined ? String(top) : `${top}.${String(inner)}`;
};

describe("R1.9 the state × event matrix", () => {
  it("R1.9 the chart's events are exactly the position's events", () => {
    expect([...eventTypesOf(createPositionMachine(3))].toSorted()).toEqual(Object.keys(EVENT_TYPES).toSorted());
  });

  it.each([1, 2, 3, 5, 10])("R1.9 every cell has an answer (%i rungs)", (rungs) => {
    const machine = createPositionMachine(rungs);
    const cells = stateEventMatrix(machine);
    expect(cells).toHaveLength(leavesOf(machine).length * Object.keys(EVENT_TYPES).length);
    const open = cells.filter((cell) => answer(cell) === "unanswered").map(({ state, event }) => `${state} × ${event}`);
    expect(open).toEqual([]);
  });

  it.each([1, 3])("R1.9 every cell does what it says: acts, or changes nothing at all (%i rungs)", (rungs) => {
    const machine = createPositionMachine(rungs);
    const sent = new Set<string>();
    const acted = new Set<string>();
    for (const { breadth, opening } of worldsFor(rungs)) {
      const { edges } = explore<PositionChartSnapshot, PositionEvent>({
        logic: positionLogic(machine),
        input: opening,
        cases: (snapshot) => casesOf(snapshot, breadth),
        key: keyedBy("coarse"),
        stopWhen: (snapshot) => snapshot.context.suspect !== null,
        limit: 100_000,
      });
      for (const { from, event, to } of edges) {
        const cell = `${leafOf(from)} × ${event.type}`;
        sent.add(cell);
        // A transition that changes nothing leaves the very same snapshot.
        if (to !== from) acted.add(cell);
      }
    }
    const wrong = stateEventMatrix(machine).flatMap((cell) => {
      const name = `${cell.state} × ${cell.event}`;
      if (!sent.has(name)) return [`${name} was never sent`];
      // A ladder of one has no partial exits: some of what the chart can do it never needs to.
      const isRight = acted.has(name) === (cell.ignoredBecause === null) || (rungs === 1 && !acted.has(name));
      return isRight ? [] : [`${name} ${acted.has(name) ? "acted" : "changed nothing"}; written down: ${answer(cell)}`];
    });
    expect(wrong).toEqual([]);
    expect(new Set([...sent].map((cell) => cell.split(" × ")[0]))).toEqual(new Set(leavesOf(machine).map(pathOf)));
  });
});
