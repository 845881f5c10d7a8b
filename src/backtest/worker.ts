/** A worker thread of a backtest: takes jobs, answers with what came of them, and says now and then how far it is. */
import { parentPort, workerData } from "node:worker_threads";
import { createDoer, type Job } from "./job.ts";
import type { TestedMarket } from "./tested-market.ts";

const port = parentPort;
if (port === null) throw new Error("Invariant: this file is run as a worker");
const doer = createDoer((workerData as { readonly markets: readonly TestedMarket[] }).markets);

port.on("message", ({ id, job }: { readonly id: number; readonly job: Job }) => {
  const work = doer.do(job);
  let steps = 0;
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) {
      port.postMessage({ id, result: step.value });
      return;
    }
    steps += 1;
    if (steps % 200 === 0) port.postMessage({ id, row: step.value });
  }
});
