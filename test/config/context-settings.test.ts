/** Market context in a configuration (R6.4, section 16). */
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/config-file.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import { durationMsOf } from "../../src/config/duration.ts";
import { DEFAULT_CONTEXT_SETTINGS } from "../../src/domain/context-settings.ts";

const contextOf = (context: unknown) => parseConfig({ context }, "pawl.json").context;
const messageOf = (context: unknown): string => {
  try {
    contextOf(context);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("it was taken");
};

describe("R6.4 market context in a configuration", () => {
  it("R6.4 section 16: ATR(14) over its average of 100, ADX(14), a change over 10 candles; five minutes", () => {
    expect(contextOf({})).toEqual(DEFAULT_CONTEXT_SETTINGS);
    expect(DEFAULT_CONTEXT_SETTINGS).toMatchObject({
      timeframeMs: 300_000,
      periods: { atr: 14, atrAverage: 100, adx: 14, rsi: 14, change: 10, swing: 5 },
    });
  });

  it("R6.4 every number can be another", () => {
    expect(contextOf({ timeframe: "1h", periods: { atr: 20 }, bounds: { hysteresis: 0, adxTrending: 30 } })).toEqual({
      timeframeMs: 3_600_000,
      periods: { ...DEFAULT_CONTEXT_SETTINGS.periods, atr: 20 },
      bounds: { ...DEFAULT_CONTEXT_SETTINGS.bounds, hysteresis: 0, adxTrending: 30 },
    });
    expect(contextOf(false)).toBe("off");
  });

  it("R13.7 what cannot be meant is refused with its path", () => {
    expect(messageOf({ timeframe: "soon" })).toContain('context.timeframe is "soon"; allowed: a length like 1m');
    expect(messageOf({ periods: { atr: 0 } })).toContain("context.periods.atr is 0; allowed: at least 1");
    expect(messageOf({ bounds: { rsiHigh: Number.NaN } })).toContain("context.bounds.rsiHigh");
    expect(messageOf({ periods: { atrAvrage: 1 } })).toContain("did you mean atrAverage?");
    expect(messageOf({ bounds: { rsiHigh: 500 } })).toContain("context.bounds.rsiHigh is 500; allowed: from 0 to 100");
    expect(messageOf({ bounds: { hysteresis: 1 } })).toContain("context.bounds.hysteresis is 1; allowed: a share");
    expect(messageOf({ timeframe: "15" })).toContain('context.timeframe is "15"; allowed: from 1s to 30d');
    expect(messageOf({ timeframe: "999999999d" })).toContain("allowed: from 1s to 30d");
    expect(messageOf(true)).toContain("context is true; allowed: false, or an object of settings");
  });

  it.each`
    bounds                                    | says
    ${{ volatilityHigh: 0.2 }}                | ${"context.bounds.volatilityHigh is 0.2; allowed: more than volatilityLow (0.7)"}
    ${{ volatilityLow: 2 }}                   | ${"context.bounds.volatilityLow is 2; allowed: less than volatilityHigh (1.5)"}
    ${{ momentumWeak: 3, momentumStrong: 1 }} | ${"context.bounds.momentumStrong is 1; allowed: more than momentumWeak (3)"}
    ${{ adxRanging: 60 }}                     | ${"context.bounds.adxRanging is 60; allowed: less than adxTrending (25)"}
    ${{ rsiLow: 80, rsiHigh: 80 }}            | ${"context.bounds.rsiHigh is 80; allowed: more than rsiLow (80)"}
  `("R9.4 R13.7 bounds that are reversed are refused: $says", ({ bounds, says }) => {
    expect(messageOf({ bounds })).toContain(says);
  });

  it.each`
    text       | ms
    ${"1m"}    | ${60_000}
    ${"90s"}   | ${90_000}
    ${"4h"}    | ${14_400_000}
    ${"1d"}    | ${86_400_000}
    ${"250"}   | ${250}
    ${"250ms"} | ${250}
    ${"0m"}    | ${null}
    ${"-1m"}   | ${null}
    ${"1.5h"}  | ${null}
    ${"1w"}    | ${null}
    ${""}      | ${null}
  `("R13.7 a length of $text is $ms ms", ({ text, ms }) => {
    expect(durationMsOf(text)).toBe(ms);
  });
});
