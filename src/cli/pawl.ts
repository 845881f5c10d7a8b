#!/usr/bin/env node
/** The command `pawl`: puts the commands together, and turns whatever becomes of one into an exit code (R14.4). */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { addConfig } from "./config.ts";
import { addEntries } from "./entries.ts";
import { DONE, failureOf, USAGE, type ExitCode } from "./exit-codes.ts";
import { addJournal } from "./journal.ts";
import { addPaper } from "./paper.ts";
import { addStatus } from "./status.ts";
import { openTerminal } from "./terminal.ts";

const terminal = openTerminal(process);
let exitCode: ExitCode = DONE;
const end = (code: ExitCode): void => {
  exitCode = code;
};

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
const program = new Command("pawl")
  .description("Looks after open crypto positions: scaled take profits, stops that only tighten, orders never carried out twice.")
  .version(version)
  .showSuggestionAfterError()
  .exitOverride();
for (const add of [addPaper, addStatus, addJournal, addConfig, addEntries]) add(program, terminal, end);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) exitCode = error.exitCode === 0 ? DONE : USAGE;
  else {
    const failure = failureOf(error, process.env["PAWL_DEBUG"] === "1");
    terminal.err(failure.message);
    exitCode = failure.exitCode;
  }
}
process.exitCode = exitCode;
