/**
 * Every transition of the position's chart is taken, and what is promised holds in every state on the way (DESIGN 8).
 * Generated from the chart with xstate/graph, the successor of @xstate/test.
 */
import { beforeAll, describe, expect, it } from "vitest";
import type { PositionEvent } from "../../machines/position-events.ts";
import { positionLogic, type PositionChartSnapshot } from "../../machines/position-logic.ts";
import { createPositionMachine } from "../../machines/position.ts";
import { brokenOnTheWay, brokenPromises } from "./promises.ts";
import { casesOf } from "./position-cases.ts";
import { definitionsOf, edgeCover, explore, walk, type Exploration } from "./exploring.ts";
import { keyedBy, type Grain } from "./position-key.ts";
import { worldsFor, type World } from "./worlds.ts";

type Explored = Exploration<PositionChartSnapshot, PositionEvent>;

for (const rungs of [1, 2, 3, 5, 10]) {
  describe(`R13.8 the position's chart for ${rungs} rung${rungs === 1 ? "" : "s"}`, () => {
    const machine = createPositionMachine(rungs);
    const logic = positionLogic(machine);
    const grain: Grain = rungs === 1 ? "full" : "coarse";
    const key = keyedBy(grain);
    const explored = new Map<World, Explored>();

    beforeAll(() => {
      for (const world of worldsFor(rungs)) {
        const exploration = explore<PositionChartSnapshot, PositionEvent>({
          logic,
          input: world.opening,
          cases: (snapshot) => casesOf(snapshot, world.breadth),
          key,
          // A suspended position is stopped by its supervisor.
          stopWhen: (snapshot) => snapshot.context.suspect !== null,
          limit: 100_000,
        });
        explored.set(world, exploration);
      }
    });

    it("R13.8 every transition definition is taken by real actors on generated runs", () => {
      const missing = new Set(definitionsOf(machine).map(({ of }) => of));
      for (const [world, exploration] of explored) {
        for (const run of edgeCover(exploration, key, missing)) {
          const { taken, snapshot } = walk(logic, world.opening, run);
          for (const definition of taken) missing.delete(definition);
          expect(brokenPromises(snapshot as PositionChartSnapshot)).toEqual([]);
        }
      }
      expect(
        definitionsOf(machine)
          .filter(({ of }) => missing.has(of))
          .map(({ name }) => name),
      ).toEqual([]);
    });

    it("P1 P2 P13 what is promised of a state holds in every state that was reached", () => {
      const broken = [...explored].flatMap(([world, { states }]) =>
        [...states.values()].flatMap((snapshot) => brokenPromises(snapshot).map((what) => `${world.name}: ${what}`)),
      );
      expect(broken.slice(0, 20)).toEqual([]);
    });

    it("P3 P4 P15 R1.5 what is promised of a step holds along every edge", () => {
      const broken = [...explored].flatMap(([world, { edges }]) =>
        edges.flatMap((edge) => brokenOnTheWay(edge.from, edge.event, edge.to).map((what) => `${world.name}: ${what}`)),
      );
      expect(broken.slice(0, 20)).toEqual([]);
    });
  });
}
