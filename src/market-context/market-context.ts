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
  builder: CandleBuilder;
  /** What the builder is made of at the moment. */
  source: "prices" | "candles";
  readonly indicators: Indicators;
  /** End of the last candle that a host has handed in. */
  givenUntilMs: number;
  /** From here on prices build its candles; Infinity where they come with the feed. */
  pricesFromMs: number;
  classes: MarketClasses;
  /** Of these the classes that a host has decided on: they stand. */
  given: MarketClasses;
  atrRatio: number | null;
}

/** `fromPrices`: candles are built from prices where a market has none; otherwise prices are passed over. */
export function createMarketContext(
  settings: ContextSettings,
  { fromPrices: atOnce }: { readonly fromPrices: boolean },
): ContextSource {
  let fromPrices = atOnce;
  const states = new Map<string, MarketState>();
  const stateOf = (symbol: string): MarketState => {
    const known = states.get(symbol);
    if (known !== undefined) return known;
    const state: MarketState = {
      builder: createCandleBuilder(settings.timeframeMs),
      source: "prices",
      indicators: createIndicators(settings.periods),
      givenUntilMs: Number.NEGATIVE_INFINITY,
      pricesFromMs: Number.NEGATIVE_INFINITY,
      classes: NOTHING_KNOWN,
      given: NOTHING_KNOWN,
      atrRatio: null,
    };
    states.set(symbol, state);
    return state;
  };

  const take = (state: MarketState, figures: MarketFigures): MarketClasses | null => {
    if (figures.atrRatio !== undefined) state.atrRatio = figures.atrRatio;
    return change(state, classesOver(classify(figures, state.classes, settings.bounds), state.given));
  };
  /** Another source begins its candles anew: what the one before has left unfinished is nobody's candle. */
  const builderOf = (state: MarketState, source: MarketState["source"]): CandleBuilder => {
    if (state.source !== source) state.builder = createCandleBuilder(settings.timeframeMs);
    state.source = source;
    return state.builder;
  };
  const takeCandles = (state: MarketState, candles: readonly Candle[]): MarketClasses | null =>
    candles.reduce<MarketClasses | null>(
      (changed, each) => take(state, state.indicators.update(each)) ?? changed,
      null,
    );

  return {
    reckonFromPrices() {
      fromPrices = true;
    },
    price(symbol, price, atMs) {
      if (!fromPrices) return null;
      const state = stateOf(symbol);
      if (atMs < state.pricesFromMs) return null;
      const over = builderOf(state, "prices").price(price, atMs);
      return over === null ? null : take(state, state.indicators.update(over));
    },
    candle(symbol, candle) {
      const state = stateOf(symbol);
      state.pricesFromMs = Number.POSITIVE_INFINITY;
      return takeCandles(state, builderOf(state, "candles").candle(candle));
    },
    givenCandle(symbol, candle) {
      const state = stateOf(symbol);
      const fault = candleFault(candle, state.givenUntilMs);
      if (fault !== null) return fault;
      state.givenUntilMs = candle.atMs + candle.lengthMs;
      const patienceMs = PATIENCE * Math.max(candle.lengthMs, settings.timeframeMs);
      state.pricesFromMs = Math.max(state.pricesFromMs, state.givenUntilMs + patienceMs);
      return takeCandles(state, builderOf(state, "candles").candle(candle));
    },
    figures(symbol, figures) {
      const fault = figuresFault(figures);
      return fault ?? take(stateOf(symbol), figures);
    },
    given(symbol, classes) {
      const state = stateOf(symbol);
      state.given = classesOver(state.given, classes);
      return change(state, classesOver(state.classes, classes));
    },
    classes: (symbol) => states.get(symbol)?.classes ?? NOTHING_KNOWN,
    symbols: () => Array.from(states.keys()),
    atrRatio: (symbol) => states.get(symbol)?.atrRatio ?? null,
  };
}

/** A host that has handed in no candle for so many lengths of one feeds none: prices go on. */
const PATIENCE = 2;

/** What is wrong with a candle from outside; null when nothing is (R9.4). */
function candleFault(candle: Candle, givenUntilMs: number): Refused | null {
  const refuse = (field: keyof Candle, limit: string): Refused =>
    refused({ rule: "R6.4", field: `candle.${field}`, value: candle[field], limit });
  const { atMs, lengthMs, open, high, low, close } = candle;
  if (!Number.isSafeInteger(atMs) || atMs < 0) return refuse("atMs", "when the candle opened, in epoch milliseconds");
  if (atMs < givenUntilMs) return refuse("atMs", `not before the end of the candle before it (${givenUntilMs})`);
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
