/** Command lines that read a file of candles: how long they take by the clock, and how much memory at the most. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { text } from "node:stream/consumers";
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { backtestSeries } from "./series.ts";

/** What comes after `node`, given the path of a CSV file of candles (`timestamp_ms,open,high,low,close,volume`). */
export type CommandLine = (csvPath: string) => readonly string[];

interface Told {
  readonly peakKilobytes: number;
  /** Processor time of all its threads, since it began. */
  readonly busyMs: number;
}

export interface CommandRun extends Told {
  /** From before the process is made to after it has ended. */
  readonly elapsedMs: number;
}

/**
 * Runs before the program and tells when it ends. Plain JavaScript: loading what strips types would be measured too. On
 * Linux not maxRSS, over which the parent's memory is carried, but VmHWM, which is of the program alone.
 */
const TELL = `
import { readFileSync, writeSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
const peak = () => process.platform === "linux"
  ? Number(/^VmHWM:\\s+(\\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))[1])
  : process.resourceUsage().maxRSS;
if (isMainThread) process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  writeSync(3, JSON.stringify({ peakKilobytes: peak(), busyMs: (user + system) / 1000 }));
});`;
const PRELOAD = `data:text/javascript,${encodeURIComponent(TELL)}`;

/** What the command prints is read to the end and thrown away; its complaints are ours. */
export async function runCommand(command: CommandLine, csvPath: string): Promise<CommandRun> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ["--import", PRELOAD, ...command(csvPath)], {
    stdio: ["ignore", "pipe", "inherit", "pipe"],
  });
  child.stdout!.resume();
  const told = text(child.stdio[3] as Readable);
  const [code] = (await once(child, "close")) as [number | null];
  const elapsedMs = performance.now() - startedAt;
  if (code !== 0) throw new Error(`${command(csvPath).join(" ")} has failed with exit code ${code}`);
  return { elapsedMs, ...(JSON.parse(await told) as Told) };
}

const ROWS_PER_PIECE = 5_000;

export async function writeCsv(path: string, count: number): Promise<void> {
  const { at, open, high, low, close } = backtestSeries(count);
  const file = createWriteStream(path);
  file.write("timestamp_ms,open,high,low,close,volume\n");
  for (let first = 0; first < count; first += ROWS_PER_PIECE) {
    let piece = "";
    for (let index = first; index < Math.min(first + ROWS_PER_PIECE, count); index += 1)
      piece += `${at[index]},${open[index]},${high[index]},${low[index]},${close[index]},1\n`;
    if (!file.write(piece)) await once(file, "drain");
  }
  file.end();
  await finished(file);
}
