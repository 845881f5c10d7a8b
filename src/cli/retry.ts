/** `pawl retry`: has a running engine try a close that has failed again, now (R13.2). */
import type { Command } from "commander";
import { asked } from "./engine-access.ts";
import { DONE, type ExitCode } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  $ pawl retry entry-1 --journal btc.journal`;

export function addRetry(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  program
    .command("retry <position>")
    .description("try a close that has failed again, now, by the running engine")
    .requiredOption("--journal <file>", "journal of the engine")
    .option("--json", "one JSON object in place of text")
    .addHelpText("after", EXAMPLES)
    .action(async (position: string, options: { readonly journal: string; readonly json?: true }) => {
      const answer = await asked(options.journal, "retry", { position });
      terminal.out(options.json === true ? JSON.stringify(answer) : `${position}: trying again what has failed`);
      end(DONE);
    });
}
