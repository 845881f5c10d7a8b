/** Market context as people configure it (R6.4, section 16): a timeframe, and whatever is to differ from the defaults. */
import * as z from "zod";
import { DEFAULT_CONTEXT_SETTINGS, type ContextSettings } from "../domain/context-settings.ts";
import { DURATION_LIMIT, durationMsOf } from "./duration.ts";

const { periods: PERIODS, bounds: BOUNDS } = DEFAULT_CONTEXT_SETTINGS;
const MOST_CANDLES = 10_000;

const timeframe = z.string({ error: DURATION_LIMIT }).transform((text, context): number => {
  const value = durationMsOf(text);
  if (value !== null) return value;
  context.addIssue({ code: "custom", message: DURATION_LIMIT });
  return z.NEVER;
});

const eachOf = <Names extends string>(of: Readonly<Record<Names, number>>, schema: z.ZodNumber) =>
  z.strictObject(
    Object.fromEntries(Object.keys(of).map((name) => [name, schema.optional()])) as Record<
      Names,
      z.ZodOptional<z.ZodNumber>
    >,
  );

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
