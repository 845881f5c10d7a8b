/**
 * The series that every contestant reads: one-minute candles of a geometric random walk of eight steps a minute, on a
 * grid of a tenth. The same count gives the same prices on every machine; a shorter series is the beginning of a longer one.
 */
import type { Candles } from "../../src/prices/candles.ts";
import { seededStream } from "../../src/prices/seeded-stream.ts";

export const MINUTE_MS = 60_000;
export const YEAR_OF_MINUTES = 525_600;

/** Ticks for one unit of the quote currency: the grid is 0.1. */
export const TICKS_PER_UNIT = 10;

/** A whole minute. */
const START_MS = Date.UTC(2026, 0, 1);

const SEED = 42;
const START_PRICE = 50_000;
const MINUTE_DEVIATION = 0.0008;
const STEPS_PER_MINUTE = 8;

/** The first step leads from the close before to the open, so that candles have gaps between them. */
export function backtestSeries(count: number): Candles {
  const random = seededStream("bench", "backtest", SEED);
  const columns = Array.from({ length: 5 }, () => new Float64Array(count));
  const [at, open, high, low, close] = columns as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const deviation = MINUTE_DEVIATION / Math.sqrt(STEPS_PER_MINUTE);
  let price = START_PRICE;
  for (let index = 0; index < count; index += 1) {
    price *= 1 + deviation * random.bell();
    at[index] = START_MS + index * MINUTE_MS;
    open[index] = onGrid(price);
    let [highest, lowest] = [price, price];
    for (let step = 1; step < STEPS_PER_MINUTE; step += 1) {
      price *= 1 + deviation * random.bell();
      if (price > highest) highest = price;
      if (price < lowest) lowest = price;
    }
    high[index] = onGrid(highest);
    low[index] = onGrid(lowest);
    close[index] = onGrid(price);
  }
  return { at, open, high, low, close, volume: null };
}

/** The float64 nearest to the decimal, so that levels on the grid compare equal to it. */
const onGrid = (price: number): number => Math.round(price * TICKS_PER_UNIT) / TICKS_PER_UNIT;
