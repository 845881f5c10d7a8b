/**
 * What a live session says: lines for people on standard output, or JSON lines for programs (R13.5). Notices and alerts are lines as
 * well, so that one place tells the whole course.
 */
import type { Row } from "../domain/row.ts";
import type { Engine, LeftBehind } from "../embedding/embedded-engine.ts";
import { decimalText } from "../domain/units.ts";
import { exportLines } from "../journal/export.ts";
import type { Level } from "../observability/event-lines.ts";
import { plainText } from "../observability/number-texts.ts";
import { lineSayer, rowSayer } from "./line-text.ts";
import { leftBehindText, positionsText } from "./positions-text.ts";
import type { Terminal } from "./terminal.ts";

export interface LiveReport {
  begins(session: {
    readonly venue: string;
    readonly mode: "demo" | "dry-run";
    readonly account: string;
    readonly journal: string;
  }): void;
  readonly notice: (message: string) => void;
  ready(engine: Engine): void;
  readonly alert: (message: string) => void;
  readonly rows: (rows: readonly Row[]) => void;
  ends(left: readonly LeftBehind[]): void;
}

export const liveReport = (
  terminal: Terminal,
  shown: { readonly json?: true; readonly quiet?: true; readonly verbose?: true },
): LiveReport => (shown.json === true ? jsonReport(terminal) : textReport(terminal, shown));

const PROTECTION = "protected by the engine only, not by the venue";

function textReport(terminal: Terminal, shown: { readonly quiet?: true; readonly verbose?: true }): LiveReport {
  const say = lineSayer(terminal, { quiet: shown.quiet === true, verbose: shown.verbose === true });
  const supervisor = (level: Level, text: string): void => say(Date.now(), { level, tag: "SUPERVISOR", text });
  return {
    begins({ venue, mode, account, journal }) {
      supervisor("info", `${mode === "demo" ? "DEMO" : "DRY RUN"} on ${venue}, account ${account}, journal ${journal}`);
    },
    notice: (message) => supervisor("warning", message),
    ready(engine) {
      const open = engine.positions().filter(({ state }) => state !== "closed").length;
      supervisor("info", `${engine.markets().length} markets, ${positionsText(open)} open; Ctrl-C stops`);
    },
    alert: (message) => supervisor("error", message),
    rows: rowSayer(say),
    ends(left) {
      supervisor("warning", `stopped, ${leftBehindText(left.length)}`);
      for (const { position, symbol, stop } of left) {
        const where = stop === null ? "no stop yet" : `stop ${plainText(decimalText(stop))}, ${PROTECTION}`;
        say(Date.now(), { level: "warning", tag: "POSITION", text: `${symbol} ${position}: ${where}` });
      }
      if (left.length > 0) terminal.out("Nobody looks after them now: the same command with this journal goes on.");
    },
  };
}

function jsonReport(terminal: Terminal): LiveReport {
  const line = (value: object): void => terminal.out(JSON.stringify(value));
  let facts = 0;
  return {
    begins: (session) => line({ type: "session", ...session }),
    notice: (message) => line({ type: "notice", level: "warning", message }),
    ready: (engine) => line({ type: "ready", at: Date.now(), ...engine.health() }),
    alert: (message) => line({ type: "alert", at: Date.now(), message }),
    rows(rows) {
      // Numbered from the beginning of this session: the journal's own numbers are those of its export.
      for (const each of exportLines(rows)) line({ ...each, seq: facts + each.seq });
      facts += rows.reduce((sum, row) => sum + row.facts.length, 0);
    },
    ends: (left) => line({ type: "left", at: Date.now(), protection: PROTECTION, positions: left }),
  };
}
