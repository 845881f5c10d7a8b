/**
 * Rows made durable: real steps of real positions into a journal on disk, one commit for each beside group commit
 * through the engine's commit loop, and a bare write with fsync as the limit that the disk sets.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import { makeCommitLoop } from "../src/engine/commit-loop.ts";
import type { Journal } from "../src/journal/journal.ts";
import { GENESIS, recordOf, type Head } from "../src/journal/record.ts";
import { openSqliteJournal } from "../src/journal/sqlite.ts";
import type { Step } from "../src/kernel/kernel.ts";
import { atLeast, atMost, figure, ratioFigure, type Figure } from "./figure.ts";
import { busyMs, elapsedMs, measured, quantile, spreadOf, type Effort } from "./measuring.ts";
import { openPopulation } from "./population.ts";

const EFFORTS = {
  quick: { rounds: 3, positions: 200 },
  full: { rounds: 5, positions: 500 },
} as const;

/** How many wait for a commit at the same time: as many positions hit at once, or as many bots. */
const PRODUCERS = 64;

export async function durable(effort: Effort): Promise<readonly Figure[]> {
  const { rounds, positions } = EFFORTS[effort];
  const { steps } = openPopulation(positions);
  const singleRates: number[] = [];
  const groupRates: number[] = [];
  const commits: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const single = await withJournal((journal) => Promise.resolve(oneByOne(journal, steps)));
    const groupMs = await withJournal((journal) => inGroups(journal, steps));
    if (round === 0) continue;
    singleRates.push((steps.length / sum(single)) * 1_000);
    groupRates.push((steps.length / groupMs) * 1_000);
    commits.push(...single);
  }
  const sorted = commits.toSorted((a, b) => a - b);
  const rowBytes = JSON.stringify(steps.flatMap(({ rows }) => rows)).length / steps.length;
  const rows = steps.flatMap((step) => step.rows);
  const written = measured(
    rounds,
    () => (rows.length / busyMs(() => void rows.reduce((head: Head, row) => recordOf(head, row), GENESIS))) * 1_000,
  );
  const bare = spreadOf(bareWrites(200));
  const single = spreadOf(singleRates);
  const group = spreadOf(groupRates);
  return [
    figure(`durable decisions, group commit (${PRODUCERS} waiting)`, "decisions/s", group, atLeast(10_000)),
    figure("durable decisions, one commit for each", "decisions/s", single),
    ratioFigure("group commit : one by one", group, single, atLeast(2)),
    figure("one commit of one decision: median", "ms", quantile(sorted, 0.5), atMost(1)),
    figure("one commit of one decision: 99 of 100 within", "ms", quantile(sorted, 0.99)),
    figure("for scale: the same without the disk (text, checks and hash)", "decisions/s", written),
    figure("for scale: 4 kB appended to a file, with fdatasync", "ms", bare),
    figure("for scale: size of one row as text", "kB", rowBytes / 1_000),
  ];
}

function oneByOne(journal: Journal, steps: readonly Step[]): readonly number[] {
  return steps.map((step) => elapsedMs(() => journal.append(step.rows, step.commands)));
}

/** Producers take the next step in turn and wait for it, as the parts of a live engine do. */
async function inGroups(journal: Journal, steps: readonly Step[]): Promise<number> {
  const loop = makeCommitLoop({
    journal,
    onDurable: () => {},
    onFailure: (error) => {
      throw error;
    },
  });
  let next = 0;
  const producer = Effect.gen(function* () {
    for (let step = steps[next]; step !== undefined; step = steps[next]) {
      next += 1;
      yield* loop.submit(step);
    }
  });
  const all = Effect.gen(function* () {
    const committing = yield* Effect.forkChild(loop.run);
    yield* Effect.all(
      Array.from({ length: PRODUCERS }, () => producer),
      { concurrency: "unbounded", discard: true },
    );
    yield* Fiber.interrupt(committing);
  });
  const startedAt = performance.now();
  await Effect.runPromise(all);
  return performance.now() - startedAt;
}

async function withJournal<T>(use: (journal: Journal) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "pawl-bench-"));
  try {
    const journal = openSqliteJournal({ path: join(folder, "bench.journal"), journalId: "bench" });
    try {
      return await use(journal);
    } finally {
      journal.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function bareWrites(count: number): readonly number[] {
  const folder = mkdtempSync(join(tmpdir(), "pawl-bench-"));
  const file = openSync(join(folder, "bare"), "a");
  const page = Buffer.alloc(4_096, 1);
  try {
    return Array.from({ length: count }, () =>
      elapsedMs(() => {
        writeSync(file, page);
        fdatasyncSync(file);
      }),
    );
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

const TMPFS = 0x01021994;

/** A folder in memory makes every commit free: figures of it say nothing. */
export const isInMemory = (): boolean => statfsSync(tmpdir()).type === TMPFS;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
