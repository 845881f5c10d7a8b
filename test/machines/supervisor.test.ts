/** R1.8: a position that throws is restarted, looked up, given up at last; its neighbors never notice. */
import { createActor } from "xstate";
import { describe, expect, it } from "vitest";
import { toSnapshot, type PositionActor, type PositionChartSnapshot } from "../../machines/position-logic.ts";
import { createPositionMachine } from "../../machines/position.ts";
import { MAXIMUM_CRASHES, supervisorMachine, type SupervisorEvent } from "../../machines/supervisor.ts";
import type { FillReport } from "../../src/domain/report.ts";
import { decimalText, epochMs, lots } from "../../src/domain/units.ts";
import { createKernel, type Kernel, type Step } from "../../src/kernel/kernel.ts";
import { definitionsOf, edgeCover, explore, walk } from "./exploring.ts";
import { factsIn, openOne, ordersIn, positionIn, reportFill, stateIn, warningsIn } from "./kernel-course.ts";
import { fill, positionOf } from "./position-cases.ts";
import { openingOf, START_MS } from "./worlds.ts";

const sound = createPositionMachine(3);
/** The same chart with a step that throws. */
const broken = sound.provide({
  actions: {
    countFill: () => {
      throw new Error("a defect");
    },
  },
});

const childOf = (supervisor: { getSnapshot(): { children: object } }, id: string): PositionActor | undefined =>
  (supervisor.getSnapshot().children as Record<string, PositionActor | undefined>)[id];

describe("R1.8 the supervisor's chart", () => {
  it("R1.8 a child that throws is noted with its error; its siblings keep running", () => {
    const supervisor = createActor(supervisorMachine).start();
    supervisor.send({ type: "OPEN", opening: openingOf({ rungs: 3, id: "bad" }), machine: broken });
    supervisor.send({ type: "OPEN", opening: openingOf({ rungs: 3, id: "good" }), machine: sound });
    for (const id of ["bad", "good"]) {
      const child = childOf(supervisor, id)!;
      child.send(fill(positionOf(child.getSnapshot()).intents[0]!, 100, START_MS));
    }
    expect(supervisor.getSnapshot().status).toBe("active");
    expect(supervisor.getSnapshot().context.watched).toMatchObject({
      bad: { status: "crashed", error: "Error: a defect" },
      good: { status: "running" },
    });
    expect(childOf(supervisor, "bad")).toBeUndefined();
    expect(positionOf(childOf(supervisor, "good")!.getSnapshot()).enteredLots).toBe(100);
  });

  it("R1.8 restarts come from the last row, after 100, 200 and 400 ms; the fourth crash in ten minutes suspends", () => {
    const supervisor = createActor(supervisorMachine).start();
    supervisor.send({ type: "OPEN", opening: openingOf({ rungs: 3, id: "bad" }), machine: broken });
    const lastRow = toSnapshot(childOf(supervisor, "bad")!.getSnapshot());
    const pausesMs: number[] = [];
    for (let crash = 1; crash <= MAXIMUM_CRASHES + 1; crash += 1) {
      const atMs = epochMs(START_MS + crash * 1_000);
      const child = childOf(supervisor, "bad")!;
      expect(toSnapshot(child.getSnapshot())).toEqual(lastRow);
      child.send(fill(positionOf(child.getSnapshot()).intents[0]!, 100, atMs));
      supervisor.send({ type: "CRASH_NOTED", id: "bad", atMs });
      const watch = supervisor.getSnapshot().context.watched["bad"]!;
      if (watch.status !== "restarting") break;
      pausesMs.push(watch.restartAtMs - atMs);
      supervisor.send({ type: "RESTORE", positions: [{ machine: broken, snapshot: lastRow }] });
    }
    expect(pausesMs).toEqual([100, 200, 400]);
    expect(supervisor.getSnapshot().context.watched["bad"]).toMatchObject({
      status: "suspended",
      reason: "crashed 4 times in 10 minutes",
    });
    expect(childOf(supervisor, "bad")).toBeUndefined();
  });

  it("R1.8 crashes more than ten minutes ago are forgotten", () => {
    const supervisor = createActor(supervisorMachine).start();
    for (let crash = 0; crash < 10; crash += 1) {
      supervisor.send({ type: "CRASH_NOTED", id: "p1", atMs: epochMs(START_MS + crash * 600_000) });
      expect(supervisor.getSnapshot().context.watched["p1"]).toMatchObject({ status: "restarting" });
    }
  });

  it("R13.8 every transition definition of the supervisor is taken by real actors on generated runs", () => {
    type Snapshot = ReturnType<typeof supervisorMachine.getInitialSnapshot>;
    const key = ({ context, children }: Snapshot): string =>
      JSON.stringify([
        Object.values(context.watched).map(({ status, crashesAtMs }) => [
          status,
          Math.min(crashesAtMs.length, MAXIMUM_CRASHES + 1),
        ]),
        Object.keys(children),
      ]);
    const exploration = explore<Snapshot, SupervisorEvent>({
      logic: supervisorMachine,
      cases: supervisorCases,
      key,
      eventKey: ({ type }) => type,
      limit: 1_000,
    });
    const missing = new Set(definitionsOf(supervisorMachine).map(({ of }) => of));
    for (const run of edgeCover(exploration, key, missing)) {
      for (const definition of walk(supervisorMachine, undefined, run).taken) missing.delete(definition);
    }
    expect(
      definitionsOf(supervisorMachine)
        .filter(({ of }) => missing.has(of))
        .map(({ name }) => name),
    ).toEqual([]);
    // No catch-all: it would swallow what XState says of a child that threw.
    expect(supervisorMachine.events).not.toContain("*");
  });
});

describe("R1.8 a crash, through the kernel", () => {
  it("R1.8 restarts from the last row, asks after open orders, and gives up in the end; the neighbor closes as ever", () => {
    const { kernel, bad, good } = twoPositions();
    const before = positionIn(kernel, "bad");
    let nowMs = START_MS;
    for (let crash = 1; crash <= MAXIMUM_CRASHES; crash += 1) {
      const crashed = kernel.step({ type: "report", report: poison(bad), nowMs });
      expect(warningsIn(crashed).map(({ message }) => message)).toEqual([
        expect.stringMatching(/^Position of .* crashed and is restarted: TypeError/),
      ]);
      expect(crashed.commands).toEqual([]);
      nowMs = epochMs(nowMs + 1_000);
      const restarted = kernel.step({ type: "deadlines", nowMs });
      expect(restarted.commands.filter((command) => command.position === "bad")).toMatchObject([
        { kind: "lookUpOrder", clientOrderId: bad },
      ]);
      const { version: _, intents, ...now } = positionIn(kernel, "bad");
      expect(now).toEqual(withoutIntents(before));
      expect(intents).toHaveLength(1);
    }
    const last = kernel.step({ type: "report", report: poison(bad), nowMs });
    expect(factsIn(last)).toMatchObject([
      {
        type: "notDone",
        reason: "suspended",
        message: expect.stringMatching(/crashed 4 times in 10 minutes; last error: TypeError/),
      },
    ]);
    expect(kernel.position("bad")?.supervision).toBe("suspended");
    closesAsEver(kernel, good);
  });

  it("R1.9 an impossible report suspends, sells nothing, and is written down; the neighbor closes as ever", () => {
    const { kernel, bad, good } = twoPositions();
    const suspended = kernel.step({
      type: "report",
      report: { ...poison(bad), ...fair, lots: lots(101) },
      nowMs: START_MS,
    });
    expect(suspended.commands).toEqual([]);
    expect(factsIn(suspended).map((fact) => (fact.type === "notDone" ? fact.reason : fact.type))).toEqual([
      "report_impossible",
      "suspended",
    ]);
    expect(positionIn(kernel, "bad").enteredLots).toBe(0);
    const later = kernel.step({ type: "report", report: { ...poison(bad), ...fair }, nowMs: START_MS });
    expect(factsIn(later)).toMatchObject([{ type: "notDone", reason: "suspended" }]);
    expect(stateIn(kernel, "bad")).toBe("opening");
    closesAsEver(kernel, good);
  });
});

const fair = { fee: { cost: decimalText("0"), currency: "quote" } } as const;

/** A report whose fee is missing, as no adapter lets it through: the position that counts it throws. */
const poison = (clientOrderId: string): FillReport =>
  ({
    kind: "fill",
    clientOrderId,
    tradeId: "t",
    exchangeOrderId: "x",
    lots: lots(100),
    price: decimalText("100"),
    fee: null,
    atMs: START_MS,
  }) as unknown as FillReport;

function twoPositions(): { readonly kernel: Kernel; readonly bad: string; readonly good: Step } {
  const kernel = createKernel({ limits: { maximumFutureMs: 0, maximumAgeMs: null }, visibilityLagMs: 1_000 });
  const bad = ordersIn(openOne(kernel, "bad"))[0]!.clientOrderId;
  return { kernel, bad, good: openOne(kernel, "good") };
}

const withoutIntents = ({ version: _version, intents: _intents, ...rest }: ReturnType<typeof positionIn>) => rest;

function closesAsEver(kernel: Kernel, opened: Step): void {
  reportFill(kernel, ordersIn(opened)[0]!, 100, START_MS);
  const due = kernel.price(kernel.market("BTC/USDT:USDT"), 101, START_MS, START_MS);
  reportFill(kernel, ordersIn(due)[0]!, 33, START_MS, "101");
  expect(stateIn(kernel, "good")).toEqual({ TP1_hit: "watching" });
  const stopped = kernel.price(kernel.market("BTC/USDT:USDT"), 100, START_MS, START_MS);
  reportFill(kernel, ordersIn(stopped)[0]!, 67, START_MS);
  expect(positionIn(kernel, "good").outcome).toMatchObject({ reason: "stop_ladder", grossProfit: "0.33" });
}

/** What may happen to a supervisor of one position, in the state that it is in. */
function supervisorCases({
  context,
  children,
}: {
  readonly context: { readonly watched: object };
  readonly children: object;
}): readonly SupervisorEvent[] {
  const opening = openingOf({ rungs: 3 });
  const child = (children as Record<string, PositionActor | undefined>)["p1"];
  if (!("p1" in context.watched)) return [{ type: "OPEN", opening, machine: sound }];
  const crashes =
    child === undefined
      ? []
      : [{ type: "xstate.error.actor.p1", actorId: "p1", error: new Error("a defect") } as never];
  const created = createActor(sound, { input: opening });
  const snapshot = toSnapshot(created.getSnapshot() as PositionChartSnapshot);
  return [
    ...crashes,
    ...(child === undefined ? [{ type: "RESTORE", positions: [{ machine: sound, snapshot }] } as const] : []),
    { type: "CRASH_NOTED", id: "p1", atMs: START_MS },
    { type: "SUSPEND", id: "p1", reason: "somebody must look" },
    { type: "REAP", id: "p1" },
  ];
}
