/** `pawl journal verify`: looks at every row of a journal and says what is wrong with it (R11.8). */
import type { Command } from "commander";
import { verifyJournal, type VerifyReport } from "../journal/verify.ts";
import { DONE, FAILED, type ExitCode } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  $ pawl journal verify --journal btc.journal
  $ pawl journal verify --journal btc.journal --json`;

export function addJournalVerify(journal: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  journal
    .command("verify")
    .description("check every row: the chain of hashes, the numbering, the schema, the file")
    .requiredOption("--journal <file>", "journal to read; an engine may be working with it")
    .option("--json", "one JSON object in place of text")
    .addHelpText("after", EXAMPLES)
    .action((options: { readonly journal: string; readonly json?: true }) => {
      const report = verifyJournal(options.journal);
      terminal.out(options.json === true ? JSON.stringify(report) : reportText(options.journal, report));
      end(report.problems.length === 0 ? DONE : FAILED);
    });
}

function reportText(path: string, { rows, positions, lastSeq, headHash, switches, problems }: VerifyReport): string {
  const switched = switches === 0 ? "" : `, ${switches} ${switches === 1 ? "switch" : "switches"} of entries`;
  const size = `${rows} rows of ${positions} positions${switched}`;
  if (problems.length === 0) {
    return `${path}: sound, ${size}${headHash === null ? "" : `, last row ${lastSeq} with hash ${headHash}`}`;
  }
  const found = problems.map(({ seq, what }) => `  ${seq === null ? "file" : `row ${seq}`}: ${what}`);
  return [`${path}: ${problems.length} ${problems.length === 1 ? "problem" : "problems"} in ${size}`, ...found].join(
    "\n",
  );
}
