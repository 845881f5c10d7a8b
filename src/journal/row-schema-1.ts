/**
 * Rows as they were stored in version 1, before rules, the recorded mark and market context: how they are read, and what
 * they are in the present form. What they say is not changed: what they did not know is off, or not known.
 */
import * as z from "zod";
import { ONE } from "../domain/units.ts";
import { NO_CONTEXT } from "../domain/market-context.ts";
import { NO_RULES } from "../domain/rules/table.ts";
import { planSchema, positionSchema, rowFields, rungSchema, snapshotFields, type StoredRow } from "./row-schema.ts";

const plan = planSchema.omit({ minimumExitValueByRegime: true, rules: true, markStep: true });
const rung = rungSchema.omit({ factor: true, isFrozen: true });
const position = positionSchema
  .omit({ mark: true, isTrailing: true, context: true })
  .extend({ plan, rungs: z.array(rung) });

/** A row of version 1. */
export const rowSchema1 = z.strictObject({
  ...rowFields,
  schema: z.literal(1),
  snapshot: z.strictObject({ ...snapshotFields, position }).nullable(),
});

export type Row1 = z.output<typeof rowSchema1>;

/** The same row in the present form. */
export function upgradeRow1(row: Row1): StoredRow {
  const { snapshot } = row;
  if (snapshot === null) return { ...row, schema: 2 } as unknown as StoredRow;
  const { position: before } = snapshot;
  const after = {
    ...before,
    plan: { ...before.plan, minimumExitValueByRegime: null, rules: NO_RULES, markStep: null },
    rungs: before.rungs.map((each) => ({ ...each, factor: ONE, isFrozen: false })),
    mark: null,
    isTrailing: false,
    context: NO_CONTEXT,
  };
  return { ...row, schema: 2, snapshot: { ...snapshot, position: after } } as unknown as StoredRow;
}
