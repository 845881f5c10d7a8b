/**
 * Market context reckoned from candles, for any number of markets: candles → figures → classes (R6.4).
 *
 * Promises: it answers only when a class has changed; the same candles give the same classes; figures that cannot be
 * meant are refused with their name and change nothing. It knows no position, and no clock.
 */
import type { ContextSettings } from "../domain/context-settings.ts";
import {
  classesOver,
  classify,
  CONTEXT_KEYS,
  figuresFault,
  NOTHING_KNOWN,
  type MarketClasses,
  type MarketFigures,
} from "../domain/market-context.ts";
import { refused, type Refused } from "../domain/refused.ts";
import type { Candle } from "../prices/price-feed.ts";
import { createCandleBuilder, type CandleBuilder } from "./candle-builder.ts";
import type { ContextSource } from "./context-source.ts";
import { createIndicators, type Indicators } from "./indicators.ts";

interface MarketState {
  readonly builder: CandleBuilder;
  readonly indicators: Indicators;
  /** Its candles come as such, so prices build none. */
  hasCandles: boolean;
  /** Of the last that a host has handed in. */
  lastCandleAtMs: number;
  classes: MarketClasses;
  atrRatio: number | null;
}

/** `fromPrices`: candles are built from prices where a market has none; otherwise prices are passed over. */
export function createMarketContext(
  settings: ContextSettings,
  { fromPrices }: { readonly fromPrices: boolean },
): ContextSource {
  const states = new Map<string, MarketState>();
  const stateOf = (symbol: string): MarketState => {
    const known = states.get(symbol);
    if (known !== undefined) return known;
    const state: MarketState = {
      builder: createCandleBuilder(settings.timeframeMs),
      indicators: createIndicators(settings.periods),
      hasCandles: false,
      lastCandleAtMs: Number.NEGATIVE_INFINITY,
      classes: NOTHING_KNOWN,
      atrRatio: null,
    };
    states.set(symbol, state);
    return state;
  };

  const take = (state: MarketState, figures: MarketFigures): MarketClasses | null => {
    if (figures.atrRatio !== undefined) state.atrRatio = figures.atrRatio;
    return change(state, classify(figures, state.classes, settings.bounds));
  };
  const takeCandles = (state: MarketState, candles: readonly Candle[]): MarketClasses | null =>
    candles.reduce<MarketClasses | null>(
      (changed, each) => take(state, state.indicators.update(each)) ?? changed,
      null,
    );

  return {
    price(symbol, price, atMs) {
      if (!fromPrices) return null;
      const state = stateOf(symbol);
      if (state.hasCandles) return null;
      const over = state.builder.price(price, atMs);
      return over === null ? null : take(state, state.indicators.update(over));
    },
    candle(symbol, candle) {
      const state = stateOf(symbol);
      state.hasCandles = true;
      return takeCandles(state, state.builder.candle(candle));
    },
    givenCandle(symbol, candle) {
      const state = stateOf(symbol);
      const fault = candleFault(candle, state.lastCandleAtMs);
      if (fault !== null) return fault;
      state.lastCandleAtMs = candle.atMs;
      state.hasCandles = true;
      return takeCandles(state, state.builder.candle(candle));
    },
    figures(symbol, figures) {
      const fault = figuresFault(figures);
      return fault ?? take(stateOf(symbol), figures);
    },
    given(symbol, classes) {
      const state = stateOf(symbol);
      return change(state, classesOver(state.classes, classes));
    },
    classes: (symbol) => states.get(symbol)?.classes ?? NOTHING_KNOWN,
    symbols: () => Array.from(states.keys()),
    atrRatio: (symbol) => states.get(symbol)?.atrRatio ?? null,
  };
}

/** What is wrong with a candle from outside; null when nothing is (R9.4). */
function candleFault(candle: Candle, lastAtMs: number): Refused | null {
  const refuse = (field: keyof Candle, limit: string): Refused =>
    refused({ rule: "R6.4", field: `candle.${field}`, value: candle[field], limit });
  const { atMs, lengthMs, open, high, low, close } = candle;
  if (!Number.isSafeInteger(atMs) || atMs < 0) return refuse("atMs", "epoch milliseconds");
  if (atMs <= lastAtMs) return refuse("atMs", `later than the candle before it (${lastAtMs})`);
  if (!Number.isSafeInteger(lengthMs) || lengthMs <= 0) return refuse("lengthMs", "whole milliseconds, more than 0");
  for (const field of ["open", "high", "low", "close"] as const) {
    if (!(candle[field] > 0 && Number.isFinite(candle[field]))) return refuse(field, "a price, more than 0");
  }
  if (high < Math.max(open, close, low)) return refuse("high", "at or above open, close and low");
  return low > Math.min(open, close) ? refuse("low", "at or below open and close") : null;
}

/** Remembers classes and answers with them, if one of them is another than before. */
function change(state: MarketState, classes: MarketClasses): MarketClasses | null {
  const { long, short } = state.classes;
  const isSame = CONTEXT_KEYS.every((key) => classes.long[key] === long[key] && classes.short[key] === short[key]);
  if (isSame) return null;
  state.classes = classes;
  return classes;
}
