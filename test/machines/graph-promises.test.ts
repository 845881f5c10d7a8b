/** SPEC 1 by the shape of the graph: what is promised is read off the chart itself, for every ladder there can be. */
import type { AnyStateNode, AnyTransitionDefinition } from "xstate";
import { describe, expect, it } from "vitest";
import { nameOf, pathOf, statesOf, transitionsOf } from "../../machines/chart-walk.ts";
import { createPositionMachine, MAXIMUM_RUNGS } from "../../machines/position.ts";

const LADDERS = Array.from({ length: MAXIMUM_RUNGS }, (_, index) => index + 1);

interface Arrow {
  readonly from: AnyStateNode;
  readonly to: AnyStateNode;
  readonly transition: AnyTransitionDefinition;
}

const arrowsOf = (rungs: number): readonly Arrow[] =>
  statesOf(createPositionMachine(rungs).root).flatMap((from) =>
    transitionsOf(from).flatMap((transition) => (transition.target ?? []).map((to) => ({ from, to, transition }))),
  );

const topOf = (node: AnyStateNode): string => node.path[0] ?? node.key;
const rungNames = (rungs: number): readonly string[] =>
  Array.from({ length: rungs }, (_, passed) => (passed === 0 ? "open" : `TP${passed}_hit`));
const crossings = (rungs: number): readonly Arrow[] =>
  arrowsOf(rungs).filter(({ from, to }) => topOf(from) !== topOf(to));
const causeOf = ({ transition }: Arrow): string =>
  [transition.eventType, transition.guard === undefined ? "" : nameOf(transition.guard)]
    .filter((part) => part !== "")
    .join(" ");
const actionsOf = (rungs: number, name: string): readonly AnyTransitionDefinition[] =>
  statesOf(createPositionMachine(rungs).root)
    .flatMap(transitionsOf)
    .filter(({ actions }) => actions.some((action) => nameOf(action).startsWith(name)));

describe.each(LADDERS)("the graph of a ladder of %i", (rungs) => {
  it("R1.1 has exactly the states of the ladder", () => {
    const expected = ["opening", ...rungNames(rungs), "closing", "closed"];
    expect(Object.keys(createPositionMachine(rungs).root.states)).toEqual(expected);
  });

  it("R1.2 a rung state is reached from the one before it alone, because its rung was filled or skipped", () => {
    const names = rungNames(rungs);
    for (const [passed, name] of names.entries()) {
      const arrivals = crossings(rungs).filter(({ to }) => topOf(to) === name);
      expect(new Set(arrivals.map(({ from }) => topOf(from)))).toEqual(
        new Set([passed === 0 ? "opening" : names[passed - 1]]),
      );
      const causes = passed === 0 ? ["hasEntered"] : [`rungIsFilled(${passed})`, `rungIsSkipped(${passed})`];
      expect(arrivals.map(causeOf)).toEqual(causes);
    }
  });

  it("R1.3 a rung is passed, and with it the stop moved, on its own edge alone", () => {
    for (const action of ["passFilledRung", "passSkippedRung"]) {
      const passing = actionsOf(rungs, action);
      expect(passing.map(({ actions }) => actions.map(nameOf))).toEqual(
        rungNames(rungs)
          .slice(1)
          .map((_, index) => [`${action}(${index + 1})`]),
      );
      expect(passing.map(({ target }) => target?.map(pathOf))).toEqual(
        rungNames(rungs)
          .slice(1)
          .map((name) => [name]),
      );
    }
  });

  it("R1.4 an exit of everything is an edge to closing; a partial order is sent for a partial exit alone", () => {
    const everything = arrowsOf(rungs).filter((arrow) => causeOf(arrow) === "PRICE exitTakesEverything");
    expect(everything).toHaveLength(rungs - 1);
    for (const { to, transition } of everything) {
      expect(pathOf(to)).toBe("closing");
      expect(transition.actions.map(nameOf)).toEqual(["beginClose"]);
    }
    for (const { guard, target } of actionsOf(rungs, "exitRungs")) {
      expect(nameOf(guard)).toBe("exitIsSized");
      expect(target?.map(pathOf)).toEqual([expect.stringMatching(/\.takingProfit$/)]);
    }
    // The last rung leaves no other way but a close.
    expect(actionsOf(rungs, "exitRungs").map(({ source }) => topOf(source))).toEqual(rungNames(rungs).slice(0, -1));
  });

  it("R1.5 out of the ladder lead closing and closed alone, by price, in time, by hand, or because it is gone", () => {
    const names = rungNames(rungs);
    for (const name of names) {
      const exits = crossings(rungs).filter(({ from, to }) => topOf(from) === name && !names.includes(topOf(to)));
      expect(new Set(exits.map(({ to }) => topOf(to)))).toEqual(new Set(["closing", "closed"]));
      // On the state itself: whatever it is doing inside.
      const whatever = exits
        .filter(({ from }) => pathOf(from) === name)
        .map((arrow) => `${causeOf(arrow)} → ${topOf(arrow.to)}`);
      expect(whatever).toEqual([
        "PRICE mustClose → closing",
        "DEADLINE timeIsUp → closing",
        "RECOVER timeIsUp → closing",
        "CLOSE → closing",
        "GONE → closed",
      ]);
    }
    const called = crossings(rungs).filter(({ from, to }) => topOf(from) === "opening" && topOf(to) === "closing");
    expect(called.map((arrow) => `${causeOf(arrow)} → ${pathOf(arrow.to)}`)).toEqual([
      "CLOSE → closing.awaitingEntry",
      "DEADLINE timeIsUp → closing.awaitingEntry",
      "RECOVER timeIsUp → closing.awaitingEntry",
    ]);
  });

  it("R1.5 P15 nothing leaves closed, and nothing is sent from it", () => {
    const closed = createPositionMachine(rungs).root.states["closed"]!;
    expect(closed.type).toBe("atomic");
    expect(transitionsOf(closed).filter(({ target }) => target !== undefined)).toEqual([]);
    expect(crossings(rungs).filter(({ from }) => topOf(from) === "closed")).toEqual([]);
  });

  it("R1.6 closing has one end, and every state in it leads on", () => {
    const ends = crossings(rungs).filter(({ from }) => topOf(from) === "closing");
    expect(ends.map((arrow) => `${pathOf(arrow.from)}: ${causeOf(arrow)} → ${topOf(arrow.to)}`)).toEqual([
      "closing: GONE → closed",
      "closing: isFlat → closed",
      "closing: nothingEntered → closed",
    ]);
    const closing = createPositionMachine(rungs).root.states["closing"]!;
    for (const inner of Object.values(closing.states))
      expect(transitionsOf(inner).length, inner.key).toBeGreaterThan(0);
    const retries = arrowsOf(rungs)
      .filter(({ from }) => /blocked|backingOff/.test(from.key))
      .map(causeOf);
    expect(retries).toEqual(["DEADLINE closeRetryIsDue", "RETRY", "DEADLINE closeRetryIsDue", "RETRY"]);
  });
});

describe("the charts as a whole", () => {
  it("R1.1 no chart has a ladder of none or of eleven", () => {
    for (const rungs of [0, MAXIMUM_RUNGS + 1, 1.5])
      expect(() => createPositionMachine(rungs)).toThrow(/1 to 10 rungs/);
  });
});
