/** Made-up ticks in typed arrays: which market, what price. Drawn beforehand, so that drawing is not measured. */
import { seededStream } from "../src/prices/seeded-stream.ts";
import { MARKET_COUNT, START_PRICE } from "./population.ts";

export interface Ticks {
  readonly length: number;
  readonly markets: Uint16Array;
  readonly prices: Float64Array;
}

/** Each tick moves one market, chosen at random, by about so many basis points (standard deviation). */
export function randomWalk(count: number, step: { readonly basisPoints: number; readonly seed: string }): Ticks {
  const random = seededStream("bench", "walk", step.seed);
  const current = new Float64Array(MARKET_COUNT).fill(START_PRICE);
  const markets = new Uint16Array(count);
  const prices = new Float64Array(count);
  const scale = step.basisPoints / 10_000;
  for (let index = 0; index < count; index += 1) {
    const market = Math.floor(random.unit() * MARKET_COUNT);
    current[market] = Math.round(current[market]! * (1 + scale * random.bell()) * 100) / 100;
    markets[index] = market;
    prices[index] = current[market]!;
  }
  return { length: count, markets, prices };
}

/** Ticks that stay strictly inside the given bands, one band for each market: nobody wakes. */
export function quietTicks(count: number, bands: readonly { readonly below: number; readonly above: number }[]): Ticks {
  const random = seededStream("bench", "quiet");
  const markets = new Uint16Array(count);
  const prices = new Float64Array(count);
  for (let index = 0; index < count; index += 1) {
    const market = Math.floor(random.unit() * MARKET_COUNT);
    const { below, above } = bands[market]!;
    markets[index] = market;
    prices[index] = below + (above - below) * (0.01 + 0.98 * random.unit());
  }
  return { length: count, markets, prices };
}
