/** A worker thread of a backtest: takes jobs and answers with what came of them; told to stop, with what is done of the one in hand. */
import { parentPort, workerData } from "node:worker_threads";
import { knownContext } from "./known-context.ts";
import { createDoer, type Job } from "./job.ts";
import type { TestedMarket } from "./tested-market.ts";

const port = parentPort;
if (port === null) throw new Error("Invariant: this file is run as a worker");
const { markets, stop, shares, place } = workerData as {
  readonly markets: readonly TestedMarket[];
  /** 1: end what is in hand. */
  readonly stop: Int32Array;
  /** How far each worker is with the job in hand; this one writes at its place. */
  readonly shares: Float64Array;
  readonly place: number;
};
const doer = createDoer(markets, knownContext);

port.on("message", ({ id, job }: { readonly id: number; readonly job: Job }) => {
  const work = doer.do(job);
  let step = work.next();
  while (step.done !== true) {
    shares[place] = step.value;
    step = work.next(Atomics.load(stop, 0) === 1 ? true : undefined);
  }
  shares[place] = 0;
  port.postMessage({ id, result: step.value });
});
