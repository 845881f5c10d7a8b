/** Candles kept in a folder: whole files or none, days that are over told from one that was running (R14.3). */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { CANDLE_HEADER, DAY_MS, openCandleCache, type CandleRow } from "../../src/prices/candle-cache.ts";
import { folder } from "../cli/command.ts";

const DAY = Date.parse("2025-03-01T00:00:00Z");
const SERIES = { venue: "binanceusdm", symbol: "BTC/USDT:USDT", timeframe: "1m" };
const ROWS: readonly CandleRow[] = [
  [DAY, "1.10", "2.00", "1.00", "1.50", "0"],
  [DAY + 60_000, "1.50", "1.50", "1.50", "1.50", "12.000"],
];

describe("candle cache", () => {
  it("R14.3 gives back what was kept, digit by digit; a day that is over takes the place of the running one", () => {
    const { path } = folder();
    const cache = openCandleCache(path);
    expect(cache.read(SERIES, DAY)).toBeNull();
    cache.write(SERIES, DAY, { rows: ROWS.slice(0, 1), isOver: false });
    expect(cache.read(SERIES, DAY)).toEqual({ rows: ROWS.slice(0, 1), isOver: false });
    expect(cache.list()).toMatchObject([{ ...SERIES, days: 0, runningDays: 1 }]);
    cache.write(SERIES, DAY, { rows: ROWS, isOver: true });
    expect(cache.read(SERIES, DAY)).toEqual({ rows: ROWS, isOver: true });
    expect(cache.list()).toMatchObject([
      { ...SERIES, days: 1, runningDays: 0, firstDay: "2025-03-01", lastDay: "2025-03-01" },
    ]);
  });

  it("R14.3 names of markets stand for themselves in paths, and lead nowhere else", () => {
    const { path } = folder();
    const cache = openCandleCache(path);
    const symbols = ["../../../../tmp/X:Y", "A.B/C:D-250101", "1000*PEPE/USDT", "ÄÖ/USDT"];
    for (const symbol of symbols) cache.write({ ...SERIES, symbol }, DAY, { rows: ROWS, isOver: true });
    expect(readdirSync(path)).toEqual(["candles"]);
    expect(readdirSync(join(path, "candles", "binanceusdm"))).toHaveLength(symbols.length);
    expect(
      cache
        .list()
        .map(({ symbol }) => symbol)
        .toSorted(),
    ).toEqual(symbols.toSorted());
  });

  it.each([
    ["cut short", gzipSync([CANDLE_HEADER, ROWS[0]!.join(",")].join("\n")).subarray(0, 40)],
    ["no gzip", Buffer.from("hello")],
    ["empty", Buffer.alloc(0)],
    ["another header", gzipSync("a,b\n1,2\n")],
    ["a field that is missing", gzipSync(`${CANDLE_HEADER}\n${DAY},1,1,1,1\n`)],
    ["no number", gzipSync(`${CANDLE_HEADER}\n${DAY},1,1,1,x,1\n`)],
    ["of another day", gzipSync(`${CANDLE_HEADER}\n${DAY + DAY_MS},1,1,1,1,1\n`)],
    ["out of order", gzipSync(`${CANDLE_HEADER}\n${DAY + 60_000},1,1,1,1,1\n${DAY},1,1,1,1,1\n`)],
  ])("R14.3 a file that cannot be read is as good as not there: %s", (_what, bytes) => {
    const { path } = folder();
    const inside = join(path, "candles", "binanceusdm", "BTC%2FUSDT%3AUSDT", "1m");
    mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, "2025-03-01.csv.gz"), bytes);
    expect(openCandleCache(path).read(SERIES, DAY)).toBeNull();
  });

  it("R14.3 what others have left in the folder is not listed", () => {
    const { path } = folder();
    mkdirSync(join(path, "candles", "binanceusdm", "%E0%A4%A", "1m"), { recursive: true });
    mkdirSync(join(path, "candles", "okx", "BTC%2FUSDT", "1m"), { recursive: true });
    writeFileSync(join(path, "candles", "okx", "BTC%2FUSDT", "1m", "2025-03-01.csv.gz.77.tmp"), "half");
    writeFileSync(join(path, "candles", "note.txt"), "hello");
    expect(openCandleCache(path).list()).toEqual([]);
  });
});
