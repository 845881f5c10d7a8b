/**
 * What a price costs that crosses nothing, and whether that depends on how many positions there are; what it
 * allocates; how much memory an open position takes.
 */
import { getHeapStatistics } from "node:v8";
import { NOTHING, type Kernel } from "../src/kernel/kernel.ts";
import { atMost, figure, type Figure } from "./figure.ts";
import { measured, timedMs, type Spread } from "./measuring.ts";
import { kernelWith, MARKETS, multiplied, openPopulation, START_MS } from "./population.ts";
import type { Effort } from "./section.ts";
import { quietTicks, type Ticks } from "./walk.ts";

const EFFORTS = {
  quick: { rounds: 5, ticks: 2_000_000, largest: 10 },
  full: { rounds: 15, ticks: 5_000_000, largest: 10 },
} as const;

/** SPEC R12.5: well under a microsecond, whatever the number of positions. */
const MUST_NS = 250;
/** How much of the cost may come of ten times the positions. */
const MUST_GROW = 2;

export function quiet(effort: Effort): readonly Figure[] {
  const { rounds, ticks, largest } = EFFORTS[effort];
  const tenThousand = openPopulation(10_000).positions;
  const costOf = (kernel: Kernel): Spread => tickCost(kernel, rounds, ticks);
  const few = costOf(kernelWith(tenThousand.slice(0, 1_000)));
  const usual = costOf(kernelWith(tenThousand));
  const many = costOf(kernelWith(multiplied(tenThousand, largest)));
  return [
    figure("a price that crosses nothing, 1,000 positions", "ns", few, atMost(MUST_NS)),
    figure("a price that crosses nothing, 10,000 positions", "ns", usual, atMost(MUST_NS)),
    figure("a price that crosses nothing, 100,000 positions", "ns", many, atMost(MUST_NS)),
    figure("growth from 10,000 to 100,000 positions", "times", many.median / usual.median, atMost(MUST_GROW)),
  ];
}

/** Nanoseconds per tick, the loop that brings it included. */
function tickCost(kernel: Kernel, rounds: number, count: number): Spread {
  const ticks = quietTicks(count, bandsOf(kernel));
  return measured(rounds, (round) => (timedMs(() => bring(kernel, ticks, START_MS + round)) * 1e6) / count);
}

const bandsOf = (kernel: Kernel) => MARKETS.map(({ symbol }) => kernel.market(symbol).triggers);

function bring(kernel: Kernel, { length, markets, prices }: Ticks, nowMs: number): void {
  const handles = MARKETS.map(({ symbol }) => kernel.market(symbol));
  for (let index = 0; index < length; index += 1) {
    if (kernel.price(handles[markets[index]!]!, prices[index]!, nowMs, nowMs) !== NOTHING) {
      throw new Error("Invariant: a quiet tick wakes nobody");
    }
  }
}

const ALLOCATION_TICKS = 4_000_000;

/** Runs with a young generation so large that nothing is collected on the way: what was allocated is what has come. */
export function allocation(): readonly Figure[] {
  const gc = globalThis.gc;
  if (gc === undefined) throw new Error("This section needs node --expose-gc");
  const { positions } = openPopulation(10_000);
  gc();
  const before = getHeapStatistics().used_heap_size + getHeapStatistics().external_memory;
  const kernel = kernelWith(structuredClone(positions));
  gc();
  const after = getHeapStatistics().used_heap_size + getHeapStatistics().external_memory;
  const ticks = quietTicks(ALLOCATION_TICKS, bandsOf(kernel));
  const bytes = measured(5, (round) => {
    gc();
    const start = process.memoryUsage().heapUsed;
    bring(kernel, ticks, START_MS + round);
    return (process.memoryUsage().heapUsed - start) / ALLOCATION_TICKS;
  });
  return [
    figure("allocated by a price that crosses nothing", "bytes", bytes, atMost(1)),
    figure("memory of one open position, actor, state and triggers", "kB", (after - before) / positions.length / 1_000, atMost(8)),
  ];
}
