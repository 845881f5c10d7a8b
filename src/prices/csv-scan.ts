/**
 * The lines of a CSV file, read from its bytes as they come, in one piece or in many (R14.3).
 *
 * Promises: one line object for the whole file, so no object per row; a row number is the line of the file, 1 for the
 * first; blank lines are counted and passed over. A line with a quotation mark goes through csv-parse. Nothing is kept
 * but the line that a piece ends in. It does not know what a column means.
 */
import { parse } from "csv-parse/sync";
import { parseNumber, plainDecimal } from "./decimal-bytes.ts";
import { priceFileError, type PriceFileError } from "./price-file-error.ts";

/** One line, to be looked at while it is handed over; the next line overwrites it. */
export interface CsvLine {
  readonly row: number;
  readonly width: number;
  /** The number in a field; NaN where it is none. */
  number(position: number): number;
  /** The field as it stands, without blanks around it. */
  text(position: number): string;
}

export interface CsvScan {
  /** Hands on every line that ends in what has come so far; false once nobody wants more. */
  push(piece: Uint8Array): boolean;
  /** Hands on the last line where no line break ends it. */
  end(): void;
}

const COMMA = 44;
const QUOTE = 34;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** A line longer than this is no row of prices. */
const LONGEST_LINE_BYTES = 1 << 20;

/** Throws PriceFileError while it scans; `onLine` answers whether it wants another line. */
export function csvScan(path: string, onLine: (line: CsvLine) => boolean): CsvScan {
  let bytes: Buffer = Buffer.alloc(0);
  /** Where the line begins that has not ended yet. */
  let lineStart = 0;
  let lineBreak = 0;
  let started = false;
  let stopped = false;
  let row = 0;
  let width = 0;
  let starts = new Int32Array(64);
  let ends = new Int32Array(64);
  let texts: readonly string[] | null = null;

  const text = (position: number): string =>
    texts === null ? bytes.toString("utf8", starts[position], ends[position]).trim() : texts[position]!;
  const line: CsvLine = {
    get row() {
      return row;
    },
    get width() {
      return width;
    },
    number(position) {
      const value = texts === null ? plainDecimal(bytes, starts[position]!, ends[position]!) : Number.NaN;
      return Number.isNaN(value) ? (parseNumber(text(position)) ?? Number.NaN) : value;
    },
    text,
  };

  const field = (from: number, to: number): void => {
    let start = from;
    let end = to;
    while (start < end && isBlank(bytes[start]!)) start += 1;
    while (end > start && isBlank(bytes[end - 1]!)) end -= 1;
    if (width === starts.length) {
      starts = grown(starts);
      ends = grown(ends);
    }
    starts[width] = start;
    ends[width] = end;
    width += 1;
  };

  const endLine = (lineEnd: number, quoted: boolean): void => {
    row += 1;
    texts = quoted ? quotedFields(path, bytes.toString("utf8", lineStart, lineEnd), row) : null;
    if (texts !== null) width = texts.length;
    const blank = !quoted && width === 1 && text(0) === "";
    if (!blank && !onLine(line)) stopped = true;
    width = 0;
  };

  /** Every line that ends before `end`, from `lineStart` on. */
  const lines = (end: number): void => {
    let fieldStart = lineStart;
    let quoted = false;
    for (let index = lineStart; index < end && !stopped; index++) {
      const byte = bytes[index]!;
      // Digits, points and minus signs come after the comma: most bytes are done with one look.
      if (byte > COMMA) continue;
      if (byte === COMMA) {
        field(fieldStart, index);
        fieldStart = index + 1;
      } else if (byte === lineBreak) {
        field(fieldStart, index);
        endLine(index, quoted);
        lineStart = fieldStart = index + 1;
        quoted = false;
      } else if (byte === QUOTE) quoted = true;
    }
    width = 0;
  };

  return {
    push(piece) {
      const rest = bytes.subarray(lineStart);
      const next = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      bytes = rest.length === 0 ? next : Buffer.concat([rest, next]);
      lineStart = started ? 0 : afterByteOrderMark(bytes);
      started = true;
      if (lineBreak === 0) lineBreak = lineBreakOf(bytes);
      if (lineBreak !== 0) lines(bytes.length);
      if (bytes.length - lineStart > LONGEST_LINE_BYTES && !stopped) {
        throw rowError(path, row + 1, `longer than ${LONGEST_LINE_BYTES} bytes`);
      }
      return !stopped;
    },
    end() {
      if (stopped || lineStart >= bytes.length) return;
      if (lineBreak === 0) lineBreak = LINE_FEED;
      bytes = Buffer.concat([bytes.subarray(lineStart), Buffer.of(lineBreak)]);
      lineStart = 0;
      lines(bytes.length);
    },
  };
}

/** Space, tab and the four that break lines or pages. */
const isBlank = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);

function grown(places: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(places.length * 2);
  larger.set(places);
  return larger;
}

const afterByteOrderMark = (bytes: Buffer): number =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;

/** What ends the first line ends them all: a line feed, with or without a carriage return, or one of these alone; 0 for not known yet. */
function lineBreakOf(bytes: Buffer): number {
  const feedAt = bytes.indexOf(LINE_FEED);
  const returnAt = bytes.indexOf(CARRIAGE_RETURN);
  if (returnAt === -1 || (feedAt !== -1 && feedAt <= returnAt + 1)) return feedAt === -1 ? 0 : LINE_FEED;
  return returnAt + 1 === bytes.length ? 0 : CARRIAGE_RETURN;
}

function quotedFields(path: string, text: string, row: number): readonly string[] {
  try {
    const [fields] = parse(text, { trim: true, relax_column_count: true, record_delimiter: "\n" });
    return fields ?? [""];
  } catch (cause) {
    throw rowError(path, row, cause instanceof Error ? cause.message : String(cause));
  }
}

const rowError = (path: string, row: number, reason: string): PriceFileError =>
  priceFileError(
    { path, row, field: null, value: null, allowed: "rows of fields separated by commas" },
    `the row cannot be read (${reason})`,
  );
