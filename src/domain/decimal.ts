/**
 * Exact decimal arithmetic on decimal text, by bignumber.js: for levels when they are set and for money that is
 * reported. Never on the path of a price (it costs some 50 times a float operation).
 *
 * Promises: sums, differences and products are exact; quotients of money are cut at 30 decimals; no exponent is
 * ever written. The library is cloned, so a host that configures its own copy does not change ours.
 */
import { BigNumber } from "bignumber.js";
import { decimalText, type DecimalText } from "./units.ts";

const Exact = BigNumber.clone({ DECIMAL_PLACES: 30, EXPONENTIAL_AT: 1e9, POW_PRECISION: 0 });
export type Exact = BigNumber;

/** A number from decimal text or a float64 (its shortest decimal form: 0.1 is 0.1). */
export const exact = (value: DecimalText | number | bigint | Exact): Exact =>
  new Exact(typeof value === "bigint" ? value.toString() : value);

/** Plain decimal text with trailing zeros trimmed: "0.1", "50000". */
export const toText = (value: Exact): DecimalText => decimalText(value.toFixed());

/** A whole number of 10^−decimals as plain decimal text: the same as `toText`, without the arithmetic. */
export function wholeText(count: number, decimals: number): DecimalText {
  if (decimals === 0) return decimalText(String(count));
  const text = withPoint(String(Math.abs(count)), decimals);
  return decimalText(count < 0 ? `-${text}` : text);
}

/** A point before the last so many digits; zeros at the end of what stands behind it are left out. */
export function withPoint(digits: string, decimals: number): string {
  const all = digits.length > decimals ? digits : digits.padStart(decimals + 1, "0");
  const point = all.length - decimals;
  let end = all.length;
  while (end > point && all.charCodeAt(end - 1) === NOUGHT) end -= 1;
  const whole = all.slice(0, point);
  return end === point ? whole : `${whole}.${all.slice(point, end)}`;
}

const NOUGHT = 48;

/** Money and average prices as reported: at most 12 decimals, rounded half away from zero. */
export const toReported = (value: Exact): DecimalText => toText(value.decimalPlaces(12, BigNumber.ROUND_HALF_UP));

export const ZERO_TEXT = decimalText("0");

/** floor(a ÷ b) for any sign of a and b > 0, exact. */
export function floorDivide(a: Exact, b: Exact): Exact {
  const whole = a.dividedToIntegerBy(b);
  return a.isNegative() && !whole.times(b).eq(a) ? whole.minus(1) : whole;
}

/** ceil(a ÷ b) for any sign of a and b > 0, exact. */
export function ceilDivide(a: Exact, b: Exact): Exact {
  const whole = a.dividedToIntegerBy(b);
  return a.isPositive() && !whole.times(b).eq(a) ? whole.plus(1) : whole;
}

const PLAIN_DECIMAL = /^-?\d+(\.\d+)?$/;

/** Is this plain decimal text (no exponent, no sign but a minus, no spaces)? */
export const isDecimalText = (value: string): value is DecimalText => PLAIN_DECIMAL.test(value);
