/**
 * The one redacting serializer: whatever leaves this process for a person or a log goes through it (R13.6).
 *
 * Promises: no secret that it was told of comes out, in any of its forms (`secret-forms.ts`), nor the first twelve or more characters
 * of one, nor the value of a field whose name sounds like a secret; what comes out is plain data of bounded size; it never throws.
 * It cannot know a secret that nobody told it, under a name that says nothing.
 */
import * as Redacted from "effect/Redacted";
import { plainCopy, type Plain } from "./plain-copy.ts";
import { formsOf } from "./secret-forms.ts";
import { namedSecrets, type Stretch } from "./secret-names.ts";

export const REDACTED = "<redacted>";

export interface Redactor {
  /** Text without secrets, at most LONGEST_TEXT characters of the original. */
  readonly text: (text: string) => string;
  /** Anything as plain data without secrets: errors with their causes, maps, cycles, getters that throw. */
  readonly value: (value: unknown) => Plain;
  /** The same as one line of JSON. */
  readonly json: (value: unknown) => string;
  /** One more secret from now on: a session token, a listen key. */
  readonly learn: (secret: Redacted.Redacted) => void;
}

export const LONGEST_TEXT = 16_384;
/** So many characters of the beginning of a secret are a secret, too. */
const PREFIX = 12;

export function createRedactor(secrets: readonly Redacted.Redacted[] = []): Redactor {
  const forms = new Set<string>();
  let anyForm: RegExp | null = null;
  let longest = 0;
  const learn = (secret: Redacted.Redacted): void => {
    for (const form of formsOf(Redacted.value(secret))) forms.add(folded(form));
    longest = Math.max(0, ...[...forms].map((form) => form.length));
    const keys = [...new Set([...forms].map((form) => literal(form.slice(0, PREFIX))))];
    anyForm = keys.length === 0 ? null : new RegExp(keys.join("|"));
  };
  secrets.forEach(learn);

  const hidden = (text: string, limit: number): string => {
    // What is cut off is looked at as far as a secret could reach into what stays.
    const read = text.length > limit ? text.slice(0, limit + longest) : text;
    const plain = folded(read);
    const told = anyForm?.test(plain) === true ? [...forms].flatMap((form) => stretchesOf(form, plain)) : [];
    const stretches = [...told, ...namedSecrets(read)];
    const shown = stretches.length === 0 ? text.slice(0, limit) : covered(read, stretches, limit);
    return text.length > limit ? `${shown}… (${text.length} characters)` : shown;
  };
  const value = (given: unknown): Plain => plainCopy(given, { text: hidden, hidden: REDACTED });
  return {
    text: (text) => hidden(text, LONGEST_TEXT),
    value,
    json: (given) => JSON.stringify(value(given)),
    learn,
  };
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** Hexadecimal digits and percent escapes are written in either case. Every character keeps its place. */
const folded = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Every place where a form, or its beginning, stands; overlapping ones too. */
function stretchesOf(form: string, text: string): readonly Stretch[] {
  const key = form.slice(0, PREFIX);
  const found: Stretch[] = [];
  for (let from = text.indexOf(key); from !== -1; from = text.indexOf(key, from + 1)) {
    let length = key.length;
    while (length < form.length && text[from + length] === form[length]) length += 1;
    found.push({ from, to: from + length });
  }
  return found;
}

/** The text with its stretches replaced, up to `limit` characters of the original. */
function covered(text: string, stretches: readonly Stretch[], limit: number): string {
  let shown = "";
  let at = 0;
  for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
    if (from >= limit) break;
    // Touching or overlapping ones are one.
    if (from > at || shown === "") shown += text.slice(at, from) + REDACTED;
    at = Math.max(at, to);
  }
  return shown + text.slice(at, Math.max(at, limit));
}
