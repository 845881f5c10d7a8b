/** Real files of many venues and years, where they are at hand: they live outside the repository. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { describeGaps, gapLines } from "../../src/prices/candle-spacing.ts";
import { readCandles } from "../../src/prices/candles.ts";
import { readFunding } from "../../src/prices/funding.ts";
import { parseLeverageBrackets, readLeverageBrackets } from "../../src/prices/leverage-brackets.ts";
import { marketOf, readMarketFile } from "../../src/prices/market-file.ts";
import { detectPriceFile, readPriceFile } from "../../src/prices/price-file.ts";
import { thrownBy } from "./temporary-file.ts";

const DATA = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
const present = existsSync(DATA);
const files = (folder: string, part = ""): readonly string[] =>
  present ? readdirSync(`${DATA}${folder}`).filter((name) => name.includes(part) && name.includes(".")) : [];
/** The largest files are left to the tests that name them. */
const small = (folder: string): readonly string[] =>
  files(folder).filter((name) => statSync(`${DATA}${folder}/${name}`).size < 200_000);
const read = (name: string, badRows: "stop" | "skip" = "stop") =>
  readCandles({ path: `${DATA}${name}`, symbol: "X/USDT", badRows });

const LENGTHS: Readonly<Record<string, number>> = {
  "1s": 1000,
  "1m": 60_000,
  "5m": 300_000,
  "15m": 900_000,
  "1h": 3_600_000,
  "8h": 28_800_000,
};

describe.runIf(present)("R14.3 recorded prices", () => {
  it.each([...small("candles").map((name) => `candles/${name}`), ...files("mark").map((name) => `mark/${name}`)])(
    "R14.3 R9.5 %s",
    (name) => {
      const { candles, timeframeMs, problems } = read(name);
      expect(timeframeMs).toBe(LENGTHS[/-(\d+[smh])-/.exec(name)![1]!]);
      expect(problems.count).toBe(0);
      expect(candles.volume === null).toBe(name.startsWith("mark"));
    },
  );

  it.each([
    [
      "candles/binance-BTCUSDT-spot-1h-2017-08-17_2020-02-01.csv.gz",
      21_453,
      "13 gaps, 96 candles missing (largest 32 after 2018-02-08T00:00:00.000Z)",
    ],
    [
      "candles/binance-BTTUSDT-spot-1m-2021-04-20_2021-05-20.csv.gz",
      42_915,
      "1 gap, 284 candles missing (largest 284 after 2021-04-25T04:00:00.000Z)",
    ],
    [
      "candles/binance-XRPETH-spot-1m-2019-10-11_2019-10-13.csv.gz",
      2469,
      "676 gaps, 1091 candles missing (largest 8 after 2019-10-11T19:20:00.000Z)",
    ],
    [
      "candles/coinbase-BTCUSD-spot-1s-2016-10-07.csv.gz",
      4063,
      "3799 gaps, 82332 candles missing (largest 156 after 2016-10-07T07:25:25.000Z)",
    ],
    ["candles/binance-SOLUSDT-perp-5m-2025-09-24_2025-10-31.csv.gz", 10_944, null],
  ])("R14.3 counts rows and gaps of %s", (name, rows, gaps) => {
    const file = read(name);
    expect([file.rowCount, describeGaps(file.gaps)]).toEqual([rows, gaps]);
  });

  it("R14.3 a repeated candle stops the run with its row", () => {
    const error = thrownBy(() => read("candles/binance-BTCUSDT-spot-5m-2020-02-01_2020-03-12.csv.gz"));
    expect(error).toMatchObject({ row: 10_392, field: "timestamp_ms", value: "1583664000000" });
    const { candles, problems } = read("candles/binance-BTCUSDT-spot-5m-2020-02-01_2020-03-12.csv.gz", "skip");
    expect([candles.at.length, problems.count, problems.listed[0]!.row]).toEqual([11_668, 1, 10_392]);
  });

  it("R9.5 the events of candles off the hour stay in order", () => {
    const { feed } = readPriceFile({
      path: `${DATA}candles/binance-BTCUSDT-spot-1h-2017-08-17_2020-02-01.csv.gz`,
      symbol: "BTC/USDT",
      badRows: "stop",
    });
    let lastMs = 0;
    let backwards = 0;
    for (const event of feed.events()) {
      if ((event.kind === "jump" ? event.atMs : event.fromAtMs) < lastMs) backwards += 1;
      lastMs = event.kind === "jump" ? event.atMs : event.toAtMs;
    }
    expect(backwards).toBe(0);
  });

  it("R14.3 refuses the file that runs backwards with swapped columns, also when bad rows are skipped", () => {
    const name = "defects/descending-raw-columns-coinbase-ETHUSDT-spot-1h-2022-05-01_2022-10-25.csv.gz";
    const { message } = thrownBy(() => read(name));
    expect(message).toContain("4253 of 4253 rows are bad");
    expect(message).toContain("high and low do not enclose open and close 4232, out of order 4252");
    expect(message).toContain("row 3: out of order: timestamp_ms is 1666666800000, 1 h before a row above");
    expect(message).toContain("The rows run backwards (newest first)");
    expect(message).toContain("--columns timestamp_ms,low,high,open,close,volume");
    expect(thrownBy(() => read(name, "skip")).message).toContain("The rows run backwards");
  });

  it("R14.3 a clock that is eight hours late shows in nothing; gaps and quiet candles of that file have their rows", () => {
    const { rowCount, gaps, quietCandles, problems } = read(
      "defects/utc8-shifted-binance-BTCUSDT-spot-1h-2017-08-17_2022-10-25.csv.gz",
    );
    expect([rowCount, problems.count, gaps.count, gaps.missingCandles]).toEqual([45_345, 0, 27, 127]);
    expect(gapLines(gaps).slice(0, 2)).toEqual([
      "33 after row 4191 (2018-02-08T08:00:00.000Z)",
      "10 after row 7471 (2018-06-26T09:00:00.000Z)",
    ]);
    expect(gaps.largestFew).toHaveLength(10);
    expect(quietCandles).toEqual({ count: 3, firstRows: [494, 15_751, 30_463] });
  });

  it("R14.3 the funding of a market that runs hot: from every four hours to every hour, some ms late", () => {
    const { funding, rowCount } = readFunding({
      path: `${DATA}funding/binance-LAYERUSDT-perp-funding-2025-03-16_2025-06-03.csv.gz`,
      symbol: "LAYER/USDT:USDT",
      badRows: "stop",
    });
    expect([rowCount, Math.min(...funding.rate), Math.max(...funding.rate)]).toEqual([984, -0.02, 0.00005]);
    const hours = new Set(
      funding.atMs.slice(1).map((at, index) => Math.round((at - funding.atMs[index]!) / 3_600_000)),
    );
    expect([...hours].toSorted((a, b) => a - b)).toEqual([1, 4]);
  });

  it.each(files("funding"))("R14.3 %s", (name) => {
    expect(readFunding({ path: `${DATA}funding/${name}`, symbol: "X/USDT:USDT", badRows: "stop" }).problems.count).toBe(
      0,
    );
  });

  it("R14.3 binance's leverage brackets: what cum would be is what cum is", () => {
    const path = `${DATA}markets/binance-leverage-tiers.json`;
    const { brackets } = readLeverageBrackets(path);
    const { tiers } = JSON.parse(readFileSync(path, "utf8")) as { tiers: Record<string, { cum?: number }[]> };
    for (const each of Object.values(tiers).flat()) delete each.cum;
    expect(brackets.size).toBe(5);
    expect(parseLeverageBrackets({ path, json: tiers }).brackets).toEqual(brackets);
  });

  it.each(files("trades"))("R14.3 %s", (name) => {
    const file = readPriceFile({ path: `${DATA}trades/${name}`, symbol: "X/USDT", badRows: "stop" });
    expect([file.kind, file.file.problems.count]).toEqual(["trades", 0]);
    expect([...file.feed.events()].length).toBe(file.file.rowCount);
  });

  it.each(files("funding").slice(0, 2))("R14.3 %s is neither candles nor trades", (name) => {
    expect(thrownBy(() => detectPriceFile(`${DATA}funding/${name}`)).message).toContain(
      "neither those of candles nor those of trades",
    );
  });
});

const market = (venue: string, symbol: string) =>
  marketOf(readMarketFile({ path: `${DATA}markets/${venue}.json` }), symbol);

describe.runIf(present)("R14.3 recorded markets", () => {
  it.each([
    ["binance", 13],
    ["bitget", 15],
    ["bybit", 13],
    ["hyperliquid", 6],
    ["kraken", 3],
    ["okx", 16],
  ])("R14.3 %s: %i markets, no exponent anywhere", (venue, count) => {
    const { markets, unusable } = readMarketFile({ path: `${DATA}markets/${venue}.json` });
    expect([markets.length, unusable.length]).toEqual([count, 0]);
    for (const { amountStep, priceTick, contractSize, minimumCost } of markets) {
      for (const text of [amountStep, priceTick, contractSize, minimumCost]) {
        if (text !== null) expect(text).toMatch(/^\d+(\.\d+)?$/);
      }
    }
  });

  it("R14.3 binance counts decimals and bounds market orders", () => {
    expect(market("binance", "BTC/USDT")).toMatchObject({
      amountStep: "0.00001",
      priceTick: "0.01",
      minimumLots: 1,
      minimumCost: "5",
      maximumLots: 12_852_621,
    });
    expect(market("binance", "BTC/USDT:USDT")).toMatchObject({
      amountStep: "0.001",
      priceTick: "0.1",
      maximumLots: 120_000,
      maximumLeverage: null,
    });
    expect(market("binance", "BTC/USD:BTC").linear).toBe(false);
  });

  it("R14.3 R3.3 bitget has no spot minimum but a cost, and maximums past every lot", () => {
    expect(market("bitget", "BTC/USDT")).toMatchObject({
      amountStep: "0.000001",
      minimumLots: null,
      minimumCost: "1",
      maximumLots: null,
    });
  });

  it("R14.3 bybit's maximums that are no whole steps are rounded down", () => {
    expect(market("bybit", "ADA/USDT")).toMatchObject({
      amountStep: "0.01",
      minimumLots: 107,
      maximumLots: 759_157_335,
      maximumLeverage: null,
    });
  });

  it("R14.3 okx counts in contracts", () => {
    expect(market("okx", "BTC/USDT:USDT")).toMatchObject({
      contractSize: "0.01",
      amountStep: "0.1",
      minimumLots: 1,
      minimumCost: null,
      maximumLeverage: 100,
    });
  });

  it("R14.3 hyperliquid's count of digits is not taken for a tick", () => {
    expect(market("hyperliquid", "BTC/USDC:USDC")).toMatchObject({
      amountStep: "0.00001",
      priceTick: null,
      minimumLots: null,
    });
  });

  it("R14.3 leverage brackets are no markets", () => {
    expect(thrownBy(() => readMarketFile({ path: `${DATA}markets/binance-leverage-tiers.json` })).message).toContain(
      "there are no markets in it",
    );
  });
});
