/** An entry that a program asks for now: the same fields as a line of an entries file, without its time. */
import * as z from "zod";
import type { EntryRequest } from "../domain/entry.ts";
import type { PlanSettings } from "../domain/make-plan.ts";
import { decimalText, epochMs } from "../domain/units.ts";
import { entrySchema } from "./entries.ts";
import { resolvePlan } from "./plan-settings.ts";
import { parsedOrThrow } from "./schema-problems.ts";

export const entryInputSchema = entrySchema.omit({ at: true });

/** What `engine.open` takes (R14.1 without `at`). */
export type EntryInput = z.input<typeof entryInputSchema>;

/** The entry with everything that was left out. Throws ConfigError that names every wrong field. */
export function parseEntryInput(
  input: EntryInput,
  context: {
    readonly account: string;
    readonly plan: PlanSettings;
    readonly defaultId: string;
    readonly nowMs: number;
  },
): { readonly request: EntryRequest; readonly settings: PlanSettings } {
  const parsed = parsedOrThrow(entryInputSchema, input, { file: "entry", line: null });
  const { id, symbol, side, amount, leverage, stop, plan } = parsed;
  return {
    request: {
      id: id ?? context.defaultId,
      account: context.account,
      symbol,
      side,
      amount: decimalText(amount),
      leverage: leverage ?? 1,
      stop,
      atMs: epochMs(context.nowMs),
    },
    settings: resolvePlan(context.plan, plan),
  };
}
