/**
 * What a price file is written in, told by its first bytes and not by its name (R14.3).
 *
 * Promises: whatever is none of the others is taken for CSV, so that the reader of CSV says what is wrong with it.
 */

export type PriceFormat = "csv" | "json" | "parquet" | "feather";

/** As people write them. */
export const FORMAT_NAMES: Readonly<Record<PriceFormat, string>> = {
  csv: "CSV",
  json: "JSON",
  parquet: "Parquet",
  feather: "feather",
};

const PARQUET = "PAR1";
const FEATHER = "ARROW1";

/** Of bytes that are not gzip, or no longer. */
export function priceFormat(bytes: Buffer): PriceFormat {
  const magic = bytes.toString("latin1", 0, FEATHER.length);
  if (magic.startsWith(PARQUET)) return "parquet";
  if (magic === FEATHER) return "feather";
  const start = bytes.subarray(0, 1024).toString("utf8").trimStart();
  return start.startsWith("[") || start.startsWith("{") ? "json" : "csv";
}

/** Formats that are known by sight and not read here, with what to do about them; null for any other. */
export function foreignFormat(bytes: Buffer): string | null {
  const magic = bytes.toString("latin1", 0, 8);
  if (magic.startsWith("PK")) return "the file is a zip archive: unpack it first";
  if (magic.startsWith("FEA1")) return "the file is feather of version 1: write it again with version 2";
  if (magic.slice(1, 4) === "HDF") return "the file is HDF5: write it again as feather, Parquet or CSV";
  return null;
}
