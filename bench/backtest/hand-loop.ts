/**
 * The rule written by hand, as fast as we can: two comparisons for a candle that sets nothing off, no object anywhere.
 * It is what speed is compared with, and the oracle of the counts.
 *
 * Levels are whole ticks, money is whole hundredths of (ticks × amount): exact until the fee is taken off in the end.
 */
import type { Candles } from "../../src/prices/candles.ts";
import { TICKS_PER_UNIT } from "./series.ts";
import { AMOUNT, RULE, type BacktestCounts, type BacktestSubject } from "./subject.ts";

const [FIRST, SECOND, THIRD] = RULE.rungs;
const BLOCK = 64;

export function handLoop(): BacktestSubject {
  let series: Candles | null = null;
  let blocks: Blocks | null = null;
  const given = (): Candles => {
    if (series === null) throw new Error("Invariant: a series is given before it is run over");
    return series;
  };
  return {
    name: "hand-written loop",
    prepare: (next) => {
      series = next;
      blocks = null;
    },
    run: () => runOver(given(), null),
    runAgain: () => {
      blocks ??= blocksOf(given());
      return runOver(given(), blocks);
    },
  };
}

/** The extremes of whole blocks of candles. */
interface Blocks {
  readonly highest: Float64Array;
  readonly lowest: Float64Array;
}

function blocksOf({ high, low }: Candles): Blocks {
  const count = Math.floor(high.length / BLOCK);
  const highest = new Float64Array(count);
  const lowest = new Float64Array(count);
  for (let block = 0; block < count; block += 1) {
    let [top, bottom] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let index = block * BLOCK; index < (block + 1) * BLOCK; index += 1) {
      top = Math.max(top, high[index]!);
      bottom = Math.min(bottom, low[index]!);
    }
    highest[block] = top;
    lowest[block] = bottom;
  }
  return { highest, lowest };
}

/** Where candles from `from` on first reach one of two prices; the length of the series where none does. */
function firstCrossing(candles: Candles, from: number, below: number, above: number): number {
  const { high, low } = candles;
  let index = from;
  while (index < high.length && high[index]! < above && low[index]! > below) index += 1;
  return index;
}

/** The same, passing whole blocks that reach neither. */
function firstCrossingByBlocks(candles: Candles, from: number, below: number, above: number, blocks: Blocks): number {
  const { high, low } = candles;
  const { highest, lowest } = blocks;
  let index = from;
  while (index < high.length) {
    if (index % BLOCK === 0) {
      let block = index / BLOCK;
      while (block < highest.length && highest[block]! < above && lowest[block]! > below) block += 1;
      index = block * BLOCK;
    }
    const end = Math.min(index - (index % BLOCK) + BLOCK, high.length);
    while (index < end && high[index]! < above && low[index]! > below) index += 1;
    if (index < end) return index;
  }
  return index;
}

function runOver(candles: Candles, blocks: Blocks | null): BacktestCounts {
  const { open, high, low, close } = candles;
  const count = open.length;
  let [positions, rungExits, stops, profit, turnover] = [0, 0, 0, 0, 0];
  let index = 0;
  while (index < count) {
    const entry = ticksOf(open[index]!);
    const first = share(entry, 100 + FIRST.targetPercent);
    const second = share(entry, 100 + SECOND.targetPercent);
    const third = share(entry, 100 + THIRD.targetPercent);
    const step = Math.ceil((entry * RULE.markStepPerMille) / 1_000);
    let [mark, target, passed, left] = [entry, first, 0, 100];
    let stop = Math.max(share(entry, 100 - RULE.stopPercent), trailing(mark));
    let value = 0;
    for (; left > 0; index += 1) {
      const [below, above] = [stop / TICKS_PER_UNIT, Math.min(target, mark + step) / TICKS_PER_UNIT];
      index =
        blocks === null
          ? firstCrossing(candles, index, below, above)
          : firstCrossingByBlocks(candles, index, below, above, blocks);
      if (index >= count) break;
      const opens = ticksOf(open[index]!);
      const highest = ticksOf(high[index]!);
      // The open is a jump, the way to the high is met tick by tick: twice the same, with and without a gap.
      for (let leg = 0; leg < 2 && left > 0; leg += 1) {
        const at = leg === 0 ? opens : highest;
        if ((leg === 0 ? opens : ticksOf(low[index]!)) <= stop) {
          value += left * Math.min(stop, opens);
          left = 0;
          stops += 1;
          break;
        }
        while (left > 0 && at >= target) {
          const exits = passed === 2 ? left : passed === 0 ? FIRST.exitPercent : SECOND.exitPercent;
          value += exits * (leg === 0 ? opens : target);
          left -= exits;
          rungExits += 1;
          passed += 1;
          stop = Math.max(stop, passed === 1 ? entry : first);
          target = passed === 1 ? second : third;
        }
        if (at >= mark + step) {
          mark = leg === 0 ? opens : at - ((at - mark) % step);
          stop = Math.max(stop, trailing(mark));
        }
      }
      if (left > 0 && ticksOf(close[index]!) <= stop) {
        value += left * stop;
        left = 0;
        stops += 1;
      }
    }
    if (left > 0) {
      rungExits -= passed;
      break;
    }
    positions += 1;
    profit += value - 100 * entry;
    turnover += value + 100 * entry;
  }
  const unit = AMOUNT / TICKS_PER_UNIT / 100;
  return { positions, rungExits, stops, netProfit: (profit - (turnover * RULE.feePercent) / 100) * unit };
}

const ticksOf = (price: number): number => Math.round(price * TICKS_PER_UNIT);

/** So many percent of a level: on it or on the first tick above. */
const share = (level: number, percent: number): number => Math.ceil((level * percent) / 100);

const trailing = (mark: number): number => Math.min(share(mark, 100 - RULE.trailingPercent), mark - 1);
