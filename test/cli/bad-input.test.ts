/** Files that cannot be used: each is refused with its place, the value and what is allowed (R14.1, R14.3, R13.7). */
import { gzipSync } from "node:zlib";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { folder, pawl } from "./command.ts";
import { candle, entryLine, HEADER, risingCandles, sessionOver, START_MS } from "./price-files.ts";

describe("bad prices", () => {
  it.each([
    ["NaN", { 5: candle(5, "NaN", 50_300) }, /row 7: not a number: open is NaN; allowed: decimal text/],
    [
      "zero",
      { 5: [START_MS + 300_000, 50_000, 50_001, 0, 50_000, 1].join(",") },
      /row 7: price not positive: low is 0; allowed: more than 0/,
    ],
    ["negative", { 5: candle(5, -50_000, -50_001) }, /row 7: price not positive: open is -50000; allowed: more than 0/],
    [
      "out of order",
      { 5: candle(2, 50_000, 50_010) },
      /row 7: out of order: timestamp_ms is \d+.*; allowed: \d+ or later/,
    ],
    [
      "in microseconds, far in the future",
      { 5: candle(5, 50_000, 50_010).replace("00,", "00000,") },
      /row 7: wrong unit of time: timestamp_ms is/,
    ],
  ])("R14.3 %s: the run stops with the row, exit code 1", async (_what, replaced, message) => {
    const place = folder();
    const { code, err } = await pawl(...sessionOver(place, risingCandles(20, replaced)));
    expect(err).toMatch(message);
    expect(err).toContain("--bad-rows skip leaves bad rows out.");
    expect(code).toBe(1);
    expect(existsSync(place.at("paper.journal"))).toBe(false);
  });

  it("R14.3 --bad-rows skip counts and names them, and goes on", async () => {
    const place = folder();
    const { code, out } = await pawl(
      ...sessionOver(place, risingCandles(20, { 5: candle(5, "NaN", 1) })),
      "--bad-rows",
      "skip",
    );
    expect(out).toContain("1 of 20 rows is bad (not a number 1)");
    expect(out).toContain("row 7: not a number");
    expect(code).toBe(0);
  });

  it("R14.3 a gzip file that was cut short, and one that holds nothing", async () => {
    const [cut, empty] = [folder(), folder()];
    const packed = gzipSync(risingCandles(500));
    const ends = await Promise.all([
      pawl(...sessionOver(cut, packed.subarray(0, packed.length - 200))),
      pawl(...sessionOver(empty, HEADER)),
    ]);
    expect(ends[0].err).toContain("the file ends in the middle of the compressed data");
    expect(ends[1].err).toContain("prices.csv");
    expect(ends.map(({ code }) => code)).toEqual([1, 1]);
  });
});

describe("bad entries, configuration and markets", () => {
  it.each([
    [
      "a wrong field",
      entryLine({ amount: 0.1 }),
      'entries.jsonl, line 1: amount is 0.1; allowed: decimal text, for example "0.1"',
    ],
    [
      "a mistyped name",
      entryLine({ leverag: 3 }),
      "entries.jsonl, line 1: leverag is not known, did you mean leverage?",
    ],
    [
      "a deep field",
      entryLine({ plan: { ladder: [{ target: "x", fraction: "1" }] } }),
      "entries.jsonl, line 1: plan.ladder[0].target",
    ],
    ["no JSON", `${entryLine()}\n{"at": `, "entries.jsonl, line 2: the text is not JSON"],
    [
      "a symbol without prices",
      `${entryLine()}\n${entryLine({ symbol: "ETH/USDT:USDT" })}`,
      "The symbol of the prices is not known: the entries name BTC/USDT:USDT, ETH/USDT:USDT",
    ],
  ])("R14.1 %s: file, line and path, exit code 2", async (_what, entries, message) => {
    const { code, err } = await pawl(...sessionOver(folder(), risingCandles(20), entries));
    expect(err).toContain(message);
    expect(code).toBe(2);
  });

  it("R14.1 an entry for a symbol that has no prices names its line and those that have", async () => {
    const args = sessionOver(folder(), risingCandles(20), entryLine({ symbol: "XYZ/USDT:USDT" }));
    const { code, err } = await pawl(...args, "--symbol", "BTC/USDT:USDT");
    expect(err).toContain(
      'entries.jsonl, line 1: symbol is "XYZ/USDT:USDT"; allowed: a symbol with prices: BTC/USDT:USDT',
    );
    expect(code).toBe(2);
  });

  it("R13.7 a configuration with mistakes tells all of them, and hides what may be a secret", async () => {
    const place = folder();
    const wrong = place.write(
      "wrong.json",
      JSON.stringify({ acount: "a", plan: { stop: { fraction: 2 } }, paper: { takerFee: "x" } }),
    );
    const secret = place.write("secret.json", JSON.stringify({ apiKey: "very-secret" }));
    const [mistakes, hidden] = await Promise.all([pawl("paper", "--config", wrong), pawl("config", "check", secret)]);
    expect(mistakes.err).toContain("acount is not known, did you mean account?");
    expect(mistakes.err).toContain("paper.takerFee");
    expect(hidden.err).toContain("apiKey is a secret in a file");
    expect(hidden.err).not.toContain("very-secret");
    expect([mistakes.code, hidden.code]).toEqual([2, 2]);
  });

  it("R14.3 a symbol that the markets file does not have names those that it has", async () => {
    const place = folder();
    const market = { symbol: "ETH/USDT:USDT", type: "swap", linear: true, precision: { amount: 0.001, price: 0.01 } };
    const markets = place.write("markets.json", JSON.stringify({ precisionMode: "TICK_SIZE", markets: [market] }));
    const { code, err } = await pawl(...sessionOver(place, risingCandles(20)), "--markets", markets);
    expect(err).toContain("there is no market BTC/USDT:USDT; allowed: ETH/USDT:USDT");
    expect(code).toBe(2);
  });
});
