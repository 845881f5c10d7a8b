/**
 * Prices as triggers: per market, the nearest boundary above and below of every position, and the extremes that
 * prices have reached. A price that crosses none costs a few comparisons of numbers, whatever the number of positions.
 *
 * Promises: never wakes late; excursions are exact for every position from the moment it was added. It does not know
 * what a boundary means.
 */
import { openGate, type PriceGate } from "../domain/price-gate.ts";

/** One market's triggers. Mutable: it is written for every price. */
export interface MarketTriggers {
  readonly symbol: string;
  readonly gate: PriceGate;
  /** The lowest boundary above, and the highest below, of all positions: strictly between them nobody wakes. */
  above: number;
  below: number;
  /** Extremes since the last time they were shared out to the positions. */
  highest: number;
  lowest: number;
  readonly ids: string[];
  readonly slots: Map<string, number>;
  aboves: Float64Array;
  belows: Float64Array;
  highs: Float64Array;
  lows: Float64Array;
}

const FIRST_CAPACITY = 8;

export const createTriggers = (symbol: string): MarketTriggers => ({
  symbol,
  gate: openGate(),
  above: Number.POSITIVE_INFINITY,
  below: 0,
  highest: Number.NEGATIVE_INFINITY,
  lowest: Number.POSITIVE_INFINITY,
  ids: [],
  slots: new Map(),
  aboves: new Float64Array(FIRST_CAPACITY),
  belows: new Float64Array(FIRST_CAPACITY),
  highs: new Float64Array(FIRST_CAPACITY),
  lows: new Float64Array(FIRST_CAPACITY),
});

/** Notes a price for the excursions and says whether it crosses anybody's boundary. */
export function crosses(triggers: MarketTriggers, price: number): boolean {
  if (price > triggers.highest) triggers.highest = price;
  if (price < triggers.lowest) triggers.lowest = price;
  return price >= triggers.above || price <= triggers.below;
}

/** The first boundary that is met on the way from one price to another; null when none is. */
export function nearestCrossing(triggers: MarketTriggers, from: number, to: number): number | null {
  if (to > from) return triggers.above <= to ? Math.max(triggers.above, from) : null;
  if (to < from) return triggers.below >= to ? Math.min(triggers.below, from) : null;
  return null;
}

/** The first boundary strictly beyond `from`: what is still to be met where somebody is awake at `from` already. */
export function crossingBeyond(triggers: MarketTriggers, from: number, to: number): number | null {
  const boundaries = to > from ? triggers.aboves : triggers.belows;
  let nearest: number | null = null;
  for (let slot = 0; slot < triggers.ids.length; slot += 1) {
    const boundary = boundaries[slot]!;
    const isAhead = to > from ? boundary > from && boundary <= to : boundary < from && boundary >= to;
    if (isAhead && (nearest === null || Math.abs(boundary - from) < Math.abs(nearest - from))) nearest = boundary;
  }
  return nearest;
}

/** The positions whose boundary this price has reached, in the order in which they were added. */
export function crossedAt(triggers: MarketTriggers, price: number): readonly string[] {
  const crossed: string[] = [];
  for (let slot = 0; slot < triggers.ids.length; slot += 1) {
    if (price >= triggers.aboves[slot]! || price <= triggers.belows[slot]!) crossed.push(triggers.ids[slot]!);
  }
  return crossed;
}

/** Begins to watch a position; its excursion begins at the given extremes (NaN-free; ±Infinity for none yet). */
export function addPosition(
  triggers: MarketTriggers,
  id: string,
  extremes: { readonly high: number; readonly low: number },
): void {
  shareExtremes(triggers);
  const slot = triggers.ids.length;
  if (slot === triggers.aboves.length) growTo(triggers, slot * 2);
  triggers.ids.push(id);
  triggers.slots.set(id, slot);
  triggers.highs[slot] = extremes.high;
  triggers.lows[slot] = extremes.low;
  triggers.aboves[slot] = Number.POSITIVE_INFINITY;
  triggers.belows[slot] = 0;
}

/** Begins the excursion of a position anew: from the moment it opens, at the price of that moment. */
export function restartExcursion(triggers: MarketTriggers, id: string, price: number): void {
  shareExtremes(triggers);
  const slot = triggers.slots.get(id);
  if (slot === undefined) return;
  triggers.highs[slot] = price;
  triggers.lows[slot] = price;
}

/** Stops to watch a position; the others keep their order. */
export function removePosition(triggers: MarketTriggers, id: string): void {
  const slot = triggers.slots.get(id);
  if (slot === undefined) return;
  triggers.slots.delete(id);
  triggers.ids.splice(slot, 1);
  for (const column of [triggers.aboves, triggers.belows, triggers.highs, triggers.lows]) {
    column.copyWithin(slot, slot + 1, triggers.ids.length + 1);
  }
  for (let later = slot; later < triggers.ids.length; later += 1) triggers.slots.set(triggers.ids[later]!, later);
  nearestOfAll(triggers);
}

/** Sets the band of one position: it wakes at or beyond either end. */
export function setBand(triggers: MarketTriggers, id: string, below: number, above: number): void {
  const slot = triggers.slots.get(id);
  if (slot === undefined) return;
  const wasNearest = triggers.aboves[slot] === triggers.above || triggers.belows[slot] === triggers.below;
  triggers.aboves[slot] = above;
  triggers.belows[slot] = below;
  if (wasNearest) return nearestOfAll(triggers);
  if (above < triggers.above) triggers.above = above;
  if (below > triggers.below) triggers.below = below;
}

/** The highest and lowest price since the position was added. */
export function extremesOf(
  triggers: MarketTriggers,
  id: string,
): { readonly high: number; readonly low: number } | null {
  const slot = triggers.slots.get(id);
  if (slot === undefined) return null;
  return {
    high: Math.max(triggers.highs[slot]!, triggers.highest),
    low: Math.min(triggers.lows[slot]!, triggers.lowest),
  };
}

/** Hands the extremes so far to the positions that saw them, so that a newcomer does not inherit them. */
function shareExtremes(triggers: MarketTriggers): void {
  for (let slot = 0; slot < triggers.ids.length; slot += 1) {
    if (triggers.highest > triggers.highs[slot]!) triggers.highs[slot] = triggers.highest;
    if (triggers.lowest < triggers.lows[slot]!) triggers.lows[slot] = triggers.lowest;
  }
  triggers.highest = Number.NEGATIVE_INFINITY;
  triggers.lowest = Number.POSITIVE_INFINITY;
}

function nearestOfAll(triggers: MarketTriggers): void {
  let above = Number.POSITIVE_INFINITY;
  let below = 0;
  for (let slot = 0; slot < triggers.ids.length; slot += 1) {
    if (triggers.aboves[slot]! < above) above = triggers.aboves[slot]!;
    if (triggers.belows[slot]! > below) below = triggers.belows[slot]!;
  }
  triggers.above = above;
  triggers.below = below;
}

function growTo(triggers: MarketTriggers, capacity: number): void {
  const grown = (column: Float64Array): Float64Array => {
    const next = new Float64Array(capacity);
    next.set(column);
    return next;
  };
  triggers.aboves = grown(triggers.aboves);
  triggers.belows = grown(triggers.belows);
  triggers.highs = grown(triggers.highs);
  triggers.lows = grown(triggers.lows);
}
