/**
 * A feather file (version 2, which is an Arrow file) as a table, read by apache-arrow (R14.3).
 *
 * Promises: times come in whole milliseconds where the file has them, whatever unit it counts in, by exact integers.
 * Buffers that are packed with LZ4 or ZSTD are unpacked; anything else that is packed is refused.
 */
import { zstdDecompressSync } from "node:zlib";
import type { Data, DataType, Date_, Timestamp, Vector } from "apache-arrow";
import { priceFileError } from "./price-file-error.ts";
import { momentMs, type Table, type TableColumn } from "./table-rows.ts";

/** Throws PriceFileError. */
export async function featherTable(path: string, bytes: Buffer): Promise<Table> {
  const arrow = await import("apache-arrow");
  const { decompress } = await import("lz4js");
  const { compressionRegistry: codecs } = arrow;
  codecs.set(arrow.CompressionType.LZ4_FRAME, { decode: (packed) => decompress(packed) });
  codecs.set(arrow.CompressionType.ZSTD, { decode: (packed) => zstdDecompressSync(packed) });
  try {
    const table = arrow.tableFromIPC(bytes);
    const { DataType: Kind } = arrow;
    const columns = (positions: readonly number[]): readonly TableColumn[] =>
      positions.map((position) => {
        const vector: Vector<DataType> | null = table.getChildAt(position);
        if (vector === null) return [];
        if (Kind.isTimestamp(vector.type)) return moments(vector, unitOfTimestamp(vector.type));
        if (Kind.isDecimal(vector.type)) return decimals(vector, vector.type.scale);
        return Kind.isDate(vector.type) ? moments(vector, unitOfDate(vector.type)) : valuesOf(vector);
      });
    return {
      names: table.schema.fields.map((field) => field.name),
      rowCount: table.numRows,
      columns: (positions) => Promise.resolve(columns(positions)),
    };
  } catch (cause) {
    throw priceFileError(
      { path, row: null, field: null, value: null, allowed: "a whole feather file of version 2" },
      `the feather file cannot be read (${cause instanceof Error ? cause.message : String(cause)})`,
    );
  }
}

/** How a count becomes milliseconds: so many to one, or so many of one. */
interface CountedIn {
  readonly unitsPerMs: bigint;
  readonly msPerUnit: number;
}

/** Arrow's TimeUnit: second, millisecond, microsecond, nanosecond. */
const TIMESTAMP_UNITS: readonly CountedIn[] = [
  { unitsPerMs: 1n, msPerUnit: 1000 },
  { unitsPerMs: 1n, msPerUnit: 1 },
  { unitsPerMs: 1000n, msPerUnit: 1 },
  { unitsPerMs: 1_000_000n, msPerUnit: 1 },
];
const DAYS: CountedIn = { unitsPerMs: 1n, msPerUnit: 86_400_000 };

const unitOfTimestamp = (type: Timestamp): CountedIn => TIMESTAMP_UNITS[type.unit]!;
/** Arrow's DateUnit: day, millisecond. */
const unitOfDate = (type: Date_): CountedIn => (type.unit === 0 ? DAYS : TIMESTAMP_UNITS[1]!);

/** From the stored integers: what the library makes of them is a number that may have lost digits. */
function moments(vector: Vector<DataType>, unit: CountedIn): TableColumn {
  const all = new Float64Array(vector.length);
  let index = 0;
  for (const data of vector.data as readonly Data<DataType>[]) {
    const counts = data.values as ArrayLike<bigint | number>;
    for (let place = 0; place < data.length; place++) {
      const isThere = data.nullCount === 0 || data.getValid(place);
      all[index] = isThere ? momentMs(BigInt(counts[place]!), unit.unitsPerMs) * unit.msPerUnit : Number.NaN;
      index += 1;
    }
  }
  return all;
}

/** Whole numbers of a power of ten, as text that is read exactly. */
const decimals = (vector: Vector<DataType>, scale: number): TableColumn =>
  Array.from({ length: vector.length }, (_, index) => {
    const count = vector.get(index) as { toString(): string } | null;
    return count === null ? null : `${count.toString()}e${-scale}`;
  });

function valuesOf(vector: Vector<DataType>): TableColumn {
  const isPlain = vector.nullCount === 0 && vector.data.length === 1;
  const values: unknown = isPlain ? vector.data[0]!.values : null;
  if (values instanceof Float64Array && values.length === vector.length) return values;
  return Array.from({ length: vector.length }, (_, index) => vector.get(index) as unknown);
}
