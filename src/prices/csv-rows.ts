/**
 * The rows of a CSV file with named columns: the order comes from the header, or from a mapping, or is the standard one.
 *
 * Promises: numbers are read from decimal text alone; a row number is the line of the file, 1 for the first;
 * rows go to the caller one at a time, nothing is collected. It does not know what a column means.
 */
import {
  headerLayout,
  isStandardOrder,
  mappedLayout,
  presentColumns,
  standardLayout,
  standardText,
  type Layout,
  type LayoutQuestion,
} from "./column-layout.ts";
import { csvScan, type CsvLine, type CsvScan } from "./csv-scan.ts";
import { looksNumeric } from "./decimal-bytes.ts";
import { linePieces, readCsvBytes } from "./file-bytes.ts";
import { priceFileError } from "./price-file-error.ts";
import type { RowTaker, RowView } from "./row-view.ts";

/** Reads the whole file; answers with the columns that it has. Throws PriceFileError. */
export function readCsvRows(
  question: LayoutQuestion,
  taker: RowTaker,
  bytes: Buffer = readCsvBytes(question.path),
): readonly string[] {
  const rows = csvRows(question, taker);
  taker.expect(likelyLines(bytes));
  rows.scan.push(bytes);
  return rows.end();
}

/** The same from a file of plain text, piece by piece. `head` are its first bytes, `size` is how many it has. */
export function readCsvPieces(
  question: LayoutQuestion,
  taker: RowTaker,
  { head, size }: { readonly head: Buffer; readonly size: number },
): readonly string[] {
  const rows = csvRows(question, taker);
  taker.expect(likelyLines(head, size));
  for (const piece of linePieces(question.path)) if (!rows.scan.push(piece)) break;
  return rows.end();
}

const SAMPLE_BYTES = 1 << 16;

/** How many lines there will be if all are as long as the first ones, and a few more. */
function likelyLines(bytes: Buffer, size = bytes.length): number {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  let lines = 1;
  for (let at = sample.indexOf(10); at !== -1; at = sample.indexOf(10, at + 1)) lines += 1;
  return Math.ceil((size / sample.length) * lines * 1.02);
}

/** A reading of rows that come in pieces. */
export interface CsvRows {
  readonly scan: Pick<CsvScan, "push">;
  /** Whether the file has a column, once its first line has come. */
  has(column: string): boolean;
  /** After the last piece: the columns that the file has. Throws PriceFileError for a file without a row. */
  end(): readonly string[];
}

export function csvRows(question: LayoutQuestion, taker: RowTaker): CsvRows {
  let layout: Layout | null = null;
  let positions: readonly number[] = [];
  let width = 0;
  let line: CsvLine | null = null;
  const view: RowView = {
    get row() {
      return line!.row;
    },
    get isStandardOrder() {
      return isStandardOrder(layout!);
    },
    number(column) {
      const position = positions[column]!;
      return position === -1 ? 0 : line!.number(position);
    },
    text(column) {
      const position = positions[column]!;
      return position === -1 ? null : line!.text(position);
    },
  };
  const scan = csvScan(question.path, (current) => {
    if (layout === null) {
      const first = firstLine(question, current);
      layout = first.layout;
      ({ positions, width } = layout);
      if (first.isHeader) return true;
    }
    if (current.width === width) {
      line = current;
      taker.see(view);
    } else taker.seeWrongWidth(current.row, current.width, width);
    return true;
  });
  return {
    scan,
    has: (column) => layout !== null && presentColumns(question.format, layout).includes(column),
    end() {
      scan.end();
      if (layout !== null) return presentColumns(question.format, layout);
      throw priceFileError(
        { path: question.path, row: null, field: null, value: null, allowed: standardText(question.format) },
        "the file has no rows",
      );
    },
  };
}

function firstLine(question: LayoutQuestion, line: CsvLine): { readonly layout: Layout; readonly isHeader: boolean } {
  const fields = fieldsOf(line);
  const isHeader = !fields.some(looksNumeric);
  if (question.columns !== undefined) {
    return { layout: mappedLayout(question, question.columns, isHeader ? fields : null), isHeader };
  }
  const { row } = line;
  return {
    layout: isHeader ? headerLayout(question, fields, row) : standardLayout(question, fields.length, row),
    isHeader,
  };
}

/** The first row of a file as it stands, to find out what it holds; null where there is none. */
export function firstRecord(path: string, bytes: Buffer): readonly string[] | null {
  let first: readonly string[] | null = null;
  const scan = csvScan(path, (line) => {
    first = fieldsOf(line);
    return false;
  });
  scan.push(bytes);
  scan.end();
  return first;
}

const fieldsOf = (line: CsvLine): readonly string[] =>
  Array.from({ length: line.width }, (_, index) => line.text(index));
