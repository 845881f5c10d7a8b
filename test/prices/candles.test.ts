import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readCandles, type CandleReading } from "../../src/prices/candles.ts";
import { describeProblems } from "../../src/prices/row-problems.ts";
import { PriceFileError } from "../../src/prices/price-file-error.ts";
import { temporaryFolder, thrownBy } from "./temporary-file.ts";

const folder = temporaryFolder();
const HEADER = "timestamp_ms,open,high,low,close,volume";
const T = 1_700_000_040_000;
const row = (index: number, prices = "100,101,99,100.5,7"): string => `${T + index * 60_000},${prices}`;
const file = (...lines: readonly string[]): string => folder.file(`${Math.random()}.csv`, `${lines.join("\n")}\n`);
const read = (path: string, more: Partial<CandleReading> = {}) =>
  readCandles({ path, symbol: "BTC/USDT", badRows: "stop", ...more });
const failure = (path: string, more: Partial<CandleReading> = {}): PriceFileError => {
  const error = thrownBy(() => read(path, more));
  expect(error).toBeInstanceOf(PriceFileError);
  return error as PriceFileError;
};

describe("R14.3 candles from a CSV file", () => {
  it("R14.3 reads the standard columns, with and without a header, plain and gzip", () => {
    const text = [row(0), row(1, "100.5,102,100,1e2,0"), row(2)].join("\n");
    const paths = [
      folder.file("plain.csv", `${HEADER}\n${text}\n`),
      folder.file("headless.csv", text),
      folder.file("windows.csv", `\ufeff${HEADER}\n${text}\n`.replaceAll("\n", "\r\n")),
      folder.file("packed.csv.gz", gzipSync(`${HEADER}\n${text}`)),
      folder.file("packed-under-another-name.csv", gzipSync(text)),
      folder.file("plain-under-another-name.csv.gz", text),
    ];
    for (const path of paths) {
      const { candles, timeframeMs, rowCount, problems, gaps } = read(path);
      expect([...candles.at]).toEqual([T, T + 60_000, T + 120_000]);
      expect([...candles.open]).toEqual([100, 100.5, 100]);
      expect([...candles.high]).toEqual([101, 102, 101]);
      expect([...candles.low]).toEqual([99, 100, 99]);
      expect([...candles.close]).toEqual([100.5, 100, 100.5]);
      expect([...candles.volume!]).toEqual([7, 0, 7]);
      expect([timeframeMs, rowCount, problems.count, gaps.count]).toEqual([60_000, 3, 0, 0]);
    }
  });

  it("R14.3 takes other column orders from a header or from a mapping, and a mapping overrules a header", () => {
    const lines = [`7,100.5,99,101,100,${T}`, `7,100.5,99,101,100,${T + 60_000}`];
    const columns = "volume,close,low,high,open,timestamp_ms";
    for (const result of [
      read(file(columns, ...lines)),
      read(file(...lines), { columns }),
      read(file("v,c,l,h,o,when", ...lines), { columns }),
      read(file(HEADER, ...lines), { columns }),
    ]) {
      expect([result.candles.open[1], result.candles.high[1], result.candles.low[1], result.candles.close[1]]).toEqual([
        100, 101, 99, 100.5,
      ]);
    }
    const ignoring = read(file(`${row(0)},x`, `${row(1)},y`), { columns: `${HEADER},-` });
    expect(ignoring.candles.at.length).toBe(2);
  });

  it("R14.3 takes a file without volume (mark prices)", () => {
    const result = read(file("timestamp_ms,open,high,low,close", row(0, "100,101,99,100"), row(1, "100,101,99,100")));
    expect(result.candles.volume).toBeNull();
    expect(read(file(row(0, "100,101,99,100"), row(1, "100,101,99,100"))).candles.volume).toBeNull();
  });

  it.each([
    [
      "a missing file",
      () => `${folder.path}/none.csv`,
      /none\.csv: there is no such file; allowed: a CSV file, plain or gzip/,
    ],
    ["a folder", () => folder.path, /this is a folder/],
    ["an empty file", () => folder.file("empty.csv", ""), /the file is empty/],
    ["an empty gzip file", () => folder.file("empty.csv.gz", gzipSync("")), /holds no text once it is unpacked/],
    [
      "a gzip file that was cut",
      () => folder.file("cut.csv.gz", gzipSync(`${HEADER}\n${row(0)}\n${row(1)}`).subarray(0, 60)),
      /ends in the middle of the compressed data/,
    ],
    [
      "damaged gzip",
      () => folder.file("damaged.gz", Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 255, 255, 255, 255])),
      /compressed data is damaged/,
    ],
    ["UTF-16", () => folder.file("wide.csv", Buffer.from(`${HEADER}\n${row(0)}`, "utf16le")), /not text in UTF-8/],
    ["blank lines only", () => folder.file("blank.csv", "\n\n"), /the file has no rows; allowed: timestamp_ms,open/],
    ["a header only", () => file(HEADER), /a header and no candles/],
    ["an open quotation mark", () => file(HEADER, `"${row(0)}`), /row 2: the row cannot be read/],
  ])("R14.3 refuses %s", (_, path, message) => {
    expect(failure(path()).message).toMatch(message);
  });

  it.each([
    [
      "an unknown name in the header",
      HEADER.replace("open", "first"),
      undefined,
      /row 1: the header has the unknown column "first"; allowed: timestamp_ms,open,.*--columns/,
    ],
    [
      "a column missing in the header",
      "timestamp_ms,open,high,low,volume",
      undefined,
      /row 1: the header has no column close/,
    ],
    ["a column twice in the header", "timestamp_ms,open,open,high,low,close", undefined, /names the column open twice/],
    [
      "an unknown name in the mapping",
      HEADER,
      "timestamp_ms,open,high,low,last,volume",
      /--columns has the unknown column "last"/,
    ],
    ["a column missing in the mapping", HEADER, "timestamp_ms,open,high,low,-,volume", /--columns has no column close/],
  ])("R14.3 refuses %s", (_, header, columns, message) => {
    expect(failure(file(header, row(0), row(1)), { columns }).message).toMatch(message);
  });

  it("R14.3 refuses a number of columns that says nothing when nothing names them", () => {
    const error = failure(file(`${row(0)},1,2`, `${row(1)},1,2`));
    expect(error).toMatchObject({ row: 1, field: "columns", value: "8" });
    expect(error.message).toMatch(
      /8 columns and no header; allowed: timestamp_ms,open,high,low,close,volume, or other columns named/,
    );
  });

  it.each([
    ["an empty field", "100,,99,100,7", "not a number", "high", ""],
    ["NaN", "NaN,101,99,100,7", "not a number", "open", "NaN"],
    ["Infinity", "100,Infinity,99,100,7", "not a number", "high", "Infinity"],
    ["hex", "100,0x65,99,100,7", "not a number", "high", "0x65"],
    ["more than a float64 holds", "100,1e999,99,100,7", "not a number", "high", "1e999"],
    ["a thousands mark", '"1,000",101,99,100,7', "not a number", "open", "1,000"],
    ["a price of zero", "100,101,0,100,7", "price not positive", "low", "0"],
    ["a negative price", "-100,101,99,100,7", "price not positive", "open", "-100"],
    ["high below low", "100,99,101,100,7", "high below low", "high", "99"],
    ["an open outside", "102,101,99,100,7", "high and low do not enclose open and close", "open", "102"],
    ["a close outside", "100,101,99,98.9,7", "high and low do not enclose open and close", "close", "98.9"],
    ["a negative volume", "100,101,99,100,-1", "volume negative", "volume", "-1"],
    ["a column too few", "100,101,99", "wrong number of columns", "columns", "4"],
    ["a column too many", "100,101,99,100,7,8", "wrong number of columns", "columns", "7"],
  ])("R14.3 stops at %s with its row, and leaves it out on request", (_, prices, kind, field, value) => {
    const path = file(HEADER, row(0), row(1, prices), row(2), row(3));
    const error = failure(path);
    expect(error).toMatchObject({ path, row: 3, field, value });
    expect(error.message).toContain(`${path}: 1 of 4 rows is bad (${kind} 1)`);
    expect(error.message).toContain(`row 3: ${kind}: ${field} is ${value === "" ? "empty" : value}; allowed: `);

    const kept = read(path, { badRows: "skip" });
    expect([...kept.candles.at]).toEqual([T, T + 120_000, T + 180_000]);
    expect(kept.problems).toMatchObject({ count: 1, badRows: 1 });
    expect(kept.problems.listed[0]).toMatchObject({ row: 3, kind });
    expect(kept.gaps).toMatchObject({ count: 1, missingCandles: 1 });
  });

  it.each([
    ["seconds", "1700000100", "1700000100 (seconds?)"],
    ["microseconds", "1700000100000000", "1700000100000000 (microseconds?)"],
    ["nanoseconds", "1700000100000000000", "1700000100000000000 (nanoseconds?)"],
    ["a date as a number", "20240101", "20240101 (not a moment in milliseconds)"],
  ])("R14.3 names a time in %s", (_, time, value) => {
    const error = failure(file(HEADER, row(0), `${time},100,101,99,100,7`, row(2)));
    expect(error).toMatchObject({ row: 3, field: "timestamp_ms", value });
    expect(error.message).toContain("wrong unit of time 1");
  });

  it("R14.3 says what to do when all times are seconds", () => {
    const lines = [0, 60, 120].map((seconds) => `${1_700_000_040 + seconds},100,101,99,100,7`);
    for (const badRows of ["stop", "skip"] as const) {
      expect(failure(file(HEADER, ...lines), { badRows }).message).toMatch(
        /3 of 3 rows are bad \(wrong unit of time 3\)[^]*Times have to be milliseconds/,
      );
    }
  });

  it("R14.3 refuses written dates and parts of milliseconds", () => {
    expect(failure(file(HEADER, "2024-01-01T00:00:00Z,100,101,99,100,7", row(0))).message).toContain(
      "whole milliseconds since 1970, UTC",
    );
    expect(failure(file(HEADER, `${T}.5,100,101,99,100,7`, row(1))).message).toContain(`timestamp_ms is ${T}.5`);
  });

  it("R14.3 names rows that repeat a time and rows that go back", () => {
    const path = file(HEADER, row(0), row(2), row(1), row(2), row(3));
    const error = failure(path);
    expect(error.message).toContain("2 of 5 rows are bad (out of order 1, duplicate time 1)");
    expect(error.message).toContain(
      `row 4: out of order: timestamp_ms is ${T + 60_000}, 1 min before a row above; allowed: ${T + 120_000} or later`,
    );
    expect(error.message).toContain(
      `row 5: duplicate time: timestamp_ms is ${T + 120_000}; allowed: later than ${T + 120_000}`,
    );
    const kept = read(path, { badRows: "skip" });
    expect([...kept.candles.at]).toEqual([T, T + 120_000, T + 180_000]);
  });

  it("R14.3 keeps the good copy of a candle whose first copy was bad", () => {
    const kept = read(file(HEADER, row(0), row(1, "100,99,101,100,7"), row(1), row(2)), { badRows: "skip" });
    expect([...kept.candles.at]).toEqual([T, T + 60_000, T + 120_000]);
    expect(kept.problems.count).toBe(1);
  });

  it("R14.3 counts all bad rows and names the first twenty", () => {
    const path = file(
      HEADER,
      ...Array.from({ length: 50 }, (_, index) => row(index, index % 2 === 0 ? "100,101,99,100,7" : "0,101,99,100,7")),
    );
    const error = failure(path);
    expect(error.message).toContain("25 of 50 rows are bad (price not positive 25)");
    expect(error.message.match(/^ {2}row /gm)).toHaveLength(20);
    expect(error.message).toContain("… and 5 more");
    expect(error.message).toContain("--bad-rows skip leaves bad rows out.");
    const { problems, rowCount } = read(path, { badRows: "skip" });
    expect(describeProblems(problems, rowCount)).toHaveLength(22);
  });

  it("R14.3 helps with columns in another order and rows that run backwards", () => {
    const lines = [3, 2, 1].map((index) =>
      row(index, `${98 + index / 10},${103 + index / 10},100.${index},101.${index},7`),
    );
    const error = failure(file(HEADER, ...lines));
    expect(error.message).toContain("The rows run backwards (newest first)");
    expect(error.message).toContain("probably --columns timestamp_ms,low,high,open,close,volume");
    expect(failure(file(HEADER, ...lines), { badRows: "skip" }).message).toContain("The rows run backwards");
    const turned = lines.map((line) => line.split(",").toReversed().join(","));
    expect(failure(file("volume,close,low,high,open,timestamp_ms", ...turned)).message).toContain(
      "in every row the column named open is the lowest price and the one named high the highest. Say which is which with --columns.",
    );
  });

  it("R14.3 cannot tell the length of a single candle, unless it is said", () => {
    expect(failure(file(HEADER, row(0))).message).toMatch(
      /the length of a candle cannot be told from one candle; allowed: two good candles or more/,
    );
    expect(read(file(HEADER, row(0)), { timeframeMs: 60_000 }).timeframeMs).toBe(60_000);
  });

  it("R14.3 counts gaps as information and finds the length of candles in thin markets", () => {
    const { timeframeMs, gaps } = read(file(HEADER, row(0), row(1), row(2), row(5), row(6), row(16)));
    expect(timeframeMs).toBe(60_000);
    expect(gaps).toEqual({
      count: 2,
      missingCandles: 11,
      largest: { missingCandles: 9, afterMs: T + 6 * 60_000, row: 6 },
      largestFew: [
        { missingCandles: 9, afterMs: T + 6 * 60_000, row: 6 },
        { missingCandles: 2, afterMs: T + 2 * 60_000, row: 4 },
      ],
      overlaps: 0,
    });
    const thin = [0, 3, 6, 7, 10, 13, 16, 17, 20, 23].map((index) => row(index));
    expect(read(file(HEADER, ...thin)).timeframeMs).toBe(60_000);
  });
});
