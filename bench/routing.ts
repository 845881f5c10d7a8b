/**
 * Prices to 10,000 open positions (quick: 4,000) over 200 markets: through the kernel, and beside it the naive way, which sends every
 * price to every position of its market. Same machines, restored from the same rows, same ticks, taken in turns.
 */
import type { RestoredPosition } from "../src/kernel/kernel.ts";
import { atLeast, figure, ratioFigure, type Figure } from "./figure.ts";
import { spreadOf, busyMs, type Effort } from "./measuring.ts";
import { startNaive } from "./naive.ts";
import { openPopulation } from "./population.ts";
import { startTrading } from "./trading.ts";
import { randomWalk } from "./walk.ts";

/** See the README: reached only if a decision costs no more than a few microseconds. The ratio is what is asked for. */
const GOAL_CALM = 5_000_000;

const EFFORTS = {
  quick: { positions: 4_000, rounds: 3, calm: 300_000, naive: 500, storm: 10_000 },
  full: { positions: 10_000, rounds: 5, calm: 1_000_000, naive: 1_500, storm: 100_000 },
} as const;

export function routing(effort: Effort): readonly Figure[] {
  const { positions } = openPopulation(EFFORTS[effort].positions);
  return [...calm(positions, EFFORTS[effort]), ...storm(positions, EFFORTS[effort])];
}

interface Amounts {
  readonly positions: number;
  readonly rounds: number;
  readonly calm: number;
  readonly naive: number;
  readonly storm: number;
}

function calm(positions: readonly RestoredPosition[], amounts: Amounts): readonly Figure[] {
  const ticks = randomWalk((amounts.rounds + 1) * amounts.calm, { basisPoints: 1, seed: "calm" });
  const trading = startTrading(positions, ticks);
  const naive = startNaive(positions, ticks);
  const run = (): void => {
    trading.run(amounts.calm);
    trading.reopen();
  };
  run();
  naive(amounts.naive);
  const before = { ...trading.counts };
  const kernelRates: number[] = [];
  const naiveRates: number[] = [];
  for (let round = 0; round < amounts.rounds; round += 1) {
    kernelRates.push((amounts.calm / busyMs(run)) * 1_000);
    naiveRates.push((amounts.naive / busyMs(() => naive(amounts.naive))) * 1_000);
  }
  const taken = amounts.rounds * amounts.calm;
  const rate = spreadOf(kernelRates);
  const naiveRate = spreadOf(naiveRates);
  return [
    figure(
      `calm ticks, ${amounts.positions.toLocaleString("en-US")} positions, everything they set off included`,
      "ticks/s",
      rate,
      atLeast(GOAL_CALM),
    ),
    figure("the same sent to every position of the market (naive)", "ticks/s", naiveRate),
    ratioFigure("kernel : naive", rate, naiveRate, atLeast(50)),
    figure("calm ticks that made a position decide", "share", (trading.counts.woken - before.woken) / taken),
    figure(
      "calm: steps (decisions and reports written down) per million ticks",
      "count",
      ((trading.counts.steps - before.steps) / taken) * 1e6,
    ),
  ];
}

function storm(positions: readonly RestoredPosition[], amounts: Amounts): readonly Figure[] {
  const ticks = randomWalk((amounts.rounds + 1) * amounts.storm, { basisPoints: 5, seed: "storm" });
  const trading = startTrading(positions, ticks);
  const run = (): void => {
    trading.run(amounts.storm);
    trading.reopen();
  };
  run();
  const before = { ...trading.counts };
  const rates: number[] = [];
  const stepMicroseconds: number[] = [];
  for (let round = 0; round < amounts.rounds; round += 1) {
    const { steps } = trading.counts;
    const tookMs = busyMs(run);
    rates.push((amounts.storm / tookMs) * 1_000);
    stepMicroseconds.push((tookMs * 1_000) / (trading.counts.steps - steps));
  }
  const { exits, closed } = trading.counts;
  const taken = amounts.rounds * amounts.storm;
  return [
    figure("storm ticks (5 bp), exits filled at once, closed positions opened anew", "ticks/s", spreadOf(rates)),
    figure("storm: exits per thousand ticks", "count", ((exits - before.exits) / taken) * 1_000),
    figure(
      "storm: positions closed and opened anew per thousand ticks",
      "count",
      ((closed - before.closed) / taken) * 1_000,
    ),
    figure("storm: one step (a decision or a report), from event to rows", "µs", spreadOf(stepMicroseconds)),
  ];
}
