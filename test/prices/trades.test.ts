import { describe, expect, it } from "vitest";
import { detectPriceFile, readPriceFile } from "../../src/prices/price-file.ts";
import { readTrades, tradeFeed } from "../../src/prices/trades.ts";
import { temporaryFolder, thrownBy } from "./temporary-file.ts";

const folder = temporaryFolder();
const HEADER = "timestamp_ms,price,amount,side";
const T = 1_700_000_040_000;
const file = (...lines: readonly string[]): string => folder.file(`${Math.random()}.csv`, lines.join("\n"));
const read = (path: string, badRows: "stop" | "skip" = "stop") => readTrades({ path, symbol: "BTC/USDT", badRows });

describe("R14.3 trades from a CSV file", () => {
  it("R14.3 R9.5 every trade is a jump; several of one millisecond keep their order", () => {
    const { trades } = read(
      file(HEADER, `${T},100.5,1,buy`, `${T},100.4,0.5,sell`, `${T},100.6,2,buy`, `${T + 7},100,1,sell`),
    );
    expect([...trades.taker]).toEqual([1, -1, 1, -1]);
    expect([...trades.amount]).toEqual([1, 0.5, 2, 1]);
    expect([...tradeFeed({ symbol: "BTC/USDT", trades }).events()]).toEqual(
      [
        [T, 100.5],
        [T, 100.4],
        [T, 100.6],
        [T + 7, 100],
      ].map(([atMs, price]) => ({ kind: "jump", symbol: "BTC/USDT", price, atMs })),
    );
  });

  it.each([
    ["goes back in time", `${T - 1},100,1,buy`, "out of order"],
    ["has no price", `${T},,1,buy`, "not a number"],
    ["has a price of zero", `${T},0,1,buy`, "price not positive"],
    ["has no amount", `${T},100,x,buy`, "not a number"],
    ["has an amount of zero", `${T},100,0,buy`, "amount not positive"],
    ["has no known side", `${T},100,1,BID`, "unknown side"],
    ["has seconds", "1700000041,100,1,buy", "wrong unit of time"],
    ["has too few columns", `${T},100,1`, "wrong number of columns"],
  ])("R14.3 a trade that %s stops the run with its row, or is left out", (_, line, kind) => {
    const path = file(HEADER, `${T},100,1,buy`, line, `${T},101,1,buy`);
    expect(thrownBy(() => read(path))).toMatchObject({ path, row: 3, message: expect.stringContaining(`(${kind} 1)`) });
    const kept = read(path, "skip");
    expect([...kept.trades.price]).toEqual([100, 101]);
    expect(kept.problems.listed).toMatchObject([{ row: 3, kind }]);
  });

  it("R14.3 refuses a file with a header and no trades, or nothing but bad ones", () => {
    expect(thrownBy(() => read(file(HEADER))).message).toContain("a header and no trades");
    expect(thrownBy(() => read(file(HEADER, `${T},0,1,buy`), "skip")).message).toContain("1 of 1 rows is bad");
  });
});

describe("R14.3 candles and trades are told apart by their columns", () => {
  const candle = `${T},100,101,99,100`;
  it.each([
    ["trades", [HEADER, `${T},100,1,buy`], undefined],
    ["trades", [`${T},100,1,buy`], undefined],
    ["trades", ["Side,Price,Amount,Timestamp_ms", `buy,100,1,${T}`], undefined],
    ["trades", ["a,b,c,d,e", `${T},x,100,1,buy`], "timestamp_ms,-,price,amount,side"],
    ["candles", ["timestamp_ms,open,high,low,close,volume", `${candle},7`], undefined],
    ["candles", [candle], undefined],
    ["candles", [`${candle},7`], undefined],
    ["candles", [`${candle},7,8`], "timestamp_ms,open,high,low,close,volume,-"],
  ])("R14.3 %s: %j", (kind, lines, columns) => {
    expect(detectPriceFile(file(...lines), columns)).toBe(kind);
  });

  it("R14.3 reads whichever it is", () => {
    const trades = readPriceFile({ path: file(`${T},100,1,buy`), symbol: "BTC/USDT", badRows: "stop" });
    const candles = readPriceFile({ path: file(candle), symbol: "BTC/USDT", badRows: "stop", timeframeMs: 60_000 });
    expect([trades.kind, [...trades.feed.events()].length]).toEqual(["trades", 1]);
    expect([candles.kind, [...candles.feed.events()].length]).toEqual(["candles", 4]);
  });

  it.each([[["timestamp_ms,funding_rate", `${T},0.0001`]], [[`${T},0.0001`]], [[`${candle},1,2,3,4,5,6,7`]]])(
    "R14.3 refuses what is neither: %j",
    (lines) => {
      expect(thrownBy(() => detectPriceFile(file(...lines))).message).toMatch(
        /row 1: the columns .* are neither those of candles nor those of trades; allowed: timestamp_ms,open.* or timestamp_ms,price/,
      );
    },
  );
});
