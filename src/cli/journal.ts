/** `pawl journal`: what can be done with a journal that nobody has to be running for. */
import type { Command } from "commander";
import type { ExitCode } from "./exit-codes.ts";
import { addJournalExport } from "./journal-export.ts";
import { addJournalVerify } from "./journal-verify.ts";
import type { Terminal } from "./terminal.ts";

export function addJournal(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  const journal = program.command("journal").description("export a journal, or check it");
  addJournalExport(journal, terminal, end);
  addJournalVerify(journal, terminal, end);
}
