/**
 * A stream of made-up numbers for made-up prices, chosen by words: the same words give the same numbers on every
 * machine. sfc32 (Chris Doty-Humphrey, PractRand, public domain) started from 128 bits of SHA-256.
 * For series only; single choices are a hash of what they are for (`domain/hash.ts`).
 */
import { hashHex } from "../domain/hash.ts";

export interface SeededStream {
  /** In [0, 1). */
  unit(): number;
  /** A whole number from first to last, both included. */
  whole(first: number, last: number): number;
  /** About normal: mean 0, standard deviation 1, never beyond ±3.5 (a sum of four uniform numbers). */
  bell(): number;
  pick<T>(choices: readonly T[]): T;
}

export function seededStream(...words: readonly (string | number)[]): SeededStream {
  const digest = hashHex("stream", ...words);
  let [a, b, c, d] = [0, 8, 16, 24].map((start) => Number.parseInt(digest.slice(start, start + 8), 16) | 0) as [
    number,
    number,
    number,
    number,
  ];
  const unit = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  const whole = (first: number, last: number): number => first + Math.floor(unit() * (last - first + 1));
  return {
    unit,
    whole,
    bell: () => (unit() + unit() + unit() + unit() - 2) * Math.sqrt(3),
    pick: (choices) => choices[whole(0, choices.length - 1)]!,
  };
}
