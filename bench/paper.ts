/**
 * Ticks to 10,000 open positions (quick: 4,000) over 200 markets in fifty accounts (quick: twenty), everything that they set
 * off included: rows into a journal in memory, orders to the paper exchange, its reports back.
 */
import { atLeast, figure, type Figure, type Requirement } from "./figure.ts";
import { busyMs, spreadOf, type Effort } from "./measuring.ts";
import { startPaperTrading } from "./paper-trading.ts";
import { openPopulation } from "./population.ts";
import { breedOf, EVERY_RULE, TRAILING } from "./breeds.ts";
import { randomWalk } from "./walk.ts";

const EFFORTS = {
  quick: { positions: 4_000, rounds: 3, ticks: { calm: 200_000, storm: 10_000 } },
  full: { positions: 10_000, rounds: 5, ticks: { calm: 500_000, storm: 20_000 } },
} as const;

const WEATHERS = [
  { weather: "calm", basisPoints: 1, must: 5_000_000 },
  { weather: "storm", basisPoints: 5, must: 300_000 },
] as const;

const PLANS = [
  { name: "ladder and trailing stop", breed: breedOf(TRAILING), isAsked: true },
  { name: "ladder alone", breed: breedOf({}), isAsked: false },
  { name: "the same, the mark in steps of 0.5 %", breed: breedOf(TRAILING, 5_000), isAsked: false },
  { name: "all rules on", breed: breedOf(EVERY_RULE), isAsked: false },
] as const;

export function paper(effort: Effort): readonly Figure[] {
  return WEATHERS.flatMap(({ weather, basisPoints, must }) =>
    PLANS.flatMap(({ name, breed, isAsked }) =>
      taken({ weather, basisPoints, effort, name, breed, must: isAsked ? atLeast(must) : null }),
    ),
  );
}

function taken(run: {
  readonly weather: "calm" | "storm";
  readonly basisPoints: number;
  readonly effort: Effort;
  readonly name: string;
  readonly breed: ReturnType<typeof breedOf>;
  readonly must: Requirement | null;
}): readonly Figure[] {
  const { weather, basisPoints, breed } = run;
  const { positions, rounds, ticks: amounts } = EFFORTS[run.effort];
  const count = amounts[weather];
  const ticks = randomWalk((rounds + 2) * count, { basisPoints, seed: weather });
  const trading = startPaperTrading(openPopulation(positions, breed), ticks, breed.plan);
  const seen = { exits: 0, rows: 0 };
  const round = (): number => {
    const before = { ...trading.counts };
    const tookMs = busyMs(() => trading.run(count));
    seen.exits += trading.counts.exits - before.exits;
    seen.rows += trading.counts.rows - before.rows;
    trading.reopen();
    return tookMs;
  };
  round();
  round();
  Object.assign(seen, { exits: 0, rows: 0 });
  const took = Array.from({ length: rounds }, round);
  const per1000 = (of: "exits" | "rows"): number => (seen[of] / (rounds * count)) * 1_000;
  const name = `${weather}, ${run.name}`;
  return [
    figure(
      `${name}: ${positions.toLocaleString("en-US")} positions`,
      "ticks/s",
      spreadOf(took.map((ms) => (count / ms) * 1_000)),
      run.must,
    ),
    figure(`${name}: exits per thousand ticks`, "count", per1000("exits")),
    figure(`${name}: rows per thousand ticks`, "count", per1000("rows")),
    figure(`${name}: one row, everything included`, "µs", (took.reduce((sum, ms) => sum + ms, 0) * 1_000) / seen.rows),
  ];
}
