/**
 * Many random fault runs as a test: seeds that follow from FC_SEED, twelve at a time. They are in two files, so that both cores of
 * a small machine have something to do.
 */
import * as Effect from "effect/Effect";
import { expect } from "vitest";
import { isUnfinished, judgedRun, type FaultRunResult } from "./fault-run.ts";
import { livedOut } from "./lived-out.ts";

const FIRST_SEED = Number(process.env["FC_SEED"] ?? "1");

export async function expectRandomFaultsHarmless(which: {
  readonly from: number;
  readonly count: number;
}): Promise<void> {
  const seeds = Array.from({ length: which.count }, (_, index) => FIRST_SEED + which.from + index);
  const { results, again } = await Effect.runPromise(livedOut(seeds, judgedRun, ({ wrong }) => isUnfinished(wrong)));
  // A few at most: more would not be the machine.
  expect(again).toBeLessThanOrEqual(which.count / 10);
  expect(results.filter(({ wrong }) => wrong.length > 0).map(saying)).toEqual([]);
  expect(new Set(results.flatMap(({ faults }) => faults)).size).toBeGreaterThan(100);
}

const saying = ({ seed, scenario, wrong, faults }: FaultRunResult): string =>
  `npm run faults -- 1 --from ${seed} (${scenario}): ${wrong.join("; ")} [${faults.join(", ")}]`;
