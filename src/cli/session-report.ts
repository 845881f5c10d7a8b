/**
 * What a paper session says while it runs and when it ends: lines for people, or JSON lines for programs.
 *
 * Promises: nothing is told that is not journalled; the JSON lines of facts are those of the journal export (R14.2),
 * numbered through the whole journal. Notices and the summary have types of their own: `session`, `notice`, `left`,
 * `outcomes`.
 */
import type { Row } from "../domain/row.ts";
import { exportLines } from "../journal/export.ts";
import type { LatestRow } from "../journal/journal.ts";
import type { EventLine } from "../observability/event-lines.ts";
import { lineSayer, lineText, rowSayer } from "./line-text.ts";
import { isoText, plainText } from "../observability/number-texts.ts";
import { outcomeRows, outcomeTable, outcomeTotals, totalsTable } from "./outcome-table.ts";
import { leftBehindText, positionsText } from "./positions-text.ts";
import { positionStatus } from "../domain/status.ts";
import type { KernelPosition } from "../kernel/kernel.ts";
import type { Terminal } from "./terminal.ts";

export interface SessionReport {
  begins(session: SessionBegins): void;
  notice(line: EventLine): void;
  rows(rows: readonly Row[]): void;
  /** What stays open: because the run was interrupted, or because it could not be closed when the data ended. */
  leaves(left: LeftBehind): void;
  ends(summary: {
    readonly latest: readonly LatestRow[];
    readonly interrupted: boolean;
    readonly nothingToDo: boolean;
  }): void;
}

export interface LeftBehind {
  readonly open: readonly KernelPosition[];
  readonly atMs: number;
  readonly interrupted: boolean;
}

export interface SessionBegins {
  readonly title: string;
  readonly journal: string;
  readonly ledger: string;
  readonly journalId: string;
  readonly seed: string;
  /** Where it continues; null for a new session. */
  readonly continuesAtMs: number | null;
  readonly openPositions: number;
  /** Facts that the journal holds already. */
  readonly facts: number;
}

const PROTECTION = "protected by the engine only, not by the exchange";

export function textReport(
  terminal: Terminal,
  shown: { readonly quiet: boolean; readonly verbose: boolean },
): SessionReport {
  const say = lineSayer(terminal, shown);
  return {
    begins({ title, journal, ledger, continuesAtMs, openPositions }) {
      const info = (tag: EventLine["tag"], text: string): void => say(null, { level: "info", tag, text });
      info("PRICE", title);
      info("JOURNAL", `journal ${journal}, paper ledger ${ledger}`);
      if (continuesAtMs === null) return;
      info("JOURNAL", `continues at ${isoText(continuesAtMs)}, ${positionsText(openPositions)} open`);
    },
    notice: (line) => say(null, line),
    rows: rowSayer(say),
    leaves({ open, atMs, interrupted }) {
      const text = `${interrupted ? "interrupted" : "the prices have ended"}, ${leftBehindText(open.length)}`;
      terminal.out(lineText(terminal, atMs, { level: "warning", tag: "SUPERVISOR", text }));
      for (const position of open) {
        terminal.out(lineText(terminal, atMs, { level: "warning", tag: "POSITION", text: leftText(position) }));
      }
    },
    ends({ latest, interrupted, nothingToDo }) {
      const rows = outcomeRows(latest);
      if (nothingToDo) terminal.out("There is nothing left to do: this session has come to its end.");
      if (rows.length === 0) return terminal.out("No position was opened.");
      terminal.out(outcomeTable(rows));
      terminal.out(totalsTable(outcomeTotals(rows)));
      if (interrupted) terminal.out("The state is kept: the same command with this journal continues.");
    },
  };
}

export function jsonReport(terminal: Terminal): SessionReport {
  let facts = 0;
  const line = (value: object): void => terminal.out(JSON.stringify(value));
  return {
    begins(session) {
      facts = session.facts;
      line({ type: "session", ...session });
    },
    notice: ({ level, tag, text }) => line({ type: "notice", level, tag, message: text }),
    rows(rows) {
      for (const each of exportLines(rows)) line({ ...each, seq: facts + each.seq });
      facts += rows.reduce((sum, row) => sum + row.facts.length, 0);
    },
    leaves({ open, atMs, interrupted }) {
      const positions = open.map(({ snapshot }) => positionStatus(snapshot, null));
      line({ type: "left", at: atMs, interrupted, protection: PROTECTION, positions });
    },
    ends({ latest, interrupted, nothingToDo }) {
      const positions = outcomeRows(latest);
      line({ type: "outcomes", interrupted, nothingToDo, positions, totals: outcomeTotals(positions) });
    },
  };
}

function leftText({ id, snapshot }: KernelPosition): string {
  const { symbol, side, state, stop } = positionStatus(snapshot, null);
  return `${symbol} ${id}: ${side}, ${state}, stop ${plainText(stop)}: ${stop === null ? "no stop yet" : PROTECTION}`;
}
