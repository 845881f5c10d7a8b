/**
 * Bad rows of a price file: counted, named, and either the end of the run or left out (R14.3, `--bad-rows`).
 *
 * Promises: every bad row is counted by kind; the first of them are named with row, field, value and what is
 * allowed. What is kept is bounded; the counts are not. Nothing is ever repaired.
 */
import { PriceFileError } from "./price-file-error.ts";

export type BadRows = "stop" | "skip";

export type RowProblemKind =
  | "wrong number of columns"
  | "not a number"
  | "wrong unit of time"
  | "out of order"
  | "duplicate time"
  | "price not positive"
  | "amount not positive"
  | "high below low"
  | "high and low do not enclose open and close"
  | "volume negative"
  | "no volume"
  | "unknown side"
  | "rate out of range";

export interface RowProblem {
  /** Line of a text file, record of a table or of JSON; 1 for the first. */
  readonly row: number;
  readonly kind: RowProblemKind;
  readonly field: string;
  readonly value: string;
  readonly allowed: string;
  /** "row 7: out of order: timestamp_ms is …; allowed: …" */
  readonly text: string;
}

/** A problem before it has its words. */
export type NewProblem = Omit<RowProblem, "text">;

export interface RowProblems {
  /** The first 1,000. A row can have two: one of its time and one of its prices. */
  readonly listed: readonly RowProblem[];
  /** All of them. */
  readonly count: number;
  /** Rows with at least one. */
  readonly badRows: number;
  readonly countByKind: ReadonlyMap<RowProblemKind, number>;
}

export interface RowProblemLog {
  add(problem: NewProblem): void;
  readonly problems: RowProblems;
}

const KEPT = 1000;
const NAMED = 20;

export function rowProblemLog(): RowProblemLog {
  const listed: RowProblem[] = [];
  const countByKind = new Map<RowProblemKind, number>();
  let count = 0;
  let badRows = 0;
  let lastRow = 0;
  return {
    add(problem) {
      count += 1;
      countByKind.set(problem.kind, (countByKind.get(problem.kind) ?? 0) + 1);
      if (problem.row !== lastRow) badRows += 1;
      lastRow = problem.row;
      if (listed.length < KEPT) listed.push({ ...problem, text: problemText(problem) });
    },
    get problems() {
      return { listed, count, badRows, countByKind };
    },
  };
}

/** A row that has other columns than the first one. */
export const wrongWidth = (row: number, width: number, expected: number): NewProblem => ({
  row,
  kind: "wrong number of columns",
  field: "columns",
  value: String(width),
  allowed: String(expected),
});

/** Lines for people: how many of which kind, then the first twenty by row. Empty where nothing is wrong. */
export function describeProblems(problems: RowProblems, rowCount: number): readonly string[] {
  if (problems.count === 0) return [];
  const kinds = [...problems.countByKind].map(([kind, count]) => `${kind} ${count}`).join(", ");
  const named = problems.listed.slice(0, NAMED).map(({ text }) => `  ${text}`);
  const rest = problems.count - named.length;
  return [
    `${problems.badRows} of ${rowCount} rows ${problems.badRows === 1 ? "is" : "are"} bad (${kinds})`,
    ...named,
    ...(rest > 0 ? [`  … and ${rest} more`] : []),
  ];
}

/** The end of the run: thrown for the first bad row, told with all of them. */
export function badRowsError(input: {
  readonly path: string;
  readonly problems: RowProblems;
  readonly rowCount: number;
  /** What the person may want to do about it, one sentence each. */
  readonly advice: readonly string[];
}): PriceFileError {
  const first = input.problems.listed[0]!;
  const [head, ...lines] = describeProblems(input.problems, input.rowCount);
  return new PriceFileError(
    { path: input.path, row: first.row, field: first.field, value: first.value, allowed: first.allowed },
    [`${input.path}: ${head}`, ...lines, ...input.advice].join("\n"),
  );
}

const problemText = (problem: NewProblem): string =>
  `row ${problem.row}: ${problem.kind}: ${problem.field} is ${problem.value === "" ? "empty" : problem.value}; allowed: ${problem.allowed}`;
