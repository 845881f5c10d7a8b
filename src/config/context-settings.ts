/** Market context as people configure it (R6.4, section 16): a timeframe, and whatever is to differ from the defaults. */
import * as z from "zod";
import { DEFAULT_CONTEXT_SETTINGS, type ContextSettings } from "../domain/context-settings.ts";
import type { ClassBounds } from "../domain/market-context.ts";
import { DURATION_LIMIT, durationMsOf } from "./duration.ts";

const { periods: PERIODS, bounds: BOUNDS } = DEFAULT_CONTEXT_SETTINGS;
const MOST_CANDLES = 10_000;

const timeframe = z.string({ error: DURATION_LIMIT }).transform((text, context): number => {
  const value = durationMsOf(text);
  if (value !== null && value >= SHORTEST_MS && value <= LONGEST_MS) return value;
  context.addIssue({ code: "custom", message: value === null ? DURATION_LIMIT : "from 1s to 30d: 1m, 4h" });
  return z.NEVER;
});
const SHORTEST_MS = 1_000;
const LONGEST_MS = 30 * 86_400_000;

const eachOf = <Names extends string>(of: Readonly<Record<Names, number>>, schema: z.ZodNumber) =>
  z.strictObject(
    Object.fromEntries(Object.keys(of).map((name) => [name, schema.optional()])) as Record<
      Names,
      z.ZodOptional<z.ZodNumber>
    >,
  );

/** Two bounds of one figure: the lower one is less, whichever of them is given. */
const PAIRS = [
  ["volatilityLow", "volatilityHigh"],
  ["momentumWeak", "momentumStrong"],
  ["adxRanging", "adxTrending"],
  ["rsiLow", "rsiHigh"],
] as const satisfies readonly (readonly [keyof ClassBounds, keyof ClassBounds])[];

function refuseReversed(given: Partial<Record<keyof ClassBounds, number | undefined>>, context: z.RefinementCtx): void {
  const refuse = (name: keyof ClassBounds, message: string): void =>
    context.addIssue({ code: "custom", path: [name], message });
  for (const [low, high] of PAIRS) {
    const [from, to] = [given[low] ?? BOUNDS[low], given[high] ?? BOUNDS[high]];
    if (from < to) continue;
    if (given[high] === undefined) refuse(low, `less than ${high} (${to})`);
    else refuse(high, `more than ${low} (${from})`);
  }
  for (const name of ["adxRanging", "adxTrending", "rsiLow", "rsiHigh"] as const)
    if ((given[name] ?? 0) > 100) refuse(name, "from 0 to 100, as the figure is");
  if ((given.hysteresis ?? 0) >= 1) refuse("hysteresis", "a share of the bound: less than 1");
}

const LIMIT = "false, or an object of settings";

/** `false`: none is reckoned, whatever plans ask for. */
export const contextSchema = z.union(
  [
    z.literal(false, { error: LIMIT }),
    z.strictObject({
      timeframe: timeframe
        .optional()
        .describe(
          'Length of the candles that it is reckoned from (default "5m"); a feed\'s own where those are longer',
        ),
      periods: eachOf(PERIODS, z.int().min(1).max(MOST_CANDLES)).optional().describe("In candles"),
      bounds: eachOf(BOUNDS, z.number().min(0).max(1_000))
        .superRefine(refuseReversed)
        .optional()
        .describe("Where classes begin, and their hysteresis"),
    }),
  ],
  { error: LIMIT },
);

export type ContextSpec = z.output<typeof contextSchema>;
export type ContextSpecInput = z.input<typeof contextSchema>;

/** The settings that a specification means; null where context is turned off. */
export function contextSettings(spec: ContextSpec | undefined): ContextSettings | null {
  if (spec === false) return null;
  const { timeframe: timeframeMs, periods, bounds } = spec ?? {};
  return {
    timeframeMs: timeframeMs ?? DEFAULT_CONTEXT_SETTINGS.timeframeMs,
    periods: { ...PERIODS, ...given(periods) },
    bounds: { ...BOUNDS, ...given(bounds) },
  };
}

const given = <T extends object>(values: T | undefined): { readonly [Key in keyof T]?: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value !== undefined)) as never;
