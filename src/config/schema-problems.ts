/**
 * From zod's issues to problems that a person can mend: path, value, what is allowed, and "did you mean" for keys.
 *
 * Promises: values come from the input itself, but nothing under a name that sounds like a secret is ever shown.
 * What is allowed is taken from the schema's own JSON Schema, so it cannot differ from what is checked.
 */
import * as z from "zod";
import { ConfigError, type ConfigProblem, type ConfigProblems } from "./config-error.ts";
import { isSecretName, namesVariable, nearestName } from "./key-names.ts";

export interface Place {
  readonly file: string;
  readonly line: number | null;
}

export type Parsed<T> = { readonly value: T } | { readonly problems: ConfigProblems };

/** The parsed value, or every problem with it. */
export function parseWith<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  place: Place,
): Parsed<z.output<Schema>> {
  const secrets = secretProblems(input, place, []);
  if (isAny(secrets)) return { problems: secrets };
  const parsed = schema.safeParse(input);
  if (parsed.success) return { value: parsed.data };
  const tree = z.toJSONSchema(schema, { io: "input" });
  const problems = parsed.error.issues.flatMap((issue) => problemsOf({ issue, above: [], input, tree, place }));
  if (!isAny(problems)) throw new Error("Invariant: what does not parse has a problem");
  return { problems };
}

/** The same where what is wrong ends it. Throws ConfigError. */
export function parsedOrThrow<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  place: Place,
): z.output<Schema> {
  const parsed = parseWith(schema, input, place);
  if ("problems" in parsed) throw new ConfigError(parsed.problems);
  return parsed.value;
}

const isAny = (problems: readonly ConfigProblem[]): problems is ConfigProblems => problems.length > 0;

/** "plan.ladder[1].fraction", 'minimumAmount["BTC/USDT"]'. */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    const name = String(key);
    if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text === "" ? name : `${text}.${name}`;
  }, "");
}

const LONGEST_SHOWN = 80;

export function valueText(value: unknown): string {
  if (value === undefined) return "missing";
  // A password in an address is not shown.
  const text = (JSON.stringify(value) ?? typeof value).replace(/:\/\/[^/?#"]*@/g, "://(not shown)@");
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/** Keys that sound like a secret, at any depth; their values are not shown. */
function secretProblems(input: unknown, place: Place, path: readonly PropertyKey[]): readonly ConfigProblem[] {
  if (typeof input !== "object" || input === null || path.length > 20) return [];
  if (Array.isArray(input)) return input.flatMap((each, index) => secretProblems(each, place, [...path, index]));
  return Object.entries(input).flatMap(([key, value]) => {
    const at = [...path, key];
    if (!isSecretName(key)) return secretProblems(value, place, at);
    return [
      {
        ...place,
        path: pathText(at),
        value: "(not shown)",
        allowed: "secrets come from the environment only",
        wrong: `${pathText(at)} is a secret in a file`,
      },
    ];
  });
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

interface Finding {
  readonly issue: z.core.$ZodIssue;
  /** Path of the union that the issue stands in. */
  readonly above: readonly PropertyKey[];
  readonly input: unknown;
  readonly tree: JsonSchema;
  readonly place: Place;
}

function problemsOf(finding: Finding): readonly ConfigProblem[] {
  const { issue, above, input, tree, place } = finding;
  const path = [...above, ...issue.path];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey({ path, key, input, tree, place }));
  if (issue.code === "invalid_union") {
    // A branch of another type than the input cannot be what was meant; a single one that is left is.
    const given = valueAt(input, path);
    const meant = issue.errors.filter((branch) => !branch.some((each) => isOtherType(each, given)));
    const [only] = meant;
    if (meant.length === 1 && only !== undefined)
      return only.flatMap((each) => problemsOf({ ...finding, issue: each, above: path }));
  }
  return [{ ...place, path: pathText(path), value: shownAt(input, path), allowed: allowedBy(issue) }];
}

/** Where the name of a variable should stand, somebody may have written down the secret itself. */
function shownAt(input: unknown, path: readonly PropertyKey[]): string {
  const value = valueAt(input, path);
  const isHidden = typeof value === "string" && path.some((key) => namesVariable(String(key)));
  return isHidden ? "(not shown)" : valueText(value);
}

/** An enumeration is of another type than an object or a list, too. */
const isOtherType = (issue: z.core.$ZodIssue, given: unknown): boolean =>
  issue.path.length === 0 &&
  (issue.code === "invalid_type" || (issue.code === "invalid_value" && typeof given === "object"));

function unknownKey(input: {
  readonly path: readonly PropertyKey[];
  readonly key: string;
  readonly input: unknown;
  readonly tree: JsonSchema;
  readonly place: Place;
}): ConfigProblem {
  const { key, place } = input;
  const known = schemasAt(input.tree, input.path).flatMap((schema) => Object.keys(schema.properties ?? {}));
  const near = nearestName(key, known);
  const path = pathText([...input.path, key]);
  return {
    ...place,
    path,
    value: valueText(valueAt(input.input, [...input.path, key])),
    allowed: known.join(", "),
    wrong: `${path} is not known${near === null ? "" : `, did you mean ${near}?`}`,
  };
}

/** The schemas that may hold at a path, through unions. */
function schemasAt(tree: JsonSchema, path: readonly PropertyKey[]): readonly JsonSchema[] {
  const branches = [...(tree.anyOf ?? []), ...(tree.allOf ?? [])].filter(isSchema);
  if (branches.length > 0) return branches.flatMap((branch) => schemasAt(branch, path));
  const [key, ...rest] = path;
  if (key === undefined) return [tree];
  const next = typeof key === "number" ? tree.items : (tree.properties?.[String(key)] ?? tree.additionalProperties);
  return isSchema(next) ? schemasAt(next, rest) : [];
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (at, key) =>
      typeof at === "object" && at !== null && Object.hasOwn(at, key)
        ? (at as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined,
    input,
  );

function allowedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_value":
      return hasWords(issue) ? issue.message : issue.values.map(String).join(", ");
    case "too_small":
      return bound(issue.origin, `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`);
    case "too_big":
      return bound(issue.origin, `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}`);
    case "invalid_type":
      return hasWords(issue) ? issue.message : typeName(issue.expected);
    default:
      return issue.message;
  }
}

/** A schema with words of its own says more than a list of values or the name of a type. */
const hasWords = ({ message }: z.core.$ZodIssue): boolean =>
  !message.startsWith("Invalid input") && !message.startsWith("Invalid option");

const COUNTED: Readonly<Record<string, string>> = { string: "characters", array: "items", object: "keys" };

const bound = (origin: string, text: string): string =>
  COUNTED[origin] === undefined ? text : `${text} ${COUNTED[origin]}`;

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "text in quotes",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object {…}",
  record: "an object {…}",
  array: "a list […]",
};

const typeName = (expected: string): string => TYPE_NAMES[expected] ?? expected;
