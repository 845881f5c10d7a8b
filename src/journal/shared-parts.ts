/**
 * Market and plan in the text of a row: most of it, and the same for many positions. Where many rows are read, each such
 * piece of text is parsed and checked once, and positions share what came of it.
 *
 * Promises: a row that is put together from a known piece is the row that its whole text says; in doubt there is no answer.
 */
import { marketSchema, planSchema } from "./row-schema.ts";

/** What was read and checked before, by its text. */
export type SharedParts = Map<string, Parts>;

interface Parts {
  readonly market: unknown;
  readonly plan: unknown;
}

const [START, END] = ['"market":{', ',"version":'];
const LEFT_OUT = '"market":null,"plan":null';

/** The value of a row's text, market and plan checked; null where they have to be looked at with the rest. */
export function withKnownParts(text: string, shared: SharedParts): unknown {
  const start = text.indexOf(START, text.indexOf('"snapshot":'));
  const end = text.indexOf(END, start);
  if (start === -1 || end === -1) return null;
  const parts = text.slice(start, end);
  const known = shared.get(parts) ?? checkedParts(parts);
  if (known === null) return null;
  shared.set(parts, known);
  const value = JSON.parse(text.slice(0, start) + LEFT_OUT + text.slice(end)) as Row | null;
  const position = value?.snapshot?.position;
  if (position?.market !== null || position.plan !== null) return null;
  Object.assign(position, known);
  return value;
}

interface Row {
  readonly snapshot?: { readonly position?: { market?: unknown; plan?: unknown } | null } | null;
}

/** Null unless the text is a market and a plan, each as its schema wants it. */
function checkedParts(text: string): Parts | null {
  try {
    const { market, plan, ...others } = JSON.parse(`{${text}}`) as Parts;
    const areSound = marketSchema.safeParse(market).success && planSchema.safeParse(plan).success;
    return areSound && Object.keys(others).length === 0 ? { market, plan } : null;
  } catch {
    return null;
  }
}
