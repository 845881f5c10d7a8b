/** `node --import tell-preload.ts PROGRAM`: when the program ends, what it has used goes to file descriptor 3 as JSON. */
import { writeSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { peakMemoryKilobytes } from "./peak-memory.ts";

export interface Told {
  readonly peakKilobytes: number;
  /** Processor time of all its threads, since it began. */
  readonly busyMs: number;
}

if (isMainThread) process.on("exit", () => writeSync(3, JSON.stringify(told())));

function told(): Told {
  const { user, system } = process.cpuUsage();
  return { peakKilobytes: peakMemoryKilobytes(), busyMs: (user + system) / 1_000 };
}
