/**
 * A program for plain Node, where XState is its production build (under vitest it is the development build): one
 * position from entry to close, one crash, and the chart's refusal of what it does not know. Says what came of it.
 */
import { createActor } from "xstate";
import { positionLogic, type PositionActor, type PositionChartSnapshot } from "../../machines/position-logic.ts";
import { createPositionMachine } from "../../machines/position.ts";
import { supervisorMachine } from "../../machines/supervisor.ts";
import { createKernel } from "../../src/kernel/kernel.ts";
import { ordersIn, openOne, positionIn, reportFill, stateIn } from "./kernel-course.ts";
import { casesOf, fill, positionOf } from "./position-cases.ts";
import { definitionsOf, edgeCover, explore, walk } from "./exploring.ts";
import { keyedBy } from "./position-key.ts";
import { brokenPromises } from "./promises.ts";
import { openingOf, START_MS, worldsFor } from "./worlds.ts";

console.log(JSON.stringify({ build: build(), course: course(), crash: crash(), notTaken: notTaken() }));

/** Only the development build warns of what is sent to a stopped actor. */
function build(): "production" | "development" {
  const warned: unknown[] = [];
  const warn = console.warn;
  console.warn = (...told: unknown[]) => warned.push(told);
  const actor = createActor(createPositionMachine(1), { input: openingOf({ rungs: 1 }) }).start();
  actor.stop();
  actor.send({ type: "RETRY", atMs: START_MS });
  console.warn = warn;
  return warned.length === 0 ? "production" : "development";
}

function course() {
  const kernel = createKernel({ limits: { maximumFutureMs: 0, maximumAgeMs: null }, visibilityLagMs: 1_000 });
  const states: string[] = [];
  reportFill(kernel, ordersIn(openOne(kernel, "p1"))[0]!, 100, START_MS);
  for (const [price, quantity] of [
    [101, 33],
    [102, 33],
    [103, 34],
  ] as const) {
    const due = kernel.price(kernel.market("BTC/USDT:USDT"), price, START_MS, START_MS);
    reportFill(kernel, ordersIn(due)[0]!, quantity, START_MS, String(price));
    states.push(JSON.stringify(stateIn(kernel)));
  }
  return { states, profit: positionIn(kernel).outcome?.grossProfit };
}

function crash() {
  const broken = createPositionMachine(3).provide({
    actions: {
      countFill: () => {
        throw new Error("a defect");
      },
    },
  });
  const supervisor = createActor(supervisorMachine).start();
  supervisor.send({ type: "OPEN", opening: openingOf({ rungs: 3 }), machine: broken });
  const child = (supervisor.getSnapshot().children as Record<string, PositionActor>)["p1"]!;
  child.send(fill(positionOf(child.getSnapshot()).intents[0]!, 100, START_MS));
  return {
    supervisor: supervisor.getSnapshot().status,
    watched: supervisor.getSnapshot().context.watched["p1"]?.status,
  };
}

/** The edge cover of the default ladder, once more. */
function notTaken(): readonly string[] {
  const machine = createPositionMachine(3);
  const logic = positionLogic(machine);
  const key = keyedBy("coarse");
  const missing = new Set(definitionsOf(machine).map(({ of }) => of));
  const broken: string[] = [];
  for (const { breadth, opening } of worldsFor(3)) {
    const exploration = explore({
      logic,
      input: opening,
      cases: (snapshot: PositionChartSnapshot) => casesOf(snapshot, breadth),
      key,
      stopWhen: (snapshot) => snapshot.context.suspect !== null,
      limit: 100_000,
    });
    for (const run of edgeCover(exploration, key, missing)) {
      const { taken, snapshot } = walk(logic, opening, run);
      for (const definition of taken) missing.delete(definition);
      broken.push(...brokenPromises(snapshot as PositionChartSnapshot));
    }
  }
  return [
    ...definitionsOf(machine)
      .filter(({ of }) => missing.has(of))
      .map(({ name }) => name),
    ...broken,
  ];
}
