/**
 * Where the columns of a format stand in a file: told by a header or by names in the file, by a mapping, or standard.
 *
 * A mapping is either the columns as they stand (`timestamp_ms,low,high,open,close,-`, where "-" is one to leave aside)
 * or, where the file has names, pairs of ours and theirs (`timestamp_ms=ts,open=o,high=h,low=l,close=c`).
 *
 * Promises: a column that is missing, unknown or there twice is refused, with what is allowed. It reads no values.
 */
import { priceFileError, type PriceFileError } from "./price-file-error.ts";

const IGNORED_COLUMN = "-";

export interface ColumnFormat {
  /** What the file holds, for messages: "candles". */
  readonly what: string;
  /** All columns in their standard order; optional ones come last. */
  readonly columns: readonly string[];
  readonly optionalColumns: number;
  /** Other names for them in a header or a table, the most telling first. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
}

/** Where each column of the format stands in the file, −1 for one that it does not have; and how many it has. */
export interface Layout {
  readonly positions: readonly number[];
  readonly width: number;
}

/** Which file, for which format, by which mapping. */
export interface LayoutQuestion {
  readonly path: string;
  readonly format: ColumnFormat;
  readonly columns?: string | undefined;
}

/** By a header line. Unknown names are refused: a file of another kind is told by them. Throws PriceFileError. */
export function headerLayout(question: LayoutQuestion, header: readonly string[], row: number): Layout {
  return layoutFromNames(question, ourNames(question.format, header), { row, field: "header" });
}

/** By the names of a table that may hold other columns too. Throws PriceFileError. */
export function tableLayout(question: LayoutQuestion, names: readonly string[]): Layout {
  const { format } = question;
  const ours = ourNames(format, names).map((name) => (format.columns.includes(name) ? name : IGNORED_COLUMN));
  return layoutFromNames(question, ours, { row: null, field: "table", found: names });
}

/** By the mapping; `header` where the file has names. Throws PriceFileError. */
export function mappedLayout(question: LayoutQuestion, columns: string, header: readonly string[] | null): Layout {
  const names = mappedNames(question.path, columns, header);
  return layoutFromNames(question, names, { row: null, field: "columns" });
}

/** What a mapping calls the columns as they stand in the file. Throws PriceFileError. */
export function mappedNames(path: string, columns: string, header: readonly string[] | null): readonly string[] {
  const parts = columns.split(",").map((part) => part.trim());
  if (!columns.includes("=")) return parts;
  const refuse = (value: string, allowed: string, wrong: string): PriceFileError =>
    priceFileError({ path, row: null, field: "columns", value, allowed }, wrong);
  if (header === null) {
    throw refuse(columns, "the columns as they stand", "--columns names columns of a file that has no names");
  }
  const ours = new Map<string, string>();
  for (const part of parts) {
    const [our, their, ...more] = part.split("=").map((name) => name.trim());
    if (our === undefined || their === undefined || more.length > 0) {
      throw refuse(part, "pairs like open=first", `--columns has ${JSON.stringify(part)} among pairs`);
    }
    if (!header.includes(their)) {
      throw refuse(their, header.join(","), `--columns names ${JSON.stringify(their)}, which the file does not have`);
    }
    if (ours.has(their)) throw refuse(their, "each column once", `--columns names ${JSON.stringify(their)} twice`);
    ours.set(their, our);
  }
  return header.map((name) => ours.get(name) ?? IGNORED_COLUMN);
}

/** For a file without names: the standard order. Throws PriceFileError. */
export function standardLayout(question: LayoutQuestion, width: number, row: number): Layout {
  const { columns, optionalColumns } = question.format;
  if (width > columns.length || width < columns.length - optionalColumns) {
    throw priceFileError(
      {
        path: question.path,
        row,
        field: "columns",
        value: String(width),
        allowed: `${standardText(question.format)}, or other columns named by a header or by --columns`,
      },
      `${width} ${width === 1 ? "column" : "columns"} and no header`,
    );
  }
  return { positions: columns.map((_, index) => (index < width ? index : -1)), width };
}

/** The names of a header in our words: in small letters, and of several aliases of a column the most telling one. */
export function ourNames(format: Pick<ColumnFormat, "aliases">, names: readonly string[]): readonly string[] {
  const small = names.map((name) => name.trim().toLowerCase());
  const ours = [...small];
  for (const [our, aliases] of format.aliases) {
    if (small.includes(our)) continue;
    const alias = aliases.find((each) => small.includes(each));
    if (alias !== undefined) ours[small.indexOf(alias)] = our;
  }
  return ours;
}

/** Whether the columns stand as they would without a header or a mapping. */
export const isStandardOrder = ({ positions, width }: Layout): boolean =>
  positions.every((position, index) => (index < width ? position === index : position === -1));

export const presentColumns = (format: ColumnFormat, layout: Layout): readonly string[] =>
  format.columns.filter((_, index) => layout.positions[index] !== -1);

export const standardText = (format: ColumnFormat): string => format.columns.join(",");

type Place =
  | { readonly row: number | null; readonly field: "header" }
  | { readonly row: null; readonly field: "columns" }
  | { readonly row: null; readonly field: "table"; readonly found: readonly string[] };

const SOURCES = { header: "the header", columns: "--columns", table: "the table" } as const;

function layoutFromNames(question: LayoutQuestion, names: readonly string[], place: Place): Layout {
  const { path, format } = question;
  const { columns, optionalColumns } = format;
  const from = SOURCES[place.field];
  const refuse = (value: string, wrong: string): PriceFileError =>
    priceFileError({ path, row: place.row, field: place.field, value, allowed: allowedNames(format, place) }, wrong);
  for (const [index, name] of names.entries()) {
    if (name === IGNORED_COLUMN && place.field !== "header") continue;
    if (!columns.includes(name)) throw refuse(name, `${from} has the unknown column ${JSON.stringify(name)}`);
    if (names.indexOf(name) !== index) throw refuse(name, `${from} names the column ${name} twice`);
  }
  const required = columns.slice(0, columns.length - optionalColumns);
  for (const name of required) {
    if (names.includes(name)) continue;
    const found = place.field === "table" ? place.found : names;
    throw refuse(found.join(","), `${from} has no column ${name}`);
  }
  return { positions: columns.map((name) => names.indexOf(name)), width: names.length };
}

function allowedNames(format: ColumnFormat, place: Place): string {
  const standard = `${standardText(format)} in any order`;
  if (place.field === "columns") return `${standard}, and ${IGNORED_COLUMN} for a column to leave aside`;
  if (place.field === "header") return `${standard}; for other names say what the columns are with --columns`;
  const example = `${format.columns[0]}=…,${format.columns[1]}=…`;
  return `${standard}; for other names say which is which with --columns ${example}; the table has ${place.found.join(",")}`;
}
