/** A folder of its own for one test, and processes that work in it; all of it gone when the test is over. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { JournalError } from "../../src/journal/journal.ts";

export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pawl-journal-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The JournalError that it throws; anything else fails the test. */
export function errorOf(act: () => unknown): JournalError {
  try {
    act();
  } catch (error) {
    if (error instanceof JournalError) return error;
    throw error;
  }
  throw new Error("expected a JournalError, but it worked");
}

export interface Said {
  readonly said: "open" | "refused" | "appended";
  readonly seq?: number;
  readonly failure?: { readonly kind: string; readonly owner?: string };
  readonly message?: string;
}

export interface EngineProcess {
  readonly pid: number;
  /** The next thing that it says. */
  readonly hear: () => Promise<Said>;
  readonly tell: (line: string) => void;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Kills it, waits for its death and says by which signal it died. */
  readonly kill: () => Promise<NodeJS.Signals | null>;
}

/** Another process with the journal at `path` open. `limit` is a shell command that runs before it (`ulimit …`). */
export function anEngineProcess(path: string, mode: "ask" | "write", limit = "true"): EngineProcess {
  const script = join(import.meta.dirname, "engine-process.ts");
  const child = spawn("sh", ["-c", `${limit} && exec "$0" "$@"`, process.execPath, script, path, mode], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  onTestFinished(() => void child.kill("SIGKILL"));
  return {
    pid: child.pid ?? 0,
    hear: async () => {
      const line = await lines.next();
      if (line.done === true) throw new Error("the process ended without another word");
      return JSON.parse(line.value) as Said;
    },
    tell: (line) => void child.stdin.write(`${line}\n`),
    signal: (signal) => void child.kill(signal),
    kill: () => killed(child),
  };
}

async function killed(child: ChildProcess): Promise<NodeJS.Signals | null> {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
  return child.signalCode;
}
