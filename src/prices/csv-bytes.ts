/**
 * The bytes of a CSV file, unpacked where it is gzip: decided by its first two bytes, not by its name (R14.3).
 *
 * Promises: what cannot be read whole is refused: a missing file, a folder, an empty file, a download that was cut.
 * It does not look at rows.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { priceFileError, type PriceFileError } from "./price-file-error.ts";

const ALLOWED = "a CSV file, plain or gzip";

export function readCsvBytes(path: string): Buffer {
  const raw = readWhole(path);
  if (raw.length === 0) throw fileError(path, "the file is empty");
  const text = isGzip(raw) ? unpack(path, raw) : raw;
  if (text.length === 0) throw fileError(path, "the file holds no text once it is unpacked");
  if (text.subarray(0, 4096).includes(0)) throw fileError(path, "the file is not text in UTF-8 (it holds zero bytes)");
  return text;
}

function readWhole(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw fileError(path, reasonOfReading(cause));
  }
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
    default:
      return `the file cannot be read (${cause instanceof Error ? cause.message : String(cause)})`;
  }
}

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

function unpack(path: string, bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    if (codeOf(cause) === "Z_BUF_ERROR") {
      throw fileError(
        path,
        "the file ends in the middle of the compressed data (cut short by a download or a full disk?)",
      );
    }
    throw fileError(path, `the compressed data is damaged (${cause instanceof Error ? cause.message : String(cause)})`);
  }
}

const codeOf = (cause: unknown): unknown =>
  typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;

const fileError = (path: string, wrong: string): PriceFileError =>
  priceFileError({ path, row: null, field: null, value: null, allowed: ALLOWED }, wrong);
