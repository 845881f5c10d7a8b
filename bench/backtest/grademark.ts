/**
 * grademark 0.3.0 by the nearest rule that it can express: `node grademark.ts FOLDER CANDLES ROUNDS`.
 *
 * It has one exit for a position: no rungs, so the stop never moves to the entry, and the one target is the last. It
 * trails the close, enters at the open of the candle after the one that it decides in, takes no fees, and judges the
 * stop before the target but never in the candle of the entry.
 */
import type { Candles } from "../../src/prices/candles.ts";
import { busyMs } from "../measuring.ts";
import { answer, rivalArguments } from "./rival.ts";
import { backtestSeries } from "./series.ts";
import { RULE } from "./subject.ts";

interface Bar {
  readonly time: Date;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

interface Grademark {
  readonly backtest: (strategy: object, bars: unknown) => readonly { readonly exitReason: string }[];
}

interface DataForge {
  readonly DataFrame: new (bars: readonly Bar[]) => unknown;
}

const { requireFrom, candles, rounds } = rivalArguments();
const { backtest } = requireFrom("grademark") as Grademark;
const { DataFrame } = requireFrom("data-forge") as DataForge;

const frame = new DataFrame(barsOf(backtestSeries(candles)));
const target = RULE.rungs.at(-1)!.targetPercent / 100;
const strategy = {
  entryRule: (enter: (options: { direction: "long" }) => void) => enter({ direction: "long" }),
  stopLoss: ({ entryPrice }: { entryPrice: number }) => (entryPrice * RULE.stopPercent) / 100,
  trailingStopLoss: ({ bar }: { bar: Bar }) => (bar.close * RULE.trailingPercent) / 100,
  profitTarget: ({ entryPrice }: { entryPrice: number }) => entryPrice * target,
};

let trades = backtest(strategy, frame);
const times = Array.from({ length: rounds }, () =>
  busyMs(() => {
    trades = backtest(strategy, frame);
  }),
);
answer({
  candles,
  busyMs: times,
  positions: trades.filter(({ exitReason }) => exitReason !== "finalize").length,
  partialExits: null,
  stops: trades.filter(({ exitReason }) => exitReason === "stop-loss").length,
});

function barsOf({ at, open, high, low, close }: Candles): readonly Bar[] {
  return Array.from(at, (time, index) => ({
    time: new Date(time),
    open: open[index]!,
    high: high[index]!,
    low: low[index]!,
    close: close[index]!,
    volume: 0,
  }));
}
