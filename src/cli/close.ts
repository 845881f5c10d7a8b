/** `pawl close`: has a running engine close a position, those of a symbol, or everything (R13.2). */
import type { Command } from "commander";
import { isConfirmed } from "./confirm.ts";
import { asked } from "./engine-access.ts";
import { DONE, FAILED, UsageError, type ExitCode } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";
import type { AnswerTo } from "../control/protocol.ts";

interface Options {
  readonly journal: string;
  readonly all?: true;
  readonly yes?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ pawl close entry-1 --journal btc.journal
  $ pawl close BTC/USDT:USDT --journal btc.journal      every open position of it
  $ pawl close --all --journal btc.journal --yes

It is done when the decision is written down; pawl status shows what becomes of it. New positions may still be opened:
pawl kill stops those, too.`;

export function addClose(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  program
    .command("close [position|symbol]")
    .description("close a position, those of a symbol, or everything, by the running engine")
    .requiredOption("--journal <file>", "journal of the engine")
    .option("--all", "everything that is open")
    .option("--yes", "with --all: do not ask")
    .option("--json", "one JSON object in place of text")
    .addHelpText("after", EXAMPLES)
    .action(async (name: string | undefined, options: Options) => end(await close(name, options, terminal)));
}

async function close(name: string | undefined, options: Options, terminal: Terminal): Promise<ExitCode> {
  const { journal } = options;
  if ((name === undefined) === (options.all === undefined))
    throw new UsageError("close needs a position, a symbol, or --all (one of them)");
  if (name === undefined && options.yes !== true) {
    const what = `This closes every open position of ${journal}`;
    if (!(await isConfirmed({ what, expected: "all" }))) return notConfirmed(terminal);
  }
  const target = name === undefined ? ({ all: true } as const) : { name };
  const closed = await asked(journal, "close", { target });
  terminal.out(options.json === true ? JSON.stringify(closed) : closedText(closed));
  return closed.suspended.length === 0 ? DONE : FAILED;
}

export function notConfirmed(terminal: Terminal): ExitCode {
  terminal.err("pawl: not confirmed, nothing was done");
  return FAILED;
}

/** What is being closed, and what is not. */
export function closedText({ closing, suspended }: AnswerTo<"close">): string {
  const lines = suspended.map(
    (id) =>
      `${id}: suspended, NOT closed: it decides nothing any more; look at it, and close it at the exchange by hand`,
  );
  if (closing.length > 0) lines.unshift(`closing: ${closing.join(", ")}`);
  return lines.length === 0 ? "Nothing is open." : lines.join("\n");
}
