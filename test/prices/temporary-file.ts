/** Files for tests, in a folder that goes away when the test file is done. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

export interface TemporaryFolder {
  readonly path: string;
  /** Writes the file and answers with its path. */
  file(name: string, content: string | Uint8Array): string;
}

export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), "pawl-prices-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    file(name, content) {
      const full = join(path, name);
      writeFileSync(full, content);
      return full;
    },
  };
}

/** The error that an action throws; a failure when it throws none. */
export function thrownBy(action: () => unknown): Error {
  try {
    action();
  } catch (cause) {
    if (cause instanceof Error) return cause;
    throw cause;
  }
  throw new Error("Nothing was thrown");
}

/** The error that a promise is rejected with; a failure when it is kept. */
export async function rejectionOf(action: () => Promise<unknown>): Promise<Error> {
  try {
    await action();
  } catch (cause) {
    if (cause instanceof Error) return cause;
    throw cause;
  }
  throw new Error("Nothing was rejected");
}
