/**
 * Jobs of a backtest and who does them: as plain data, so that a worker thread can. Whoever does them keeps what was reckoned
 * once for a market (its index, its context) for the next job over the same prices.
 */
import type { EntrySpec } from "./entry-spec.ts";
import { quickRun, type QuickRun } from "./quick-run.ts";
import {
  groundwork,
  runTask,
  type Groundwork,
  type Stoppable,
  type Reckon,
  type TaskResult,
  type TaskTerms,
} from "./run-task.ts";
import { between, type TestedMarket } from "./tested-market.ts";
import type { Window } from "./walk-forward.ts";

/** One plan over one market, for a report. */
export interface ReportJob {
  readonly kind: "report";
  readonly market: number;
  readonly spec: EntrySpec;
  readonly terms: TaskTerms;
}

/** Many plans over one market in a window of time, for their scores: what is open when it ends is closed there. */
export interface ScoreJob {
  readonly kind: "score";
  readonly market: number;
  readonly window: Window;
  readonly specs: readonly EntrySpec[];
  readonly terms: TaskTerms;
}

export type Job = ReportJob | ScoreJob;

export type JobResult =
  | { readonly kind: "report"; readonly result: TaskResult }
  | { readonly kind: "score"; readonly runs: readonly QuickRun[] };

export interface Doer {
  /** Yields the share of the job that is done. Asked to stop, a report holds what was done by then; scores of some plans and not of others are none: null. */
  do(job: Job): Stoppable<JobResult | null>;
}

export function createDoer(markets: readonly TestedMarket[], reckon: Reckon | null): Doer {
  const known = new Map<string, { readonly tested: TestedMarket; readonly ground: Groundwork }>();
  const prepared = (market: number, window: Window | null, terms: Pick<TaskTerms, "context">) => {
    const key = `${market} ${window?.fromMs} ${window?.toMs} ${terms.context === null}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const whole = markets[market]!;
    const tested = window === null ? whole : between(whole, window.fromMs, window.toMs);
    const made = { tested, ground: groundwork(tested, terms.context, reckon) };
    known.set(key, made);
    return made;
  };
  return {
    *do(job) {
      if (job.kind === "report") {
        const { tested, ground } = prepared(job.market, null, job.terms);
        const rows = tested.columns.at.length * (job.terms.hasRange ? 3 : 1);
        const work = runTask(tested, ground, job.spec, job.terms);
        let step = work.next();
        const { index, of } = job.terms.part ?? { index: 0, of: 1 };
        // Rows are those of the market: a part begins where the one before has ended.
        while (step.done !== true) step = work.next(yield Math.min(1, Math.max(0, (step.value / rows) * of - index)));
        return { kind: "report", result: step.value };
      }
      const { tested, ground } = prepared(job.market, job.window, job.terms);
      const runs: QuickRun[] = [];
      for (const spec of job.specs) {
        runs.push(quickRun(tested, ground, withinWindow(spec, job.window), job.terms));
        if ((yield runs.length / job.specs.length) === true && runs.length < job.specs.length) return null;
      }
      return { kind: "score", runs };
    },
  };
}

/** Entries of other times are not those of this window. */
const withinWindow = (spec: EntrySpec, { fromMs, toMs }: Window): EntrySpec =>
  spec.kind === "rule"
    ? spec
    : { ...spec, entries: spec.entries.filter(({ request: { atMs } }) => atMs >= fromMs && atMs < toMs) };
