/** A year of candles from a file to the report on the screen, and memory where the file is read as a stream. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atMost, figure, ratioFigure, type Figure, type Requirement } from "../figure.ts";
import { spreadOf, type Effort } from "../measuring.ts";
import { runCommand, writeCsv, type CommandLine, type CommandRun } from "./command-line.ts";
import { PRODUCT } from "./product.ts";
import { YEAR_OF_MINUTES } from "./series.ts";

/** Flat with four times the candles: what is left is the collector's mood. Small files are too small to tell. */
const EFFORTS = {
  quick: { rounds: 2, short: 100_000, long: 400_000, flat: null },
  full: { rounds: 5, short: 500_000, long: 2_000_000, flat: atMost(1.25) },
} as const;

const REPORT_MUST = atMost(1_000);

/** For scale: what Node takes for a file of which it makes nothing, as a whole and as a stream. */
const READ_WHOLE: CommandLine = (path) => ["-e", "require('fs').readFileSync(process.argv[1])", path];
const READ_STREAM: CommandLine = (path) => ["-e", "require('fs').createReadStream(process.argv[1]).resume()", path];

export async function files(effort: Effort): Promise<readonly Figure[]> {
  const { rounds, short, long, flat } = EFFORTS[effort];
  const folder = mkdtempSync(join(tmpdir(), "pawl-bench-"));
  try {
    const written = async (candles: number): Promise<Sized> => {
      const path = join(folder, `${candles}.csv`);
      await writeCsv(path, candles);
      return { path, candles };
    };
    const { path: year } = await written(YEAR_OF_MINUTES);
    const sizes = [await written(short), await written(long)] as const;
    const { report, streaming } = PRODUCT;
    const megabytes = (statSync(year).size / 1_048_576).toFixed(0);
    return [
      ...(report === null ? [] : await timeFigures("a year from CSV to report", REPORT_MUST, report, year, rounds)),
      ...(await timeFigures(`for scale: Node reads that file (${megabytes} MB)`, null, READ_WHOLE, year, rounds)),
      ...(streaming === null ? [] : await memoryFigures("streaming", flat, streaming, sizes, rounds)),
      ...(await memoryFigures("for scale: a stream into nothing", null, READ_STREAM, sizes, rounds)),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function timeFigures(
  name: string,
  requirement: Requirement | null,
  command: CommandLine,
  path: string,
  rounds: number,
): Promise<readonly Figure[]> {
  // Not counted: it brings the file and the program into the memory of the system.
  await runCommand(command, path);
  const runs = await repeated(command, path, rounds);
  return [
    figure(`${name}, process start to end`, "ms", spreadOf(runs.map(({ elapsedMs }) => elapsedMs)), requirement),
    figure("of it: processor time of all threads", "ms", spreadOf(runs.map(({ busyMs }) => busyMs))),
  ];
}

interface Sized {
  readonly path: string;
  readonly candles: number;
}

async function memoryFigures(
  name: string,
  requirement: Requirement | null,
  command: CommandLine,
  sizes: readonly [Sized, Sized],
  rounds: number,
): Promise<readonly Figure[]> {
  const peakOf = async ({ path }: Sized) =>
    spreadOf((await repeated(command, path, rounds)).map(({ peakKilobytes }) => peakKilobytes / 1_024));
  const [few, many] = [await peakOf(sizes[0]), await peakOf(sizes[1])];
  const named = ({ candles }: Sized) => `${name}: peak memory with ${candles.toLocaleString("en-US")} candles`;
  return [
    figure(named(sizes[0]), "MB", few),
    figure(named(sizes[1]), "MB", many),
    ratioFigure(`${name}: the one to the other`, many, few, requirement),
  ];
}

async function repeated(command: CommandLine, path: string, rounds: number): Promise<readonly CommandRun[]> {
  const runs: CommandRun[] = [];
  for (let round = 0; round < rounds; round += 1) runs.push(await runCommand(command, path));
  return runs;
}
