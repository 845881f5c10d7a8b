/**
 * Numbers from decimal text, without making the text where it is short and plain.
 *
 * Promises: what comes out is what `Number(text)` gives, to the last bit: an integer below 2^53 and a power of ten up to
 * 10^22 are both exact, so their quotient is rounded once. Anything else is read as text. No hex, no NaN, no Infinity.
 */

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** A finite number from decimal text ("61800.3", "1e-05"), or null: no hex, no NaN, no Infinity, no empty text. */
export function parseNumber(text: string): number | null {
  if (!DECIMAL.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

export const looksNumeric = (text: string): boolean => DECIMAL.test(text);

const MINUS = 45;
const PLUS = 43;
const POINT = 46;
const ZERO = 48;

/** Powers of ten that a float64 holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** The number between two places; NaN where it is not as plain as "-61800.30", or too long to be exact this way. */
export function plainDecimal(bytes: Uint8Array, start: number, end: number): number {
  const sign = bytes[start];
  let index = sign === MINUS || sign === PLUS ? start + 1 : start;
  let mantissa = 0;
  let digits = 0;
  let pointAt = -1;
  for (; index < end; index++) {
    const digit = bytes[index]! - ZERO;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits += 1;
    } else if (digit === POINT - ZERO && pointAt === -1) pointAt = index;
    else return Number.NaN;
  }
  if (digits === 0 || mantissa > Number.MAX_SAFE_INTEGER) return Number.NaN;
  const decimals = pointAt === -1 ? 0 : end - pointAt - 1;
  if (decimals >= POWERS.length) return Number.NaN;
  const value = decimals === 0 ? mantissa : mantissa / POWERS[decimals]!;
  return sign === MINUS ? -value : value;
}
