/** What happened, line by line, as a terminal shows it. */
import type { Row } from "../domain/row.ts";
import { eventLines, type EventLine, type Level } from "../observability/event-lines.ts";
import { timeText } from "../observability/number-texts.ts";
import type { Style, Terminal } from "./terminal.ts";

export function lineText(terminal: Terminal, atMs: number | null, line: EventLine): string {
  const time = atMs === null ? "" : `${timeText(atMs)} `;
  const head = `${line.level.padEnd(7)} [${line.tag}]`;
  return `${terminal.styled("dim", time)}${terminal.styled(LEVEL_STYLES[line.level], head)} ${line.text}`;
}

export type Say = (atMs: number | null, line: EventLine) => void;

/** Writes what somebody wants to see: errors alone, everything, or everything but the details. */
export const lineSayer =
  (terminal: Terminal, { quiet, verbose }: { readonly quiet: boolean; readonly verbose: boolean }): Say =>
  (atMs, line) => {
    const isShown = quiet ? line.level === "error" : verbose || line.level !== "debug";
    if (isShown) terminal.out(lineText(terminal, atMs, line));
  };

/** Says journalled rows, each in the light of the one before it. */
export function rowSayer(say: Say): (rows: readonly Row[]) => void {
  const lastRows = new Map<string, Row>();
  return (rows) => {
    for (const row of rows) {
      for (const line of eventLines(row, lastRows.get(row.position) ?? null)) say(row.atMs, line);
      lastRows.set(row.position, row);
    }
  };
}

const LEVEL_STYLES: Readonly<Record<Level, Style>> = { debug: "dim", info: "cyan", warning: "yellow", error: "red" };
