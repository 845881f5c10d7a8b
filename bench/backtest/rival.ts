/** What a rival's child process is given and answers. A rival is loaded from a folder outside of the repository. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { peakMemoryKilobytes } from "./peak-memory.ts";

/** One run over the beginning of the series. */
export interface RivalRun {
  readonly candles: number;
  /** Processor time of its main thread in each round, milliseconds. */
  readonly busyMs: readonly number[];
  readonly positions: number;
  /** Partial exits; null for one that has none. */
  readonly partialExits: number | null;
  readonly stops: number;
}

export interface RivalAnswer extends RivalRun {
  readonly peakKilobytes: number;
}

/** `node SCRIPT FOLDER CANDLES ROUNDS` */
export function rivalArguments() {
  const [folder = ".", candles, rounds] = process.argv.slice(2);
  return {
    requireFrom: createRequire(join(folder, "package.json")),
    candles: Number(candles),
    rounds: Number(rounds),
  };
}

/** On a line of its own, after whatever the rival has printed. */
export function answer(run: RivalRun): void {
  const whole: RivalAnswer = { ...run, peakKilobytes: peakMemoryKilobytes() };
  console.log(`\n${JSON.stringify(whole)}`);
}

export const parseAnswer = (output: string): RivalAnswer =>
  JSON.parse(output.trim().split("\n").at(-1)!) as RivalAnswer;
