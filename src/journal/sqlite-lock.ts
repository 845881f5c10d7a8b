/**
 * One engine per journal: a lock that the operating system takes back when its process ends, however it ends.
 *
 * Promises: held from `acquire` to `release` or to the death of the process, SIGKILL included; a second taker, in this
 * process or another, gets "busy" at once. It is an exclusive transaction on a SQLite file of its own beside the journal,
 * so that readers of the journal are not disturbed. The file stays: deleting it would let a second engine in, and only
 * the fencing epoch would stop the first one.
 */
import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { isBusy } from "./sqlite-file.ts";

export interface Lock {
  release(): void;
}

/** The lock, or null while somebody else holds it. Throws what SQLite or the file system throws. */
export function acquireLock(path: string): Lock | null {
  createOwnerOnly(path);
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // In memory: a lock writes nothing, so there is nothing to roll back.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (isBusy(error)) return null;
    throw error;
  }
  return {
    release: () => {
      if (database.isOpen) database.close();
    },
  };
}

// Only ever opened here when it is new: closing a second descriptor of a locked file would drop this process's lock on it.
function createOwnerOnly(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
