/**
 * Exact quotients of whole numbers, by BigInt: what a level is before it becomes a whole tick, and money before it is
 * reported.
 *
 * Promises: nothing is rounded before `floorOf`, `ceilOf` or `reported`, which say how. An operation costs some 100 ns, a
 * tenth of a decimal's, and a division costs no more than a product.
 */
import { exact, toText, withPoint } from "./decimal.ts";
import { decimalText, type DecimalText } from "./units.ts";

export interface Quotient {
  readonly over: bigint;
  /** Greater than zero. */
  readonly under: bigint;
}

export const whole = (value: number): Quotient => ({ over: BigInt(value), under: 1n });

/** The exact value of a float64's shortest decimal form: 0.1 is a tenth. */
export function quotientOfNumber(value: number): Quotient {
  if (Number.isSafeInteger(value)) return whole(value);
  const text = String(value);
  return quotientOf(text.includes("e") ? toText(exact(value)) : decimalText(text));
}

/** The exact value of decimal text. */
export function quotientOf(text: DecimalText): Quotient {
  const point = text.indexOf(".");
  if (point === -1) return { over: BigInt(text), under: 1n };
  const decimals = text.length - point - 1;
  return { over: BigInt(text.slice(0, point) + text.slice(point + 1)), under: 10n ** BigInt(decimals) };
}

export const plus = (a: Quotient, b: Quotient): Quotient =>
  a.under === b.under
    ? { over: a.over + b.over, under: a.under }
    : { over: a.over * b.under + b.over * a.under, under: a.under * b.under };

export const minus = (a: Quotient, b: Quotient): Quotient => plus(a, { over: -b.over, under: b.under });

export const times = (a: Quotient, b: Quotient): Quotient => ({ over: a.over * b.over, under: a.under * b.under });

/** a ÷ b; b must be greater than zero. */
export const dividedBy = (a: Quotient, b: Quotient): Quotient => ({ over: a.over * b.under, under: a.under * b.over });

export const isGreater = (a: Quotient, b: Quotient): boolean => a.over * b.under > b.over * a.under;

/** The largest whole number that is not above it. */
export function floorOf({ over, under }: Quotient): number {
  const cut = over / under;
  return Number(over < 0n && cut * under !== over ? cut - 1n : cut);
}

/** The smallest whole number that is not below it. */
export function ceilOf({ over, under }: Quotient): number {
  const cut = over / under;
  return Number(over > 0n && cut * under !== over ? cut + 1n : cut);
}

/** A share of it, in millionths. */
export const millionthsOf = (a: Quotient, millionths: number): Quotient => ({
  over: a.over * BigInt(millionths),
  under: a.under * 1_000_000n,
});

/** As `toReported` does it: at most 12 decimals, rounded half away from zero. */
export function reported({ over, under }: Quotient): DecimalText {
  const size = over < 0n ? -over : over;
  const units = (2n * size * UNITS + under) / (2n * under);
  const text = withPoint(units.toString(), DECIMALS);
  return decimalText(over < 0n && units > 0n ? `-${text}` : text);
}

const DECIMALS = 12;
const UNITS = 10n ** 12n;
