/**
 * Many random fault runs as a test: seeds that follow from FC_SEED, twelve at a time. They are in two files, so that both cores of
 * a small machine have something to do.
 */
import * as Effect from "effect/Effect";
import { expect } from "vitest";
import { isUnfinished, judgedRun, type FaultRunResult } from "./fault-run.ts";

const FIRST_SEED = Number(process.env["FC_SEED"] ?? "1");
const AT_A_TIME = 12;

export async function expectRandomFaultsHarmless(which: {
  readonly from: number;
  readonly count: number;
}): Promise<void> {
  const seeds = Array.from({ length: which.count }, (_, index) => FIRST_SEED + which.from + index);
  const first = await Effect.runPromise(Effect.forEach(seeds, judgedRun, { concurrency: AT_A_TIME }));
  const again = first.filter(({ wrong }) => isUnfinished(wrong)).map(({ seed }) => seed);
  // A few at most: more would not be the machine.
  expect(again.length).toBeLessThanOrEqual(which.count / 25);
  const second = await Effect.runPromise(Effect.forEach(again, judgedRun));
  const results = [...first.filter(({ wrong }) => !isUnfinished(wrong)), ...second];
  expect(results.filter(({ wrong }) => wrong.length > 0).map(saying)).toEqual([]);
  expect(new Set(results.flatMap(({ faults }) => faults)).size).toBeGreaterThan(100);
}

const saying = ({ seed, scenario, wrong, faults }: FaultRunResult): string =>
  `npm run faults -- 1 --from ${seed} (${scenario}): ${wrong.join("; ")} [${faults.join(", ")}]`;
