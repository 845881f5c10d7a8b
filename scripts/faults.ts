/**
 * Seeded fault runs over real HTTP and WebSocket, as many as asked for: `npm run faults -- [count] [--from seed] [--at-a-time n]`.
 * Prints what goes wrong as it comes, with the seed that shows it again, and ends with 1 if anything did.
 */
import * as Effect from "effect/Effect";
import { parseArgs } from "node:util";
import { isUnfinished, judgedRun, type FaultRunResult } from "../test/exchange/fault-run.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { from: { type: "string", default: "1" }, "at-a-time": { type: "string", default: "24" } },
});
const count = Number(positionals[0] ?? 10_000);
const from = Number(values.from);
const began = performance.now();
const failed: FaultRunResult[] = [];
let done = 0;
let suspended = 0;
let again = 0;
const struck = new Map<string, number>();

const one = (seed: number) =>
  judgedRun(seed).pipe(
    // A machine that stands still is not the engine's mistake: what was not over in time is lived again.
    Effect.flatMap((result) => {
      if (!isUnfinished(result.wrong)) return Effect.succeed(result);
      again += 1;
      return judgedRun(seed);
    }),
    Effect.map((result) => {
      done += 1;
      if (result.isSuspended) suspended += 1;
      for (const fault of result.faults) struck.set(fault, (struck.get(fault) ?? 0) + 1);
      if (result.wrong.length > 0) {
        failed.push(result);
        console.log(
          `seed ${result.seed} (${result.scenario}): ${result.wrong.join("; ")}\n  faults: ${result.faults.join(", ")}`,
        );
      }
      if (done % 500 === 0) console.log(`${done} of ${count}, ${failed.length} wrong, ${seconds()} s`);
    }),
  );
const seconds = (): string => ((performance.now() - began) / 1_000).toFixed(0);

await Effect.runPromise(
  Effect.forEach(
    Array.from({ length: count }, (_, index) => from + index),
    one,
    {
      concurrency: Number(values["at-a-time"]),
      discard: true,
    },
  ),
);
const strikes = [...struck.values()].reduce((sum, each) => sum + each, 0);
console.log(
  `${done} runs from seed ${from} in ${seconds()} s: ${failed.length} wrong, ${suspended} suspended (delivered twice), ${again} lived again because they were not over in time; ${struck.size} distinct faults, armed ${strikes} times`,
);
process.exit(failed.length === 0 ? 0 : 1);
