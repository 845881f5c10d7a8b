/**
 * Entries by simple rules over candles, for backtests without a file of entries: to compare ways out, not to be a way in.
 *
 * Promises: a signal of candle i is known at its close and is meant for the open of candle i + 1: what comes after i
 * changes nothing at or before it. The same candles, rule and seed give the same signals. It does not know what is open:
 * a rule speaks at every candle at which it holds, and whoever carries it out may pass over what comes too often.
 */
import type { EntryRule } from "./entry-rule-text.ts";
import { hashUnit } from "../domain/hash.ts";

export interface CandleColumns {
  readonly at: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

export interface Signals {
  /** Candles at whose close it is known, ascending. The last candle may be among them: it has no next open. */
  readonly index: Int32Array;
  /** 1 for long, −1 for short. */
  readonly side: Int8Array;
}

/** The symbol is part of what a random entry is for: two symbols have different ones. */
export function signalsOf(rule: EntryRule, candles: CandleColumns, symbol: string): Signals {
  switch (rule.kind) {
    case "breakout":
      return collected(candles, rule.sides, breakouts(candles, rule.candles));
    case "ma-cross":
      return collected(candles, rule.sides, crosses(candles.close, rule.fast, rule.slow));
    case "random":
      return randomEntries(rule, candles.close.length, symbol);
    case "always":
      return everyCandle(candles.close.length, rule.side === "long" ? 1 : -1);
  }
}

/** At a candle: 1 to go long, −1 to go short, 0 for neither. Asked once for every candle, in order. */
type Judgement = (index: number) => number;

function collected(candles: CandleColumns, sides: "long" | "short" | "both", judge: Judgement): Signals {
  const indices: number[] = [];
  const taken: number[] = [];
  for (let index = 0; index < candles.close.length; index += 1) {
    const side = judge(index);
    if (side === 0 || (sides === "long" && side < 0) || (sides === "short" && side > 0)) continue;
    indices.push(index);
    taken.push(side);
  }
  return { index: Int32Array.from(indices), side: Int8Array.from(taken) };
}

/** Donchian: a close above the highest high of the candles before it, or below their lowest low. */
function breakouts({ high, low, close }: CandleColumns, candles: number): Judgement {
  const highest = extremeOfLast(high, candles, (a, b) => a >= b);
  const lowest = extremeOfLast(low, candles, (a, b) => a <= b);
  return (index) => {
    const top = highest(index);
    const bottom = lowest(index);
    if (index < candles) return 0;
    if (close[index]! > top) return 1;
    return close[index]! < bottom ? -1 : 0;
  };
}

/** The extreme of the candles before each, in constant time: candidates wait in order, beaten ones leave. */
function extremeOfLast(
  values: Float64Array,
  candles: number,
  beats: (a: number, b: number) => boolean,
): (index: number) => number {
  const waiting = new Int32Array(values.length);
  let first = 0;
  let end = 0;
  return (index) => {
    const added = index - 1;
    if (added >= 0) {
      while (end > first && beats(values[added]!, values[waiting[end - 1]!]!)) end -= 1;
      waiting[end] = added;
      end += 1;
    }
    while (end > first && waiting[first]! < index - candles) first += 1;
    return end > first ? values[waiting[first]!]! : Number.NaN;
  };
}

/** The fast average of closes has come to the other side of the slow one. */
function crosses(close: Float64Array, fast: number, slow: number): Judgement {
  const fastAverage = averageOfLast(close, fast);
  const slowAverage = averageOfLast(close, slow);
  let before = 0;
  return (index) => {
    const difference = fastAverage(index) - slowAverage(index);
    if (index < slow - 1) return 0;
    // Two sums of one price differ by rounding: at most half a unit in the last place for each value added.
    const rounding = slow * Number.EPSILON * close[index]!;
    const side = Math.abs(difference) <= rounding ? 0 : Math.sign(difference);
    if (side === 0 || side === before) return 0;
    const hasCrossed = before !== 0;
    before = side;
    return hasCrossed ? side : 0;
  };
}

/** A running mean; summed anew once in as many candles, so that rounding does not add up. */
function averageOfLast(values: Float64Array, candles: number): (index: number) => number {
  let sum = 0;
  return (index) => {
    sum += values[index]! - (index >= candles ? values[index - candles]! : 0);
    if (index % candles === candles - 1) {
      sum = 0;
      for (let at = index - candles + 1; at <= index; at += 1) sum += values[at]!;
    }
    return sum / candles;
  };
}

/** Each candle with the same chance: the gap to the next entry is a hash of its number (law 9), geometrically distributed. */
function randomEntries(rule: Extract<EntryRule, { readonly kind: "random" }>, count: number, symbol: string): Signals {
  const indices: number[] = [];
  const sides: number[] = [];
  let index = -1;
  for (let entry = 0; ; entry += 1) {
    index += gap(rule.every, hashUnit("random entry", rule.seed, symbol, entry));
    if (index >= count) break;
    const isLong =
      rule.sides === "both" ? hashUnit("random side", rule.seed, symbol, entry) < 0.5 : rule.sides === "long";
    indices.push(index);
    sides.push(isLong ? 1 : -1);
  }
  return { index: Int32Array.from(indices), side: Int8Array.from(sides) };
}

const gap = (every: number, unit: number): number =>
  every === 1 ? 1 : 1 + Math.floor(Math.log1p(-unit) / Math.log1p(-1 / every));

const everyCandle = (count: number, side: 1 | -1): Signals => ({
  index: Int32Array.from({ length: count }, (_, index) => index),
  side: new Int8Array(count).fill(side),
});
