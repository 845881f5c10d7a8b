/**
 * The paper exchange's part of the configuration (R12.1, section 16).
 *
 * Promises: what comes out is complete and is what `exchange/paper` takes; ratios are exact decimal text below one.
 * The exchange parses its settings once more at its own border: the two do not know each other.
 */
import * as z from "zod";
import { exact } from "../domain/decimal.ts";
import { zeroOrMore } from "./number-text.ts";

const LONGEST_WAIT_MS = 600_000;
const MOST_SLICES = 100;

const belowOne = (fallback: string) =>
  zeroOrMore
    .refine((value) => exact(value).lt(1), { error: "a ratio from 0 to below 1, as decimal text or number" })
    .prefault(fallback);

const probability = z.number().min(0).max(1).default(0);
const waitMs = z.int().min(0).max(LONGEST_WAIT_MS).default(0);

export const paperSchema = z.strictObject({
  seed: z
    .string()
    .min(1)
    .default("pawl")
    .describe("Every choice of the paper exchange is a hash of this and of what it is for"),
  takerFee: belowOne("0.0005").describe("Share of the notional"),
  makerFee: belowOne("0.0002").describe("Share of the notional"),
  slippage: belowOne("0").describe("Share of the price, against the taker"),
  latencyMs: z
    .strictObject({ minimum: waitMs, maximum: waitMs })
    .refine((latency) => latency.minimum <= latency.maximum, { error: "minimum at most maximum" })
    .prefault({}),
  partialFills: z
    .strictObject({
      probability: probability.describe("The share of orders that fill in several slices"),
      maximumSlices: z.int().min(2).max(MOST_SLICES).default(3),
      gapMs: waitMs.describe("Between two slices"),
    })
    .prefault({}),
  expireRestProbability: probability.describe("The share of orders in slices whose rest expires"),
  spotFeeInCoin: z.boolean().default(true).describe("A spot buy pays its fee in the bought coin"),
});

export type PaperConfig = z.output<typeof paperSchema>;
