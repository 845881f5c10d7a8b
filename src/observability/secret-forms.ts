/**
 * The forms in which a secret turns up in text: as it is, in a URL, in JSON, as base64 or hexadecimal digits, line by line.
 *
 * Promises: every form that is given is at least SHORTEST_FORM characters, so that ordinary text is not torn up. It
 * knows no encryption: what a library has hashed or signed is told by its field's name (`secret-names.ts`).
 */
import { Buffer } from "node:buffer";

/** A secret shorter than this cannot be told from ordinary text: only the name of its field hides it. */
const SHORTEST_FORM = 6;

export function formsOf(secret: string): readonly string[] {
  const whole = secret.toWellFormed();
  const trimmed = whole.trim();
  const texts = new Set([whole, trimmed, ...withoutHexPrefix(trimmed), ...linesOf(trimmed)]);
  const forms = [...texts].flatMap((text) => [text, ...inUrls(text), inJson(text), ...asDigits(text)]);
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST_FORM);
}

/** A private key of a wallet is written with and without its 0x. */
const withoutHexPrefix = (text: string): readonly string[] => (/^0x/i.test(text) ? [text.slice(2)] : []);

const ARMOR = /^-----(BEGIN|END) /;

/** A key in PEM: each line, and the lines joined as some libraries keep them. */
function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n|\\n/).map((line) => line.trim());
  if (lines.length === 1) return [];
  const body = lines.filter((line) => !ARMOR.test(line));
  return [...body, body.join("")];
}

/** Percent escapes as `encodeURIComponent`, RFC 3986 and HTML forms write them; upper and lower case are compared as one. */
function inUrls(text: string): readonly string[] {
  const component = encodeURIComponent(text);
  const strict = component.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
  return [component, strict, new URLSearchParams([["", text]]).toString().slice(1)];
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

function asDigits(text: string): readonly string[] {
  const bytes = Buffer.from(text, "utf8");
  const base64 = [bytes.toString("base64"), ...[0, 1, 2].map((shift) => insideBase64(bytes, shift))];
  return [bytes.toString("hex"), ...base64, ...base64.map((each) => each.replaceAll("+", "-").replaceAll("/", "_"))];
}

/** What stays the same of the base64 of a longer text ("user:secret") that has `shift` bytes, modulo 3, before the secret. */
function insideBase64(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString("base64")
    .replace(/=+$/, "");
  const foreign = [0, 2, 3][shift] ?? 0;
  const endsInside = (shift + bytes.length) % 3 !== 0;
  return text.slice(foreign, endsInside ? -1 : undefined);
}
