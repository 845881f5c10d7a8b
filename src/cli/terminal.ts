/**
 * Where a command writes: lines to standard output, everything beside the result to standard error.
 *
 * Promises: a reader that has gone (`pawl … | head`) is noticed and is no error; nothing is colored unless somebody
 * looks at it. It does not decide what is written.
 */
import { styleText } from "node:util";

export type Style = Parameters<typeof styleText>[0];

export interface Terminal {
  /** One line, or several with their line feeds between them, to standard output. */
  out(text: string): void;
  /** The same to standard error. */
  err(text: string): void;
  /** Text that is rewritten in place, where somebody looks; null where nobody does. */
  readonly rewrite: ((text: string) => void) | null;
  /** Nobody reads standard output any more: there is no point in going on writing. */
  readerHasGone(): boolean;
  /** Text in a style, or as it is where colors are off. */
  styled(style: Style, text: string): string;
  withoutColor(): Terminal;
}

export function openTerminal(host: {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
}): Terminal {
  const { stdout, stderr, env } = host;
  let gone = false;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    gone = true;
  });
  stderr.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  const plain: Omit<Terminal, "styled"> = {
    out: (text) => {
      if (!gone) stdout.write(`${text}\n`);
    },
    err: (text) => {
      stderr.write(`${text}\n`);
    },
    rewrite: stderr.isTTY ? (text) => stderr.write(`\r\u001b[2K${text}`) : null,
    readerHasGone: () => gone,
    withoutColor: () => uncolored,
  };
  const uncolored: Terminal = { ...plain, styled: (_style, text) => text };
  const noColor = env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "";
  if (noColor || !stdout.isTTY) return uncolored;
  return { ...plain, styled: (style, text) => styleText(style, text, { validateStream: false }) };
}

/** Lets signals, and errors of the output, arrive. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
