/**
 * The positions of the benchmarks: so many over 200 markets, half long and half short, under the default plan, opened
 * and filled through a kernel of their own.
 *
 * They are of different ages: each entered where the price of today is somewhere between its stop and its first rung,
 * so that their boundaries lie as close together as those of a population that has been trading for a while.
 */
import { DEFAULT_PLAN_SETTINGS, makePlan, type PlanSettings } from "../src/domain/make-plan.ts";
import type { Market } from "../src/domain/market.ts";
import type { Opening } from "../src/domain/opening.ts";
import type { Plan } from "../src/domain/plan.ts";
import { isRefused } from "../src/domain/refused.ts";
import type { Side } from "../src/domain/side.ts";
import { decimalText, epochMs, lots, type EpochMs } from "../src/domain/units.ts";
import {
  createKernel,
  type Kernel,
  type KernelSettings,
  type RestoredPosition,
  type Step,
} from "../src/kernel/kernel.ts";
import { seededStream } from "../src/prices/seeded-stream.ts";
import { createVenue } from "./venue.ts";

export const MARKET_COUNT = 200;
export const START_MS = epochMs(1_760_000_000_000);
export const START_PRICE = 1_000;
/** Tick of every market: a tenth of a basis point of the first price. */
const PRICE_TICK = decimalText("0.01");

export const KERNEL_SETTINGS: KernelSettings = {
  limits: { maximumFutureMs: 5_000, maximumAgeMs: 5_000 },
  visibilityLagMs: 60_000,
};

/** Below the first rung (3 %), with room. */
const BEST_MOVE = 0.029;

export const MARKETS: readonly Market[] = Array.from({ length: MARKET_COUNT }, (_, index) => ({
  symbol: `C${index + 1}/USDT:USDT`,
  kind: "derivative",
  linear: true,
  active: true,
  base: `C${index + 1}`,
  quote: "USDT",
  contractSize: decimalText("1"),
  amountStep: decimalText("0.001"),
  priceTick: PRICE_TICK,
  minimumLots: lots(1),
  minimumCost: decimalText("5"),
  maximumLots: null,
  maximumLeverage: 100,
}));

export function planOf(settings: Partial<PlanSettings> = {}): Plan {
  const made = makePlan({ ...DEFAULT_PLAN_SETTINGS, ...settings }, MARKETS[0]);
  if (isRefused(made)) throw new Error(made.message);
  return made.plan;
}

/** The default plan; beyond its stop (−5 %) no position is open. */
export const LADDER_ONLY: Breed = { plan: planOf(), worstMove: -0.048 };

export interface Population {
  readonly positions: readonly RestoredPosition[];
  /** Every step on the way, in order: what a journal has to take. */
  readonly steps: readonly Step[];
}

/** What the positions of a population are opened with, and how far from their entry the price may stand. */
export interface Breed {
  readonly plan: Plan;
  readonly worstMove: number;
}

/** Opens and fills so many positions. */
export function openPopulation(count: number, breed: Breed = LADDER_ONLY): Population {
  const kernel = createKernel(KERNEL_SETTINGS);
  const random = seededStream("bench", "population");
  const steps: Step[] = [];
  const venue = createVenue({ kernel, markets: MARKETS, onStep: (step) => steps.push(step) });
  for (const { symbol } of MARKETS) kernel.price(kernel.market(symbol), START_PRICE, START_MS, START_MS);
  for (let index = 0; index < count; index += 1) {
    const opening = openingOf(index, START_MS, { plan: breed.plan });
    const move = breed.worstMove + random.unit() * (BEST_MOVE - breed.worstMove);
    const entryPrice = START_PRICE / (1 + (opening.side === "long" ? move : -move));
    venue.take(kernel.step({ type: "open", opening, nowMs: START_MS }), entryPrice, START_MS);
  }
  return { positions: restoredOf(kernel), steps };
}

/** One position per account and market; its number decides on all three. */
export const openingOf = (
  index: number,
  atMs: EpochMs,
  { plan, generation = 0 }: { readonly plan: Plan; readonly generation?: number },
): Opening => {
  const market = MARKETS[index % MARKET_COUNT]!;
  const row = Math.floor(index / MARKET_COUNT);
  return {
    id: generation === 0 ? `p${index}` : `p${index}.${generation}`,
    journalId: "bench",
    account: `a${row}`,
    symbol: market.symbol,
    side: sideOf(row),
    leverage: 2,
    market,
    plan,
    lots: lots(10_000),
    warnings: [],
    atMs,
  };
};

const sideOf = (row: number): Side => (row % 2 === 0 ? "long" : "short");

const restoredOf = (kernel: Kernel): readonly RestoredPosition[] =>
  kernel.positions().map(({ snapshot, supervision }) => ({ snapshot, supervision }));

/** A kernel of its own with these positions, at the first price of all markets. */
export function kernelWith(positions: readonly RestoredPosition[]): Kernel {
  const kernel = createKernel(KERNEL_SETTINGS);
  kernel.restore({ positions: positions }, START_MS);
  for (const { symbol } of MARKETS) kernel.price(kernel.market(symbol), START_PRICE, START_MS, START_MS);
  return kernel;
}

/** The same positions again under other ids and accounts, without opening each. */
export const multiplied = (positions: readonly RestoredPosition[], times: number): readonly RestoredPosition[] =>
  Array.from({ length: times }, (_, copy) =>
    positions.map(({ snapshot, supervision }) => {
      const { position } = snapshot;
      const other = { ...position, id: `${position.id}x${copy}`, account: `${position.account}x${copy}` };
      return { snapshot: { ...snapshot, position: other }, supervision };
    }),
  ).flat();
