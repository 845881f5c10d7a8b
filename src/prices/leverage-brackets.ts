/**
 * Leverage brackets from a JSON file as ccxt and freqtrade write them: by symbol, how much leverage and maintenance
 * margin go with how large a position (R14.3).
 *
 * Promises: brackets follow one another from 0 without a gap, rates do not fall; what is missing is refused, never
 * assumed, but for `cum`, which the others tell exactly. Every error names file, path inside the JSON, value and what is
 * allowed. It does not know what a position is worth.
 */
import { readFileSync } from "node:fs";
import * as z from "zod";
import { exact, toText, ZERO_TEXT } from "../domain/decimal.ts";
import type { DecimalText } from "../domain/units.ts";
import { MarketFileError } from "./market-file.ts";

/** One bracket: positions from `minNotional` on, up to and with `maxNotional`. */
export interface LeverageBracket {
  /** Quote currency (the base currency for inverse contracts). */
  readonly minNotional: DecimalText;
  /** Null for the last bracket where it has no end. */
  readonly maxNotional: DecimalText | null;
  /** A fraction of the notional. */
  readonly maintenanceMarginRate: DecimalText;
  readonly maxLeverage: number;
  /** Maintenance margin = notional × rate − cum: what makes it continuous from bracket to bracket. */
  readonly cum: DecimalText;
}

export interface LeverageBracketFile {
  readonly path: string;
  /** The brackets of each symbol, the smallest positions first. */
  readonly brackets: ReadonlyMap<string, readonly LeverageBracket[]>;
}

/** Reads a file of leverage brackets. Throws MarketFileError. */
export function readLeverageBrackets(path: string): LeverageBracketFile {
  return parseLeverageBrackets({ path, json: readJson(path) });
}

/** The same for JSON that is already read: an object by symbol, or `{ tiers: … }`. Throws MarketFileError. */
export function parseLeverageBrackets(input: { readonly path: string; readonly json: unknown }): LeverageBracketFile {
  const { path } = input;
  const { bySymbol, place } = symbolsOf(path, input.json);
  const brackets = new Map<string, readonly LeverageBracket[]>();
  for (const [symbol, entry] of Object.entries(bySymbol)) {
    const jsonPath = `${place}[${JSON.stringify(symbol)}]`;
    const parsed = z.array(rawBracket).min(1, "one bracket or more").safeParse(entry);
    if (!parsed.success) throw schemaError(path, jsonPath, entry, parsed.error);
    brackets.set(symbol, bracketsFrom({ path, jsonPath, raw: parsed.data }));
  }
  if (brackets.size > 0) return { path, brackets };
  throw new MarketFileError({ path, jsonPath: place, value: "none", allowed: ALLOWED }, "there are no brackets in it");
}

const ALLOWED = 'leverage brackets by symbol, as {"BTC/USDT:USDT": [{ minNotional, maxNotional, … }]}';
const NUMBER = "a number, or decimal text";

const decimal = z
  .union([z.number(), z.string().regex(/^\d+(\.\d+)?([eE][+-]?\d+)?$/, NUMBER)], NUMBER)
  .transform((value) => toText(exact(value as DecimalText)));
const notNegative = decimal.refine((value) => Number(value) >= 0, "0 or more");

const rawBracket = z.object({
  minNotional: notNegative,
  maxNotional: notNegative.nullish(),
  maintenanceMarginRate: decimal.refine((value) => Number(value) > 0 && Number(value) < 1, "more than 0, less than 1"),
  maxLeverage: decimal.transform(Number).refine((value) => value >= 1, "1 or more"),
  cum: notNegative.nullish(),
  info: z.object({ cum: notNegative.nullish() }).nullish().catch(null),
});
type RawBracket = z.infer<typeof rawBracket>;

function bracketsFrom(input: {
  readonly path: string;
  readonly jsonPath: string;
  readonly raw: readonly RawBracket[];
}): readonly LeverageBracket[] {
  const { path, jsonPath, raw } = input;
  const brackets: LeverageBracket[] = [];
  for (const [index, one] of raw.entries()) {
    const before = brackets.at(-1);
    const refuse = (field: keyof LeverageBracket, value: string, allowed: string): MarketFileError =>
      new MarketFileError(
        { path, jsonPath: `${jsonPath}[${index}].${field}`, value, allowed },
        `the value is ${value}`,
      );
    const start = before === undefined ? ZERO_TEXT : before.maxNotional;
    if (one.minNotional !== start) {
      throw refuse("minNotional", one.minNotional, start ?? "no bracket after one without an end");
    }
    const maxNotional = one.maxNotional ?? null;
    if (maxNotional !== null && !exact(maxNotional).gt(one.minNotional)) {
      throw refuse("maxNotional", maxNotional, `more than ${one.minNotional} (minNotional)`);
    }
    if (before !== undefined && exact(one.maintenanceMarginRate).lt(before.maintenanceMarginRate)) {
      const least = `${before.maintenanceMarginRate} (the bracket before) or more`;
      throw refuse("maintenanceMarginRate", one.maintenanceMarginRate, least);
    }
    const { minNotional, maintenanceMarginRate, maxLeverage } = one;
    const cum = one.cum ?? one.info?.cum ?? cumAfter(before, one);
    brackets.push({ minNotional, maxNotional, maintenanceMarginRate, maxLeverage, cum });
  }
  return brackets;
}

/** At the border of two brackets both give the same maintenance margin. */
const cumAfter = (
  before: LeverageBracket | undefined,
  { minNotional, maintenanceMarginRate }: RawBracket,
): DecimalText =>
  before === undefined
    ? ZERO_TEXT
    : toText(exact(maintenanceMarginRate).minus(before.maintenanceMarginRate).times(minNotional).plus(before.cum));

function symbolsOf(path: string, json: unknown): { readonly bySymbol: object; readonly place: string } {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) {
    const tiers: unknown = "tiers" in json ? json.tiers : undefined;
    if (typeof tiers === "object" && tiers !== null && !Array.isArray(tiers))
      return { bySymbol: tiers, place: "tiers" };
    if (tiers === undefined) return { bySymbol: json, place: "" };
  }
  throw new MarketFileError(
    { path, jsonPath: "", value: JSON.stringify(json).slice(0, 60), allowed: ALLOWED },
    "the JSON holds no leverage brackets",
  );
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    const wrong = cause instanceof SyntaxError ? "the file is not JSON" : "the file cannot be read";
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MarketFileError({ path, jsonPath: "", value: null, allowed: ALLOWED }, `${wrong} (${reason})`);
  }
}

function schemaError(path: string, jsonPath: string, entry: unknown, error: z.ZodError): MarketFileError {
  const [issue] = error.issues;
  const inside = issue?.path ?? [];
  const where = inside.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  const value = inside.reduce<unknown>(
    (at, key) =>
      typeof at === "object" && at !== null ? (at as Readonly<Record<PropertyKey, unknown>>)[key] : undefined,
    entry,
  );
  const shown = value === undefined ? "missing" : JSON.stringify(value);
  const allowed = issue?.code === "invalid_type" ? `a value of type ${issue.expected}` : (issue?.message ?? ALLOWED);
  return new MarketFileError({ path, jsonPath: `${jsonPath}${where}`, value: shown, allowed }, `the value is ${shown}`);
}
