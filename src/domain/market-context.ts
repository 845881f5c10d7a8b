/**
 * What a position knows of its market besides the price: classes, never figures (R6.4). They change rarely, by journalled
 * events, so that every decision can be replayed.
 *
 * Promises: a class changes only when its figure is clear of the bound by a share of it (hysteresis, section 16); a figure
 * that is not finite or out of its range is refused with its name; what is not known leaves the class as it was.
 */
import { refused, type Refused } from "./refused.ts";
import type { Side } from "./side.ts";

export const REGIMES = ["trending", "ranging", "choppy"] as const;
export const VOLATILITIES = ["low", "normal", "high"] as const;
export const MOMENTA = ["weak", "normal", "strong"] as const;
export const STRETCHES = ["relaxed", "normal", "stretched"] as const;
export const OBSTACLES = ["clear", "near"] as const;
export type Regime = (typeof REGIMES)[number];
export type Volatility = (typeof VOLATILITIES)[number];
export type Momentum = (typeof MOMENTA)[number];
export type Stretch = (typeof STRETCHES)[number];
export type Obstacle = (typeof OBSTACLES)[number];

/** The market as one side sees it; null where a class is not known, or (regime) none holds. */
export interface PositionContext {
  readonly regime: Regime | null;
  /** ATR against its average. */
  readonly volatility: Volatility | null;
  /** The change over ten candles in ATRs, favorable positive. */
  readonly momentum: Momentum | null;
  /** RSI: stretched is overbought for a long, oversold for a short; relaxed the other way round. */
  readonly rsi: Stretch | null;
  /** The nearest swing level on the way to the targets: resistance above a long, support below a short. */
  readonly obstacle: Obstacle | null;
}

export type ContextKey = keyof PositionContext;
export const CONTEXT_KEYS = [
  "regime",
  "volatility",
  "momentum",
  "rsi",
  "obstacle",
] as const satisfies readonly ContextKey[];

export const NO_CONTEXT: PositionContext = {
  regime: null,
  volatility: null,
  momentum: null,
  rsi: null,
  obstacle: null,
};

/** What is known of a market, by side; a class that is missing is not known yet and changes nothing. */
export type MarketClasses = Readonly<Record<Side, Partial<PositionContext>>>;
export const NOTHING_KNOWN: MarketClasses = { long: {}, short: {} };

/** What was known, with what is known now over it. */
export const classesOver = (before: MarketClasses, now: MarketClasses): MarketClasses => ({
  long: { ...before.long, ...now.long },
  short: { ...before.short, ...now.short },
});

/** What indicators say of a market at the close of a candle; a figure that is missing is not known. */
export interface MarketFigures {
  /** ATR ÷ its average. */
  readonly atrRatio?: number;
  /** 0 to 100. */
  readonly adx?: number;
  /** 0 to 100. */
  readonly rsi?: number;
  /** Change over ten candles in ATRs; positive is up. */
  readonly changeInAtrs?: number;
  /** Distance to the nearest swing high above and swing low below, in ATRs; null where there is none. */
  readonly swingAboveInAtrs?: number | null;
  readonly swingBelowInAtrs?: number | null;
}

/** SPEC section 16; those of RSI and swing levels are ours. */
export interface ClassBounds {
  readonly volatilityHigh: number;
  readonly volatilityLow: number;
  readonly momentumStrong: number;
  readonly momentumWeak: number;
  readonly adxTrending: number;
  readonly adxRanging: number;
  /** ATR ÷ average above which a market without a trend is choppy. */
  readonly choppyAtrRatio: number;
  readonly rsiHigh: number;
  readonly rsiLow: number;
  readonly obstacleInAtrs: number;
  /** A class is left only when its figure is past the bound by this share of it. */
  readonly hysteresis: number;
}

export const CLASS_BOUNDS: ClassBounds = {
  volatilityHigh: 1.5,
  volatilityLow: 0.7,
  momentumStrong: 1.5,
  momentumWeak: 0.5,
  adxTrending: 25,
  adxRanging: 20,
  choppyAtrRatio: 1.2,
  rsiHigh: 70,
  rsiLow: 30,
  obstacleInAtrs: 1,
  hysteresis: 0.1,
};

const RANGES: Readonly<Record<keyof MarketFigures, readonly [least: number, most: number]>> = {
  atrRatio: [0, 1e6],
  adx: [0, 100],
  rsi: [0, 100],
  changeInAtrs: [-1e6, 1e6],
  swingAboveInAtrs: [0, 1e9],
  swingBelowInAtrs: [0, 1e9],
};

/** The first figure that cannot be meant: not finite, or out of its range (R9.4). */
export function figuresFault(figures: MarketFigures): Refused | null {
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    const value: unknown = figures[name as keyof MarketFigures];
    if (value === undefined || (value === null && name.startsWith("swing"))) continue;
    if (typeof value === "number" && value >= least && value <= most) continue;
    return refused({ rule: "R6.4", field: `context.${name}`, value, limit: `a number from ${least} to ${most}` });
  }
  return null;
}

/** The classes after these figures. Figures must have passed `figuresFault`. */
export function classify(
  figures: MarketFigures,
  before: MarketClasses,
  bounds: ClassBounds = CLASS_BOUNDS,
): MarketClasses {
  return {
    long: sideClasses(figures, before.long, "long", bounds),
    short: sideClasses(figures, before.short, "short", bounds),
  };
}

function sideClasses(
  figures: MarketFigures,
  was: Partial<PositionContext>,
  side: Side,
  bounds: ClassBounds,
): Partial<PositionContext> {
  const { hysteresis } = bounds;
  const isAbove = (value: number, bound: number, isNow: boolean): boolean =>
    value > (isNow ? bound * (1 - hysteresis) : bound);
  const isBelow = (value: number, bound: number, isNow: boolean): boolean =>
    value < (isNow ? bound * (1 + hysteresis) : bound);
  const { atrRatio, adx, rsi, changeInAtrs } = figures;
  const swing = side === "long" ? figures.swingAboveInAtrs : figures.swingBelowInAtrs;
  return {
    ...was,
    ...(atrRatio === undefined ? {} : { volatility: volatilityOf(atrRatio) }),
    ...(adx === undefined ? {} : { regime: regimeOf(adx) }),
    ...(changeInAtrs === undefined ? {} : { momentum: momentumOf(side === "long" ? changeInAtrs : -changeInAtrs) }),
    ...(rsi === undefined ? {} : { rsi: stretchOf(rsi) }),
    ...(swing === undefined ? {} : { obstacle: obstacleOf(swing) }),
  };

  function volatilityOf(value: number): Volatility {
    if (isAbove(value, bounds.volatilityHigh, was.volatility === "high")) return "high";
    return isBelow(value, bounds.volatilityLow, was.volatility === "low") ? "low" : "normal";
  }

  function momentumOf(change: number): Momentum {
    if (isAbove(change, bounds.momentumStrong, was.momentum === "strong")) return "strong";
    return isBelow(change, bounds.momentumWeak, was.momentum === "weak") ? "weak" : "normal";
  }

  /** Between the two bounds of ADX there is neither a trend nor a range: no class. */
  function regimeOf(value: number): Regime | null {
    if (isAbove(value, bounds.adxTrending, was.regime === "trending")) return "trending";
    const wasQuiet = was.regime === "ranging" || was.regime === "choppy";
    if (!isBelow(value, bounds.adxRanging, wasQuiet)) return null;
    // Restless or not is not known: what it was stands.
    if (atrRatio === undefined && wasQuiet) return was.regime ?? null;
    const isChoppy = atrRatio !== undefined && isAbove(atrRatio, bounds.choppyAtrRatio, was.regime === "choppy");
    return isChoppy ? "choppy" : "ranging";
  }

  function stretchOf(value: number): Stretch {
    const [high, low]: readonly Stretch[] = side === "long" ? ["stretched", "relaxed"] : ["relaxed", "stretched"];
    if (isAbove(value, bounds.rsiHigh, was.rsi === high)) return high!;
    return isBelow(value, bounds.rsiLow, was.rsi === low) ? low! : "normal";
  }

  function obstacleOf(distance: number | null): Obstacle {
    return distance !== null && isBelow(distance, bounds.obstacleInAtrs, was.obstacle === "near") ? "near" : "clear";
  }
}

/** A position's context with what is known of its market by now; only the classes that its plan uses. */
export function contextWith(
  context: PositionContext,
  known: Partial<PositionContext>,
  used: readonly ContextKey[],
): PositionContext {
  const changed = used.filter((key) => known[key] !== undefined && known[key] !== context[key]);
  return changed.length === 0
    ? context
    : { ...context, ...Object.fromEntries(changed.map((key) => [key, known[key]])) };
}
