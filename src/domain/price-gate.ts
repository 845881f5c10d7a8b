/**
 * The gate that every price passes: raw tick → FreshPrice, or the reason why it was dropped (R9.1, P14).
 *
 * Promises: a `FreshPrice` is made here and nowhere else, and the exit rules accept nothing else, so no decision can
 * be made on a price that is invalid, out of order, from the far future, or stale where the decision is made.
 * The checks of a single price are plain comparisons on numbers: they allocate nothing.
 */
import type { EpochMs, Price } from "./units.ts";

declare const fresh: unique symbol;

/** A price that a decision may be made on. */
export interface FreshPrice {
  readonly value: Price;
  readonly atMs: EpochMs;
  readonly [fresh]: true;
}

export type PriceDropReason = "not_a_number" | "not_positive" | "out_of_order" | "far_future";

export interface PriceLimits {
  /** How far ahead of the clock a price may be stamped. */
  readonly maximumFutureMs: number;
  /** How old a price may be when a decision is made on it; null where time is the time of the prices (replay). */
  readonly maximumAgeMs: number | null;
}

/** The state of one symbol's gate; mutable, because it is written for every price. */
export interface PriceGate {
  lastPrice: number;
  lastAtMs: number;
  dropped: number;
}

export const openGate = (): PriceGate => ({ lastPrice: 0, lastAtMs: Number.NEGATIVE_INFINITY, dropped: 0 });

/** Passes a price and returns null, or counts it as dropped and says why. */
export function admitPrice(
  gate: PriceGate,
  value: number,
  atMs: number,
  nowMs: number,
  limits: PriceLimits,
): PriceDropReason | null {
  const reason = dropReason(gate, value, atMs, nowMs, limits);
  if (reason === null) {
    gate.lastPrice = value;
    gate.lastAtMs = atMs;
  } else {
    gate.dropped += 1;
  }
  return reason;
}

/** The ticket of the last price that passed, if it is still fresh at `nowMs`. */
export function freshQuote(gate: PriceGate, nowMs: number, limits: PriceLimits): FreshPrice | null {
  if (gate.lastAtMs === Number.NEGATIVE_INFINITY) return null;
  if (limits.maximumAgeMs !== null && nowMs - gate.lastAtMs > limits.maximumAgeMs) return null;
  // The clock was set back since: how old it is nobody knows.
  if (gate.lastAtMs > nowMs + limits.maximumFutureMs) return null;
  return { value: gate.lastPrice, atMs: gate.lastAtMs } as FreshPrice;
}

/** A price that somebody asks about, through a gate of its own; null where it could be no price. */
export function askedPrice(value: number, atMs: EpochMs): FreshPrice | null {
  const gate = openGate();
  admitPrice(gate, value, atMs, atMs, { maximumFutureMs: 0, maximumAgeMs: null });
  return freshQuote(gate, atMs, { maximumFutureMs: 0, maximumAgeMs: null });
}

function dropReason(
  gate: PriceGate,
  value: number,
  atMs: number,
  nowMs: number,
  limits: PriceLimits,
): PriceDropReason | null {
  if (!Number.isFinite(value) || !Number.isFinite(atMs)) return "not_a_number";
  if (value <= 0) return "not_positive";
  if (atMs > nowMs + limits.maximumFutureMs) return "far_future";
  // Where the last one would be of the far future now, the clock was set back: nothing is in order with it any more (F63).
  if (atMs < gate.lastAtMs && gate.lastAtMs <= nowMs + limits.maximumFutureMs) return "out_of_order";
  return null;
}
