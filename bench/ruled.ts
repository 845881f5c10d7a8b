/**
 * Prices to 10,000 open positions (quick: 4,000) over 200 markets with **all** rules on, calm and in a storm, beside the naive
 * send in the same run; which rule woke somebody, how often; and what each rule costs, by leaving it out or by itself.
 */
import { epochMs } from "../src/domain/units.ts";
import type { RestoredPosition } from "../src/kernel/kernel.ts";
import { atLeast, figure, ratioFigure, type Figure } from "./figure.ts";
import { busyMs, elapsedMs, spreadOf, type Spread, type Effort } from "./measuring.ts";
import { startNaive } from "./naive.ts";
import { breedOf, EVERY_RULE, TRAILING } from "./breeds.ts";
import { kernelWith, openPopulation, START_MS, type Breed } from "./population.ts";
import { copyOf, startTrading, type Counts } from "./trading.ts";
import { randomWalk } from "./walk.ts";

const EFFORTS = {
  quick: { positions: 4_000, warmUp: 1, rounds: 3, ticks: { calm: 50_000, storm: 5_000 }, naive: 300, told: 2_000 },
  full: { positions: 10_000, warmUp: 3, rounds: 9, ticks: { calm: 100_000, storm: 10_000 }, naive: 500, told: 10_000 },
} as const;

const WEATHERS = [
  { weather: "calm", basisPoints: 1, timesFaster: 50 },
  { weather: "storm", basisPoints: 5, timesFaster: 20 },
] as const;
type Weather = (typeof WEATHERS)[number];

const BREEDS: readonly (readonly [name: string, breed: Breed])[] = [
  ["the ladder only", breedOf({})],
  ["with trailing, the mark in steps of 0.1 %", breedOf(TRAILING)],
  ["with trailing, in steps of 0.5 %", breedOf(TRAILING, 5_000)],
  ["with trailing, at every tick", breedOf(TRAILING, 0)],
  ["with momentum loss", breedOf({ momentumLoss: {} })],
  ["with smart profit", breedOf({ smartProfit: {} })],
  ["with targets that move", breedOf({ movingTargets: {} })],
  ["with all rules", breedOf(EVERY_RULE)],
];

export function ruled(effort: Effort): readonly Figure[] {
  const amounts = EFFORTS[effort];
  const breed = breedOf(EVERY_RULE);
  const { positions } = openPopulation(amounts.positions, breed);
  return [
    ...WEATHERS.flatMap((weather) => against({ weather, breed, positions, effort })),
    ...WEATHERS.flatMap((weather) => costs(weather, effort)),
    ...telling(amounts.told),
  ];
}

/** All rules, beside the naive way, in turns. */
function against(run: {
  readonly weather: Weather;
  readonly breed: Breed;
  readonly positions: readonly RestoredPosition[];
  readonly effort: Effort;
}): readonly Figure[] {
  const { weather, breed, positions, effort } = run;
  const { warmUp, rounds, ticks: counts, naive: naiveCount } = EFFORTS[effort];
  const count = counts[weather.weather];
  const ticks = randomWalk((warmUp + rounds) * count, { basisPoints: weather.basisPoints, seed: weather.weather });
  const trading = startTrading(positions, ticks, breed.plan);
  const naive = startNaive(positions, ticks);
  for (let round = 0; round < warmUp; round += 1) {
    trading.run(count);
    trading.reopen();
    naive(naiveCount);
  }
  const before = copyOf(trading.counts);
  const [rates, naiveRates]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    rates.push((count / busyMs(() => trading.run(count))) * 1_000);
    trading.reopen();
    naiveRates.push((naiveCount / busyMs(() => naive(naiveCount))) * 1_000);
  }
  const name = weather.weather;
  const [rate, naiveRate] = [spreadOf(rates), spreadOf(naiveRates)];
  return [
    figure(`${name}: ${positions.length.toLocaleString("en-US")} positions, all rules on`, "ticks/s", rate),
    figure(`${name}: the same sent to every position of the market (naive)`, "ticks/s", naiveRate),
    ratioFigure(`${name}: kernel : naive`, rate, naiveRate, atLeast(weather.timesFaster)),
    ...shares(name, before, trading.counts, rounds * count),
  ];
}

/** The share of ticks that woke a position, by the rule that spoke first. */
function shares(name: string, before: Counts, after: Counts, taken: number): readonly Figure[] {
  const byRule = [...after.wokenBy].map(([rule, count]): readonly [string, number] => [
    rule,
    (count - (before.wokenBy.get(rule) ?? 0)) / taken,
  ]);
  return [
    figure(`${name}: ticks that woke a position`, "share", (after.woken - before.woken) / taken),
    ...byRule
      .filter(([, share]) => share > 0)
      .toSorted(([, a], [, b]) => b - a)
      .map(([rule, share]) => figure(`${name}: … by ${rule}`, "share", share)),
  ];
}

/** What a rule costs: each breed over the same ticks, in turns. */
function costs(weather: Weather, effort: Effort): readonly Figure[] {
  const { positions: count, warmUp, rounds, ticks: counts } = EFFORTS[effort];
  const taken = counts[weather.weather];
  const ticks = randomWalk((warmUp + rounds) * taken, {
    basisPoints: weather.basisPoints,
    seed: `${weather.weather} costs`,
  });
  const runs = BREEDS.map(([name, breed]) => {
    const trading = startTrading(openPopulation(count, breed).positions, ticks, breed.plan);
    return { name, trading, rates: [] as number[], before: trading.counts };
  });
  for (const run of runs) {
    for (let round = 0; round < warmUp; round += 1) {
      run.trading.run(taken);
      run.trading.reopen();
    }
    run.before = copyOf(run.trading.counts);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { trading, rates } of runs) {
      rates.push((taken / busyMs(() => trading.run(taken))) * 1_000);
      trading.reopen();
    }
  }
  return runs.flatMap(({ name, trading, rates, before }) => [
    figure(`${weather.weather}, ${name}`, "ticks/s", spreadOf(rates)),
    figure(
      `${weather.weather}, ${name}: ticks that woke a position`,
      "share",
      (trading.counts.woken - before.woken) / (rounds * taken),
    ),
  ]);
}

/** A class of one market changes, and so many positions are concerned: how long is the loop held up at a time? */
function telling(count: number): readonly Figure[] {
  const { positions } = openPopulation(count, breedOf(EVERY_RULE));
  const { symbol } = positions[0]!.snapshot.position.market;
  const here = positions.map(({ snapshot, supervision }) => {
    const { position } = snapshot;
    const account = `${position.account} ${position.symbol}`;
    return { snapshot: { ...snapshot, position: { ...position, symbol, account } }, supervision };
  });
  const kernel = kernelWith(here);
  const steps: number[] = [];
  for (const volatility of ["high", "low", "high"] as const) {
    const classes = { long: { volatility }, short: { volatility } };
    steps.length = 0;
    steps.push(elapsedMs(() => kernel.step({ type: "context", symbol, classes, nowMs: START_MS })));
    while (kernel.nextDeadlineMs() <= START_MS)
      steps.push(elapsedMs(() => kernel.step({ type: "deadlines", nowMs: epochMs(START_MS) })));
  }
  const spread: Spread = spreadOf(steps);
  return [
    figure(
      `a class changes for ${count.toLocaleString("en-US")} positions of one market: one step of at most 100`,
      "ms",
      spread,
    ),
    figure(
      "… until all of them know",
      "ms",
      steps.reduce((sum, each) => sum + each, 0),
    ),
  ];
}
