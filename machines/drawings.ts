/** The drawings of all charts as they stand in docs/machines: what is committed there is what this makes. */
import { toJson, toOverview, toPage, toSource } from "./drawing.ts";
import { createPositionMachine } from "./position.ts";
import { matrixPage } from "./state-event-matrix.ts";
import { supervisorMachine } from "./supervisor.ts";

export interface Drawing {
  /** The file's name, without a folder. */
  readonly name: string;
  readonly text: string;
}

const DEFAULT_RUNGS = 3;

/** The position's chart for so many rungs, the supervisor's, and the matrix. */
export function drawings(rungs: number = DEFAULT_RUNGS): readonly Drawing[] {
  const position = createPositionMachine(rungs);
  return [
    { name: "README.md", text: README },
    {
      name: "position.md",
      text: toPage(position, {
        title: `The position's chart (${rungs} rung${rungs === 1 ? "" : "s"})`,
        text: POSITION_TEXT,
      }),
    },
    { name: "position.mmd", text: toOverview(position) },
    { name: "position.json", text: toJson(position) },
    { name: "position.machine.js", text: toSource(position, "positionMachine") },
    {
      name: "supervisor.md",
      text: toPage(supervisorMachine, { title: "The supervisor's chart", text: SUPERVISOR_TEXT }),
    },
    { name: "supervisor.mmd", text: toOverview(supervisorMachine) },
    { name: "supervisor.json", text: toJson(supervisorMachine) },
    { name: "supervisor.machine.js", text: toSource(supervisorMachine, "supervisorMachine") },
    { name: "state-event-matrix.md", text: matrixPage(position) },
  ];
}

const README = `# The charts, drawn

Made by \`npm run draw\` from \`machines/\`; a test keeps them equal to the code.

| | page | Mermaid | JSON | for Stately's tools |
| --- | --- | --- | --- | --- |
| a position (three rungs) | [position.md](position.md) | [position.mmd](position.mmd) | [position.json](position.json) | [position.machine.js](position.machine.js) |
| the supervisor | [supervisor.md](supervisor.md) | [supervisor.mmd](supervisor.mmd) | [supervisor.json](supervisor.json) | [supervisor.machine.js](supervisor.machine.js) |

What every event does in every state, and why some do nothing: [state-event-matrix.md](state-event-matrix.md).
How to read a chart and what its shape promises: [machines/README.md](../../machines/README.md).
`;

const POSITION_TEXT = `Drawn from \`machines/position.ts\` by \`npm run draw\`. The guards are questions and the actions single steps, both by
name; what has no event happens as soon as its guard holds. What every event does in every state: [the matrix](state-event-matrix.md).
To look at it in Stately's tools, paste \`position.machine.js\`.`;

const SUPERVISOR_TEXT = `Drawn from \`machines/supervisor.ts\` by \`npm run draw\`. It is one state with a list: for each position it keeps
*running*, *crashed* (its actor is gone, the time is not known yet), *restarting* (at a known time) or *suspended*.
\`xstate.error.actor.*\` is what XState says of a child that threw; there is no catch-all beside it, which would hide those.`;
