/**
 * Markets from a JSON file in ccxt's structure, with its precision mode named (R14.3, R3.3).
 *
 * Promises: steps and limits become exact decimal text; what the file leaves out or gives as 0 is unknown (`null`),
 * never zero; what cannot be traded here is listed with its reason; every error names file, path inside the JSON,
 * value and what is allowed. It reads the unified fields only, nothing of an exchange's own `info`.
 */
import { readFileSync } from "node:fs";
import * as z from "zod";
import { exact, toText } from "../domain/decimal.ts";
import { amountToLotsDown, amountToLotsUp, type Market } from "../domain/market.ts";
import { decimalText, type DecimalText } from "../domain/units.ts";

/** How a file writes steps: as the step itself, or as a count of decimals. */
export type PrecisionMode = "TICK_SIZE" | "DECIMAL_PLACES";

export interface MarketFile {
  readonly path: string;
  readonly markets: readonly Market[];
  /** Markets of the file that cannot be used here, and why. */
  readonly unusable: readonly { readonly symbol: string; readonly text: string }[];
  /** For people: what was taken as unknown although the file seems to say something. */
  readonly warnings: readonly string[];
}

export interface MarketFileFault {
  readonly path: string;
  /** Where in the JSON: "markets[3].limits.amount.min"; empty for the file as a whole. */
  readonly jsonPath: string;
  readonly value: string | null;
  readonly allowed: string;
}

export class MarketFileError extends Error {
  readonly fault: MarketFileFault;
  constructor(fault: MarketFileFault, wrong: string) {
    const place = fault.jsonPath === "" ? fault.path : `${fault.path}, ${fault.jsonPath}`;
    super(`${place}: ${wrong}; allowed: ${fault.allowed}`);
    this.name = "MarketFileError";
    this.fault = fault;
  }
}

/** Reads a file of markets; `precisionMode` for a file that does not name its own. Throws MarketFileError. */
export function readMarketFile(input: {
  readonly path: string;
  readonly precisionMode?: PrecisionMode | undefined;
}): MarketFile {
  return parseMarkets({ ...input, json: readJson(input.path) });
}

/** The same for JSON that is already read: an array, an object by symbol, or `{ precisionMode, markets }`. */
export function parseMarkets(input: {
  readonly path: string;
  readonly json: unknown;
  readonly precisionMode?: PrecisionMode | undefined;
}): MarketFile {
  const { path } = input;
  const { list, place, statedMode } = marketList(path, input.json);
  const mode = precisionModeOf(path, statedMode ?? input.precisionMode);
  const markets: Market[] = [];
  const unusable: { symbol: string; text: string }[] = [];
  const warnings: string[] = [...mode.warnings];
  const seen = new Set<string>();
  for (const [key, entry] of list) {
    const jsonPath = place(key);
    const parsed = rawMarket.safeParse(entry);
    if (!parsed.success) throw schemaError(path, jsonPath, entry, parsed.error);
    const raw = parsed.data;
    if (seen.has(raw.symbol)) {
      throw new MarketFileError(
        { path, jsonPath: `${jsonPath}.symbol`, value: raw.symbol, allowed: "each symbol once" },
        `${raw.symbol} is there twice`,
      );
    }
    seen.add(raw.symbol);
    const made = marketFrom({ raw, mode, path, jsonPath });
    if ("text" in made) unusable.push({ symbol: raw.symbol, text: made.text });
    else {
      markets.push(made.market);
      warnings.push(...made.warnings);
    }
  }
  if (list.length === 0) {
    throw new MarketFileError(
      { path, jsonPath: "markets", value: "none", allowed: "at least one market" },
      "there are no markets in it",
    );
  }
  return { path, markets, unusable, warnings };
}

/** The market of a symbol, or an error that says which ones there are. */
export function marketOf(file: MarketFile, symbol: string): Market {
  const found = file.markets.find((market) => market.symbol === symbol);
  if (found !== undefined) return found;
  const unusable = file.unusable.find((market) => market.symbol === symbol);
  const known = file.markets.map((market) => market.symbol);
  const shown = known.length > 20 ? [...known.slice(0, 20), `and ${known.length - 20} more`] : known;
  throw new MarketFileError(
    { path: file.path, jsonPath: "markets", value: symbol, allowed: shown.join(", ") },
    unusable === undefined ? `there is no market ${symbol}` : `the market ${symbol} cannot be used: ${unusable.text}`,
  );
}

const NUMBER_OR_TEXT = "a number, decimal text, or null";
/** A number as number or decimal text; becomes exact decimal text without exponent. */
const decimal = z
  .union([z.number(), z.string().regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/, NUMBER_OR_TEXT)], NUMBER_OR_TEXT)
  .transform((value) => toText(exact(value as DecimalText)));
const maybe = decimal.nullish();
const bounds = z.object({ min: maybe, max: maybe }).nullish();

const rawMarket = z.object({
  symbol: z.string().regex(/^[^/:\s]+\/[^/:\s]+(:\S+)?$/, "BASE/QUOTE, or BASE/QUOTE:SETTLE"),
  type: z.enum(["spot", "margin", "swap", "future", "option"]),
  active: z.boolean().nullish(),
  linear: z.boolean().nullish(),
  inverse: z.boolean().nullish(),
  contractSize: maybe,
  precision: z.object({ amount: maybe, price: maybe }),
  limits: z.object({ amount: bounds, cost: bounds, leverage: bounds, market: bounds }).nullish(),
});
type RawMarket = z.infer<typeof rawMarket>;

interface ModeReading {
  readonly amount: PrecisionMode;
  /** Null where the price's precision is no step: the tick is unknown. */
  readonly price: PrecisionMode | null;
  readonly warnings: readonly string[];
}

function readJson(path: string): unknown {
  const refuse = (wrong: string): MarketFileError =>
    new MarketFileError(
      { path, jsonPath: "", value: null, allowed: "a JSON file of markets in ccxt's structure" },
      wrong,
    );
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw refuse(`the file cannot be read (${cause instanceof Error ? cause.message : String(cause)})`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refuse(`the file is not JSON (${cause instanceof Error ? cause.message : String(cause)})`);
  }
}

interface MarketList {
  readonly list: readonly (readonly [string, unknown])[];
  readonly place: (key: string) => string;
  readonly statedMode: unknown;
}

function marketList(path: string, json: unknown): MarketList {
  if (Array.isArray(json)) return { list: Object.entries(json), place: (key) => `[${key}]`, statedMode: undefined };
  if (typeof json === "object" && json !== null) {
    const record = json as Readonly<Record<string, unknown>>;
    const { markets } = record;
    if (Array.isArray(markets))
      return { list: Object.entries(markets), place: (key) => `markets[${key}]`, statedMode: record["precisionMode"] };
    if (typeof markets === "object" && markets !== null) {
      return {
        list: Object.entries(markets),
        place: (key) => `markets[${JSON.stringify(key)}]`,
        statedMode: record["precisionMode"],
      };
    }
    if (Object.values(record).some((value) => typeof value === "object" && value !== null && "symbol" in value)) {
      return { list: Object.entries(record), place: (key) => `[${JSON.stringify(key)}]`, statedMode: undefined };
    }
  }
  throw new MarketFileError(
    {
      path,
      jsonPath: "",
      value: typeof json,
      allowed: "an array of markets, an object of markets by symbol, or { precisionMode, markets }",
    },
    "there are no markets in it",
  );
}

/** ccxt's constants: DECIMAL_PLACES 2, SIGNIFICANT_DIGITS 3, TICK_SIZE 4. */
function precisionModeOf(path: string, stated: unknown): ModeReading {
  const allowed = "TICK_SIZE (steps) or DECIMAL_PLACES (counts of decimals)";
  if (stated === "TICK_SIZE" || stated === 4) return { amount: "TICK_SIZE", price: "TICK_SIZE", warnings: [] };
  if (stated === "DECIMAL_PLACES" || stated === 2)
    return { amount: "DECIMAL_PLACES", price: "DECIMAL_PLACES", warnings: [] };
  if (typeof stated === "string" && /^TICK_SIZE for amount\b.*\bprice\b/.test(stated)) {
    return {
      amount: "TICK_SIZE",
      price: null,
      warnings: [`${path}: precisionMode is "${stated}": prices have no tick here, so they are kept exact`],
    };
  }
  const wrong =
    stated === undefined || stated === null
      ? "the precision mode is not named"
      : `the precision mode ${JSON.stringify(stated)} is not supported${stated === "SIGNIFICANT_DIGITS" || stated === 3 ? ": a count of significant digits is no step" : ""}`;
  throw new MarketFileError(
    { path, jsonPath: "precisionMode", value: stated === undefined ? null : JSON.stringify(stated), allowed },
    wrong,
  );
}

function marketFrom(input: {
  readonly raw: RawMarket;
  readonly mode: ModeReading;
  readonly path: string;
  readonly jsonPath: string;
}): { readonly market: Market; readonly warnings: readonly string[] } | { readonly text: string } {
  const { raw, mode, path, jsonPath } = input;
  if (raw.type === "option") return { text: "options are not supported" };
  const at = (field: string): StepPlace => ({ path, jsonPath: `${jsonPath}.precision.${field}` });
  const amountStep = stepOf(raw.precision.amount, mode.amount, at("amount"));
  if (amountStep === null) return { text: "precision.amount is not given, so its amount step is unknown" };
  const priceTick = mode.price === null ? null : stepOf(raw.precision.price, mode.price, at("price"));
  const spot = raw.type === "spot" || raw.type === "margin";
  const [base, quote, settle] = raw.symbol.split(/[/:]/) as [string, string, string | undefined];
  const limits = raw.limits ?? {};
  const unlimited: Market = {
    symbol: raw.symbol,
    kind: spot ? "spot" : "derivative",
    linear: spot || linearOf(raw, quote, settle?.split("-")[0]),
    active: raw.active ?? true,
    base,
    quote,
    contractSize: spot ? decimalText("1") : contractSizeOf(raw, path, jsonPath),
    amountStep,
    priceTick,
    minimumLots: null,
    minimumCost: known(limits.cost?.min),
    maximumLots: null,
    maximumLeverage: known(limits.leverage?.max) === null ? null : Number(limits.leverage!.max),
  };
  const minimum = larger(known(limits.amount?.min), known(limits.market?.min));
  const maximum = known(limits.market?.max) ?? known(limits.amount?.max);
  const warnings =
    minimum !== null && exact(minimum).lt(amountStep)
      ? [
          `${path}, ${jsonPath}: ${raw.symbol}: the minimum ${minimum} is less than the amount step ${amountStep}; is the precision mode right?`,
        ]
      : [];
  return {
    market: {
      ...unlimited,
      minimumLots: minimum === null ? null : amountToLotsUp(unlimited, minimum),
      maximumLots: maximum === null ? null : amountToLotsDown(unlimited, maximum),
    },
    warnings,
  };
}

interface StepPlace {
  readonly path: string;
  readonly jsonPath: string;
}

const MOST_DECIMALS = 30;

/** The step as decimal text; null where the file does not give one. */
function stepOf(value: DecimalText | null | undefined, mode: PrecisionMode, place: StepPlace): DecimalText | null {
  if (value === null || value === undefined) return null;
  if (mode === "TICK_SIZE") {
    if (exact(value).gt(0)) return value;
    throw new MarketFileError(
      { ...place, value, allowed: "a step greater than 0 (TICK_SIZE), or null where there is none" },
      `the step is ${value}`,
    );
  }
  const decimals = Number(value);
  if (Number.isInteger(decimals) && Math.abs(decimals) <= MOST_DECIMALS) return toText(exact(1).shiftedBy(-decimals));
  throw new MarketFileError(
    { ...place, value, allowed: "a whole number of decimals (DECIMAL_PLACES); a step like 0.001 belongs to TICK_SIZE" },
    `the count of decimals is ${value}`,
  );
}

/** A bound that says something: 0 and nothing are both unknown. */
const known = (value: DecimalText | null | undefined): DecimalText | null =>
  value === null || value === undefined || !exact(value).gt(0) ? null : value;

const larger = (a: DecimalText | null, b: DecimalText | null): DecimalText | null => {
  if (a === null || b === null) return a ?? b;
  return exact(a).gt(b) ? a : b;
};

const linearOf = (raw: RawMarket, quote: string, settle: string | undefined): boolean =>
  raw.linear ?? (raw.inverse === null || raw.inverse === undefined ? settle === quote : !raw.inverse);

function contractSizeOf(raw: RawMarket, path: string, jsonPath: string): DecimalText {
  const size = raw.contractSize;
  if (size === null || size === undefined) return decimalText("1");
  if (exact(size).gt(0)) return size;
  throw new MarketFileError(
    { path, jsonPath: `${jsonPath}.contractSize`, value: size, allowed: "more than 0, or null for 1" },
    `the contract size is ${size}`,
  );
}

function schemaError(path: string, jsonPath: string, entry: unknown, error: z.ZodError): MarketFileError {
  const [issue] = error.issues;
  const inside = issue?.path ?? [];
  const where = inside.reduce<string>((text, key) => `${text}.${String(key)}`, jsonPath);
  const value = inside.reduce<unknown>(
    (at, key) =>
      typeof at === "object" && at !== null ? (at as Readonly<Record<PropertyKey, unknown>>)[key] : undefined,
    entry,
  );
  const shown = value === undefined ? "missing" : JSON.stringify(value);
  return new MarketFileError(
    { path, jsonPath: where, value: shown, allowed: allowedBy(issue) },
    `the value is ${shown}`,
  );
}

function allowedBy(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return "a market in ccxt's structure";
  if (issue.code === "invalid_value") return issue.values.map(String).join(", ");
  if (issue.code === "invalid_type") return `a value of type ${issue.expected}`;
  return issue.message;
}
