/**
 * The settings of a plan's rules as they are stored, strict about every field: made from what each rule says of itself.
 * A rule that is missing is one that there was not yet when the row was written: it is off.
 */
import * as z from "zod";
import type { Field, Fields } from "../domain/rules/setting.ts";
import { NO_RULES, SETTABLE_RULES, type PlanRules } from "../domain/rules/table.ts";

export const storedRules = z.strictObject(
  Object.fromEntries(SETTABLE_RULES.map(({ name, fields }) => [name, storedGroup(fields).nullable().optional()])),
) as unknown as z.ZodType<PlanRules>;

/** Rules as they were stored, with those that have come since, off. */
export const withNewRules = (stored: PlanRules): PlanRules =>
  SETTABLE_RULES.every(({ name }) => stored[name] !== undefined) ? stored : { ...NO_RULES, ...stored };

function storedGroup(fields: Fields): z.ZodObject {
  return z.strictObject(Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, stored(field)])));
}

function stored(field: Field): z.ZodType {
  switch (field.kind) {
    case "number":
      return z.int();
    case "optional":
      return z.int().nullable();
    case "group":
      return storedGroup(field.fields);
    case "rows":
      return z.array(storedGroup(field.fields));
  }
}
