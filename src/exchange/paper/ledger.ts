/**
 * The paper exchange's ledger: an append-only list of records, kept apart from the journal because the exchange is
 * another party (SPEC R12.1). The file is in `sqlite-ledger.ts`; here are the port, its error and a ledger in memory.
 *
 * Promises: what `append` returned for is kept, all of it or nothing; records come back in order. It does not know
 * what a record means.
 */
import type { PaperRecord } from "./record.ts";

export interface PaperLedger {
  /** Where it is, for messages. */
  readonly path: string;
  /** All records in order. Throws PaperLedgerError. */
  records(): readonly PaperRecord[];
  /** All of them or none, durable when it returns. Throws PaperLedgerError: nothing was written. */
  append(records: readonly PaperRecord[]): void;
  close(): void;
}

/** What is wrong with a ledger. */
export type PaperLedgerFailure =
  | { readonly kind: "not_a_ledger" }
  | { readonly kind: "unknown_schema"; readonly version: number; readonly supported: number }
  /** `seq` is null where not even the rows can be read. */
  | { readonly kind: "damaged"; readonly seq: number | null; readonly cause: string }
  | { readonly kind: "other_settings"; readonly setting: string; readonly before: string; readonly now: string }
  /** Somebody else has written since this ledger was opened. */
  | { readonly kind: "conflict"; readonly seq: number }
  | { readonly kind: "unwritable"; readonly cause: string };

export class PaperLedgerError extends Error {
  readonly failure: PaperLedgerFailure;
  readonly path: string;
  constructor(path: string, failure: PaperLedgerFailure) {
    super(`Paper ledger ${path}: ${describe(failure)}`);
    this.name = "PaperLedgerError";
    this.path = path;
    this.failure = failure;
  }
}

/** A ledger that lasts as long as the process: for tests and for backtests. */
export function memoryPaperLedger(): PaperLedger {
  const kept: PaperRecord[] = [];
  return {
    path: "(memory)",
    records: () => [...kept],
    append(records) {
      kept.push(...records);
    },
    close() {},
  };
}

function describe(failure: PaperLedgerFailure): string {
  switch (failure.kind) {
    case "not_a_ledger":
      return "the file is not a paper ledger; choose another path, or remove the file if it is not needed";
    case "unknown_schema":
      return `its schema is version ${failure.version}, this program reads up to ${failure.supported}; use a newer program`;
    case "damaged":
      return failure.seq === null
        ? `it cannot be read (${failure.cause})`
        : `record ${failure.seq} cannot be read or cannot be true (${failure.cause}); ${failure.seq - 1} records before it are sound`;
    case "other_settings":
      return `setting ${failure.setting} is ${failure.before} in the ledger and ${failure.now} now; a run goes on under the settings it began with: use the old value or another ledger`;
    case "conflict":
      return `record ${failure.seq} was written by somebody else; only one paper exchange may use a ledger. Nothing was written`;
    case "unwritable":
      return `it cannot be written (${failure.cause})`;
  }
}
