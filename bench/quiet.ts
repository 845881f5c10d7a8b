/**
 * What a price costs that crosses nothing, and whether that depends on how many positions there are; what it
 * allocates; how much memory an open position takes.
 */
import { getHeapStatistics } from "node:v8";
import { NOTHING, type Kernel, type RestoredPosition } from "../src/kernel/kernel.ts";
import { addPosition, setBand } from "../src/kernel/triggers.ts";
import { atMost, figure, type Figure } from "./figure.ts";
import { busyMs, measured, measuredInTurns, type Spread, type Effort } from "./measuring.ts";
import { kernelWith, MARKETS, multiplied, openPopulation, START_MS, START_PRICE } from "./population.ts";
import { quietTicks, type Ticks } from "./walk.ts";

const EFFORTS = {
  quick: { rounds: 5, ticks: 1_000_000 },
  full: { rounds: 11, ticks: 2_000_000 },
} as const;

/** SPEC R12.5: well under a microsecond, whatever the number of positions. */
const MUST_NS = 100;
/** How much of the cost may come of ten times the positions. */
const MUST_GROW = 2;

export function quiet(effort: Effort): readonly Figure[] {
  const { rounds, ticks } = EFFORTS[effort];
  const thousand = openPopulation(1_000).positions;
  const kernels = [
    kernelWith(thousand),
    kernelWith(multiplied(thousand, 10)),
    effort === "quick" ? triggersOnly(100_000) : kernelWith(multiplied(thousand, 100)),
  ];
  const what = effort === "quick" ? " (triggers only)" : "";
  const [few, usual, many] = measuredInTurns(
    rounds,
    kernels.map((kernel) => tickCost(kernel, ticks)),
  ) as [Spread, Spread, Spread];
  return [
    figure("a price that crosses nothing, 1,000 positions", "ns", few, atMost(MUST_NS)),
    figure("a price that crosses nothing, 10,000 positions", "ns", usual, atMost(MUST_NS)),
    figure(`a price that crosses nothing, 100,000 positions${what}`, "ns", many, atMost(MUST_NS)),
    figure("growth from 10,000 to 100,000 positions", "times", many.median / usual.median, atMost(MUST_GROW)),
  ];
}

/** As many bands, without the positions to which they belong: what the prices see is the same. */
function triggersOnly(count: number): Kernel {
  const kernel = kernelWith([]);
  for (let index = 0; index < count; index += 1) {
    const { triggers } = kernel.market(MARKETS[index % MARKETS.length]!.symbol);
    addPosition(triggers, `p${index}`, { high: START_PRICE, low: START_PRICE });
    setBand(triggers, `p${index}`, START_PRICE * (0.95 + index / 1e8), START_PRICE * (1.03 - index / 1e8));
  }
  return kernel;
}

/** Nanoseconds per tick, the loop that brings it included. */
function tickCost(kernel: Kernel, count: number): (round: number) => number {
  const ticks = quietTicks(count, bandsOf(kernel));
  return (round) => (busyMs(() => bring(kernel, ticks, START_MS + round)) * 1e6) / count;
}

const bandsOf = (kernel: Kernel) => MARKETS.map(({ symbol }) => kernel.market(symbol).triggers);

function bring(kernel: Kernel, ticks: Ticks, nowMs: number, prices: ArrayLike<number> = ticks.prices): void {
  const { length, markets } = ticks;
  const handles = MARKETS.map(({ symbol }) => kernel.market(symbol));
  for (let index = 0; index < length; index += 1) {
    if (kernel.price(handles[markets[index]!]!, prices[index]!, nowMs, nowMs) !== NOTHING) {
      throw new Error("Invariant: a quiet tick wakes nobody");
    }
  }
}

/** As a journal gives it back: sharing nothing with the others, not even its plan and its market. */
const ownCopy = (restored: RestoredPosition): RestoredPosition =>
  JSON.parse(JSON.stringify(restored)) as RestoredPosition;

/**
 * Prices as a parsed message brings them: numbers that exist already. V8 has to make one (16 bytes) of a price that is
 * read from a typed array and handed to a function; that is the benchmark's doing, not the kernel's.
 */
function boxedPrices({ prices }: Ticks): ArrayLike<number> {
  const mixed: unknown[] = [""];
  mixed.length = 0;
  for (const price of prices) mixed.push(price);
  return mixed as number[];
}

const ALLOCATION_TICKS = 1_000_000;

/** Runs with a young generation so large that nothing is collected on the way: what was allocated is what has come. */
export function allocation(): readonly Figure[] {
  const gc = globalThis.gc;
  if (gc === undefined) throw new Error("This section needs node --expose-gc");
  const positions = multiplied(openPopulation(1_000).positions, 10);
  gc();
  const before = getHeapStatistics().used_heap_size + getHeapStatistics().external_memory;
  const kernel = kernelWith(positions.map(ownCopy));
  gc();
  const after = getHeapStatistics().used_heap_size + getHeapStatistics().external_memory;
  const ticks = quietTicks(ALLOCATION_TICKS, bandsOf(kernel));
  const boxed = boxedPrices(ticks);
  const bytes = measured(5, (round) => {
    gc();
    const start = process.memoryUsage().heapUsed;
    bring(kernel, ticks, START_MS + round, boxed);
    return (process.memoryUsage().heapUsed - start) / ALLOCATION_TICKS;
  });
  return [
    figure("allocated by the kernel for a price that crosses nothing", "bytes", bytes, atMost(1)),
    figure(
      "memory of one open position, actor, state and triggers",
      "kB",
      (after - before) / positions.length / 1_000,
      atMost(8),
    ),
  ];
}
