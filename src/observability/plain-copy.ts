/**
 * A copy of anything as plain data, with every text passed through a filter: the walk behind the redactor.
 *
 * Promises: ends whatever it is given (cycles, a million entries, a getter that throws, a proxy that refuses); never throws;
 * bytes are counted, not shown; at most MOST_NODES values and MOST_CHARACTERS of text come out. It changes nothing that it is given.
 */
import * as Redacted from "effect/Redacted";
import { isSecretName } from "./secret-names.ts";

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

export interface TextFilter {
  /** Text as it may be shown, at most so many characters of it. */
  readonly text: (text: string, limit: number) => string;
  /** What stands in place of a secret. */
  readonly hidden: string;
}

const DEEPEST = 8;
const MOST_ENTRIES = 100;
const MOST_NODES = 2_000;
const MOST_CHARACTERS = 65_536;
const LONGEST_TEXT = 8_192;
const LONGEST_NAME = 200;

interface Walk extends TextFilter {
  readonly above: readonly object[];
  /** Shared by the whole walk: what is left to be shown. */
  readonly left: { nodes: number; characters: number };
}

export function plainCopy(value: unknown, filter: TextFilter): Plain {
  return copy(value, { ...filter, above: [], left: { nodes: MOST_NODES, characters: MOST_CHARACTERS } });
}

function copy(value: unknown, walk: Walk): Plain {
  walk.left.nodes -= 1;
  if (walk.left.nodes < 0) return "<more>";
  switch (typeof value) {
    case "string":
      return shown(value, walk);
    case "number":
      return numberCopy(value, walk);
    case "boolean":
      return value;
    case "undefined":
      return null;
    case "bigint":
    case "symbol":
      return shown(String(value), walk);
    case "function":
      return "<function>";
    case "object":
      return value === null ? null : attempt(() => objectCopy(value, walk));
  }
}

/** Whatever is asked of a stranger's object may throw. */
function attempt(read: () => Plain): Plain {
  try {
    return read();
  } catch {
    return "<unreadable>";
  }
}

function shown(text: string, walk: Walk): string {
  const limit = Math.min(LONGEST_TEXT, Math.max(0, walk.left.characters));
  walk.left.characters -= Math.min(text.length, limit);
  return limit === 0 && text !== "" ? "<more>" : walk.text(text, limit);
}

/** A number may be a secret, as a PIN is; it stays a number where it is none. */
function numberCopy(value: number, walk: Walk): Plain {
  const text = String(value);
  const filtered = shown(text, walk);
  return filtered === text && Number.isFinite(value) ? value : filtered;
}

function objectCopy(value: object, walk: Walk): Plain {
  if (Redacted.isRedacted(value)) return walk.hidden;
  if (walk.above.includes(value)) return "<circular>";
  if (walk.above.length >= DEEPEST) return "<deeper>";
  const inside: Walk = { ...walk, above: [...walk.above, value] };
  if (Array.isArray(value)) return listCopy(value, inside);
  if (value instanceof Error) return errorCopy(value, inside);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof URL || value instanceof RegExp) return shown(String(value), walk);
  if (ArrayBuffer.isView(value)) return `<${value.byteLength} bytes>`;
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return `<${value.byteLength} bytes>`;
  if (value instanceof Map) return recordCopy(entriesOf(value), inside);
  if (value instanceof Set) return listCopy(firstOf(value), inside, value.size);
  if (value instanceof URLSearchParams || value instanceof Headers) return recordCopy(entriesOf(value), inside);
  const asText = ownText(value);
  return asText === null ? recordCopy(fieldsOf(value), inside) : shown(asText, walk);
}

/** Numbers of libraries (decimals) say what they are; other answers of `toJSON` are not trusted with secrets. */
function ownText(value: object): string | null {
  if (!("toJSON" in value) || typeof value.toJSON !== "function") return null;
  const text = (value as { readonly toJSON: () => unknown }).toJSON();
  return typeof text === "string" ? text : null;
}

function errorCopy(error: Error, walk: Walk): Plain {
  const told: (readonly [unknown, () => unknown])[] = [
    ["name", () => error.name],
    ["message", () => error.message],
    ["stack", () => error.stack],
    ["cause", () => error.cause],
    ...(error instanceof AggregateError ? [["errors", (): unknown => error.errors] as const] : []),
    ...fieldsOf(error).filter(([name]) => !ERROR_FIELDS.has(name)),
  ];
  return recordCopy(told, walk, true);
}

const ERROR_FIELDS: ReadonlySet<unknown> = new Set(["name", "message", "stack", "cause", "errors"]);

type Field = readonly [name: unknown, read: () => unknown];

/** Names first, values later: each value is read by itself, and may throw by itself. */
const fieldsOf = (value: object): readonly Field[] =>
  Object.keys(value).map((name) => [name, () => (value as Readonly<Record<string, unknown>>)[name]]);

const entriesOf = (entries: Iterable<readonly [unknown, unknown]> & { readonly size?: number }): readonly Field[] =>
  firstOf(entries).map(([name, value]) => [name, () => value]);

/** One more than is shown, so that it is known whether there are more. */
function firstOf<T>(values: Iterable<T>): readonly T[] {
  const first: T[] = [];
  for (const value of values) {
    if (first.length > MOST_ENTRIES) break;
    first.push(value);
  }
  return first;
}

/** A list of headers names a value in one entry and holds it in the next. */
function listCopy(values: readonly unknown[], walk: Walk, size = values.length): Plain {
  const copies: Plain[] = [];
  for (let at = 0; at < Math.min(values.length, MOST_ENTRIES); at += 1) {
    const before: unknown = at === 0 ? null : values[at - 1];
    const isNamed = typeof before === "string" && isSecretName(before);
    copies.push(isNamed ? walk.hidden : attempt(() => copy(values[at], walk)));
  }
  return size > MOST_ENTRIES ? [...copies, `<${size - MOST_ENTRIES} more>`] : copies;
}

/** A record that names a value (`{ name: "X-MBX-APIKEY", value: … }`) hides it like one that has it as a field. */
function recordCopy(fields: readonly Field[], walk: Walk, isError = false): Plain {
  const shownFields = fields.slice(0, MOST_ENTRIES);
  const names = isError ? [] : shownFields.filter(([name]) => NAMING.has(name));
  const namesSecret = names.some(([, read]) => attempt(() => isNameOfSecret(read())) === true);
  const copies = shownFields.flatMap(([name, read]): readonly (readonly [string, Plain])[] => {
    const text = typeof name === "string" ? name : JSON.stringify(copy(name, walk));
    const isSecret = isSecretName(text) || (namesSecret && text === "value");
    const given = attempt(() => (isSecret ? walk.hidden : copy(read(), walk)));
    return [[walk.text(text, LONGEST_NAME), given]];
  });
  const more = fields.length - shownFields.length;
  return Object.fromEntries(more > 0 ? [...copies, ["<more>", more] as const] : copies);
}

const NAMING: ReadonlySet<unknown> = new Set(["name", "key", "header", "field"]);
const isNameOfSecret = (name: unknown): boolean => typeof name === "string" && isSecretName(name);
