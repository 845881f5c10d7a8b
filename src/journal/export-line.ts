/**
 * One line of the journal export (R14.2): the format that others read, as a zod schema and as JSON Schema.
 *
 * Promises: a change of it is a new version, never a silent one. Quantities, prices and money are decimal text, moments
 * are epoch milliseconds. `cause` stands on every line that a price brought about, `rule` on every line that a rule did.
 */
import * as z from "zod";
import { EXIT_REASONS } from "../domain/fact.ts";

const decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .describe("decimal text, no exponent");
const moment = z.number().describe("milliseconds since 1970, UTC");
const exitReason = z.enum(EXIT_REASONS);

const envelope = {
  seq: z.int().positive().describe("running number of the line, 1 for the first"),
  at: moment,
  position: z.string(),
  symbol: z.string(),
  side: z.enum(["long", "short"]),
  rule: z
    .string()
    .exactOptional()
    .describe(
      "the rule that decided or moved something; with cause where a price brought it about, without where a moment did",
    ),
  cause: z
    .strictObject({ price: decimal, at: moment })
    .exactOptional()
    .describe("the price that brought it about, and its time"),
};

const exitFields = {
  rung: z.int().nullable(),
  reason: exitReason,
  amount: decimal,
  price: decimal,
  fee: decimal,
  profit: decimal,
  priceMove: decimal,
  orderId: z.string(),
  filledAt: moment,
  remaining: decimal,
  stop: decimal.nullable(),
};
const additionFields = {
  amount: decimal,
  price: decimal,
  fee: decimal,
  leverage: z.number(),
  entryPrice: decimal.describe("the new average"),
  stop: decimal.nullable(),
};
const entryFields = {
  part: z.int().describe("1 for the first fill of its order"),
  orderId: z.string(),
  ...additionFields,
};

export const exportLineSchema = z
  .discriminatedUnion("type", [
    z.strictObject({ ...envelope, type: z.literal("opened"), ...entryFields }),
    z.strictObject({ ...envelope, type: z.literal("addition"), ...entryFields }),
    z.strictObject({ ...envelope, type: z.literal("exit"), message: z.string(), ...exitFields }),
    z.strictObject({
      ...envelope,
      type: z.literal("external"),
      reason: z.enum(["fee_in_coin", "outside"]),
      amount: decimal,
      remaining: decimal,
    }),
    z.strictObject({
      ...envelope,
      type: z.literal("stopMoved"),
      from: decimal.nullable(),
      to: decimal,
      source: z.enum(["initial", "ladder", "trailing"]),
    }),
    z.strictObject({
      ...envelope,
      type: z.literal("notDone"),
      reason: z.string(),
      rung: z.int().nullable(),
      message: z.string(),
      field: z.string().exactOptional(),
      value: z.string().exactOptional(),
      limit: z.string().exactOptional(),
    }),
    z.strictObject({
      ...envelope,
      type: z.literal("warning"),
      severity: z.enum(["info", "warning", "error"]),
      message: z.string(),
    }),
    z.strictObject({ ...envelope, type: z.literal("unresolved"), orderId: z.string(), message: z.string() }),
    z.strictObject({
      ...envelope,
      type: z.literal("closed"),
      reason: exitReason,
      entryPrice: decimal.nullable(),
      averageExitPrice: decimal.nullable(),
      amount: decimal.describe("everything that was ever opened"),
      grossProfit: decimal,
      fees: decimal,
      netProfit: decimal,
      priceMove: decimal.nullable(),
      roi: decimal.nullable(),
      rMultiple: decimal.nullable(),
      mfe: decimal,
      mae: decimal,
      excursionsApproximate: z.boolean(),
      openedAt: moment.nullable(),
      closedAt: moment,
      durationMs: z.number(),
      exits: z.array(z.strictObject(exitFields)).readonly(),
      additions: z.array(z.strictObject(additionFields)).readonly(),
    }),
  ])
  .meta({ title: "Pawl journal export, one line", description: "Version 1" });

export type ExportLine = z.output<typeof exportLineSchema>;

/** The format as JSON Schema (draft 2020-12). */
export const exportLineJsonSchema = (): object => z.toJSONSchema(exportLineSchema);
