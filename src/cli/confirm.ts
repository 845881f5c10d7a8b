/**
 * Asking a person before something that cannot be undone.
 *
 * Promises: only the very word counts as yes; where nobody sits at a terminal it is a usage error that names --yes,
 * never a yes.
 */
import { createInterface } from "node:readline/promises";
import { UsageError } from "./exit-codes.ts";

/** Whether the person types what is expected. Throws UsageError where there is nobody to ask. */
export async function isConfirmed(
  asked: { readonly what: string; readonly expected: string },
  terminal: {
    readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
    readonly output: NodeJS.WritableStream;
  } = {
    input: process.stdin,
    output: process.stderr,
  },
): Promise<boolean> {
  const { input, output } = terminal;
  if (input.isTTY !== true) throw new UsageError(`${asked.what}: nobody is there to confirm it; add --yes`);
  const questions = createInterface({ input, output });
  // Ctrl-D and Ctrl-C are no answer.
  const gone = new Promise<string>((resolve) => questions.once("close", () => resolve("")));
  try {
    const question = `${asked.what}. To go on, type ${asked.expected}: `;
    return (await Promise.race([questions.question(question), gone])).trim() === asked.expected;
  } finally {
    questions.close();
  }
}
