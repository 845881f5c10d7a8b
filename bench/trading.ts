/**
 * Ticks through a kernel as a driver would bring them: what they set off is filled at once, deadlines are kept, and
 * a position that has closed is opened anew, so that their number stays. One tick is one millisecond.
 */
import { epochMs, type EpochMs } from "../src/domain/units.ts";
import { NOTHING, type Kernel, type KernelMarket, type RestoredPosition, type Step } from "../src/kernel/kernel.ts";
import { kernelWith, MARKETS, openingOf, START_MS } from "./population.ts";
import { createVenue } from "./venue.ts";
import type { Ticks } from "./walk.ts";

export interface Trading {
  /** Takes the next ticks of the series. */
  run(count: number): void;
  readonly counts: { readonly woken: number; readonly exits: number; readonly closed: number; readonly steps: number };
  readonly kernel: Kernel;
}

export function startTrading(positions: readonly RestoredPosition[], ticks: Ticks): Trading {
  const kernel = kernelWith(positions);
  const handles: readonly KernelMarket[] = MARKETS.map(({ symbol }) => kernel.market(symbol));
  const counts = { woken: 0, exits: 0, closed: 0, steps: 0 };
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

  function answer(step: Step, price: number, nowMs: EpochMs): void {
    venue.take(step, price, nowMs);
    for (let index = closed.pop(); index !== undefined; index = closed.pop()) {
      counts.closed += 1;
      const opening = openingOf(index, nowMs, counts.closed);
      venue.take(kernel.step({ type: "open", opening, nowMs }), price, nowMs);
    }
  }

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
          answer(step, price, epochMs(nowMs));
        }
        if (kernel.nextDeadlineMs() <= nowMs)
          answer(kernel.step({ type: "deadlines", nowMs: epochMs(nowMs) }), price, epochMs(nowMs));
      }
    },
  };
}
