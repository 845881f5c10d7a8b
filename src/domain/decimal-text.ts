/**
 * Sums and products of decimal texts in whole numbers of their last decimal, as long as those stay below 2^53: money and
 * quantities nearly always do, and the library costs thirty times as much.
 *
 * Promises: exact, and the very text that `toText` gives; whatever is too large, or no plain decimal, goes to the library.
 */
import { exact, toText, wholeText } from "./decimal.ts";
import type { DecimalText } from "./units.ts";

export function sumText(a: DecimalText, b: DecimalText): DecimalText {
  return summed(a, b, 1) ?? toText(exact(a).plus(exact(b)));
}

export function differenceText(a: DecimalText, b: DecimalText): DecimalText {
  return summed(a, b, -1) ?? toText(exact(a).minus(exact(b)));
}

/** A decimal so many times: `count` is whole. */
export function productText(a: DecimalText, count: number): DecimalText {
  const product = digitsIn(a) * count;
  return isSure(product) ? wholeText(product, decimalsIn(a)) : toText(exact(a).times(count));
}

function summed(a: DecimalText, b: DecimalText, sign: 1 | -1): DecimalText | null {
  const [ofA, ofB] = [decimalsIn(a), decimalsIn(b)];
  const decimals = Math.max(ofA, ofB);
  const first = digitsIn(a) * 10 ** (decimals - ofA);
  const second = sign * digitsIn(b) * 10 ** (decimals - ofB);
  const sum = first + second;
  return isSure(first) && Number.isSafeInteger(second) && isSure(sum) ? wholeText(sum, decimals) : null;
}

/** Not rounded, nor a zero with a sign. */
const isSure = (count: number): boolean => Number.isSafeInteger(count) && !Object.is(count, -0);

const LONGEST = 16;
const [MINUS, POINT, NOUGHT, NINE] = [45, 46, 48, 57];

/** Its digits as one whole number, the point left out; not a number where that would not be exact. */
function digitsIn(text: string): number {
  if (text.length > LONGEST) return Number.NaN;
  const isNegative = text.charCodeAt(0) === MINUS;
  let digits = 0;
  for (let at = isNegative ? 1 : 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === POINT) continue;
    if (code < NOUGHT || code > NINE) return Number.NaN;
    digits = digits * 10 + (code - NOUGHT);
  }
  return isNegative ? -digits : digits;
}

function decimalsIn(text: string): number {
  const point = text.indexOf(".");
  return point === -1 ? 0 : text.length - point - 1;
}
