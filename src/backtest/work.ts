/**
 * Many jobs done, by this thread or by several: in the order in which they are given, with a look at the world between them.
 *
 * Promises: the results are the same whoever does them; asked to stop, it hands back what is done. Memory of prices is shared
 * between threads, not copied.
 */
import { Worker } from "node:worker_threads";
import { createDoer, type Job, type JobResult } from "./job.ts";
import { columnsWith } from "./price-columns.ts";
import type { TestedMarket } from "./tested-market.ts";

export interface Work {
  readonly markets: readonly TestedMarket[];
  readonly jobs: readonly Job[];
  /** 1: this thread alone. */
  readonly threads: number;
  /** Called between steps: false ends the work. `done` counts jobs, parts of one included. */
  readonly goesOn: (done: number) => Promise<boolean>;
}

/** Null for what was not done when somebody asked to stop. */
export async function doJobs(work: Work): Promise<readonly (JobResult | null)[]> {
  return work.threads > 1 && work.jobs.length > 1 ? byWorkers(work) : here(work);
}

/** So long between two looks at the world outside. */
const SLICE_MS = 30;

async function here({ markets, jobs, goesOn }: Work): Promise<readonly (JobResult | null)[]> {
  const isLookedAt = jobs.some(({ terms }) => terms.context !== null);
  const doer = createDoer(markets, isLookedAt ? (await import("./known-context.ts")).knownContext : null);
  const results: (JobResult | null)[] = jobs.map(() => null);
  for (const [at, job] of jobs.entries()) {
    const work = doer.do(job);
    let looked = process.hrtime();
    for (let step = work.next(); ; step = work.next()) {
      if (step.done === true) {
        results[at] = step.value;
        break;
      }
      const [seconds, nanos] = process.hrtime(looked);
      if (seconds * 1_000 + nanos / 1e6 < SLICE_MS) continue;
      looked = process.hrtime();
      if (await goesOn(at + step.value)) continue;
      const last = work.next(true);
      if (last.done === true) results[at] = last.value;
      return results;
    }
    if (!(await goesOn(at + 1))) return results;
  }
  return results;
}

interface Answer {
  readonly id: number;
  /** Null where it was stopped before anything could be told. */
  readonly result: JobResult | null;
}

async function byWorkers({ markets, jobs, threads, goesOn }: Work): Promise<readonly (JobResult | null)[]> {
  const results: (JobResult | null)[] = jobs.map(() => null);
  const shared = markets.map(inSharedMemory);
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const shares = new Float64Array(new SharedArrayBuffer(8 * Math.min(threads, jobs.length)));
  const workers = Array.from(
    { length: Math.min(threads, jobs.length) },
    (_, place) =>
      new Worker(new URL("./worker.ts", import.meta.url), { workerData: { markets: shared, stop, shares, place } }),
  );
  let next = 0;
  let done = 0;
  const hand = (worker: Worker): void => {
    if (next >= jobs.length || Atomics.load(stop, 0) === 1) return;
    worker.postMessage({ id: next, job: jobs[next] });
    next += 1;
  };
  try {
    const finished = new Promise<void>((resolve, reject) => {
      for (const worker of workers) {
        worker.on("error", reject);
        worker.on("message", ({ id, result }: Answer) => {
          results[id] = result;
          done += 1;
          if (done === (Atomics.load(stop, 0) === 0 ? jobs.length : next)) resolve();
          else hand(worker);
        });
        hand(worker);
      }
    });
    const ended = finished.then(() => true);
    while (!(await Promise.race([ended, pause()]))) {
      if (await goesOn(Math.min(jobs.length, done + shares.reduce((sum, share) => sum + share, 0)))) continue;
      // What is in hand ends at its next position.
      Atomics.store(stop, 0, 1);
      if (done < next) await finished;
      break;
    }
    return results;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

const pause = (): Promise<false> => new Promise((resolve) => setTimeout(resolve, SLICE_MS, false));

function inSharedMemory(tested: TestedMarket): TestedMarket {
  const shared = (column: Float64Array): Float64Array => {
    const copy = new Float64Array(new SharedArrayBuffer(column.byteLength));
    copy.set(column);
    return copy;
  };
  const { columns } = tested;
  const lengths = columns.lengths === undefined ? undefined : shared(columns.lengths);
  const ridden = columnsWith({ ...columns, lengths }, (name) => shared(columns[name]));
  // Both are the same where nothing finer has taken its place: so they stay.
  return { ...tested, columns: ridden, seen: tested.seen === columns ? ridden : tested.seen };
}
