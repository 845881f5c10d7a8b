/**
 * Figures of a market from its candles, by trading-signals: ATR against its average, ADX, RSI, the change over some
 * candles in ATRs, and how far the nearest swing levels are.
 *
 * Promises: a figure is given only when its indicator has seen enough and is finite. A market that stands still (ATR 0)
 * has no figures that divide by it; an indicator that such a stretch has made NaN begins anew.
 */
import { ADX, ATR, MOM, RSI, SMA, SwingHigh, SwingLow } from "trading-signals";
import type { IndicatorPeriods } from "../domain/context-settings.ts";
import type { MarketFigures } from "../domain/market-context.ts";
import type { Candle } from "../prices/price-feed.ts";

export interface Indicators {
  /** What is known after a closed candle. */
  update(candle: Candle): MarketFigures;
}

/** Swing levels further back than this many are forgotten. */
const MOST_SWINGS = 20;

export function createIndicators(periods: IndicatorPeriods): Indicators {
  const atr = new ATR(periods.atr);
  const atrAverage = new SMA(periods.atrAverage);
  const rsi = new RSI(periods.rsi);
  const change = new MOM(periods.change);
  const swingHigh = new SwingHigh({ lookback: periods.swing });
  const swingLow = new SwingLow({ lookback: periods.swing });
  let adx = new ADX(periods.adx);
  const highs: number[] = [];
  const lows: number[] = [];
  let firstClose: number | null = null;
  let hasMoved = false;

  const remember = (levels: number[], level: number | null): void => {
    if (level === null) return;
    levels.push(level);
    if (levels.length > MOST_SWINGS) levels.shift();
  };
  /** Distance in ATRs to the nearest of the levels on one side; null where there is none. */
  const nearest = (levels: readonly number[], close: number, isAbove: boolean, unit: number): number | null => {
    const distances = levels
      .map((level) => (isAbove ? level - close : close - level))
      .filter((distance) => distance > 0);
    return distances.length === 0 ? null : Math.min(...distances) / unit;
  };

  return {
    update(candle) {
      const { close } = candle;
      firstClose ??= close;
      hasMoved ||= close !== firstClose;
      const range = atr.add(candle);
      const average = range === null ? null : atrAverage.add(range);
      const strength = adx.add(candle);
      if (strength !== null && !Number.isFinite(strength)) adx = new ADX(periods.adx);
      const relative = rsi.add(close);
      const moved = change.add(close);
      remember(highs, swingHigh.add(candle));
      remember(lows, swingLow.add(candle));
      const isAlive = range !== null && range > 0;
      return {
        ...(isAlive && average !== null && average > 0 ? { atrRatio: range / average } : {}),
        ...(strength !== null && Number.isFinite(strength) ? { adx: strength } : {}),
        // A price that has never moved is neither overbought nor oversold.
        ...(relative !== null && hasMoved ? { rsi: relative } : {}),
        ...(isAlive && moved !== null ? { changeInAtrs: moved / range } : {}),
        ...(isAlive
          ? {
              swingAboveInAtrs: nearest(highs, close, true, range),
              swingBelowInAtrs: nearest(lows, close, false, range),
            }
          : {}),
      };
    },
  };
}
