/**
 * Ticks through a kernel as a driver would bring them: what they set off is filled at once, and deadlines are kept. One
 * tick is one millisecond. A position that has closed is opened anew, so that their number stays: when `reopen` is called,
 * so that what prices set off can be measured without entries, which come from somebody else.
 */
import { epochMs } from "../src/domain/units.ts";
import { NOTHING, type Kernel, type KernelMarket, type RestoredPosition } from "../src/kernel/kernel.ts";
import { kernelWith, LADDER_ONLY, MARKETS, openingOf, START_MS, START_PRICE } from "./population.ts";
import { createVenue } from "./venue.ts";
import type { Ticks } from "./walk.ts";

export interface Trading {
  /** Takes the next ticks of the series. */
  run(count: number): void;
  /** Opens anew what has closed, at the prices of now. */
  reopen(): void;
  readonly counts: Counts;
  readonly kernel: Kernel;
}

export interface Counts {
  /** Ticks that made somebody decide. */
  readonly woken: number;
  /** The same by the rule that decided first. */
  readonly wokenBy: ReadonlyMap<string, number>;
  readonly exits: number;
  readonly closed: number;
  readonly steps: number;
}

/** A count that does not change any more. */
export const copyOf = (counts: Counts): Counts => ({ ...counts, wokenBy: new Map(counts.wokenBy) });

export function startTrading(positions: readonly RestoredPosition[], ticks: Ticks, plan = LADDER_ONLY.plan): Trading {
  const kernel = kernelWith(positions);
  const handles: readonly KernelMarket[] = MARKETS.map(({ symbol }) => kernel.market(symbol));
  const wokenBy = new Map<string, number>();
  const counts = { woken: 0, wokenBy, exits: 0, closed: 0, steps: 0 };
  const closed: number[] = [];
  const venue = createVenue({
    kernel,
    markets: MARKETS,
    onStep(step) {
      counts.steps += 1;
      for (const { facts, position } of step.rows) {
        for (const fact of facts) {
          if (fact.type === "exit") counts.exits += 1;
          if (fact.type === "closed") closed.push(Number.parseInt(position.slice(1), 10));
        }
      }
    },
  });
  let next = 0;

  return {
    kernel,
    counts,
    run(count) {
      const end = Math.min(ticks.length, next + count);
      for (; next < end; next += 1) {
        const price = ticks.prices[next]!;
        const nowMs = START_MS + next;
        const step = kernel.price(handles[ticks.markets[next]!]!, price, nowMs, nowMs);
        if (step !== NOTHING) {
          counts.woken += 1;
          const rule = step.rows[0]?.cause.rule ?? "nobody, after a closer look";
          wokenBy.set(rule, (wokenBy.get(rule) ?? 0) + 1);
          venue.take(step, price, epochMs(nowMs));
        }
        if (kernel.nextDeadlineMs() <= nowMs)
          venue.take(kernel.step({ type: "deadlines", nowMs: epochMs(nowMs) }), price, epochMs(nowMs));
      }
    },
    reopen() {
      const nowMs = epochMs(START_MS + next);
      for (let index = closed.pop(); index !== undefined; index = closed.pop()) {
        counts.closed += 1;
        const opening = openingOf(index, nowMs, { plan, generation: counts.closed });
        const price = kernel.quote(opening.symbol, nowMs)?.value ?? START_PRICE;
        venue.take(kernel.step({ type: "open", opening, nowMs }), price, nowMs);
      }
    },
  };
}
