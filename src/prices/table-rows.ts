/**
 * The rows of a table that is stored by columns (Parquet, feather), for the same judges as those of CSV (R14.3).
 *
 * Promises: a row number is the record's, 1 for the first. Columns that nobody asked for are left aside. Values that
 * are text are read like those of CSV; a value that is missing is empty, never zero.
 */
import { isStandardOrder, mappedLayout, presentColumns, tableLayout, type LayoutQuestion } from "./column-layout.ts";
import { parseNumber } from "./decimal-bytes.ts";
import { priceFileError, type PriceFileError } from "./price-file-error.ts";
import type { RowTaker, RowView } from "./row-view.ts";

/** A table whose columns can be read each as a whole. Times come as milliseconds since 1970. */
export interface Table {
  readonly names: readonly string[];
  readonly rowCount: number;
  /** The values of the columns at these places, in the same order. */
  columns(positions: readonly number[]): Promise<readonly TableColumn[]>;
}

/** Numbers, text, or null where there is none. */
export type TableColumn = ArrayLike<unknown>;

/** Shows all rows to the taker; answers with the columns that the table has. Throws PriceFileError. */
export async function readTableRows(
  question: LayoutQuestion,
  table: Table,
  taker: RowTaker,
): Promise<readonly string[]> {
  const { names, rowCount } = table;
  const layout =
    question.columns === undefined ? tableLayout(question, names) : mappedLayout(question, question.columns, names);
  if (layout.width !== names.length) throw widthError(question.path, layout.width, names);
  const wanted = layout.positions.filter((position) => position !== -1);
  const read = await table.columns(wanted);
  const columns = layout.positions.map((position) => (position === -1 ? null : read[wanted.indexOf(position)]!));
  let index = 0;
  const view: RowView = {
    get row() {
      return index + 1;
    },
    isStandardOrder: isStandardOrder(layout),
    number(column) {
      const values = columns[column]!;
      return values === null ? 0 : numberOf(values[index]);
    },
    text(column) {
      const values = columns[column]!;
      return values === null ? null : textOf(values[index]);
    },
  };
  taker.expect(rowCount);
  for (; index < rowCount; index++) taker.see(view);
  return presentColumns(question.format, layout);
}

/** A value as a finite number; NaN where it is none. */
export function numberOf(value: unknown): number {
  if (typeof value === "number") return Number.isFinite(value) ? value : Number.NaN;
  if (typeof value === "string") return parseNumber(value.trim()) ?? Number.NaN;
  return typeof value === "bigint" ? Number(value) : Number.NaN;
}

/** A value as CSV would have it. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value.trim();
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean"
    ? String(value)
    : JSON.stringify(value);
}

/** Milliseconds of a moment that is counted in smaller units: exact where it is whole, else with its fraction. */
export function momentMs(count: bigint, unitsPerMs: bigint): number {
  return count % unitsPerMs === 0n ? Number(count / unitsPerMs) : Number(count) / Number(unitsPerMs);
}

const widthError = (path: string, named: number, names: readonly string[]): PriceFileError =>
  priceFileError(
    {
      path,
      row: null,
      field: "columns",
      value: String(named),
      allowed: `a name, or - to leave it aside, for each of the ${names.length} columns ${names.join(",")}; or pairs like open=first`,
    },
    `--columns names ${named} columns and the table has ${names.length}`,
  );
