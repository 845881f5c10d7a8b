/**
 * Names of fields, headers and parameters whose value is never told, and where such values stand in text.
 *
 * Promises: compared without case, underscores and hyphens; rather one value too many than one too few. The
 * configuration has a narrower list of its own (`src/config/key-names.ts`): it refuses what this one hides.
 */

const PART =
  /(api|access)[-_ ]?key|secret|passw(or)?d|passphrase|private[-_ ]?key|mnemonic|seed[-_ ]?phrase|signature|authori[sz]ation|listen[-_ ]?key|session[-_ ]?(id|key|token)|(access|auth|bearer|refresh|csrf|id)[-_ ]?token|(access|api|ok|bapi|kc)[-_ ]?(access[-_ ]?)?sign|cookie|credential/i;
const WHOLE = /^(key|token|sign|sig|auth|jwt|bearer|pwd|pass|apiid|uid|hmac)$/i;

/** Longer than any name; what is longer is no name. */
const LONGEST_NAME = 80;

export const isSecretName = (name: string): boolean =>
  name.length <= LONGEST_NAME && (PART.test(name) || WHOLE.test(name.replace(/[-_ ]/g, "")));

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** `name=value`, `name: value`, `"name":"value"`, also inside text that is JSON itself. */
const SEPARATOR = /[=:]/g;
const AFTER_SEPARATOR = /\s{0,4}/y;
const QUOTE = /\\{0,3}["'`]/y;
const BARE_END = /[\s,;&"'`<>)\]}\\]|$/g;
/** Their values have words in them: they end with the line. */
const WORDY = /authori[sz]ation|cookie|mnemonic|phrase/i;
const LINE_END = /[\r\n"'`<>\\]|$/g;
/** `https://user:password@host` */
const IN_AUTHORITY = /:\/\/([^\s/@:]{0,200}:[^\s/@]{1,200})@/g;

/** Where in a text the values of secret names stand, and passwords in URLs. Takes time in proportion to the text. */
export function namedSecrets(text: string): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const { index } of text.matchAll(SEPARATOR)) {
    const name = nameBefore(text, index);
    if (!isSecretName(name)) continue;
    AFTER_SEPARATOR.lastIndex = index + 1;
    const from = index + 1 + (AFTER_SEPARATOR.exec(text)?.[0].length ?? 0);
    found.push(valueAt(text, from, name));
  }
  for (const match of text.matchAll(IN_AUTHORITY)) {
    found.push({ from: match.index + 3, to: match.index + match[0].length - 1 });
  }
  return found.filter(({ from, to }) => to > from);
}

/** The word that ends before a separator, without spaces and quotation marks in between; empty where there is none. */
function nameBefore(text: string, separator: number): string {
  let to = back(text, { from: separator, over: /\s/, most: 4 });
  to = back(text, { from: to, over: /["'`]/, most: 1 });
  to = back(text, { from: to, over: /\\/, most: 3 });
  return text.slice(back(text, { from: to, over: /[\w-]/, most: LONGEST_NAME + 1 }), to);
}

function back(text: string, step: { readonly from: number; readonly over: RegExp; readonly most: number }): number {
  let at = step.from;
  while (at > 0 && step.from - at < step.most && step.over.test(text[at - 1]!)) at -= 1;
  return at;
}

function valueAt(text: string, from: number, name: string): Stretch {
  QUOTE.lastIndex = from;
  const quote = QUOTE.exec(text)?.[0];
  if (quote === undefined) return { from, to: nextAt(WORDY.test(name) ? LINE_END : BARE_END, text, from) };
  const inside = from + quote.length;
  return { from: inside, to: closingQuote(text, inside, quote) };
}

/** An escaped quotation mark inside plain quotes does not close them; without an end everything is the value. */
function closingQuote(text: string, from: number, quote: string): number {
  for (let at = text.indexOf(quote, from); at !== -1; at = text.indexOf(quote, at + 1)) {
    if (quote.length > 1 || text[at - 1] !== "\\") return at;
  }
  return text.length;
}

function nextAt(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}
