/**
 * Rules as people write them in a plan: `true`, `false`, or what is to be different. The schemas are made from what each
 * rule says can be set about it, so that a new rule is known here without a word.
 *
 * Promises: as for plans: unknown keys are refused, ratios are exact to a millionth, what is not written stays as it was.
 * Bounds are judged with the plan, by `settingsFault`.
 */
import * as z from "zod";
import { limitOf, written, type Field, type Fields, type NumberField } from "../domain/rules/setting.ts";
import { settingsOver, SETTABLE_RULES, type PlanRules, type RuleName } from "../domain/rules/table.ts";
import { entryTime, TIME_LIMIT } from "./entry-time.ts";
import { ratio } from "./number-text.ts";

const moment = z
  .union([z.string(), z.number().meta({ type: "integer", minimum: 0 })], { error: TIME_LIMIT })
  .transform((value, context) => {
    const read = entryTime(value);
    if (read !== null) return read.atMs;
    context.addIssue({ code: "custom", message: TIME_LIMIT });
    return z.NEVER;
  });

/** What a plan may say of each rule, by its name. */
export const ruleSpecs = Object.fromEntries(
  SETTABLE_RULES.map((rule) => [
    rule.name,
    z
      .union([z.boolean(), z.strictObject(partial(rule.fields))], { error: "true, false, or an object of settings" })
      .optional()
      .describe(`This rule ${rule.about} (${rule.requirement})`),
  ]),
) as Readonly<Record<RuleName, z.ZodOptional<z.ZodUnion<[z.ZodBoolean, z.ZodObject]>>>>;

/** What a plan says of its rules, once parsed. */
export type RuleSpecs = { readonly [Name in RuleName]?: RuleSpec | undefined };
type RuleSpec = boolean | Readonly<Record<string, unknown>>;

/** The rules that a specification means on top of others: groups merge by field, lists of rows replace. */
export const resolveRules = (base: PlanRules, given: RuleSpecs): PlanRules =>
  SETTABLE_RULES.reduce((rules, { name }) => {
    const spec = given[name];
    return spec === undefined ? rules : settingsOver(rules, name, spec);
  }, base);

/** Rules as a plan that means them would have to say. */
export const ruleInputs = (rules: PlanRules): Record<RuleName, boolean | Record<string, unknown>> =>
  Object.fromEntries(
    SETTABLE_RULES.map(({ name, fields }) => [name, rules[name] === null ? false : inputOf(fields, rules[name])]),
  ) as Record<RuleName, boolean | Record<string, unknown>>;

function inputOf(fields: Fields, settings: object): Record<string, unknown> {
  const given = settings as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldInput(field, given[name])]));
}

function fieldInput(field: Field, value: unknown): unknown {
  switch (field.kind) {
    case "number":
      return field.unit === "ratio" ? written(field, value as number) : value;
    case "optional":
      return value === null ? null : fieldInput(field.field, value);
    case "group":
      return inputOf(field.fields, value as object);
    case "rows":
      return (value as readonly object[]).map((row) => inputOf(field.fields, row));
  }
}

function partial(fields: Fields): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, schemaOf(field).optional()]));
}

function schemaOf(field: Field): z.ZodType {
  switch (field.kind) {
    case "number":
      return numberSchema(field).describe(`${field.about}: ${limitOf(field)}`);
    case "optional":
      return numberSchema(field.field)
        .nullable()
        .describe(`${field.field.about}: ${limitOf(field.field)}, or null`);
    case "group":
      return z.strictObject(partial(field.fields)).describe(field.about);
    case "rows":
      return z.array(z.strictObject(complete(field.fields))).describe(field.about);
  }
}

/** The columns of a row: all of them, but for those that may be left open. */
function complete(fields: Fields): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const schema = schemaOf(field);
      return [name, field.kind === "optional" ? schema.default(null) : schema];
    }),
  );
}

function numberSchema(field: NumberField): z.ZodType {
  switch (field.unit) {
    case "ratio":
      return ratio;
    case "moment":
      return moment;
    case "ms":
    case "count":
      return z.int({ error: limitOf(field) });
  }
}
