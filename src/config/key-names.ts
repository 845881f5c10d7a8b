/** Names: of accounts and entries as they may be written, and of keys: which one was meant, which sound like a secret. */
import * as z from "zod";
import { NAME, NAME_LIMIT } from "../domain/entry.ts";

/** The name of an account or of an entry. */
export const name = z.string({ error: `text of ${NAME_LIMIT}` }).regex(NAME, { error: `text of ${NAME_LIMIT}` });

const MOST_EDITS = 3;

/** The known name that is nearest to a mistyped one (of equally near ones, that with the longer common beginning), or null. */
export function nearestName(mistyped: string, known: readonly string[]): string | null {
  const given = mistyped.toLowerCase();
  const bound = Math.min(MOST_EDITS, Math.max(1, Math.floor(given.length / 2)));
  const near = known
    .map((each) => ({
      each,
      edits: editsBetween(given, each.toLowerCase()),
      common: commonStart(given, each.toLowerCase()),
    }))
    .filter(({ edits }) => edits <= bound)
    .sort((a, b) => a.edits - b.edits || b.common - a.common);
  return near[0]?.each ?? null;
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/** Compared without case, underscores and hyphens: apiKey, api_key and API-KEY are one name. */
const SECRET_PART = /apikey|secret|password|passphrase|privatekey|mnemonic|accesstoken|authtoken|bearertoken/;
const SECRET_NAME = /^(key|token|credentials?|signature)$/;

/** `secretEnv` names an environment variable. */
export const namesVariable = (name: string): boolean => /(Env|_env)$/.test(name);

/** A symbol is not one, whatever its coin is called; nor is the name of where a secret stands. */
export function isSecretName(name: string): boolean {
  if (name.includes("/") || namesVariable(name)) return false;
  const plain = name.replace(/[_\-\s]/g, "").toLowerCase();
  return SECRET_PART.test(plain) || SECRET_NAME.test(plain);
}

/** Levenshtein distance, with one row of memory; names are short, long ones are cut. */
function editsBetween(a: string, b: string): number {
  const [left, right] = [a.slice(0, 60), b.slice(0, 60)];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let at = 1; at <= left.length; at += 1) {
    const next = [at];
    for (let to = 1; to <= right.length; to += 1) {
      const replaced = row[to - 1]! + (left[at - 1] === right[to - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[to]! + 1, next[to - 1]! + 1));
    }
    row = next;
  }
  return row[right.length]!;
}
