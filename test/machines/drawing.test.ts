/** R13.4: the charts as they are drawn for people and for Stately's tools are the charts that run. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createMachine, type AnyStateMachine } from "xstate";
import { describe, expect, it } from "vitest";
import { nameOf, statesOf, transitionsOf, transitionText } from "../../machines/chart-walk.ts";
import { toDetail, toJson, toPage, toSource } from "../../machines/drawing.ts";
import { drawings } from "../../machines/drawings.ts";
import { createPositionMachine, MAXIMUM_RUNGS } from "../../machines/position.ts";
import { supervisorMachine } from "../../machines/supervisor.ts";
import { definitionsOf } from "./exploring.ts";

const FOLDER = resolve(import.meta.dirname, "..", "..", "docs", "machines");
const LADDERS = Array.from({ length: MAXIMUM_RUNGS }, (_, index) => index + 1);
const CHARTS: readonly (readonly [string, AnyStateMachine])[] = [
  ...LADDERS.map((rungs) => [`position of ${rungs}`, createPositionMachine(rungs)] as const),
  ["supervisor", supervisorMachine],
];

const graphOf = (machine: AnyStateMachine): readonly string[] => definitionsOf(machine).map(({ name }) => name);

describe("R13.4 drawings of the charts", () => {
  it("R13.4 docs/machines holds what the charts make (npm run draw)", () => {
    expect(readdirSync(FOLDER).toSorted()).toEqual(
      drawings()
        .map(({ name }) => name)
        .toSorted(),
    );
    for (const { name, text } of drawings()) expect(readFileSync(join(FOLDER, name), "utf8"), name).toBe(text);
  });

  it.each(CHARTS)("R13.4 JSON loses nothing of the chart (%s)", (_name, machine) => {
    const again = createMachine(JSON.parse(toJson(machine)) as never);
    expect(graphOf(again)).toEqual(graphOf(machine));
    expect(statesOf(again.root).map(({ entry }) => entry.map(nameOf))).toEqual(
      statesOf(machine.root).map(({ entry }) => entry.map(nameOf)),
    );
  });

  it("R13.4 the source is a module that makes the same chart", async () => {
    const machine = createPositionMachine(3);
    const source = toSource(machine, "positionMachine").replace(
      `from "xstate"`,
      `from "${import.meta.resolve("xstate")}"`,
    );
    const made = (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as {
      positionMachine: AnyStateMachine;
    };
    expect(graphOf(made.positionMachine)).toEqual(graphOf(machine));
  });

  it.each(CHARTS)("R13.4 every transition stands on the page, every state in a diagram (%s)", (_name, machine) => {
    const page = toPage(machine, { title: "Chart", text: "" });
    for (const node of statesOf(machine.root).slice(1)) {
      expect(page, `the state ${node.key}`).toMatch(new RegExp(`^## ${node.key}$|state "${node.key}" as `, "m"));
    }
    for (const transition of statesOf(machine.root).flatMap(transitionsOf)) {
      const asRow = `\`${transition.eventType}\` | ${transition.guard === undefined ? "" : `\`${nameOf(transition.guard)}\``} | `;
      const isDrawn = page.includes(transitionText(transition)) || page.includes(asRow.replace("``", ""));
      expect(isDrawn, transitionText(transition)).toBe(true);
    }
  });

  it("R13.4 a state's diagram is Mermaid with its causes on the arrows", () => {
    const closing = createPositionMachine(1).root.states["closing"]!;
    expect(
      toDetail(closing)
        .split("\n")
        .filter((line) => line.includes("backingOff")),
    ).toEqual([
      `  state "backingOff" as closing_backingOff`,
      "  closing_requesting --> closing_backingOff : [closeHasFailed]",
      "  closing_working --> closing_backingOff : [closeHasFailed]",
      "  closing_backingOff --> closing_requesting : DEADLINE [closeRetryIsDue]<br/>or RETRY",
    ]);
  });
});
