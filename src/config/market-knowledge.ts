/** What a host knows of a market by its own means, as it is handed in (R6.4): figures, classes, or candles. */
import * as z from "zod";
import {
  MOMENTA,
  OBSTACLES,
  REGIMES,
  STRETCHES,
  VOLATILITIES,
  type MarketClasses,
  type MarketFigures,
} from "../domain/market-context.ts";
import { refused, type Refused } from "../domain/refused.ts";
import { parsedOrThrow } from "./schema-problems.ts";

const classes = z.strictObject({
  regime: z.enum(REGIMES).nullable().optional(),
  volatility: z.enum(VOLATILITIES).nullable().optional(),
  momentum: z.enum(MOMENTA).nullable().optional().describe("As this side sees it: a fall is strong for a short"),
  rsi: z.enum(STRETCHES).nullable().optional(),
  obstacle: z.enum(OBSTACLES).nullable().optional(),
});

/** Figures are judged by `figuresFault`, which names the one that cannot be meant; here only that they are numbers. */
const figures = z.strictObject({
  atrRatio: z.unknown().optional().describe("ATR ÷ its average"),
  adx: z.unknown().optional(),
  rsi: z.unknown().optional(),
  changeInAtrs: z.unknown().optional().describe("Change over ten candles in ATRs; positive is up"),
  swingAboveInAtrs: z.unknown().optional(),
  swingBelowInAtrs: z.unknown().optional(),
});

const ofFigures = z.strictObject({ figures });
const ofClasses = z.strictObject({ classes: z.strictObject({ long: classes.optional(), short: classes.optional() }) });
export const knowledgeSchema = z.union([ofFigures, ofClasses], {
  error: "{figures: …} or {classes: {long: …, short: …}}",
});

export type MarketKnowledge =
  | {
      readonly figures: MarketFigures;
    }
  | Extract<z.input<typeof knowledgeSchema>, { readonly classes: unknown }>;

/** Throws ConfigError for anything that is neither. Figures are not judged yet. */
export function parseKnowledge(
  input: MarketKnowledge,
): { readonly figures: MarketFigures } | { readonly classes: MarketClasses } {
  const meant = "classes" in Object(input) ? ofClasses : "figures" in Object(input) ? ofFigures : knowledgeSchema;
  const parsed = parsedOrThrow(meant as typeof knowledgeSchema, input, { file: "market context", line: null });
  if ("figures" in parsed) return { figures: defined(parsed.figures) as MarketFigures };
  const { long, short } = parsed.classes;
  return { classes: { long: defined(long ?? {}), short: defined(short ?? {}) } };
}

const defined = <T extends object>(given: T): { readonly [Key in keyof T]?: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;

/** A moment before it (1973) was written in seconds. */
const EARLIEST_MS = 100_000_000_000;

/** One stamped in the future would refuse all that come after it. */
export function misplacedCandle(
  { atMs, lengthMs }: { readonly atMs: number; readonly lengthMs: number },
  latestMs: number,
): Refused | null {
  const isSeconds = atMs < EARLIEST_MS;
  if (!isSeconds && !(atMs + lengthMs > latestMs)) return null;
  const limit = isSeconds ? "epoch milliseconds, not seconds" : "a closed candle: atMs + lengthMs not in the future";
  return refused({ rule: "R6.4", field: "candle.atMs", value: atMs, limit });
}
