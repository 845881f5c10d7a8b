/**
 * Exact decimals of the local venue: one bignumber.js clone that never prints an exponent and never rounds up.
 */
import { BigNumber } from "bignumber.js";

export type Decimal = BigNumber;

const Exact = BigNumber.clone({ DECIMAL_PLACES: 40, EXPONENTIAL_AT: 1_000_000, ROUNDING_MODE: BigNumber.ROUND_DOWN });

export const ZERO: Decimal = new Exact(0);

/** Decimal text to an exact number; NaN for anything that is not a number. */
export function decimal(text: string): Decimal {
  return new Exact(text);
}

/** Plain decimal text, without trailing zeros. */
export function plain(value: Decimal): string {
  return value.toFixed();
}

/** Decimal text with a fixed number of places, cut off towards zero, as the venue prints it. */
export function places(value: Decimal, count: number): string {
  return value.toFixed(count, BigNumber.ROUND_DOWN);
}

export function floorToStep(value: Decimal, step: Decimal): Decimal {
  return value.dividedToIntegerBy(step).times(step);
}

export function least(...values: readonly Decimal[]): Decimal {
  return BigNumber.minimum(...values);
}

/** Decimal places of a step: 0.0010 has three. */
export function placesOf(step: string): number {
  return decimal(step).decimalPlaces() ?? 0;
}
