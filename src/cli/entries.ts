/** `pawl entries check`: is every line of an entries file an entry, and its plan a plan (R14.1)? */
import type { Command } from "commander";
import { defaultConfig, readConfig } from "../config/config-file.ts";
import { readEntries } from "../config/entries.ts";
import { makePlan } from "../domain/make-plan.ts";
import { isRefused } from "../domain/refused.ts";
import { DONE, USAGE, type ExitCode } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

export function addEntries(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  const entries = program.command("entries").description("check a file of entries");
  entries
    .command("check <file>")
    .description("check the form of every entry, and its plan; limits of the market are judged when it is opened")
    .option("--config <file>", "configuration whose plan the entries start from")
    .addHelpText("after", "\nExamples:\n  $ pawl entries check entries.jsonl")
    .action((file: string, options: { readonly config?: string }) => {
      end(check(file, options.config, terminal));
    });
}

function check(file: string, configFile: string | undefined, terminal: Terminal): ExitCode {
  const { account, plan } = configFile === undefined ? defaultConfig() : readConfig(configFile);
  const read = readEntries(file, { account, plan });
  for (const text of read.warnings) terminal.out(`warning: ${text}`);
  let refusals = 0;
  for (const { line, settings } of read.entries) {
    const made = makePlan(settings);
    if (isRefused(made)) {
      refusals += 1;
      terminal.err(`pawl: ${file}, line ${line}: plan.${made.field} is ${made.value}; allowed: ${made.limit}`);
    } else for (const text of made.warnings) terminal.out(`warning: ${file}, line ${line}: ${text}`);
  }
  if (refusals > 0) return USAGE;
  const symbols = [...new Set(read.entries.map(({ request }) => request.symbol))];
  terminal.out(
    `${file}: sound, ${read.entries.length} entries${symbols.length === 0 ? "" : ` for ${symbols.join(", ")}`}`,
  );
  return DONE;
}
