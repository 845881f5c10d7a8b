/**
 * The rows of a JSON file, an array of arrays as freqtrade and the exchanges' own interfaces write it (R14.3).
 *
 * Promises: a row number is the place in the outer array, 1 for the first. Numbers may stand as numbers or as text.
 * JSON is read whole, with an array for each row: for files of millions of rows take another format.
 */
import { fileError } from "./file-bytes.ts";
import {
  isStandardOrder,
  mappedLayout,
  presentColumns,
  standardLayout,
  standardText,
  type LayoutQuestion,
} from "./column-layout.ts";
import { priceFileError, type PriceFileError } from "./price-file-error.ts";
import type { RowTaker, RowView } from "./row-view.ts";
import { numberOf, textOf } from "./table-rows.ts";

/** Throws PriceFileError where it is not an array of arrays. */
export function parseJsonRows(path: string, bytes: Buffer): readonly (readonly unknown[])[] {
  const rows = parsed(path, bytes);
  if (!Array.isArray(rows)) throw shapeError(path, null, rows);
  const other = rows.findIndex((row) => !Array.isArray(row));
  if (other !== -1) throw shapeError(path, other + 1, rows[other]);
  return rows as readonly (readonly unknown[])[];
}

/** Shows all rows to the taker; answers with the columns that they have. Throws PriceFileError. */
export function readJsonRows(
  question: LayoutQuestion,
  rows: readonly (readonly unknown[])[],
  taker: RowTaker,
): readonly string[] {
  const { path, format, columns } = question;
  const [first] = rows;
  if (first === undefined) {
    throw priceFileError(
      { path, row: null, field: null, value: null, allowed: standardText(format) },
      "the file has no rows",
    );
  }
  const layout =
    columns === undefined ? standardLayout(question, first.length, 1) : mappedLayout(question, columns, null);
  const { positions, width } = layout;
  let index = 0;
  const value = (column: number): unknown => rows[index]![positions[column]!];
  const view: RowView = {
    get row() {
      return index + 1;
    },
    isStandardOrder: isStandardOrder(layout),
    number: (column) => (positions[column] === -1 ? 0 : numberOf(value(column))),
    text: (column) => (positions[column] === -1 ? null : textOf(value(column))),
  };
  taker.expect(rows.length);
  for (; index < rows.length; index++) {
    const found = rows[index]!.length;
    if (found === width) taker.see(view);
    else taker.seeWrongWidth(index + 1, found, width);
  }
  return presentColumns(format, layout);
}

function parsed(path: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8").replace(/^\ufeff/, ""));
  } catch (cause) {
    throw fileError(path, `the JSON cannot be read (${cause instanceof Error ? cause.message : String(cause)})`);
  }
}

const shapeError = (path: string, row: number | null, value: unknown): PriceFileError =>
  priceFileError(
    {
      path,
      row,
      field: null,
      value: JSON.stringify(value).slice(0, 60),
      allowed: "an array of arrays [ms, open, high, low, close, volume]",
    },
    row === null ? "the JSON is not an array of rows" : "the row is not an array",
  );
