/** Files of other programs say the same as CSV, and their rows meet the same judgement. */
import { readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import {
  Bool,
  makeData,
  Table,
  tableFromArrays,
  tableToIPC,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Vector,
  type DataType,
} from "apache-arrow";
import { describe, expect, it } from "vitest";
import { loadPriceFile, readPriceFile } from "../../src/prices/price-file.ts";
import type { CandleFile, CandleReading } from "../../src/prices/candles.ts";
import type { TradeFile } from "../../src/prices/trades.ts";
import { rejectionOf, temporaryFolder, thrownBy } from "./temporary-file.ts";

const folder = temporaryFolder();
const FIXTURES = new URL("fixtures/", import.meta.url).pathname;
const T = 1_700_000_040_000;
const load = (path: string, more: Partial<CandleReading> = {}) =>
  loadPriceFile({ path, symbol: "BTC/USDT", badRows: "stop", ...more });
const candlesOf = async (path: string, more: Partial<CandleReading> = {}): Promise<CandleFile> => {
  const loaded = await load(path, more);
  if (loaded.kind !== "candles") throw new Error("these are trades");
  return loaded.file;
};
const refusal = (path: string, more: Partial<CandleReading> = {}) => rejectionOf(() => load(path, more));

const names = readdirSync(FIXTURES).filter((name) => /^candles-.*\.(parquet|feather)$/.test(name));

describe("R14.3 candles of every format", () => {
  it.each(names)("R14.3 %s says what candles.csv says, and names its quiet candle", async (name) => {
    const file = await candlesOf(`${FIXTURES}${name}`);
    expect(file.candles).toEqual((await candlesOf(`${FIXTURES}candles.csv`)).candles);
    expect([file.timeframeMs, file.rowCount, file.gaps.count]).toEqual([60_000, 120, 0]);
    // Records are counted from 1, and a line of CSV has the header above it.
    expect(file.quietCandles).toEqual({ count: 1, firstRows: [6] });
  });

  it.each(["decimals.parquet", "decimals.feather"])(
    "R14.3 %s: decimals are exact, and volume may be missing",
    async (name) => {
      const { candles } = await candlesOf(`${FIXTURES}${name}`);
      expect([[...candles.at], [...candles.close], candles.volume]).toEqual([[T, T + 60_000], [100.1, 100.3], null]);
    },
  );

  it.each(["trades-lz4.feather", "trades-zstd.parquet"])("R14.3 %s: trades among other columns", async (name) => {
    const loaded = await load(`${FIXTURES}${name}`);
    expect(loaded.kind).toBe("trades");
    const { trades } = loaded.file as TradeFile;
    expect(Array.from(trades.at.subarray(0, 4))).toEqual([T, T, T + 1, T + 1]);
    expect(Array.from(trades.taker.subarray(0, 4))).toEqual([-1, 1, 1, -1]);
    expect([trades.price[29], trades.amount[29]]).toEqual([102.9, 29.5]);
  });

  it("R14.3 freqtrade's JSON, plain and gzip, numbers as numbers or as text", async () => {
    const rows = [
      [T, 100, 101, 99, 100.5, 7],
      [T + 60_000, "100.5", "102", "100", "1e2", "0"],
    ];
    const text = JSON.stringify(rows);
    for (const path of [folder.file("a.json", text), folder.file("a.json.gz", gzipSync(` ${text}`))]) {
      const { candles, quietCandles } = await candlesOf(path);
      expect([[...candles.open], [...candles.close], [...candles.volume!]]).toEqual([
        [100, 100.5],
        [100.5, 100],
        [7, 0],
      ]);
      expect(quietCandles).toEqual({ count: 1, firstRows: [2] });
    }
    const wide = folder.file("wide.json", JSON.stringify(rows.map((row) => [...row, 1, "x"])));
    const columns = "timestamp_ms,open,high,low,close,volume,-,-";
    expect((await candlesOf(wide, { columns })).candles.at).toHaveLength(2);
  });

  it.each([
    ["seconds", new TimestampSecond(), [1_700_000_040n, 1_700_000_100n]],
    ["milliseconds", new TimestampMillisecond(), [1_700_000_040_000n, 1_700_000_100_000n]],
    ["microseconds", new TimestampMicrosecond(), [1_700_000_040_000_000n, 1_700_000_100_000_000n]],
    ["nanoseconds", new TimestampNanosecond(), [1_700_000_040_000_000_000n, 1_700_000_100_000_000_000n]],
  ] as const)("R14.3 feather with times in %s", async (unit, type, times) => {
    const path = arrowFile(`${unit}.feather`, { date: vectorOf(type, BigInt64Array.from(times)), ...prices(2) });
    expect([...(await candlesOf(path)).candles.at]).toEqual([T, T + 60_000]);
  });

  it("R14.3 a time that is no whole millisecond is refused with its row, not cut", async () => {
    const times = BigInt64Array.from([1_700_000_040_000_000n, 1_700_000_100_000_500n]);
    const path = arrowFile("parts.feather", { date: vectorOf(new TimestampMicrosecond(), times), ...prices(2) });
    expect((await refusal(path)).message).toContain("row 2: not a number: timestamp_ms is 1700000100000.5");
  });

  it.each([
    ["pairs", "timestamp_ms=when,open=first,high=top,low=bottom,close=last"],
    ["the columns as they stand", "-,timestamp_ms,open,high,low,close"],
  ])("R14.3 foreign names are told by a mapping: %s", async (_, columns) => {
    const one = prices(2);
    const path = arrowFile("foreign.feather", {
      flag: vectorOf(new Bool(), new Uint8Array(1), 2),
      when: Float64Array.of(T, T + 60_000),
      first: one.open,
      top: one.high,
      bottom: one.low,
      last: one.close,
    });
    expect((await candlesOf(path, { columns })).candles.open).toEqual(one.open);
    const csv = folder.file("foreign.csv", `x,when,first,top,bottom,last\nq,${T},1,2,1,2\nq,${T + 60_000},1,2,1,2\n`);
    expect((await candlesOf(csv, { columns })).candles.at).toHaveLength(2);
    expect((await refusal(path)).message).toContain("neither those of candles nor those of trades");
  });

  it.each([
    ["a cut Parquet file", () => folder.file("cut.parquet", "PAR1xxxxxxxxxxxxxxxx"), /the Parquet file cannot be read/],
    [
      "a cut feather file",
      () => folder.file("cut.feather", "ARROW1\0\0xxxxxxxxxxxxxx"),
      /the feather file cannot be read/,
    ],
    ["a zip archive", () => folder.file("a.zip", "PK\u0003\u0004xxxx"), /a zip archive: unpack it first/],
    ["damaged JSON", () => folder.file("cut.json", "[[1,"), /the JSON cannot be read/],
    ["JSON of another shape", () => folder.file("object.json", '{"a":1}'), /the JSON is not an array of rows/],
    ["JSON rows that are none", () => folder.file("rows.json", "[[1,2,3,4,5],7]"), /row 2: the row is not an array/],
    [
      "a table without a column",
      () => arrowFile("less.feather", { date: Float64Array.of(T), open: Float64Array.of(1) }),
      /the table has no column high/,
    ],
  ])("R14.3 refuses %s", async (_, path, message) => {
    expect((await refusal(path())).message).toMatch(message);
  });

  it("R14.3 the way that reads CSV alone says which format it was given", () => {
    const path = `${FIXTURES}candles-lz4.feather`;
    expect(thrownBy(() => readPriceFile({ path, symbol: "X/USDT", badRows: "stop" })).message).toContain(
      "the file is feather",
    );
  });
});

/** What a trader's file can have wrong, in each format: the same rows, the same words. */
describe("R14.3 one judgement for rows of every format", () => {
  type Row = readonly (number | null)[];
  const good = (index: number): Row => [T + index * 60_000, 100, 101, 99, 100.5, 7];
  const at = (index: number, ...rest: Row): Row => [T + index * 60_000, ...rest];
  const formats: readonly (readonly [string, (rows: readonly Row[]) => string, number])[] = [
    ["CSV", (rows) => folder.file("j.csv", rows.map((row) => row.map((value) => value ?? "").join(",")).join("\n")), 0],
    ["JSON", (rows) => folder.file("j.json", JSON.stringify(rows)), 0],
    ["feather", (rows) => arrowFile("j.feather", columnsOf(rows)), 0],
  ];
  const wrongs: readonly (readonly [string, Row, string])[] = [
    ["out of order", at(0.5, 100, 101, 99, 100.5, 7), "row 3: out of order: timestamp_ms is"],
    ["a time twice", at(1, 100, 101, 99, 100.5, 7), "row 3: duplicate time: timestamp_ms is"],
    ["seconds", [1_700_000_160, 100, 101, 99, 100.5, 7], "wrong unit of time: timestamp_ms is 1700000160 (seconds?)"],
    ["high below low", at(2, 100, 99, 101, 100.5, 7), "row 3: high below low: high is 99"],
    ["open outside", at(2, 102, 101, 99, 100.5, 7), "row 3: high and low do not enclose open and close: open is 102"],
    ["a price of zero", at(2, 100, 101, 0, 100.5, 7), "row 3: price not positive: low is 0"],
    ["a negative volume", at(2, 100, 101, 99, 100.5, -1), "row 3: volume negative: volume is -1"],
    ["nothing", at(2, 100, null, 99, 100.5, 7), "row 3: not a number: high is empty"],
  ];
  it.each(
    formats.flatMap(([format, write]) =>
      wrongs.map(([what, row, words]) => [format, what, write, row, words] as const),
    ),
  )("R14.3 %s: %s stops with its row, or is left out", async (_, __, write, row, words) => {
    const path = write([good(0), good(1), row, good(3), good(4)]);
    const error = await refusal(path);
    expect(error.message).toContain(words);
    expect(error).toMatchObject({ path, row: 3 });
    expect([...(await candlesOf(path, { badRows: "skip" })).candles.at]).toEqual(
      [0, 1, 3, 4].map((index) => T + index * 60_000),
    );
  });

  it.each(formats)("R14.3 %s: rows of different units are named as a mixture", async (_, write) => {
    const seconds = (index: number): Row => [(T + index * 60_000) / 1000, 100, 101, 99, 100.5, 7];
    const error = await refusal(write([good(0), seconds(1), good(2), seconds(3), good(4)]));
    expect(error.message).toContain(
      "Times stand in different units: milliseconds in 3 rows (1, 3, 5); seconds in 2 rows (2, 4). Bring them all to milliseconds.",
    );
  });

  it.each(formats)("R14.3 %s: candles of zero volume are kept and named, refused, or left out", async (_, write) => {
    const path = write([good(0), at(1, 100, 101, 99, 100.5, 0), good(2), at(3, 100, 101, 99, 100.5, 0)]);
    expect((await candlesOf(path)).quietCandles).toEqual({ count: 2, firstRows: [2, 4] });
    expect((await refusal(path, { zeroVolume: "stop", badRows: "skip" })).message).toContain(
      "2 of 4 rows are bad (no volume 2)\n  row 2: no volume: volume is 0; allowed: more than 0",
    );
    const kept = await candlesOf(path, { zeroVolume: "skip", timeframeMs: 60_000 });
    expect([...kept.candles.at]).toEqual([T, T + 120_000]);
    expect([kept.problems.count, kept.quietCandles.count, kept.gaps.largest?.row]).toEqual([2, 0, 1]);
  });
});

function prices(count: number): Readonly<Record<"open" | "high" | "low" | "close", Float64Array>> {
  const column = (value: number): Float64Array => new Float64Array(count).fill(value);
  return { open: column(100), high: column(101), low: column(99), close: column(100.5) };
}

function columnsOf(
  rows: readonly (readonly (number | null)[])[],
): Readonly<Record<string, readonly (number | null)[]>> {
  const fields = ["date", "open", "high", "low", "close", "volume"];
  return Object.fromEntries(fields.map((name, index) => [name, rows.map((row) => row[index]!)]));
}

function vectorOf(type: DataType, data: BigInt64Array | Uint8Array, length = data.length): Vector {
  return new Vector([makeData({ type: type as never, length, data: data as never })]);
}

/** Whole numbers and gaps need no types of their own: Arrow makes float64 of numbers. */
function arrowFile(name: string, columns: Readonly<Record<string, unknown>>): string {
  const vectors = Object.fromEntries(
    Object.entries(columns).map(([column, values]) => [
      column,
      values instanceof Vector ? values : tableFromArrays({ x: values as number[] }).getChild("x")!,
    ]),
  );
  return folder.file(name, tableToIPC(new Table(vectors), "file"));
}
