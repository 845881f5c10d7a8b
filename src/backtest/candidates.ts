/**
 * The plans that a sweep tries: every combination of its parameters' values, or so many chosen at random by a seed.
 *
 * Promises: no plan twice; what makes no plan, or a ladder that would not be one, is left out with its reason; a grid that is
 * larger than allowed is refused before anything is made. The order is that of the parameters, the last one fastest.
 */
import { ConfigError } from "../config/config-error.ts";
import type { WrittenPlan } from "../config/plan-input.ts";
import { planSpecSchema, resolvePlan } from "../config/plan-settings.ts";
import { hashUnit } from "../domain/hash.ts";
import { makePlan, type PlanSettings } from "../domain/make-plan.ts";
import { isRefused } from "../domain/refused.ts";
import { specOver, type Parameter, type ParameterValue, type Setting } from "./parameter.ts";

export interface Candidate {
  /** "stop.fraction=0.02 trailing.distance=0.01" */
  readonly name: string;
  readonly values: Readonly<Record<string, ParameterValue>>;
  /** What differs from the base, as a plan file would say it. */
  readonly spec: WrittenPlan;
  /** The base with it. */
  readonly settings: PlanSettings;
}

export interface Candidates {
  readonly candidates: readonly Candidate[];
  /** Combinations that make no plan, and why. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

const MOST_CANDIDATES = 10_000;

/** Every combination. Throws ConfigError: too many, none that makes a plan, or a range without steps. */
export function gridOf(
  parameters: readonly Parameter[],
  base: PlanSettings,
  most: number = MOST_CANDIDATES,
): Candidates {
  throwIfRepeated(parameters);
  const lists = parameters.map((parameter) => {
    if (parameter.kind === "list") return parameter;
    const { path, from, to } = parameter;
    throw refusal(path, `${from}..${to}`, `a grid needs values or steps: ${path}=${from}..${to}/5`);
  });
  const count = lists.reduce((product, { values }) => product * values.length, 1);
  if (count > most) {
    const value = `${lists.map(({ values }) => values.length).join(" × ")} = ${count} plans`;
    throw refusal("the grid", value, `at most ${most}: fewer values, or a search at random`);
  }
  const combinations = lists.reduce<readonly (readonly Setting[])[]>(
    (before, { path, values }) => before.flatMap((each) => values.map((value) => [...each, { path, value }])),
    [[]],
  );
  return judged(combinations, base);
}

export interface RandomSearch {
  readonly count: number;
  readonly seed: string;
}

/** So many combinations by a seed, each once: fewer where there are no more. Throws ConfigError. */
export function randomCandidates(
  parameters: readonly Parameter[],
  base: PlanSettings,
  { count, seed }: RandomSearch,
): Candidates {
  throwIfRepeated(parameters);
  if (!(Number.isInteger(count) && count >= 1 && count <= MOST_CANDIDATES)) {
    throw refusal("the search", `${count} plans`, `1 to ${MOST_CANDIDATES} plans`);
  }
  const chosen = new Map<string, readonly Setting[]>();
  // A small grid is soon exhausted: twenty draws for each plan find nearly all that there are.
  for (let draw = 0; draw < count * 20 && chosen.size < count; draw += 1) {
    const settings = parameters.map((parameter) => ({
      path: parameter.path,
      value: valueAt(parameter, hashUnit("sweep", seed, draw, parameter.path)),
    }));
    chosen.set(nameOf(settings), settings);
  }
  return judged([...chosen.values()], base);
}

function valueAt(parameter: Parameter, unit: number): ParameterValue {
  if (parameter.kind === "list") return parameter.values[Math.floor(unit * parameter.values.length)]!;
  const { from, to, whole } = parameter;
  return whole ? from + Math.floor(unit * (to - from + 1)) : Number((from + unit * (to - from)).toFixed(6));
}

function judged(combinations: readonly (readonly Setting[])[], base: PlanSettings): Candidates {
  const candidates: Candidate[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  for (const settings of combinations) {
    const name = nameOf(settings);
    const spec = specOver(base, settings);
    const plan = resolvePlan(base, planSpecSchema.parse(spec));
    const reason = faultOf(plan);
    if (reason !== null) leftOut.push({ name, reason });
    else {
      const values = Object.fromEntries(settings.map(({ path, value }) => [path, value]));
      candidates.push({ name, values, spec, settings: plan });
    }
  }
  const [first] = leftOut;
  if (candidates.length === 0 && first !== undefined) {
    throw refusal(first.name, `no plan (${first.reason})`, "values of which at least one combination makes a plan");
  }
  return { candidates, leftOut };
}

/** A ladder that does not ascend would silently be another plan: the single target. */
function faultOf(settings: PlanSettings): string | null {
  const made = makePlan(settings);
  if (isRefused(made)) return made.message;
  const isLost = settings.scaledTakeProfit.enabled && made.plan.takeProfit === "single";
  return isLost ? (made.warnings[0] ?? "the ladder would not be used") : null;
}

const nameOf = (settings: readonly Setting[]): string =>
  settings.map(({ path, value }) => `${path}=${String(value)}`).join(" ");

function throwIfRepeated(parameters: readonly Parameter[]): void {
  const paths = parameters.map(({ path }) => path);
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw refusal(twice, "there twice", "each setting once");
}

const refusal = (path: string, value: string, allowed: string): ConfigError =>
  new ConfigError([{ file: "sweep", line: null, path, value, allowed }]);
