/**
 * Journalled rows as entries of the log: the lines that a person reads in a session, with the fact itself as a field (R13.5).
 *
 * Promises: nothing is logged that is not journalled; a row that changed something without a fact is a debug entry. What a position was
 * like before is known for open positions alone, so that memory does not grow with those that are closed.
 */
import type { Row } from "../domain/row.ts";
import { eventLines, type RowLine } from "./event-lines.ts";
import type { Log } from "./log.ts";

/** Takes rows as they become durable, in order. */
export function logRows(log: Log): (rows: readonly Row[]) => void {
  const last = new Map<string, Row>();
  return (rows) => {
    for (const row of rows) {
      const lines = eventLines(row, last.get(row.position) ?? null);
      for (const line of lines.length === 0 ? [updateOf(row)] : lines) write(log, row, line);
      if (isOpen(row)) last.set(row.position, row);
      else last.delete(row.position);
    }
  };
}

const isOpen = ({ snapshot }: Row): boolean => snapshot !== null && snapshot.position.outcome === null;

function write(log: Log, row: Row, { level, tag, text, fact }: RowLine): void {
  if (!log.takes(level)) return;
  const { position, symbol, side, version, atMs } = row;
  const state = row.snapshot?.state ?? null;
  const fields = { position, symbol, side, version, state, ...(fact === null ? {} : { fact }) };
  log.write({ atMs, level, tag, message: text, fields });
}

function updateOf({ symbol, position, cause }: Row): RowLine {
  const price = cause.price === null ? "" : ` at ${cause.price}`;
  const text = `${symbol} ${position}: updated by ${cause.rule ?? cause.event}${price}`;
  return { level: "debug", tag: "POSITION", text, fact: null };
}
