/** A folder and engines in processes of their own for tests of the control socket; all gone when the test is over. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { askEngine } from "../../src/control/client.ts";
import { ControlError } from "../../src/control/control-error.ts";

export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pawl-control-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Said {
  readonly said: "open" | "refused" | "filled";
  readonly kind?: string;
  readonly name?: string;
  readonly message?: string;
}

/** Another process with an engine on this journal; `hear` is the next thing that it says. */
export function anEngine(journal: string, path = "", env: NodeJS.ProcessEnv = process.env) {
  const script = join(import.meta.dirname, "engine-process.ts");
  const child = spawn(process.execPath, [script, journal, path], { stdio: ["pipe", "pipe", "inherit"], env });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, "exit");
  const hear = async (): Promise<Said> => {
    const line = await lines.next();
    if (line.done === true) throw new Error("the process ended without another word");
    return JSON.parse(line.value) as Said;
  };
  return {
    hear,
    ended,
    /** Opens a position, and waits for its first fill. */
    async opened(id: string, symbol: string): Promise<void> {
      child.stdin.write(`${id} ${symbol}\n`);
      const said = await hear();
      if (said.said !== "filled") throw new Error(JSON.stringify(said));
    },
    async stopped(): Promise<number | null> {
      child.stdin.end();
      const [code] = (await ended) as [number | null];
      return code;
    },
    async killed(): Promise<void> {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** A connection of somebody who keeps to no protocol: everything that is answered until the end of it. */
export function stranger(path: string): { readonly socket: Socket; readonly all: Promise<string> } {
  const socket = createConnection(path);
  onTestFinished(() => void socket.destroy());
  const parts: Buffer[] = [];
  socket.on("data", (part: Buffer) => parts.push(part));
  const all = new Promise<string>((resolve) => {
    socket.on("error", () => undefined);
    socket.once("close", () => resolve(Buffer.concat(parts).toString()));
  });
  return { socket, all };
}

/** The ControlError that it fails with; anything else fails the test. */
export const controlErrorOf = async (act: Promise<unknown>): Promise<ControlError> => {
  const error = await act.then(
    () => new Error("it worked"),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ControlError) return error;
  throw error;
};

/** Asks the engine again and again until no position of it is open. */
export async function untilNothingIsOpen(journal: string): Promise<void> {
  for (;;) {
    const health = await askEngine(journal, "health", {});
    if (health.kind === "answer" && health.answer.health.openPositions === 0) return;
  }
}
