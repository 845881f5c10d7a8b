/**
 * The two files of a paper session: the engine's journal and, beside it, the paper exchange's ledger.
 *
 * Promises: they belong together: one without the other is refused, because the exchange and the engine would then
 * disagree about what was ordered; a new pair has an id that follows from the seed, so that a run can be repeated byte
 * for byte. The ledger is never opened while somebody else holds the journal.
 */
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { hashHex } from "../domain/hash.ts";
import type { PaperLedger } from "../exchange/paper/ledger.ts";
import { openPaperLedger } from "../exchange/paper/sqlite-ledger.ts";
import type { Journal } from "../journal/journal.ts";
import { openSqliteJournal } from "../journal/sqlite.ts";
import { UsageError } from "./exit-codes.ts";

export interface SessionFiles {
  readonly journal: Journal;
  readonly ledger: PaperLedger;
  readonly journalPath: string;
  readonly ledgerPath: string;
  close(): void;
}

/** Opens both, or makes both; in a new temporary folder where no path is given. */
export function openSessionFiles(input: { readonly path: string | undefined; readonly seed: string }): SessionFiles {
  const journalPath = resolve(input.path ?? join(mkdtempSync(join(tmpdir(), "pawl-")), "paper.journal"));
  const ledgerPath = `${journalPath}.paper`;
  if (!existsSync(journalPath) && existsSync(ledgerPath)) {
    throw new UsageError(
      `${ledgerPath}: the paper ledger of a session whose journal ${journalPath} is gone; put the journal back, or remove the ledger to begin anew`,
    );
  }
  const journal = openSqliteJournal({
    path: journalPath,
    journalId: hashHex("paper session", input.seed),
    engine: "pawl paper",
  });
  try {
    if (journal.last() !== null && !existsSync(ledgerPath)) {
      throw new UsageError(
        `${journalPath}: its paper ledger ${ledgerPath} is gone, and the exchange would not know its orders; put it back, or begin with another journal`,
      );
    }
    const ledger = openPaperLedger(ledgerPath);
    return { journal, ledger, journalPath, ledgerPath, close: () => closeBoth(journal, ledger) };
  } catch (error) {
    journal.close();
    throw error;
  }
}

/** The ledger first: whoever gets the journal's lock finds the ledger free. */
function closeBoth(journal: Journal, ledger: PaperLedger): void {
  try {
    ledger.close();
  } finally {
    journal.close();
  }
}
