/**
 * The journal for others: the facts of all rows, in order, as lines (R14.2), and whether their amounts add up.
 *
 * Promises: one line per fact, numbered from 1; nothing is computed, rounded or left out on the way.
 */
import { exact, toText } from "../domain/decimal.ts";
import type { ExitRecord, Fact } from "../domain/fact.ts";
import type { JournalRow, Row } from "../domain/row.ts";
import type { ExportLine } from "./export-line.ts";

/** The facts of the rows as lines of the export. */
export function* exportLines(rows: Iterable<Row>): Generator<ExportLine> {
  let seq = 0;
  for (const row of rows) {
    for (const fact of row.facts) {
      seq += 1;
      yield lineOf(seq, row, fact);
    }
  }
}

/** JSON Lines: the text of each line, without its line feed. */
export function* exportJsonLines(rows: Iterable<JournalRow>): Generator<string> {
  for (const line of exportLines(rows)) yield JSON.stringify(line);
}

export interface AmountProblem {
  readonly position: string;
  /** The line that says that the position is closed. */
  readonly seq: number;
  readonly message: string;
}

/** For every closed position: `opened` and `addition` in amounts equal `exit` and `external`, exactly. Empty when they do. */
export function addsUp(lines: Iterable<ExportLine>): readonly AmountProblem[] {
  const books = new Map<string, Book>();
  for (const line of lines) books.set(line.position, entered(books.get(line.position) ?? EMPTY_BOOK, line));
  return Array.from(books).flatMap(([position, { raised, reduced, closedSeq }]) => {
    if (closedSeq === null || raised.eq(reduced)) return [];
    const message = `position ${position} is closed, but opened ${toText(raised)} and left by ${toText(reduced)} (opened and addition against exit and external)`;
    return [{ position, seq: closedSeq, message }];
  });
}

function lineOf(seq: number, row: Row, fact: Fact): ExportLine {
  const envelope = { seq, at: row.atMs, position: row.position, symbol: row.symbol, side: row.side };
  const { rule, price, priceAtMs } = row.cause;
  const brought = {
    ...(rule === null ? {} : { rule }),
    ...(price === null ? {} : { cause: { price, at: priceAtMs ?? row.atMs } }),
  };
  switch (fact.type) {
    case "exit": {
      const { type, message, ...record } = fact;
      return { ...envelope, type, ...brought, ...exitFieldsOf(record), message };
    }
    case "closed": {
      const { openedAtMs, closedAtMs, exits, ...outcome } = fact.outcome;
      return {
        ...envelope,
        type: "closed",
        ...brought,
        ...outcome,
        openedAt: openedAtMs,
        closedAt: closedAtMs,
        exits: exits.map(exitFieldsOf),
      };
    }
    case "opened":
    case "external":
    case "stopMoved":
    case "notDone":
    case "warning":
    case "unresolved":
      return { ...envelope, ...brought, ...fact };
  }
}

function exitFieldsOf({
  filledAtMs,
  ...record
}: ExitRecord): Omit<ExitRecord, "filledAtMs"> & { readonly filledAt: number } {
  return { ...record, filledAt: filledAtMs };
}

interface Book {
  readonly raised: ReturnType<typeof exact>;
  readonly reduced: ReturnType<typeof exact>;
  readonly closedSeq: number | null;
}

const EMPTY_BOOK: Book = { raised: exact(0), reduced: exact(0), closedSeq: null };

function entered(book: Book, line: ExportLine): Book {
  switch (line.type) {
    case "opened":
    case "addition":
      return { ...book, raised: book.raised.plus(line.amount) };
    case "exit":
    case "external":
      return { ...book, reduced: book.reduced.plus(line.amount) };
    case "closed":
      return { ...book, closedSeq: line.seq };
    case "stopMoved":
    case "notDone":
    case "warning":
    case "unresolved":
      return book;
  }
}
