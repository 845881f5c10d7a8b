/** Command lines that read a file of candles: how long they take by the clock, and how much memory at the most. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Told } from "./tell-preload.ts";
import { backtestSeries } from "./series.ts";

/** What comes after `node`, given the path of a CSV file of candles (`timestamp_ms,open,high,low,close,volume`). */
export type CommandLine = (csvPath: string) => readonly string[];

export interface CommandRun extends Told {
  /** From before the process is made to after it has ended. */
  readonly elapsedMs: number;
}

const PRELOAD = join(import.meta.dirname, "tell-preload.ts");

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
