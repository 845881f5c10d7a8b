/** `pawl journal export`: the journal for other programs, as JSON Lines or as one CSV row per position (R14.2). */
import { closeSync, openSync, writeSync } from "node:fs";
import type { Command } from "commander";
import { addsUp, exportJsonLines, exportLines } from "../journal/export.ts";
import { exportCsv } from "../journal/export-csv.ts";
import { readSqliteJournal } from "../journal/sqlite-reader.ts";
import type { JournalRow } from "../domain/row.ts";
import { DONE, FAILED, type ExitCode } from "./exit-codes.ts";
import { nextTurn, type Terminal } from "./terminal.ts";

interface Options {
  readonly journal: string;
  readonly csv?: true;
  readonly out?: string;
}

const EXAMPLES = `
Examples:
  $ pawl journal export --journal btc.journal > btc.jsonl
  $ pawl journal export --journal btc.journal --csv --out btc.csv`;

export function addJournalExport(journal: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  journal
    .command("export")
    .description("write everything that happened as JSON Lines, or one CSV row per position")
    .requiredOption("--journal <file>", "journal to read; an engine may be working with it")
    .option("--csv", "one row per position, for a spreadsheet")
    .option("--out <file>", "write to a file, which is readable by you only (default: standard output)")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => end(await exportJournal(options, terminal)));
}

async function exportJournal({ journal: path, csv, out }: Options, terminal: Terminal): Promise<ExitCode> {
  const journal = readSqliteJournal(path);
  try {
    const lines = csv === true ? csvLines(journal.rows()) : exportJsonLines(journal.rows());
    if (out === undefined) await toTerminal(lines, terminal);
    else toFile(lines, out);
    if (terminal.readerHasGone()) return DONE;
    const problems = addsUp(exportLines(journal.rows()));
    for (const { message } of problems) terminal.err(`pawl: ${path}: ${message}`);
    return problems.length === 0 ? DONE : FAILED;
  } finally {
    journal.close();
  }
}

function* csvLines(rows: Iterable<JournalRow>): Generator<string> {
  for (const line of exportCsv(rows)) yield line.slice(0, -1);
}

const LINES_AT_ONCE = 500;

/** In portions, so that a reader that has gone is noticed. */
async function toTerminal(lines: Iterable<string>, terminal: Terminal): Promise<void> {
  let portion: string[] = [];
  for (const line of lines) {
    portion.push(line);
    if (portion.length < LINES_AT_ONCE) continue;
    terminal.out(portion.join("\n"));
    portion = [];
    await nextTurn();
    if (terminal.readerHasGone()) return;
  }
  if (portion.length > 0) terminal.out(portion.join("\n"));
}

function toFile(lines: Iterable<string>, path: string): void {
  const file = openSync(path, "w", 0o600);
  try {
    for (const line of lines) writeSync(file, `${line}\n`);
  } finally {
    closeSync(file);
  }
}
