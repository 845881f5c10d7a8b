/** The reader of bytes against csv-parse and Number: the same fields, to the last bit, in one piece or in many. */
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { candleChunks } from "../../src/prices/candle-chunks.ts";
import { readCandles, type CandleFile, type Candles } from "../../src/prices/candles.ts";
import { csvScan } from "../../src/prices/csv-scan.ts";
import { parseNumber } from "../../src/prices/decimal-bytes.ts";
import { rejectionOf, temporaryFolder, thrownBy } from "./temporary-file.ts";
import { gzipSync } from "node:zlib";

const folder = temporaryFolder();
const T = 1_700_000_040_000;

interface Scanned {
  readonly row: number;
  readonly fields: readonly string[];
  readonly numbers: readonly number[];
}

function scanned(text: string, pieceBytes = Number.POSITIVE_INFINITY): readonly Scanned[] {
  const lines: Scanned[] = [];
  const scan = csvScan("file.csv", (line) => {
    const places = Array.from({ length: line.width }, (_, index) => index);
    lines.push({
      row: line.row,
      fields: places.map((place) => line.text(place)),
      numbers: places.map((place) => line.number(place)),
    });
    return true;
  });
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += pieceBytes) scan.push(bytes.subarray(from, from + pieceBytes));
  scan.end();
  return lines;
}

function byLibrary(text: string): readonly Scanned[] {
  const lines: Scanned[] = [];
  parse(text, {
    bom: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    on_record: (fields: readonly string[], { lines: row }) => {
      lines.push({ row, fields, numbers: fields.map((field) => parseNumber(field) ?? Number.NaN) });
      return null;
    },
  });
  return lines;
}

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.tuple(fc.integer(), fc.nat(99_999_999)).map(([whole, part]) => `${whole}.${part}`),
  fc.stringMatching(/^[+-]?\d{0,25}\.?\d{0,30}$/),
  fc.constantFrom("61800.30", "-0", "+5", "5.", ".5", ".", "-", "1e-05", "1E999", "0x10", "NaN", "Infinity", "1 2", ""),
);
const quoted = fc.constantFrom('"100.5"', '"1,000"', '" 7 "', '"a ""b"""', '""');
const blanks = fc.constantFrom("", " ", "\t", "  ");
const field = fc
  .tuple(
    blanks,
    fc.oneof(
      { weight: 8, arbitrary: number },
      { weight: 1, arbitrary: quoted },
      { weight: 1, arbitrary: fc.constantFrom("price", "é", "日") },
    ),
    blanks,
  )
  .map((parts) => parts.join(""));
const line = fc.oneof(
  { weight: 9, arbitrary: fc.array(field, { minLength: 1, maxLength: 8 }).map((fields) => fields.join(",")) },
  { weight: 1, arbitrary: fc.constantFrom("", "  ", ",", ",,,") },
);

describe("R14.3 CSV from its bytes", () => {
  it("R14.3 P20 the same fields, numbers and row numbers as csv-parse gives", () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.constantFrom("", "\ufeff"),
        fc.boolean(),
        (lines, end, mark, ended) => {
          // A line first that is no doubt about what ends it.
          const text = `${mark}${["1,2", ...lines].join(end)}${ended ? end : ""}`;
          expect(scanned(text)).toEqual(byLibrary(text));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("R14.3 P20 pieces of any length give the same lines", () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.constantFrom("\n", "\r\n"),
        fc.integer({ min: 3, max: 40 }),
        (lines, end, bytes) => {
          const text = ["\ufeffone,2", ...lines].join(end);
          expect(scanned(text, bytes)).toEqual(scanned(text));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("R14.3 refuses a line without an end, and quotation marks that do not close", () => {
    expect(thrownBy(() => scanned("1".repeat(3 << 20), 1 << 16)).message).toContain("longer than 1048576 bytes");
    expect(thrownBy(() => scanned('1,2\n3,"4\n5,6')).message).toContain("file.csv, row 2: the row cannot be read");
  });
});

const price = fc.integer({ min: 90, max: 110 });
/** Mostly sound, now and then repeated, late, crossed, quiet or no row at all. */
const candleLine = fc
  .tuple(
    fc.constantFrom(1, 1, 1, 1, 1, 1, 1, 2, 5, 0, -1),
    price,
    price,
    fc.constantFrom(0, 0, 0, 0, 0, 9),
    fc.constantFrom("7", "7", "0", "", "-1"),
  )
  .map(([step, open, close, crossed, volume]) => ({
    step,
    rest: `${open},${Math.max(open, close) + 1 - crossed},${Math.min(open, close)},${close},${volume}`,
  }));

const wholeOf = async (path: string, badRows: "stop" | "skip", chunkRows: number) => {
  const chunks: Candles[] = [];
  let seen: Pick<CandleFile, "rowCount" | "problems" | "gaps" | "quietCandles"> | null = null;
  for await (const chunk of candleChunks({ path, symbol: "X/USDT", badRows, chunkRows, timeframeMs: 60_000 })) {
    expect(chunk.candles.at.length).toBeLessThanOrEqual(chunkRows);
    chunks.push(chunk.candles);
    ({ seen } = chunk);
  }
  const column = (name: "at" | "high" | "volume"): readonly number[] => chunks.flatMap((chunk) => [...chunk[name]!]);
  return { at: column("at"), high: column("high"), volume: column("volume"), ...seen! };
};

describe("R14.3 candles in chunks", () => {
  it("R14.3 P20 chunks are the whole: candles, bad rows, gaps, quiet candles, and the refusal", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(candleLine, { minLength: 3, maxLength: 40 }),
        fc.integer({ min: 2, max: 9 }),
        fc.boolean(),
        async (lines, chunkRows, packed) => {
          let atMs = T;
          const text = [
            "timestamp_ms,open,high,low,close,volume",
            ...lines.map(({ step, rest }) => `${(atMs += step * 60_000)},${rest}`),
          ].join("\n");
          const path = folder.file("chunks.csv", packed ? gzipSync(text) : text);
          for (const badRows of ["stop", "skip"] as const) {
            const inChunks = () => wholeOf(path, badRows, chunkRows);
            let file: CandleFile;
            try {
              file = readCandles({ path, symbol: "X/USDT", badRows, timeframeMs: 60_000 });
            } catch (error) {
              expect((await rejectionOf(inChunks)).message).toBe((error as Error).message);
              continue;
            }
            const { candles, rowCount, problems, gaps, quietCandles } = file;
            const { at, high, volume } = candles;
            expect(await inChunks()).toEqual({
              at: [...at],
              high: [...high],
              volume: [...volume!],
              rowCount,
              problems,
              gaps,
              quietCandles,
            });
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([
    ["a missing file", () => `${folder.path}/none.csv`, /there is no such file/],
    ["an empty file", () => folder.file("empty.csv", ""), /the file is empty/],
    [
      "a cut gzip file",
      () => folder.file("cut.gz", gzipSync(`${T},1,2,1,2\n`.repeat(99)).subarray(0, 40)),
      /ends in the middle/,
    ],
    ["a header only", () => folder.file("header.csv", "timestamp_ms,open,high,low,close\n"), /a header and no candles/],
    ["a single candle", () => folder.file("one.csv", `${T},1,2,1,2\n`), /cannot be told from one candle/],
  ])("R14.3 refuses %s as the whole reading does", async (_, path, message) => {
    const reading = { path: path(), symbol: "X/USDT", badRows: "stop" } as const;
    const error = await rejectionOf(async () => {
      for await (const chunk of candleChunks(reading)) expect(chunk).toBe("none");
    });
    expect(error.message).toMatch(message);
    expect(thrownBy(() => readCandles(reading)).message).toBe(error.message);
  });
});
