/**
 * The journal as CSV: one row per position (R14.2), for a spreadsheet.
 *
 * Promises: every position that came to be has its row, in the order of their first rows; an open one has empty close
 * columns. Moments are epoch milliseconds, ratios are decimal text; fields are quoted as RFC 4180 says, lines end in LF.
 */
import { exact, toText } from "../domain/decimal.ts";
import type { Outcome } from "../domain/outcome.ts";
import type { Fact } from "../domain/fact.ts";
import type { JournalRow } from "../domain/row.ts";
import type { DecimalText } from "../domain/units.ts";

export const CSV_COLUMNS = [
  "position",
  "symbol",
  "side",
  "openedAt",
  "closedAt",
  "reason",
  "amount",
  "entryPrice",
  "averageExitPrice",
  "grossProfit",
  "fees",
  "netProfit",
  "priceMove",
  "roi",
  "rMultiple",
  "mfe",
  "mae",
  "durationMs",
  "exits",
  "additions",
] as const;

/** The lines of the table, its header first, each with its line feed. */
export function* exportCsv(rows: Iterable<JournalRow>): Generator<string> {
  yield csvLine(CSV_COLUMNS);
  const positions = new Map<string, Summary>();
  for (const row of rows) {
    if (row.snapshot === null) continue;
    positions.set(row.position, row.facts.reduce(withFact(row), positions.get(row.position) ?? begun(row)));
  }
  for (const summary of positions.values()) {
    const cells = cellsOf(summary);
    yield csvLine(CSV_COLUMNS.map((column) => cells[column] ?? ""));
  }
}

interface Summary {
  readonly position: string;
  readonly symbol: string;
  readonly side: string;
  readonly openedAtMs: number | null;
  readonly amount: DecimalText | null;
  readonly entryPrice: DecimalText | null;
  readonly exits: number;
  /** Fills of the entry and of additions, as in the outcome. */
  readonly additions: number;
  readonly outcome: Outcome | null;
}

const begun = ({ position, symbol, side }: JournalRow): Summary => ({
  position,
  symbol,
  side,
  openedAtMs: null,
  amount: null,
  entryPrice: null,
  exits: 0,
  additions: 0,
  outcome: null,
});

const withFact =
  (row: JournalRow) =>
  (summary: Summary, fact: Fact): Summary => {
    switch (fact.type) {
      case "opened":
        return {
          ...summary,
          openedAtMs: summary.openedAtMs ?? row.atMs,
          amount: toText(exact(summary.amount ?? 0).plus(fact.amount)),
          entryPrice: fact.entryPrice,
          additions: summary.additions + 1,
        };
      case "exit":
        return { ...summary, exits: summary.exits + 1 };
      case "closed":
        return { ...summary, outcome: fact.outcome };
      case "external":
      case "stopMoved":
      case "notDone":
      case "warning":
      case "unresolved":
        return summary;
    }
  };

type Cell = string | number | null;

function cellsOf({
  outcome,
  openedAtMs,
  ...summary
}: Summary): Readonly<Partial<Record<(typeof CSV_COLUMNS)[number], Cell>>> {
  if (outcome === null) return { ...summary, openedAt: openedAtMs };
  return {
    ...summary,
    ...outcome,
    openedAt: outcome.openedAtMs,
    closedAt: outcome.closedAtMs,
    exits: outcome.exits.length,
    additions: outcome.additions.length,
  };
}

const csvLine = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(",")}\n`;

/** RFC 4180: quoted where it holds a comma, a quote or a line break; a quote inside is doubled. */
function csvCell(cell: Cell): string {
  const text = cell === null ? "" : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
