/**
 * A sweep as a file: `pawl-sweep` version 1, one JSON object.
 *
 * Promises: what is written is what the schema takes; numbers are not rounded. A later version has another number.
 */
import * as z from "zod";
import { OBJECTIVES } from "../backtest/backtest.ts";
import type { SweepResult } from "./sweep-tables.ts";

export function sweepJson({ ranked, walk, ...others }: SweepResult): string {
  const file: z.input<typeof sweepFileSchema> = {
    format: "pawl-sweep",
    version: 1,
    ...others,
    leftOut: [...others.leftOut],
    warnings: [...others.warnings],
    notes: [...others.notes],
    ranked: ranked.map(({ candidate: { name, values, spec }, value, positions }) => ({
      name,
      values,
      plan: { ...spec },
      value,
      positions,
    })),
    walk: {
      folds: walk.folds.map((fold) => ({ ...fold, best: fold.best?.name ?? null })),
      efficiency: walk.efficiency,
      warnings: [...walk.warnings],
    },
  };
  return JSON.stringify(file);
}

const nullable = z.number().nullable();
const count = z.int().min(0);
const texts = z.array(z.string());
const window = z.strictObject({
  fromMs: z.int().describe("ms since 1970, UTC"),
  toMs: z.int().describe("ms since 1970, UTC; not in it"),
});
const plan = z.record(z.string(), z.unknown());

/** @internal The command writes the file; tests, and the schema in docs/schema, read it. */
export const sweepFileSchema = z.strictObject({
  format: z.literal("pawl-sweep"),
  version: z.literal(1),
  objective: z.enum(OBJECTIVES),
  plans: count.describe("Plans to try"),
  base: plan.describe("The plan that was varied, written out as in a plan file"),
  leftOut: z
    .array(z.strictObject({ name: z.string(), reason: z.string() }))
    .describe("Combinations that make no plan, and why"),
  isPartial: z.boolean().describe("It was interrupted: what is here is right, and not all"),
  ranked: z
    .array(
      z.strictObject({
        name: z.string(),
        values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
        plan: plan.describe("What differs from the base"),
        value: nullable.describe("By the objective, more is better; null where it cannot be told"),
        positions: count,
      }),
    )
    .describe("Over the whole time, the best first"),
  walk: z.strictObject({
    folds: z.array(
      z.strictObject({
        fold: z.strictObject({ train: window, test: window }),
        best: z.string().nullable().describe("The plan that was chosen in the train window"),
        inSample: nullable,
        outOfSample: nullable,
        rank: count.nullable().describe("Of the chosen plan in the test window, 1 for the best"),
        tried: count,
        positions: count.describe("Out of sample"),
      }),
    ),
    efficiency: nullable.describe("Out-of-sample score ÷ in-sample score, over all folds"),
    warnings: texts,
  }),
  warnings: texts,
  notes: texts,
});
