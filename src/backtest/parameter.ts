/**
 * A setting of a plan that a sweep varies, as people write it: `stop.fraction=0.01,0.02`, `ladder.0.target=0.01..0.05/5`,
 * `trailing.distance=0.005..0.03` (a range, for searches at random). Paths are those of a plan file.
 *
 * Promises: every value is one that the plan's own schema takes, alone, in place of the base's; what it does not take is a
 * ConfigError with path, value and what is allowed. Whether values go together is judged for each candidate.
 */
import { ConfigError } from "../config/config-error.ts";
import { planInput, type WrittenPlan } from "../config/plan-input.ts";
import { planSpecSchema, resolvePlan } from "../config/plan-settings.ts";
import { parseWith } from "../config/schema-problems.ts";
import { exact } from "../domain/decimal.ts";
import type { PlanSettings } from "../domain/make-plan.ts";

export type ParameterValue = string | number | boolean | null;

export interface ListedParameter {
  readonly kind: "list";
  /** As in a plan file, with dots: "ladder.0.target". */
  readonly path: string;
  readonly values: readonly ParameterValue[];
}

/** Any number from `from` to `to`, to a millionth or in whole numbers; for searches at random. */
export interface RangedParameter {
  readonly kind: "range";
  readonly path: string;
  readonly from: number;
  readonly to: number;
  readonly whole: boolean;
}

export type Parameter = ListedParameter | RangedParameter;

const FORM = "path=value,value,… or path=from..to/count or path=from..to";
const RANGE = /^(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)(?:\/(\d{1,6}))?$/;
const NUMBER = /^-?\d+(\.\d+)?$/;
const MOST_VALUES = 10_000;
const DECIMALS = 6;

/** Throws ConfigError. */
export function parseParameter(text: string, base: PlanSettings): Parameter {
  const at = text.indexOf("=");
  const path = text
    .slice(0, Math.max(at, 0))
    .trim()
    .replace(/\[(\d+)\]/g, ".$1");
  const written = text.slice(at + 1).trim();
  if (at < 1 || path === "" || written === "") throw problem({ path, value: `"${text}"`, allowed: FORM });
  const range = RANGE.exec(written);
  const parameter = range === null ? listed(path, written) : ranged({ path, written, range, base });
  for (const value of parameter.kind === "list" ? parameter.values : [parameter.from, parameter.to]) {
    specOver(base, [{ path, value }]);
  }
  return parameter;
}

export interface Setting {
  readonly path: string;
  readonly value: ParameterValue;
}

/**
 * The base with some of its settings replaced, as overrides that say only what differs from the preset: lists whole,
 * rules that were off turned on. Throws ConfigError where the schema does not take it.
 */
export function specOver(base: PlanSettings, settings: readonly Setting[]): WrittenPlan {
  const preset = settings.find(({ path }) => path === "preset");
  const start = preset === undefined ? base : resolvePlan(base, parsed({ preset: preset.value }, "preset"));
  const whole = structuredClone(planInput(start)) as Node;
  const touched: Node = preset === undefined ? {} : { preset: preset.value };
  for (const { path, value } of settings) {
    if (path === "preset") continue;
    const [first = "", ...rest] = path.split(".");
    whole[first] = replaced({ before: first === "stop" ? {} : whole[first], keys: rest, value, path });
    touched[first] = whole[first];
  }
  parsed(touched, settings.map(({ path }) => path).join(", "));
  return touched as WrittenPlan;
}

type Node = Record<string, unknown>;

function replaced(input: {
  readonly before: unknown;
  readonly keys: readonly string[];
  readonly value: ParameterValue;
  readonly path: string;
}): unknown {
  const { before, keys, value, path } = input;
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (Array.isArray(before)) {
    const index = /^\d+$/.test(key) ? Number(key) : -1;
    if (index < 0 || index >= before.length) {
      const allowed = before.length === 0 ? "nothing: the list is empty" : `0 to ${before.length - 1}, from the first`;
      throw problem({ path, value: `"${key}"`, allowed, wrong: `${path}: there is no "${key}" in the list` });
    }
    return before.with(index, replaced({ before: before[index], keys: rest, value, path }));
  }
  // What is off, or not there, becomes what is said of it and nothing else.
  const fields = typeof before === "object" && before !== null ? (before as Node) : {};
  return { ...fields, [key]: replaced({ before: fields[key], keys: rest, value, path }) };
}

function parsed(input: unknown, about: string) {
  const result = parseWith(planSpecSchema, input, { file: `sweep of ${about}`, line: null });
  if ("problems" in result) throw new ConfigError(result.problems);
  return result.value;
}

const listed = (path: string, written: string): ListedParameter => ({
  kind: "list",
  path,
  values: [...new Set(written.split(",").map((each) => valueOf(path, each.trim())))],
});

function valueOf(path: string, text: string): ParameterValue {
  if (text === "") throw problem({ path, value: "missing", allowed: FORM });
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  return NUMBER.test(text) ? Number(text) : text;
}

function ranged(input: {
  readonly path: string;
  readonly written: string;
  readonly range: RegExpExecArray;
  readonly base: PlanSettings;
}): Parameter {
  const { path, written, range, base } = input;
  const [, fromText = "", toText = "", countText] = range;
  const from = Number(fromText);
  const to = Number(toText);
  if (from >= to) throw problem({ path, value: written, allowed: "a range that ascends" });
  const whole = isWhole(base, path, from);
  if (countText === undefined) return { kind: "range", path, from, to, whole };
  const count = Number(countText);
  if (count < 2 || count > MOST_VALUES) {
    throw problem({
      path,
      value: written,
      allowed: `from..to/count, with 2 to ${MOST_VALUES} values, both ends among them`,
    });
  }
  const step = exact(to)
    .minus(exact(from))
    .div(count - 1);
  const values = Array.from({ length: count }, (_, index) =>
    exact(from)
      .plus(step.times(index))
      .decimalPlaces(whole ? 0 : DECIMALS)
      .toNumber(),
  );
  return { kind: "list", path, values: [...new Set(values)] };
}

/** Does the schema take whole numbers only? It is asked. */
function isWhole(base: PlanSettings, path: string, from: number): boolean {
  specOver(base, [{ path, value: from }]);
  try {
    specOver(base, [{ path, value: Number((from + 0.000_001).toFixed(DECIMALS)) }]);
    return false;
  } catch (error) {
    if (error instanceof ConfigError) return true;
    throw error;
  }
}

const problem = (about: { path: string; value: string; allowed: string; wrong?: string }): ConfigError =>
  new ConfigError([{ file: "sweep", line: null, ...about }]);
