/** R12.1: built-in entries: where they fall, that they never look ahead, and how they are written. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseEntryRule } from "../../src/backtest/entry-rule-text.ts";
import { signalsOf, type CandleColumns } from "../../src/backtest/entry-rules.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import { hour } from "./tested.ts";

/** Candles that are nothing but their close: high and low a half beyond it. */
const closing = (closes: readonly number[]): CandleColumns => ({
  at: Float64Array.from(closes, (_, index) => hour(index)),
  open: Float64Array.from(closes),
  high: Float64Array.from(closes, (close) => close + 0.5),
  low: Float64Array.from(closes, (close) => close - 0.5),
  close: Float64Array.from(closes),
});

/** "2 long, 5 short" */
const signals = (rule: string, candles: CandleColumns, symbol = "BTC/USDT"): string => {
  const { index, side } = signalsOf(parseEntryRule(rule), candles, symbol);
  return [...index].map((at, each) => `${at} ${side[each] === 1 ? "long" : "short"}`).join(", ");
};

describe("entries by rule", () => {
  it.each([
    // Highest high of the three before candle 3: 12.5; before candle 4: 13.5; the close has to be above it.
    ["breakout:3", [10, 11, 12, 13, 13.5, 15, 9], "3 long, 5 long, 6 short"],
    ["breakout:3:long", [10, 11, 12, 13, 13.5, 15, 9], "3 long, 5 long"],
    ["breakout:3:short", [10, 11, 12, 13, 13.5, 15, 9], "6 short"],
    ["breakout:3", [10, 10, 10, 10.5, 10, 9.5], ""],
    ["breakout:9", [10, 11, 12], ""],
    // Averages of 2 and 3 from candle 2: 9.5/10, 8.5/9, 10/9.33 (crosses), 12/10.67, 9.5/10.33 (crosses back).
    ["ma-cross:2:3", [11, 10, 9, 8, 12, 12, 7], "4 long, 6 short"],
    ["ma-cross:2:3:short", [11, 10, 9, 8, 12, 12, 7], "6 short"],
    ["ma-cross:1:2", [0.1, 0.1, 0.1, 0.1, 0.1], ""],
    ["always", [1, 2, 3], "0 long, 1 long, 2 long"],
    ["always:short", [1, 2], "0 short, 1 short"],
    ["random:1:seed:short", [1, 2, 3], "0 short, 1 short, 2 short"],
  ])("R12.1 %s over %j", (rule, closes, expected) => {
    expect(signals(rule, closing(closes))).toBe(expected);
  });

  it("R12.1 random entries come as often as asked for, on either side, and differ by seed and symbol", () => {
    const candles = closing(Array.from({ length: 100_000 }, () => 1));
    const { index, side } = signalsOf(parseEntryRule("random:100:a"), candles, "BTC/USDT");
    // 1,000 expected; the standard deviation is √(100,000 × 0.01 × 0.99), about 31.
    expect(Math.abs(index.length - 1_000)).toBeLessThan(130);
    expect(Math.abs(side.reduce((sum, each) => sum + each, 0))).toBeLessThan(130);
    expect(signals("random:100:a", candles)).toBe(signals("random:100:a", candles));
    expect(signals("random:100:a", candles)).not.toBe(signals("random:100:b", candles));
    expect(signals("random:100:a", candles)).not.toBe(signals("random:100:a", candles, "ETH/USDT"));
  });

  it("R12.1 P20 what comes later changes nothing", () => {
    const rules = ["breakout:3", "breakout:7:long", "ma-cross:2:5", "ma-cross:1:3:short", "random:4:x", "always"];
    fc.assert(
      fc.property(
        fc.constantFrom(...rules),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 80 }),
        fc.nat(80),
        (rule, closes, kept) => {
          const whole = signalsOf(parseEntryRule(rule), closing(closes), "BTC/USDT");
          const cut = signalsOf(parseEntryRule(rule), closing(closes.slice(0, kept)), "BTC/USDT");
          const early = [...whole.index].filter((at) => at < kept).length;
          expect([...cut.index]).toEqual(Array.from(whole.index.subarray(0, early)));
          expect([...cut.side]).toEqual(Array.from(whole.side.subarray(0, early)));
        },
      ),
    );
  });

  it("R12.1 breakouts and crosses are those of the definition, looked up anew at every candle", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 8 }),
        (closes, n) => {
          const candles = closing(closes);
          expect(signals(`breakout:${n}`, candles)).toBe(plainBreakouts(closes, n));
          expect(signals(`ma-cross:${n}:${n + 2}`, candles)).toBe(plainCrosses(closes, n, n + 2));
        },
      ),
    );
  });
});

function plainBreakouts(closes: readonly number[], n: number): string {
  return closes
    .flatMap((close, at) => {
      if (at < n) return [];
      const before = closes.slice(at - n, at);
      if (close > Math.max(...before) + 0.5) return [`${at} long`];
      return close < Math.min(...before) - 0.5 ? [`${at} short`] : [];
    })
    .join(", ");
}

/** In whole numbers: sums over both lengths, each times the other length. */
function plainCrosses(closes: readonly number[], fast: number, slow: number): string {
  const sum = (at: number, n: number): number => closes.slice(at - n + 1, at + 1).reduce((all, each) => all + each, 0);
  const found: string[] = [];
  let before = 0;
  for (let at = slow - 1; at < closes.length; at += 1) {
    const side = Math.sign(sum(at, fast) * slow - sum(at, slow) * fast);
    if (side === 0) continue;
    if (before !== 0 && side !== before) found.push(`${at} ${side > 0 ? "long" : "short"}`);
    before = side;
  }
  return found.join(", ");
}

describe("entry rules as text", () => {
  it.each([
    ["breakout:20", { kind: "breakout", candles: 20, sides: "both" }],
    ["breakout:20:long", { kind: "breakout", candles: 20, sides: "long" }],
    ["ma-cross:10:50", { kind: "ma-cross", fast: 10, slow: 50, sides: "both" }],
    ["random:500:seed", { kind: "random", every: 500, seed: "seed", sides: "both" }],
    ["always", { kind: "always", side: "long" }],
    ["always:short", { kind: "always", side: "short" }],
  ])("R14.1 %s", (text, rule) => {
    expect(parseEntryRule(text)).toEqual(rule);
  });

  it.each([
    ["", "rule", '""', "breakout:<candles>"],
    ["donchian:20", "rule", '"donchian"', "breakout:<candles>"],
    ["breakout", "candles", "missing", "a whole number from 1 to 1000000"],
    ["breakout:0", "candles", '"0"', "a whole number from 1"],
    ["breakout:20:up", "sides", '"up"', "long, short, both"],
    ["breakout:20:long:9", "the end", '"9"', "nothing more"],
    ["ma-cross:50:10", "slow", '"10"', "more than fast, which is 50"],
    ["random:500", "seed", "missing", "any text"],
    ["always:both", "side", '"both"', "long, short"],
  ])("R13.7 %s is refused with what is allowed", (text, path, value, allowed) => {
    let error: unknown;
    try {
      parseEntryRule(text);
    } catch (thrown) {
      error = thrown;
    }
    if (!(error instanceof ConfigError)) throw new Error(`${text} was not refused`);
    expect([error.path, error.value]).toEqual([path, value]);
    expect(error.allowed).toContain(allowed);
  });
});
