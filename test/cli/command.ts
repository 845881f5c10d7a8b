/** The real command as a child process, and files for it to work on. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { onTestFinished } from "vitest";
import { openSqliteJournal } from "../../src/journal/sqlite.ts";

export const PAWL = join(import.meta.dirname, "../../src/cli/pawl.js");

export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export type Running = ChildProcessByStdio<null, Readable, Readable>;

export const start = (...args: readonly string[]): Running =>
  spawn(process.execPath, [PAWL, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });

/** Everything that a command says, and how it ends. */
export function ended(child: Running): Promise<Ended> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  return new Promise((resolve) => {
    child.once("close", (code) =>
      resolve({ code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }),
    );
  });
}

export const pawl = (...args: readonly string[]): Promise<Ended> => ended(start(...args));

/** Resolves when the command has said this on its standard output. */
export function said(child: Running, text: string): Promise<void> {
  let heard = "";
  return new Promise((resolve) => {
    const listen = (chunk: Buffer): void => {
      heard += chunk.toString();
      if (!heard.includes(text)) return;
      child.stdout.off("data", listen);
      resolve();
    };
    child.stdout.on("data", listen);
  });
}

/** A folder that is gone after the test; `write` puts a file there and says where. */
export function folder(): {
  readonly path: string;
  readonly at: (name: string) => string;
  readonly write: (name: string, content: string | Buffer) => string;
} {
  const path = mkdtempSync(join(tmpdir(), "pawl-cli-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const at = (name: string): string => join(path, name);
  return {
    path,
    at,
    write(name, content) {
      writeFileSync(at(name), content);
      return at(name);
    },
  };
}

/** Works with a journal until the test is over, as an engine without a socket does. */
export function held(path: string): void {
  const journal = openSqliteJournal({ path, engine: "a test" });
  onTestFinished(() => journal.close());
}

/** Lines of JSON. */
export const jsonLines = (text: string): readonly Record<string, unknown>[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
