/**
 * What has to be the same whether or not somebody was killed: exits, stops, outcomes, what was not done. Rows of
 * bookkeeping (a look-up after the restart) may be more, and the seq of a line with them.
 */
import type { JournalRow } from "../../src/domain/row.ts";
import type { PaperRecord } from "../../src/exchange/paper/record.ts";
import { exportLines } from "../../src/journal/export.ts";

/** The lines of the export by position, without their running number. */
export function history(rows: Iterable<JournalRow>): Readonly<Record<string, readonly object[]>> {
  const byPosition: Record<string, object[]> = {};
  for (const { seq: _seq, ...line } of exportLines(rows)) (byPosition[line.position] ??= []).push(line);
  return Object.fromEntries(Object.entries(byPosition).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** What the exchange has carried out, order by order: it must not depend on kills either. */
export function carriedOut(records: readonly PaperRecord[]): Readonly<Record<string, readonly object[]>> {
  const byOrder: Record<string, object[]> = {};
  for (const record of records) {
    if (record.kind === "told" && record.report.kind === "fill") {
      const { exchangeOrderId: _numbered, ...fill } = record.report;
      (byOrder[fill.clientOrderId] ??= []).push(fill);
    }
  }
  return Object.fromEntries(Object.entries(byOrder).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Orders that reached the exchange more than once, and trades that happened more than once: none. */
export function doubles(records: readonly PaperRecord[]): readonly string[] {
  const seen = new Set<string>();
  return records.flatMap((record) => {
    const key = keyOf(record);
    if (key === null) return [];
    if (!seen.has(key)) return seen.add(key) && [];
    return [key];
  });
}

function keyOf(record: PaperRecord): string | null {
  switch (record.kind) {
    case "received":
    case "duplicate":
      return `order ${record.order.clientOrderId}`;
    case "told":
      return record.report.kind === "fill" ? `trade ${record.report.tradeId}` : null;
    case "settings":
    case "cancelReceived":
      return null;
  }
}
