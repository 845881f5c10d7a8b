/** How market context is reckoned from candles (R6.4, section 16); every number is configuration. */
import { CLASS_BOUNDS, type ClassBounds } from "./market-context.ts";
import { rulesOn, type PlanRules } from "./rules/table.ts";

/** In candles: SPEC section 16; RSI and swing levels are ours. */
export interface IndicatorPeriods {
  readonly atr: number;
  readonly atrAverage: number;
  readonly adx: number;
  readonly rsi: number;
  /** Momentum: the change over so many candles, in ATRs. */
  readonly change: number;
  /** Candles on either side that a swing level stands above or below. */
  readonly swing: number;
}

export interface ContextSettings {
  /** Length of the candles that indicators are reckoned from; a feed's own where those are longer. */
  readonly timeframeMs: number;
  readonly periods: IndicatorPeriods;
  readonly bounds: ClassBounds;
}

export const DEFAULT_CONTEXT_SETTINGS: ContextSettings = {
  timeframeMs: 300_000,
  periods: { atr: 14, atrAverage: 100, adx: 14, rsi: 14, change: 10, swing: 5 },
  bounds: CLASS_BOUNDS,
};

/** Does one of the rules look at the market besides its price? Only then is context reckoned unasked. */
export const usesContext = (rules: PlanRules): boolean =>
  rulesOn(rules).some(({ uses, correct }) => (uses?.length ?? 0) > 0 || correct !== undefined);
