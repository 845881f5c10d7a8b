/** What has to hold after a session, whatever the prices were: each check says what it found wrong, or nothing. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExitReason } from "../../src/domain/fact.ts";
import type { Position } from "../../src/domain/position.ts";
import type { JournalRow } from "../../src/domain/row.ts";
import { better } from "../../src/domain/side.ts";
import type { Holding } from "../../src/exchange/exchange.ts";
import type { PaperRecord } from "../../src/exchange/paper/record.ts";
import type { ExportLine } from "../../src/journal/export-line.ts";
import { addsUp, exportLines } from "../../src/journal/export.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { openSqliteJournal } from "../../src/journal/sqlite.ts";
import { verifyJournal } from "../../src/journal/verify.ts";

export interface FinishedSession {
  readonly journal: Journal;
  readonly ledger: readonly PaperRecord[];
  readonly holdings: readonly Holding[];
}

export function violationsOf({ journal, ledger, holdings }: FinishedSession): readonly string[] {
  const rows = [...journal.rows()];
  return [
    ...addsUp(exportLines(rows)).map(({ message }) => message),
    ...unexplained(exportLines(rows)),
    ...everythingEnded(journal),
    ...byPosition(rows).flatMap(([id, own]) => [
      ...stopsLoosened(id, own),
      ...marksLost(id, own),
      ...targetsOutOfOrder(id, own),
      ...rungsOutOfOrder(id, own),
    ]),
    ...carriedOutTwice(ledger),
    ...holdings.map(
      ({ account, symbol, netLots }) => `the exchange still holds ${netLots} lots of ${symbol} for ${account}`,
    ),
    ...onDisk(journal.id, rows),
  ];
}

function everythingEnded(journal: Journal): readonly string[] {
  return journal.latest().flatMap(({ position, snapshot, supervision }) => {
    if (snapshot === null || snapshot.position.outcome !== null) return [];
    return [`${position} is not closed: ${JSON.stringify(snapshot.state)}, ${supervision}`];
  });
}

const ASKED_FOR: readonly ExitReason[] = ["manual", "kill_switch", "end_of_data"];

/** R11.9: every exit that was decided names the rule. */
function unexplained(lines: Iterable<ExportLine>): readonly string[] {
  return [...lines].flatMap((line) => {
    if (line.type !== "exit" || line.rule !== undefined || ASKED_FOR.includes(line.reason)) return [];
    return [`line ${line.seq}: ${line.position} was left for ${line.reason}, and no rule is named`];
  });
}

/** P3, P4: read off the states, not off what was told. */
function stopsLoosened(id: string, rows: readonly JournalRow[]): readonly string[] {
  const found: string[] = [];
  let before: Position["stop"] = null;
  for (const { seq, side, snapshot } of rows) {
    const stop = snapshot?.position.stop ?? null;
    if (before !== null && (stop === null || better(side, before.level, stop.level))) {
      found.push(`row ${seq}: the stop of ${id} went back from ${before.level} to ${stop?.level ?? "nothing"}`);
    }
    before = stop;
  }
  return found;
}

/** R4.4: the mark only moves toward profit. */
function marksLost(id: string, rows: readonly JournalRow[]): readonly string[] {
  const found: string[] = [];
  let before: Position["mark"] = null;
  for (const { seq, side, snapshot } of rows) {
    const mark = snapshot?.position.mark ?? null;
    if (before !== null && (mark === null || better(side, before, mark)))
      found.push(`row ${seq}: the mark of ${id} went back from ${before} to ${mark ?? "nothing"}`);
    before = mark;
  }
  return found;
}

/** R6.3: targets ascend, whatever moved them, and one that has been passed is not touched. */
function targetsOutOfOrder(id: string, rows: readonly JournalRow[]): readonly string[] {
  const found: string[] = [];
  let before: Position["rungs"] = [];
  for (const { seq, side, snapshot } of rows) {
    const rungs = snapshot?.position.rungs ?? [];
    const targets = rungs.map(({ target }) => target);
    const ascend = targets.every((target, index) => index === 0 || better(side, target, targets[index - 1]!));
    if (!ascend) found.push(`row ${seq}: the targets of ${id} stand at ${targets.join(", ")}`);
    const moved = before.find(({ status, target }, index) => status !== "armed" && rungs[index]?.target !== target);
    if (moved !== undefined) found.push(`row ${seq}: target ${moved.number} of ${id} was passed, and moved`);
    before = rungs;
  }
  return found;
}

/** P1 */
function rungsOutOfOrder(id: string, rows: readonly JournalRow[]): readonly string[] {
  const rungs = rows.flatMap(({ facts }) => facts.flatMap((fact) => (fact.type === "exit" ? (fact.rung ?? []) : [])));
  const isAscending = rungs.every((rung, index) => index === 0 || rung > rungs[index - 1]!);
  return isAscending ? [] : [`the rungs of ${id} were hit in the order ${rungs.join(", ")}`];
}

/** P11, read off the exchange's own book. */
function carriedOutTwice(ledger: readonly PaperRecord[]): readonly string[] {
  const found: string[] = [];
  const received = new Set<string>();
  const ended = new Set<string>();
  const trades = new Set<string>();
  for (const record of ledger) {
    if (record.kind === "duplicate") found.push(`order ${record.order.clientOrderId} was sent twice`);
    if (record.kind === "received" && !added(received, record.order.clientOrderId))
      found.push("an order was received twice");
    if (record.kind !== "told") continue;
    const { report } = record;
    if (report.kind === "fill" && !added(trades, report.tradeId)) found.push(`trade ${report.tradeId} happened twice`);
    if (report.kind === "ended" && !added(ended, report.clientOrderId))
      found.push(`order ${report.clientOrderId} ended twice`);
  }
  return found;
}

/** The same rows in a file: does it verify? */
function onDisk(journalId: string, rows: readonly JournalRow[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "pawl-recorded-"));
  const path = join(folder, "recorded.journal");
  try {
    const journal = openSqliteJournal({ path, journalId });
    journal.append(rows, null);
    journal.close();
    const { problems, rows: count } = verifyJournal(path);
    const missing = count === rows.length ? [] : [`${count} rows on disk, ${rows.length} written`];
    return [...missing, ...problems.map(({ seq, what }) => `the journal does not verify: row ${seq}: ${what}`)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function byPosition(rows: readonly JournalRow[]): readonly (readonly [string, readonly JournalRow[]])[] {
  const groups = new Map<string, JournalRow[]>();
  for (const row of rows) {
    const group = groups.get(row.position);
    if (group === undefined) groups.set(row.position, [row]);
    else group.push(row);
  }
  return [...groups];
}

/** False where it was there before. */
function added(set: Set<string>, value: string): boolean {
  const isNew = !set.has(value);
  set.add(value);
  return isNew;
}
