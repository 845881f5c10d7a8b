/** The command `pawl` as a whole: its sub-commands, and what becomes of one as an exit code (R14.4). */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { addBacktest } from "./backtest.ts";
import { addCompare } from "./compare.ts";
import { addConfig } from "./config.ts";
import { addEntries } from "./entries.ts";
import { addExplain } from "./explain.ts";
import { DONE, failureOf, USAGE, type ExitCode } from "./exit-codes.ts";
import { addJournal } from "./journal.ts";
import { addMachines } from "./machines.ts";
import { addPaper } from "./paper.ts";
import { addStatus } from "./status.ts";
import { addSweep } from "./sweep.ts";
import { openTerminal } from "./terminal.ts";

/** Carries out a command line. Never throws: what went wrong is said on standard error. */
export async function runProgram(host: NodeJS.Process): Promise<ExitCode> {
  const terminal = openTerminal(host);
  let exitCode: ExitCode = DONE;
  const end = (code: ExitCode): void => {
    exitCode = code;
  };
  const program = new Command("pawl")
    .description(DESCRIPTION)
    .version(packageVersion())
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText("after", "\nExamples:\n  $ pawl paper\n  $ pawl help paper");
  for (const add of [
    addPaper,
    addBacktest,
    addCompare,
    addSweep,
    addStatus,
    addExplain,
    addJournal,
    addConfig,
    addEntries,
    addMachines,
  ])
    add(program, terminal, end);
  try {
    await program.parseAsync(host.argv);
    return exitCode;
  } catch (error) {
    // It has said already what it is about.
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : USAGE;
    const failure = failureOf(error, host.env["PAWL_DEBUG"] === "1");
    terminal.err(failure.message);
    return failure.exitCode;
  }
}

const DESCRIPTION =
  "Looks after open crypto positions: scaled take profits, stops that only tighten, orders never carried out twice.";

function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
