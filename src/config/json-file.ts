/**
 * Files of JSON and of JSON Lines as text and values.
 *
 * Promises: a file that cannot be read, or is not JSON, is a ConfigError with file and place. The content is never
 * quoted in the message, because a broken file may hold a secret.
 */
import { readFileSync } from "node:fs";
import { ConfigError, type ConfigProblem } from "./config-error.ts";

export function readText(file: string, allowed: string): string {
  try {
    return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (cause) {
    const wrong = `the file cannot be read (${cause instanceof Error ? cause.message : String(cause)})`;
    throw new ConfigError([{ file, line: null, path: "", value: "missing", allowed, wrong }]);
  }
}

/** The value, or the problem with its text; `line` is where the text begins in a file of lines. */
export function parseJson(
  text: string,
  place: { readonly file: string; readonly line: number | null },
): { readonly value: unknown } | { readonly problem: ConfigProblem } {
  try {
    return { value: JSON.parse(text) };
  } catch (cause) {
    const wrong = `the text is not JSON${whereIn(text, cause, place.line)}`;
    return { problem: { ...place, path: "", value: "not JSON", allowed: "JSON", wrong } };
  }
}

/** Only the position is taken from the parser's message: the message quotes the text. */
function whereIn(text: string, cause: unknown, line: number | null): string {
  const message = cause instanceof Error ? cause.message : "";
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position === undefined) return message.startsWith("Unexpected end") ? ", it ends too early" : "";
  const before = text.slice(0, Number(position)).split("\n");
  const column = before.at(-1)!.length + 1;
  return line === null ? ` (line ${before.length}, column ${column})` : ` (column ${column})`;
}
