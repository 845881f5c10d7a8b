/** One line of what happened, as a terminal shows it. */
import type { EventLine, Level } from "../observability/event-lines.ts";
import { timeText } from "../observability/number-texts.ts";
import type { Style, Terminal } from "./terminal.ts";

export function lineText(terminal: Terminal, atMs: number | null, line: EventLine): string {
  const time = atMs === null ? "" : `${timeText(atMs)} `;
  const head = `${line.level.padEnd(7)} [${line.tag}]`;
  return `${terminal.styled("dim", time)}${terminal.styled(LEVEL_STYLES[line.level], head)} ${line.text}`;
}

const LEVEL_STYLES: Readonly<Record<Level, Style>> = { debug: "dim", info: "cyan", warning: "yellow", error: "red" };
