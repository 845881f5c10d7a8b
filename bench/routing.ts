/**
 * Prices to 10,000 open positions (quick: 4,000) over 200 markets: through the kernel, and beside it the naive way, which sends every
 * price to every position of its market. Same machines, restored from the same rows, same ticks, taken in turns.
 *
 * The naive way is spared everything but the sending: it keeps no excursions, takes no rows, answers no order.
 */
import { createActor } from "xstate";
import type { PositionActor } from "../machines/position-logic.ts";
import { createPositionMachine } from "../machines/position.ts";
import { supervisorMachine } from "../machines/supervisor.ts";
import { admitPrice, freshQuote, openGate } from "../src/domain/price-gate.ts";
import { epochMs } from "../src/domain/units.ts";
import type { RestoredPosition } from "../src/kernel/kernel.ts";
import { atLeast, figure, ratioFigure, type Figure } from "./figure.ts";
import { spreadOf, busyMs } from "./measuring.ts";
import { KERNEL_SETTINGS, MARKETS, openPopulation, START_MS } from "./population.ts";
import type { Effort } from "./section.ts";
import { startTrading } from "./trading.ts";
import { randomWalk, type Ticks } from "./walk.ts";

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
  trading.run(amounts.calm);
  naive(amounts.naive);
  const before = { ...trading.counts };
  const kernelRates: number[] = [];
  const naiveRates: number[] = [];
  for (let round = 0; round < amounts.rounds; round += 1) {
    kernelRates.push((amounts.calm / busyMs(() => trading.run(amounts.calm))) * 1_000);
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
  trading.run(amounts.storm);
  const before = { ...trading.counts };
  const rates: number[] = [];
  const stepMicroseconds: number[] = [];
  for (let round = 0; round < amounts.rounds; round += 1) {
    const { steps } = trading.counts;
    const tookMs = busyMs(() => trading.run(amounts.storm));
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

/** Every price as an event to every position of its market. */
function startNaive(positions: readonly RestoredPosition[], ticks: Ticks): (count: number) => void {
  const places = MARKETS.map(({ symbol }) => ({ gate: openGate(), actors: actorsOf(symbol, positions) }));
  let next = 0;
  return (count) => {
    const end = Math.min(ticks.length, next + count);
    for (; next < end; next += 1) {
      const { gate, actors } = places[ticks.markets[next]!]!;
      const nowMs = epochMs(START_MS + next);
      if (admitPrice(gate, ticks.prices[next]!, nowMs, nowMs, KERNEL_SETTINGS.limits) !== null) continue;
      const quote = freshQuote(gate, nowMs, KERNEL_SETTINGS.limits);
      if (quote === null) continue;
      for (const actor of actors) actor.send({ type: "PRICE", atMs: nowMs, quote });
    }
  };
}

function actorsOf(symbol: string, positions: readonly RestoredPosition[]): readonly PositionActor[] {
  const here = positions.filter(({ snapshot }) => snapshot.position.symbol === symbol);
  const supervisor = createActor(supervisorMachine).start();
  supervisor.send({
    type: "RESTORE",
    positions: here.map(({ snapshot }) => ({ machine: MACHINE, snapshot })),
  });
  const children = supervisor.getSnapshot().children as Record<string, PositionActor | undefined>;
  return here.map(({ snapshot }) => children[snapshot.position.id]!);
}

const MACHINE = createPositionMachine(3);
