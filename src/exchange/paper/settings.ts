/**
 * How the paper exchange behaves: fees, slippage, latency, partial fills (SPEC R12.1, section 16).
 *
 * Promises: parsed settings are complete and normalized (decimal text without trailing zeros), so that two of them
 * mean the same exactly when their fields are equal. It does not choose anything: that is `choices.ts`.
 */
import { z } from "zod";
import { exact, isDecimalText, toText } from "../../domain/decimal.ts";
import { decimalText, type DecimalText } from "../../domain/units.ts";

export interface PaperSettings {
  /** Every choice is a hash of this and of what it is for (law 9). */
  readonly seed: string;
  /** Fraction of the notional; market orders pay it. */
  readonly takerFee: DecimalText;
  /** Fraction of the notional; for resting orders, which the port does not have yet. */
  readonly makerFee: DecimalText;
  /** Fraction of the price, always against the taker, rounded to the price tick against the taker. */
  readonly slippage: DecimalText;
  /** From sending to arrival; chosen per order. A cancellation takes as long as its order took. */
  readonly latencyMs: { readonly minimum: number; readonly maximum: number };
  readonly partialFills: {
    /** The share of orders (0 to 1) that fill in several slices. */
    readonly probability: number;
    /** Such an order fills in 2 to this many slices. */
    readonly maximumSlices: number;
    readonly gapMs: number;
  };
  /** The share of orders in slices (0 to 1) whose rest ends as `expired`. */
  readonly expireRestProbability: number;
  /** A spot buy pays its fee in the bought coin, as most venues do. */
  readonly spotFeeInCoin: boolean;
}

/** No paper order is under way longer than this times its slices: every wait has a limit. */
const MAXIMUM_WAIT_MS = 600_000;
const MAXIMUM_SLICES = 100;

const fractionBelowOne = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .refine((value) => isDecimalText(value) && inZeroToOne(value), { error: "decimal text from 0 to below 1" })
    .transform((value) => toText(exact(decimalText(value))));

const inZeroToOne = (value: string): boolean => {
  const fraction = exact(decimalText(value));
  return fraction.gte(0) && fraction.lt(1);
};

const probability = z.number().min(0).max(1).default(0);
const waitMs = z.number().int().min(0).max(MAXIMUM_WAIT_MS).default(0);

/** For the configuration file; every field but the seed has its default of SPEC 16. */
export const paperSettingsSchema = z.strictObject({
  seed: z.string().min(1),
  takerFee: fractionBelowOne("0.0005"),
  makerFee: fractionBelowOne("0.0002"),
  slippage: fractionBelowOne("0"),
  latencyMs: z
    .strictObject({ minimum: waitMs, maximum: waitMs })
    .refine((latency) => latency.minimum <= latency.maximum, { error: "minimum at most maximum" })
    .prefault({}),
  partialFills: z
    .strictObject({
      probability,
      maximumSlices: z.number().int().min(2).max(MAXIMUM_SLICES).default(3),
      gapMs: waitMs,
    })
    .prefault({}),
  expireRestProbability: probability,
  spotFeeInCoin: z.boolean().default(true),
});

/** Settings as a person writes them: all but the seed may be left out. */
export type PaperSettingsInput = z.input<typeof paperSettingsSchema>;

/** Settings that cannot be used; the message names every path, its value and what is allowed. */
export class PaperSettingsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PaperSettingsError";
  }
}

/** Complete settings from unknown input. Throws PaperSettingsError. */
export function parsePaperSettings(input: unknown): PaperSettings {
  const parsed = paperSettingsSchema.safeParse(input, { reportInput: true });
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(
    (issue) => `paper.${issue.path.join(".")}: ${issue.message} (value: ${JSON.stringify(issue.input) ?? "missing"})`,
  );
  throw new PaperSettingsError(`Paper settings: ${lines.join("; ")}`);
}

export interface SettingDifference {
  readonly setting: string;
  readonly before: string;
  readonly now: string;
}

/** The first setting that is not the same in both, by its dotted name; null when they mean the same. */
export function firstDifference(before: PaperSettings, now: PaperSettings): SettingDifference | null {
  const earlier = flat(before);
  for (const [setting, value] of flat(now)) {
    const old = earlier.get(setting);
    if (old !== value) return { setting, before: old ?? "missing", now: value };
  }
  return null;
}

function flat(settings: object, prefix = ""): ReadonlyMap<string, string> {
  const entries = Object.entries(settings) as readonly (readonly [string, unknown])[];
  return new Map(
    entries.flatMap(([name, value]) =>
      typeof value === "object" && value !== null
        ? [...flat(value, `${prefix}${name}.`)]
        : [[`${prefix}${name}`, String(value)] as const],
    ),
  );
}
