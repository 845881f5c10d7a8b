/**
 * Entry rules as people name them on a command line: `breakout:20:long`, `ma-cross:10:50`, `random:500:seed`, `always:short`.
 *
 * Promises: what cannot be read is a ConfigError that names the part, its value and what is allowed.
 */
import { ConfigError } from "../config/config-error.ts";

type Sides = "long" | "short" | "both";

export type EntryRule =
  /** A close beyond the highest high, or the lowest low, of so many candles before it. */
  | { readonly kind: "breakout"; readonly candles: number; readonly sides: Sides }
  /** The average of so many closes crosses that of more. */
  | { readonly kind: "ma-cross"; readonly fast: number; readonly slow: number; readonly sides: Sides }
  /** One candle in `every`, on average. */
  | { readonly kind: "random"; readonly every: number; readonly seed: string; readonly sides: Sides }
  /** At every candle: again and again, whenever nothing is open. */
  | { readonly kind: "always"; readonly side: "long" | "short" };

const FORMS = [
  "breakout:<candles>[:long|short|both]",
  "ma-cross:<fast>:<slow>[:long|short|both]",
  "random:<every>:<seed>[:long|short|both]",
  "always[:long|short]",
].join(", ");

const MOST_CANDLES = 1_000_000;

/** Throws ConfigError. */
export function parseEntryRule(text: string): EntryRule {
  const [kind = "", ...parts] = text.trim().split(":");
  const fail = (path: string, value: string | undefined, allowed: string): never => {
    throw new ConfigError([
      { file: `entry rule ${text}`, line: null, path, value: value === undefined ? "missing" : `"${value}"`, allowed },
    ]);
  };
  const whole = (path: string, at: number, least: number): number => {
    const value = parts[at];
    const number = value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= MOST_CANDLES) return number;
    return fail(path, value, `a whole number from ${least} to ${MOST_CANDLES}, as in ${FORMS}`);
  };
  const sides = (at: number): Sides => {
    const value = parts[at] ?? "both";
    if (value === "long" || value === "short" || value === "both") return value;
    return fail("sides", value, "long, short, both");
  };
  const atMost = (count: number): void => {
    if (parts.length > count) fail("the end", parts[count], `nothing more: ${FORMS}`);
  };
  switch (kind) {
    case "breakout": {
      atMost(2);
      return { kind, candles: whole("candles", 0, 1), sides: sides(1) };
    }
    case "ma-cross": {
      atMost(3);
      const fast = whole("fast", 0, 1);
      const slow = whole("slow", 1, 2);
      if (slow <= fast) fail("slow", parts[1], `more than fast, which is ${fast}`);
      return { kind, fast, slow, sides: sides(2) };
    }
    case "random": {
      atMost(3);
      const every = whole("every", 0, 1);
      const seed = parts[1] ?? "";
      if (seed === "") fail("seed", parts[1], "any text: the same seed gives the same entries");
      return { kind, every, seed, sides: sides(2) };
    }
    case "always": {
      atMost(1);
      const side = parts[0] ?? "long";
      return side === "long" || side === "short" ? { kind, side } : fail("side", side, "long, short");
    }
    default:
      return fail("rule", kind, FORMS);
  }
}
