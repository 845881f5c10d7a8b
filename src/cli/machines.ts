/** `pawl machines`: the charts as text, for drawing and for Stately's tools (R13.4). */
import { Option, type Command } from "commander";
import { toJson, toOverview, toSource } from "../../machines/drawing.ts";
import { createPositionMachine, MAXIMUM_RUNGS } from "../../machines/position.ts";
import { supervisorMachine } from "../../machines/supervisor.ts";
import { DONE, UsageError, type ExitCode } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

interface Options {
  readonly chart: "position" | "supervisor";
  readonly rungs: string;
  readonly format: "mermaid" | "json" | "stately";
}

const EXAMPLES = `
Examples:
  $ pawl machines                              states and what leads from one to another, as Mermaid
  $ pawl machines --rungs 5 --format json
  $ pawl machines --format stately > position.machine.js`;

export function addMachines(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  program
    .command("machines")
    .description("print the state machines, for drawing and for Stately's tools")
    .addOption(new Option("--chart <name>", "which one").choices(["position", "supervisor"]).default("position"))
    .option("--rungs <count>", `rungs of the position's ladder, 1 to ${MAXIMUM_RUNGS}`, "3")
    .addOption(
      new Option("--format <name>", "form of the text").choices(["mermaid", "json", "stately"]).default("mermaid"),
    )
    .addHelpText("after", EXAMPLES)
    .action(({ chart, rungs, format }: Options) => {
      const machine = chart === "position" ? createPositionMachine(rungCount(rungs)) : supervisorMachine;
      terminal.out(DRAWINGS[format](machine, `${chart}Machine`).trimEnd());
      end(DONE);
    });
}

type Drawing = (machine: Parameters<typeof toJson>[0], name: string) => string;

const DRAWINGS: Readonly<Record<Options["format"], Drawing>> = { mermaid: toOverview, json: toJson, stately: toSource };

function rungCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= MAXIMUM_RUNGS) return count;
  throw new UsageError(`--rungs is ${JSON.stringify(text)}; allowed: a whole number from 1 to ${MAXIMUM_RUNGS}`);
}
