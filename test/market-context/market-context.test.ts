/** From candles to classes, market by market (R6.4): told when they change, refused when they cannot be meant. */
import { describe, expect, it } from "vitest";
import { DEFAULT_CONTEXT_SETTINGS } from "../../src/domain/context-settings.ts";
import { createMarketContext } from "../../src/market-context/market-context.ts";
import type { Candle } from "../../src/prices/price-feed.ts";

const MINUTE = 60_000;
const settings = { ...DEFAULT_CONTEXT_SETTINGS, timeframeMs: MINUTE };
const aContext = (fromPrices = true) => createMarketContext(settings, { fromPrices });

const candleAt = (index: number, close: number, range = 1): Candle => ({
  atMs: index * MINUTE,
  lengthMs: MINUTE,
  open: close,
  high: close + range / 2,
  low: close - range / 2,
  close,
});

describe("R6.4 market context", () => {
  it("R6.4 a trend is told once, when it begins, with what is known by then", () => {
    const context = aContext();
    const told = Array.from({ length: 60 }, (_, at) => context.candle("X/USDT", candleAt(at, 100 + at))).filter(
      (each) => each !== null,
    );
    // Momentum after ten candles and an ATR, RSI after fifteen, ADX after twenty-seven.
    expect(told.map((classes) => Object.keys(classes.long).length)).toEqual([2, 3, 4]);
    expect(told.at(-1)).toMatchObject({
      long: { momentum: "strong", rsi: "stretched", regime: "trending", obstacle: "clear" },
      short: { momentum: "weak", rsi: "relaxed", regime: "trending", obstacle: "clear" },
    });
    expect(context.classes("X/USDT")).toEqual(told.at(-1));
  });

  it("R6.4 the same from prices alone; markets do not see each other; turned off, prices build nothing", () => {
    const [candles, prices, off] = [aContext(), aContext(), aContext(false)];
    for (let at = 0; at < 60; at += 1) {
      candles.candle("X/USDT", candleAt(at, 100 + at));
      const { open, high, low, close, atMs } = candleAt(at, 100 + at);
      for (const [part, price] of [open, high, low, close].entries()) {
        prices.price("X/USDT", price, atMs + part * 10_000);
        off.price("X/USDT", price, atMs + part * 10_000);
        prices.price("Y/USDT", 50, atMs + part * 10_000);
      }
    }
    prices.price("X/USDT", 160, 60 * MINUTE);
    expect(prices.classes("X/USDT")).toEqual(candles.classes("X/USDT"));
    expect(prices.classes("Y/USDT")).toEqual({ long: {}, short: {} });
    expect(off.classes("X/USDT")).toEqual({ long: {}, short: {} });
  });

  it("R6.4 ATR over its average is known for new positions", () => {
    const context = aContext();
    for (let at = 0; at < 130; at += 1) context.candle("X/USDT", candleAt(at, 100 + (at % 2), at < 120 ? 1 : 4));
    expect(context.atrRatio("X/USDT")).toBeGreaterThan(1.5);
    expect(context.classes("X/USDT").long.volatility).toBe("high");
    expect(context.atrRatio("Y/USDT")).toBeNull();
  });

  // Why this test? After history had been handed in, context stood still for good.
  it("R6.4 prices go on where a host has handed in history and no more, and wait while it feeds", () => {
    const [history, fed] = [aContext(), aContext()];
    for (let at = 0; at < 60; at += 1)
      for (const each of [history, fed]) each.givenCandle("X/USDT", candleAt(at, 100 + at));
    const before = history.classes("X/USDT");
    for (let at = 60; at < 120; at += 1) {
      for (const each of [history, fed]) each.price("X/USDT", 160 - (at - 60), at * MINUTE);
      fed.givenCandle("X/USDT", candleAt(at, 160 + at));
    }
    expect(before.long.momentum).toBe("strong");
    expect(history.classes("X/USDT").long.momentum).toBe("weak");
    expect(fed.classes("X/USDT").long.momentum).toBe("strong");
  });

  it("R6.4 a price that came before the history does not push it away; candles that overlap are refused", () => {
    const [late, plain] = [aContext(), aContext()];
    late.price("X/USDT", 200, 90 * MINUTE);
    for (let at = 0; at < 60; at += 1)
      for (const each of [late, plain])
        each.givenCandle("X/USDT", { ...candleAt(at, 100 + at), lengthMs: MINUTE / 2, atMs: at * (MINUTE / 2) });
    expect(late.classes("X/USDT")).toEqual(plain.classes("X/USDT"));
    expect(plain.classes("X/USDT").long.momentum).toBe("strong");
    expect(plain.givenCandle("X/USDT", { ...candleAt(29, 100), atMs: 29 * MINUTE + 59_999 })).toMatchObject({
      field: "candle.atMs",
      limit: `not before the end of the candle before it (${30 * MINUTE})`,
    });
  });

  it("R6.4 classes that a host has decided on stand until it decides anew", () => {
    const context = aContext();
    context.given("X/USDT", { long: { momentum: "weak" }, short: {} });
    for (let at = 0; at < 60; at += 1) context.candle("X/USDT", candleAt(at, 100 + at));
    expect(context.classes("X/USDT")).toMatchObject({ long: { momentum: "weak" }, short: { momentum: "weak" } });
    context.given("X/USDT", { long: { momentum: "strong" }, short: {} });
    expect(context.classes("X/USDT").long.momentum).toBe("strong");
  });

  it("R6.4 figures and classes that a host knows itself", () => {
    const context = aContext();
    expect(context.figures("X/USDT", { adx: 40, atrRatio: 2 })).toMatchObject({
      long: { regime: "trending", volatility: "high" },
    });
    expect(context.figures("X/USDT", { adx: 41 })).toBeNull();
    expect(context.atrRatio("X/USDT")).toBe(2);
    expect(context.given("X/USDT", { long: { regime: null, momentum: "weak" }, short: {} })).toEqual({
      long: { regime: null, volatility: "high", momentum: "weak" },
      short: { regime: "trending", volatility: "high" },
    });
  });

  it("R9.4 figures that cannot be meant are refused by name and change nothing", () => {
    const context = aContext();
    expect(context.figures("X/USDT", { adx: 40, atrRatio: Number.NaN })).toMatchObject({
      kind: "refused",
      field: "context.atrRatio",
    });
    expect(context.classes("X/USDT")).toEqual({ long: {}, short: {} });
    expect(context.atrRatio("X/USDT")).toBeNull();
  });

  it.each`
    change                                | field
    ${{ close: Number.NaN }}              | ${"candle.close"}
    ${{ open: Number.POSITIVE_INFINITY }} | ${"candle.open"}
    ${{ low: 0 }}                         | ${"candle.low"}
    ${{ high: 99 }}                       | ${"candle.high"}
    ${{ low: 100.1 }}                     | ${"candle.low"}
    ${{ atMs: 1.5 }}                      | ${"candle.atMs"}
    ${{ atMs: 60_000 }}                   | ${"candle.atMs"}
    ${{ lengthMs: 0 }}                    | ${"candle.lengthMs"}
  `("R9.4 a candle from a host whose $field cannot be meant is refused: $change", ({ change, field }) => {
    const context = aContext();
    expect(context.givenCandle("X/USDT", candleAt(1, 100))).toBeNull();
    expect(context.givenCandle("X/USDT", { ...candleAt(2, 100), ...(change as object) })).toMatchObject({
      kind: "refused",
      rule: "R6.4",
      field,
    });
    expect(context.givenCandle("X/USDT", candleAt(2, 100))).toBeNull();
  });
});
