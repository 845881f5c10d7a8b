/**
 * What can be set about a rule, written down as data. Configuration, journal, documents and command line read it from
 * here, so that a rule is one file: none of them has to be told of it.
 *
 * Promises: settings that pass `settingsFault` hold whole numbers inside their bounds and nothing else; NaN and infinity
 * are refused with the name of the field (R9.4). Ratios are whole millionths, as everywhere.
 */
import { exact } from "../decimal.ts";
import { refused, type Refused } from "../refused.ts";

export type Unit = "ratio" | "ms" | "moment" | "count";

interface Bounds {
  /** More than this. */
  readonly over?: number;
  /** This or more. */
  readonly from?: number;
  /** Less than this. */
  readonly under?: number;
  /** This or less. */
  readonly to?: number;
}

export interface NumberField extends Bounds {
  readonly kind: "number";
  readonly unit: Unit;
  readonly about: string;
  readonly byDefault: number;
}

/** May be left open, and is by default. */
export interface OptionalField<F extends NumberField = NumberField> {
  readonly kind: "optional";
  readonly field: F;
}

export interface GroupField<F extends Fields = Fields> {
  readonly kind: "group";
  readonly about: string;
  readonly fields: F;
}

export interface RowsField<F extends Fields = Fields> {
  readonly kind: "rows";
  readonly about: string;
  readonly fields: F;
  readonly byDefault: readonly SettingsOf<F>[];
}

export type Field = NumberField | OptionalField | GroupField | RowsField;
export interface Fields {
  readonly [name: string]: Field;
}

export type ValueOf<F> = F extends NumberField
  ? number
  : F extends OptionalField
    ? number | null
    : F extends { readonly kind: "group"; readonly fields: infer G }
      ? SettingsOf<G>
      : F extends { readonly kind: "rows"; readonly fields: infer G }
        ? readonly SettingsOf<G>[]
        : never;

export type SettingsOf<F> = { readonly [Name in keyof F]: ValueOf<F[Name]> };

const MOST_ROWS = 20;

type NumberInput = Omit<NumberField, "kind" | "unit">;
const inMillionths = (value: number): number => Math.round(value * 1e6);

/** A ratio; bounds and default are written as people do (0.02) and kept in millionths. */
export const ratio = ({ about, byDefault, over, from, under, to }: NumberInput): NumberField => ({
  kind: "number",
  unit: "ratio",
  about,
  byDefault: inMillionths(byDefault),
  ...(over === undefined ? {} : { over: inMillionths(over) }),
  ...(from === undefined ? {} : { from: inMillionths(from) }),
  ...(under === undefined ? {} : { under: inMillionths(under) }),
  ...(to === undefined ? {} : { to: inMillionths(to) }),
});
export const durationMs = (input: NumberInput): NumberField => ({ kind: "number", unit: "ms", ...input });
export const count = (input: NumberInput): NumberField => ({ kind: "number", unit: "count", ...input });
/** A moment that has no sensible default: it must be given. */
export const moment = (about: string): NumberField => ({
  kind: "number",
  unit: "moment",
  about,
  byDefault: 0,
  over: 0,
});
export const optional = (field: NumberField): OptionalField => ({ kind: "optional", field });
export const group = <const F extends Fields>(about: string, fields: F): GroupField<F> => ({
  kind: "group",
  about,
  fields,
});

/** Rows of a table; the default is written as people do, ratios included. */
export function rows<const F extends { readonly [name: string]: NumberField | OptionalField }>(
  about: string,
  fields: F,
  byDefault: readonly SettingsOf<F>[],
): RowsField<F> {
  const kept = byDefault.map((row) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, inMillionthsOf(field, row[name] as number | null)]),
    ),
  );
  return { kind: "rows", about, fields, byDefault: kept as unknown as readonly SettingsOf<F>[] };
}

const inMillionthsOf = (field: NumberField | OptionalField, value: number | null): number | null => {
  const number = field.kind === "optional" ? field.field : field;
  return value === null || number.unit !== "ratio" ? value : inMillionths(value);
};

/** The settings of a rule about which nothing was said. */
export const defaultsOf = <F extends Fields>(fields: F): SettingsOf<F> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, defaultOf(field)])) as SettingsOf<F>;

function defaultOf(field: Field): unknown {
  switch (field.kind) {
    case "number":
    case "rows":
      return field.byDefault;
    case "optional":
      return null;
    case "group":
      return defaultsOf(field.fields);
  }
}

/** Settings with some of them given anew: groups by field, lists of rows as a whole; defaults under what is null. */
export function laidOver(
  fields: Fields,
  settings: object | null,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const base = (settings ?? defaultsOf(fields)) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const value = given[name];
      if (value === undefined) return [name, base[name]];
      return [
        name,
        field.kind === "group" ? laidOver(field.fields, base[name] as object, value as typeof given) : value,
      ];
    }),
  );
}

/** What is wrong with a setting, where it stands, and what is allowed there. */
export interface Fault {
  /** "rows[1].move" */
  readonly field: string;
  readonly value: unknown;
  readonly limit: string;
}

/** The first setting that is out of its bounds; null when all are inside. `requirement` is the number of the SPEC. */
export function settingsFault(
  rule: { readonly name: string; readonly requirement: string; readonly fields: Fields },
  settings: Readonly<Record<string, unknown>>,
): Refused | null {
  const fault = groupFault(rule.fields, settings, "");
  return fault === null ? null : refuseSetting(rule, fault);
}

export const refuseSetting = (
  rule: { readonly name: string; readonly requirement: string },
  { field, value, limit }: Fault,
): Refused => refused({ rule: rule.requirement, field: `${rule.name}.${field}`, value, limit });

function groupFault(fields: Fields, given: unknown, path: string): Fault | null {
  if (typeof given !== "object" || given === null) return { field: path, value: given, limit: "an object" };
  const known = given as Readonly<Record<string, unknown>>;
  for (const [name, field] of Object.entries(fields)) {
    const fault = fieldFault(field, known[name], path === "" ? name : `${path}.${name}`);
    if (fault !== null) return fault;
  }
  return null;
}

function fieldFault(field: Field, value: unknown, path: string): Fault | null {
  switch (field.kind) {
    case "number":
      return isInside(field, value) ? null : { field: path, value: writtenValue(field, value), limit: limitOf(field) };
    case "optional":
      return value === null ? null : fieldFault(field.field, value, path);
    case "group":
      return groupFault(field.fields, value, path);
    case "rows": {
      if (!Array.isArray(value) || value.length > MOST_ROWS)
        return { field: path, value: "a list that is too long, or none", limit: `a list of up to ${MOST_ROWS} rows` };
      for (const [index, row] of value.entries()) {
        const fault = groupFault(field.fields, row, `${path}[${index}]`);
        if (fault !== null) return fault;
      }
      return null;
    }
  }
}

const isInside = ({ over, from, under, to }: NumberField, value: unknown): boolean =>
  typeof value === "number" &&
  Number.isSafeInteger(value) &&
  (over === undefined || value > over) &&
  (from === undefined || value >= from) &&
  (under === undefined || value < under) &&
  (to === undefined || value <= to);

/** "more than 0 and less than 1" */
export function limitOf(field: NumberField): string {
  const { over, from, under, to } = field;
  const lower =
    over !== undefined
      ? `more than ${written(field, over)}`
      : from !== undefined
        ? `${written(field, from)} or more`
        : null;
  const upper =
    under !== undefined
      ? `less than ${written(field, under)}`
      : to !== undefined
        ? `at most ${written(field, to)}`
        : null;
  const kind = {
    ratio: "a ratio",
    ms: "whole milliseconds",
    moment: "a moment, as 2027-01-01T00:00:00Z or in epoch milliseconds",
    count: "a whole number",
  }[field.unit];
  return [kind, [lower, upper].filter((part) => part !== null).join(" and ")].filter((part) => part !== "").join(", ");
}

/** A number of a field as people write it: 30_000 millionths are 0.03. */
export const written = ({ unit }: NumberField, value: number): string =>
  unit === "ratio" && Number.isFinite(value) ? exact(value).shiftedBy(-6).toFixed() : String(value);

function writtenValue(field: NumberField, value: unknown): unknown {
  // A moment has no default: who turns such a rule on and says no more has left it out.
  if (field.unit === "moment" && value === 0) return "missing";
  return typeof value === "number" ? written(field, value) : value;
}
