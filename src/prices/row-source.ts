/**
 * The rows of a price file in whatever format it is written, behind one door (R14.3).
 *
 * Promises: the format is told by the content, gzip or not. The libraries of Parquet and feather are loaded when such a
 * file comes, not before. It judges nothing.
 */
import { looksNumeric } from "./decimal-bytes.ts";
import type { LayoutQuestion } from "./column-layout.ts";
import { firstRecord, readCsvPieces, readCsvRows } from "./csv-rows.ts";
import { featherTable } from "./feather-table.ts";
import { fileError, fileHead, isGzip, readFileBytes, refuseOtherThanCsv } from "./file-bytes.ts";
import { parseJsonRows, readJsonRows } from "./json-rows.ts";
import { parquetTable } from "./parquet-table.ts";
import { foreignFormat, priceFormat } from "./price-format.ts";
import type { RowTaker } from "./row-view.ts";
import { readTableRows, type Table } from "./table-rows.ts";

/** What is known of the columns before a row is read. */
export interface FoundColumns {
  /** The names that the file has itself. */
  readonly header: readonly string[] | null;
  /** Names, or the values of the first row. */
  readonly found: readonly string[];
}

export interface RowSource extends FoundColumns {
  /** Shows all rows to the taker; answers with the columns that the file has. Throws PriceFileError. */
  readRows(question: LayoutQuestion, taker: RowTaker): Promise<readonly string[]>;
}

/** Throws PriceFileError. */
export async function rowSource(path: string): Promise<RowSource> {
  const start = fileHead(path);
  if (isPlainCsv(start)) return csvPiecesSource(path, start);
  const bytes = readFileBytes(path);
  const foreign = foreignFormat(bytes);
  if (foreign !== null) throw fileError(path, foreign);
  switch (priceFormat(bytes)) {
    case "csv":
      return csvSource(path, bytes);
    case "json":
      return jsonSource(path, bytes);
    case "parquet":
      return tableSource(await parquetTable(path, bytes));
    case "feather":
      return tableSource(await featherTable(path, bytes));
  }
}

/** Throws PriceFileError. */
export function csvColumns(path: string, bytes: Buffer): FoundColumns {
  const found = firstRecord(path, bytes) ?? [];
  return { header: found.some(looksNumeric) ? null : found, found };
}

function csvSource(path: string, bytes: Buffer): RowSource {
  refuseOtherThanCsv(path, bytes);
  return {
    ...csvColumns(path, bytes),
    readRows: (question, taker) => Promise.resolve(readCsvRows(question, taker, bytes)),
  };
}

/** Lines that end in line feeds, and whose first one is among the first bytes; everything else is read whole. */
const isPlainCsv = ({ head }: ReturnType<typeof fileHead>): boolean =>
  head.includes(10) && !isGzip(head) && foreignFormat(head) === null && priceFormat(head) === "csv";

function csvPiecesSource(path: string, start: ReturnType<typeof fileHead>): RowSource {
  refuseOtherThanCsv(path, start.head);
  return {
    ...csvColumns(path, start.head),
    readRows: (question, taker) => Promise.resolve(readCsvPieces(question, taker, start)),
  };
}

function jsonSource(path: string, bytes: Buffer): RowSource {
  const rows = parseJsonRows(path, bytes);
  return {
    header: null,
    found: (rows[0] ?? []).map(String),
    readRows: (question, taker) => Promise.resolve(readJsonRows(question, rows, taker)),
  };
}

const tableSource = (table: Table): RowSource => ({
  header: table.names,
  found: table.names,
  readRows: (question, taker) => readTableRows(question, table, taker),
});
