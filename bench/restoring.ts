/**
 * A restart with 10,000 open positions in a journal on disk: from the start of a fresh process to the first price
 * that is taken. The journal holds four rows of each position; only the last ones are read.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteJournal } from "../src/journal/sqlite.ts";
import { atMost, figure, type Figure } from "./figure.ts";
import { spreadOf, type Effort } from "./measuring.ts";
import { openPopulation } from "./population.ts";
import type { Restart } from "./restart.ts";

const ROWS_PER_COMMIT = 500;

const EFFORTS = {
  quick: { rounds: 2, positions: 2_000, requirement: null },
  full: { rounds: 5, positions: 10_000, requirement: atMost(1_000) },
} as const;

export function restoring(effort: Effort): readonly Figure[] {
  const { rounds, positions, requirement } = EFFORTS[effort];
  const folder = mkdtempSync(join(tmpdir(), "pawl-bench-"));
  try {
    const path = join(folder, "bench.journal");
    writeJournal(path, positions);
    const restarts = Array.from({ length: rounds }, () => restart(path));
    const spread = (of: (each: Restart) => number) => spreadOf(restarts.map(of));
    return [
      figure(
        `restart with ${positions.toLocaleString("en-US")} positions: process start to first price`,
        "ms",
        spread(({ readyMs }) => readyMs),
        requirement,
      ),
      figure(
        "of it: Node and imports",
        "ms",
        spread(({ importedMs }) => importedMs),
      ),
      figure(
        "of it: open the journal",
        "ms",
        spread(({ openMs }) => openMs),
      ),
      figure(
        "of it: read and check the last rows",
        "ms",
        spread(({ readMs }) => readMs),
      ),
      figure(
        "of it: actors and triggers",
        "ms",
        spread(({ restoreMs }) => restoreMs),
      ),
      figure("for scale: size of the journal", "kB", statSync(path).size / 1_000),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeJournal(path: string, positions: number): void {
  const rows = openPopulation(positions).steps.flatMap((step) => step.rows);
  const journal = openSqliteJournal({ path, journalId: "bench" });
  for (let index = 0; index < rows.length; index += ROWS_PER_COMMIT) {
    journal.append(rows.slice(index, index + ROWS_PER_COMMIT), null);
  }
  journal.close();
}

function restart(path: string): Restart {
  const child = spawnSync(process.execPath, [join(import.meta.dirname, "restart.ts"), path], { encoding: "utf8" });
  if (child.status !== 0) throw new Error(`The restart has failed: ${child.stderr}`);
  return JSON.parse(child.stdout) as Restart;
}
