/**
 * A refusal: what was asked for is not done, and why. It is a value that is returned, never an error that is thrown.
 *
 * Promises: every refusal names the rule of the SPEC, the field, its value, what is allowed, and says all of it in
 * one sentence (R8.1, R13.0).
 */

export interface Refused {
  readonly kind: "refused";
  /** The number of the requirement: "R8.1". */
  readonly rule: string;
  /** Where it stands, as people write it: "ladder[1].fraction". */
  readonly field: string;
  readonly value: string;
  /** What is allowed. */
  readonly limit: string;
  readonly message: string;
}

/** A refusal; its message is made of the fields where none is given. */
export const refused = (input: {
  readonly rule: string;
  readonly field: string;
  readonly value: unknown;
  readonly limit: string;
  readonly message?: string;
}): Refused => {
  const { rule, field, limit } = input;
  const value = shown(input.value);
  return {
    kind: "refused",
    rule,
    field,
    value,
    limit,
    message: input.message ?? `${field} is ${value}; allowed: ${limit}`,
  };
};

export const isRefused = (value: unknown): value is Refused =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "refused";

const LONGEST_SHOWN = 80;

/** Total, whatever it is given: a refusal is often about something that should not be there at all. */
function shown(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value !== "string") return `a value of type ${typeof value}`;
  if (value === "") return "empty";
  return value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value;
}
