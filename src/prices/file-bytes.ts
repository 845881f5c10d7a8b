/**
 * The bytes of a price file, unpacked where it is gzip: decided by its first two bytes, not by its name (R14.3).
 *
 * Promises: what cannot be read whole is refused: a missing file, a folder, an empty file, a download that was cut.
 * It does not look at rows.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { FORMAT_NAMES, foreignFormat, priceFormat } from "./price-format.ts";
import { priceFileError, PriceFileError } from "./price-file-error.ts";

const ALLOWED = "a CSV file, plain or gzip (or JSON, Parquet, feather)";

/** All bytes of a file, unpacked. Throws PriceFileError. */
export function readFileBytes(path: string): Buffer {
  const raw = readWhole(path);
  if (raw.length === 0) throw fileError(path, "the file is empty");
  const bytes = isGzip(raw) ? unpack(path, raw) : raw;
  if (bytes.length === 0) throw fileError(path, "the file holds no text once it is unpacked");
  return bytes;
}

const PIECE_BYTES = 1 << 20;

/**
 * A file in pieces that end where a line ends, as long as lines end in line feeds: memory that was read into once is read into
 * again, which takes a tenth of the time that fresh memory takes. A piece is overwritten by the next one. Throws PriceFileError.
 */
export function* linePieces(path: string): Generator<Buffer, void, undefined> {
  let fd: number | null = null;
  try {
    fd = openSync(path, "r");
    let buffer = Buffer.allocUnsafeSlow(2 * PIECE_BYTES);
    let held = 0;
    for (;;) {
      if (buffer.length - held < PIECE_BYTES) buffer = Buffer.concat([buffer.subarray(0, held)], buffer.length * 2);
      const read = readSync(fd, buffer, held, PIECE_BYTES, null);
      const filled = held + read;
      if (read === 0) {
        if (filled > 0) yield buffer.subarray(0, filled);
        return;
      }
      const end = buffer.lastIndexOf(10, filled - 1) + 1;
      if (end > 0) yield buffer.subarray(0, end);
      buffer.copyWithin(0, end, filled);
      held = filled - end;
    }
  } catch (cause) {
    throw cause instanceof PriceFileError ? cause : readingError(path, cause);
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

/** The first bytes of a file, and how many it has in all. Throws PriceFileError. */
export function fileHead(path: string): { readonly head: Buffer; readonly size: number } {
  let fd: number | null = null;
  try {
    fd = openSync(path, "r");
    const head = Buffer.alloc(HEAD_BYTES);
    return { head: head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0)), size: fstatSync(fd).size };
  } catch (cause) {
    throw readingError(path, cause);
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

const HEAD_BYTES = 1 << 16;

/** All bytes of a CSV file, unpacked. Throws PriceFileError. */
export function readCsvBytes(path: string): Buffer {
  const bytes = readFileBytes(path);
  refuseOtherThanCsv(path, bytes);
  return bytes;
}

/** Looks at the beginning of a file: throws PriceFileError where it is not CSV. */
export function refuseOtherThanCsv(path: string, bytes: Buffer): void {
  const foreign = foreignFormat(bytes);
  if (foreign !== null) throw fileError(path, foreign);
  const format = priceFormat(bytes);
  if (format !== "csv") throw fileError(path, `the file is ${FORMAT_NAMES[format]}, which is not read here`);
  if (bytes.subarray(0, 4096).includes(0)) throw fileError(path, "the file is not text in UTF-8 (it holds zero bytes)");
}

function readWhole(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw readingError(path, cause);
  }
}

/** The file could not be opened, read or unpacked. */
export function readingError(path: string, cause: unknown): PriceFileError {
  return fileError(path, reasonOfReading(cause));
}

function reasonOfReading(cause: unknown): string {
  switch (codeOf(cause)) {
    case "ENOENT":
    case "ENOTDIR":
      return "there is no such file";
    case "EISDIR":
      return "this is a folder";
    case "EACCES":
    case "EPERM":
      return "the file may not be read (permission denied)";
    case "Z_BUF_ERROR":
      return "the file ends in the middle of the compressed data (cut short by a download or a full disk?)";
    case "Z_DATA_ERROR":
      return `the compressed data is damaged (${messageOf(cause)})`;
    default:
      return `the file cannot be read (${messageOf(cause)})`;
  }
}

export const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

function unpack(path: string, bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw readingError(path, cause);
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

const codeOf = (cause: unknown): unknown =>
  typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;

export const fileError = (path: string, wrong: string): PriceFileError =>
  priceFileError({ path, row: null, field: null, value: null, allowed: ALLOWED }, wrong);
