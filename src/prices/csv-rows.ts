/**
 * The rows of a CSV file with named columns: the order comes from the header, or from a mapping
 * (`--columns timestamp_ms,low,high,open,close,-`, where "-" is a column to leave aside), or is the standard one.
 *
 * Promises: numbers are read from decimal text alone; a row number is the line of the file, 1 for the first;
 * rows go to the caller one at a time, nothing is collected. It does not know what a column means.
 */
import { parse } from "csv-parse/sync";
import { readCsvBytes } from "./csv-bytes.ts";
import { PriceFileError, priceFileError } from "./price-file-error.ts";

const IGNORED_COLUMN = "-";

export interface CsvFormat {
  /** What the file holds, for messages: "candles". */
  readonly what: string;
  /** All columns in their standard order; optional ones come last. */
  readonly columns: readonly string[];
  readonly optionalColumns: number;
}

export interface CsvReading {
  readonly path: string;
  readonly format: CsvFormat;
  /** The columns as they stand in the file, separated by commas; overrules a header. */
  readonly columns?: string | undefined;
  /** The fields in the standard order; null for an optional column that the file does not have. */
  readonly onRow: (fields: readonly (string | null)[], row: number) => void;
  /** A row with too few or too many columns. */
  readonly onWrongWidth: (row: number, width: number, expected: number) => void;
}

/** Reads the whole file; answers with the columns that it has. Throws PriceFileError. */
export function readCsvRows(reading: CsvReading): readonly string[] {
  const bytes = readCsvBytes(reading.path);
  const mapped = reading.columns === undefined ? null : mappedLayout(reading, reading.columns);
  let layout: Layout | null = null;
  const take = (fields: readonly string[], row: number): void => {
    if (layout === null) {
      const header = !fields.some(looksNumeric);
      layout = mapped ?? (header ? headerLayout(reading, fields, row) : standardLayout(reading, fields.length, row));
      if (header) return;
    }
    if (fields.length !== layout.width) return reading.onWrongWidth(row, fields.length, layout.width);
    reading.onRow(
      layout.positions.map((position) => (position === null ? null : fields[position]!)),
      row,
    );
  };
  eachRecord(reading.path, bytes, take);
  if (layout === null) {
    throw priceFileError({ ...wholeFile(reading), allowed: standardText(reading.format) }, "the file has no rows");
  }
  return presentColumns(reading.format, layout);
}

/** The first rows of a file as they stand, to find out what it holds. */
export function firstRecords(path: string, count: number): readonly (readonly string[])[] {
  const records: (readonly string[])[] = [];
  eachRecord(path, readCsvBytes(path), (fields) => records.push(fields), count);
  return records;
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** A finite number from decimal text ("61800.3", "1e-05"), or null: no hex, no NaN, no Infinity, no empty text. */
export function parseNumber(text: string): number | null {
  if (!DECIMAL.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

export const looksNumeric = (text: string): boolean => DECIMAL.test(text);

/** Where each column of the format stands in the file. */
interface Layout {
  readonly positions: readonly (number | null)[];
  readonly width: number;
}

function eachRecord(
  path: string,
  bytes: Buffer,
  take: (fields: readonly string[], row: number) => void,
  count = -1,
): void {
  try {
    parse(bytes, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      to: count,
      on_record: (fields: readonly string[], context) => {
        take(fields, context.lines);
        return null;
      },
    });
  } catch (cause) {
    if (cause instanceof PriceFileError) throw cause;
    const row = typeof cause === "object" && cause !== null && "lines" in cause ? Number(cause.lines) : null;
    throw priceFileError(
      { path, row, field: null, value: null, allowed: "rows of fields separated by commas" },
      `the row cannot be read (${cause instanceof Error ? cause.message : String(cause)})`,
    );
  }
}

function mappedLayout(reading: CsvReading, columns: string): Layout {
  const names = columns.split(",").map((name) => name.trim());
  return layoutFromNames(reading, names, { row: null, field: "columns" });
}

function headerLayout(reading: CsvReading, header: readonly string[], row: number): Layout {
  const names = header.map((name) => name.toLowerCase());
  return layoutFromNames(reading, names, { row, field: "header" });
}

function standardLayout(reading: CsvReading, width: number, row: number): Layout {
  const { columns, optionalColumns } = reading.format;
  if (width > columns.length || width < columns.length - optionalColumns) {
    throw priceFileError(
      {
        path: reading.path,
        row,
        field: "columns",
        value: String(width),
        allowed: `${standardText(reading.format)}, or other columns named by a header or by --columns`,
      },
      `${width} ${width === 1 ? "column" : "columns"} and no header`,
    );
  }
  return { positions: columns.map((_, index) => (index < width ? index : null)), width };
}

function layoutFromNames(
  reading: CsvReading,
  names: readonly string[],
  place: { readonly row: number | null; readonly field: "header" | "columns" },
): Layout {
  const { columns, optionalColumns } = reading.format;
  const from = place.field === "header" ? "the header" : "--columns";
  const refuse = (value: string, wrong: string): PriceFileError =>
    priceFileError({ path: reading.path, ...place, value, allowed: allowedNames(reading.format, place.field) }, wrong);
  for (const [index, name] of names.entries()) {
    if (name === IGNORED_COLUMN && place.field === "columns") continue;
    if (!columns.includes(name)) throw refuse(name, `${from} has the unknown column ${JSON.stringify(name)}`);
    if (names.indexOf(name) !== index) throw refuse(name, `${from} names the column ${name} twice`);
  }
  const required = columns.slice(0, columns.length - optionalColumns);
  for (const name of required) {
    if (!names.includes(name)) throw refuse(names.join(","), `${from} has no column ${name}`);
  }
  const positions = columns.map((name) => (names.includes(name) ? names.indexOf(name) : null));
  return { positions, width: names.length };
}

const presentColumns = (format: CsvFormat, layout: Layout): readonly string[] =>
  format.columns.filter((_, index) => layout.positions[index] !== null);

const standardText = (format: CsvFormat): string => format.columns.join(",");

const allowedNames = (format: CsvFormat, field: "header" | "columns"): string =>
  field === "header"
    ? `${standardText(format)} in any order; for other names say what the columns are with --columns`
    : `${standardText(format)} in any order, and ${IGNORED_COLUMN} for a column to leave aside`;

const wholeFile = (
  reading: CsvReading,
): { readonly path: string; readonly row: null; readonly field: null; readonly value: null } => ({
  path: reading.path,
  row: null,
  field: null,
  value: null,
});
