/**
 * A Parquet file as a table, read by hyparquet; what it compresses with is unpacked by Node itself (R14.3).
 *
 * Promises: times come in whole milliseconds where the file has them, whatever unit it counts in; only columns that are
 * asked for are unpacked. Nested columns are not columns of prices and are not offered.
 */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import type { Compressors, ParquetParsers } from "hyparquet";
import { priceFileError, type PriceFileError } from "./price-file-error.ts";
import { momentMs, type Table, type TableColumn } from "./table-rows.ts";

/** Throws PriceFileError. */
export async function parquetTable(path: string, bytes: Buffer): Promise<Table> {
  const { parquetMetadata, parquetRead, parquetSchema } = await import("hyparquet");
  const buffer = arrayBufferOf(bytes);
  const metadata = attempt(path, () => parquetMetadata(buffer));
  const names = attempt(path, () => parquetSchema(metadata).children.map(({ element }) => element.name));
  const rowCount = Number(metadata.num_rows);
  return {
    names,
    rowCount,
    async columns(positions) {
      const wanted = positions.map((position) => names[position]!);
      const pieces = new Map<string, Piece[]>(wanted.map((name) => [name, []]));
      try {
        await parquetRead({
          file: buffer,
          metadata,
          columns: wanted,
          compressors: await compressors(),
          parsers: MOMENTS,
          onChunk: ({ columnName, columnData, rowStart }) => pieces.get(columnName)?.push({ rowStart, columnData }),
        });
      } catch (cause) {
        throw damagedError(path, cause);
      }
      return wanted.map((name) => joined(pieces.get(name)!, rowCount));
    },
  };
}

interface Piece {
  readonly rowStart: number;
  readonly columnData: TableColumn;
}

/** Row groups come as they are done: each goes where its rows are. */
function joined(pieces: readonly Piece[], rowCount: number): TableColumn {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1 && only.rowStart === 0) return only.columnData;
  const values = Array.from({ length: rowCount }, (): unknown => null);
  for (const { rowStart, columnData } of pieces) {
    for (let index = 0; index < columnData.length; index++) values[rowStart + index] = columnData[index];
  }
  return values;
}

const DAY_MS = 86_400_000;

const MOMENTS: Partial<ParquetParsers> = {
  timestampFromMilliseconds: Number,
  timestampFromMicroseconds: (micros) => momentMs(BigInt(micros), 1000n),
  timestampFromNanoseconds: (nanos) => momentMs(BigInt(nanos), 1_000_000n),
  dateFromDays: (days) => days * DAY_MS,
};

/** Snappy is hyparquet's own. LZO and the LZ4 of old Hadoop programs are refused. */
async function compressors(): Promise<Compressors> {
  const { decompressBlock } = await import("lz4js");
  return {
    GZIP: (input) => gunzipSync(input),
    BROTLI: (input) => brotliDecompressSync(input),
    ZSTD: (input) => zstdDecompressSync(input),
    LZ4_RAW(input, outputLength) {
      const output = new Uint8Array(outputLength);
      decompressBlock(input, output, 0, input.length, 0);
      return output;
    },
  };
}

const arrayBufferOf = (bytes: Buffer): ArrayBuffer =>
  bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength
    ? bytes.buffer
    : new Uint8Array(bytes).buffer;

function attempt<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    throw damagedError(path, cause);
  }
}

const damagedError = (path: string, cause: unknown): PriceFileError =>
  priceFileError(
    { path, row: null, field: null, value: null, allowed: "a whole Parquet file" },
    `the Parquet file cannot be read (${cause instanceof Error ? cause.message : String(cause)})`,
  );
