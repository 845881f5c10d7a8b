/** A journal in memory whose disk a test can fill, break and mend. */
import { JournalError, type Journal } from "../../src/journal/journal.ts";
import { openMemoryJournal } from "../../src/journal/memory.ts";
import type { Row } from "../../src/domain/row.ts";

export interface WatchedJournal extends Journal {
  /** Number of rows of each append that worked. */
  readonly appends: readonly number[];
  fail(cause: Error): void;
  work(): void;
  /** Not even the rows can be read. */
  setReadable(isReadable: boolean): void;
  readonly attempts: () => number;
}

export const FULL = new JournalError("journal", { kind: "unwritable", cause: "disk full" }, "disk full");

/** A journal in memory that counts, notes what happens in a log of the test, and fails when told to. */
export function watchedJournal(log: string[] = []): WatchedJournal {
  const memory = openMemoryJournal({ journalId: "journal" });
  const appends: number[] = [];
  let failure: Error | null = null;
  let isReadable = true;
  let attempts = 0;
  return {
    ...memory,
    appends,
    append<T>(rows: readonly Row[], release: T) {
      attempts += 1;
      if (failure !== null) throw failure;
      const ticket = memory.append(rows, release);
      appends.push(rows.length);
      for (const row of rows) {
        const last = row.snapshot?.position.intents.at(-1);
        log.push(
          `append ${row.position} v${row.version} ${last?.progress.kind === "recorded" ? last.clientOrderId : "-"}`,
        );
      }
      return ticket;
    },
    setSwitch(set) {
      if (failure !== null) throw failure;
      log.push(`switch ${set.entries}`);
      return memory.setSwitch(set);
    },
    latest() {
      if (!isReadable)
        throw new JournalError("journal", { kind: "damaged", seq: 1, lastSoundSeq: 0 }, "cannot be read");
      return memory.latest();
    },
    fail(cause) {
      failure = cause;
    },
    work() {
      failure = null;
    },
    setReadable(value) {
      isReadable = value;
    },
    attempts: () => attempts,
  };
}
