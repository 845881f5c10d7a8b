/**
 * A backtest beside what people would use instead: one market, one position at a time, a year of one-minute candles in
 * memory. The loop written by hand says what this machine can do and which decisions are right.
 */
import { atLeast, figure, ratioFigure, type Figure } from "../figure.ts";
import { busyMs, measuredInTurns, type Effort } from "../measuring.ts";
import { files } from "./files.ts";
import { handLoop } from "./hand-loop.ts";
import { PRODUCT } from "./product.ts";
import { rivals, type RivalResults } from "./rivals.ts";
import { backtestSeries, YEAR_OF_MINUTES } from "./series.ts";
import { agree, type BacktestCounts, type BacktestSubject } from "./subject.ts";

const ROUNDS = { quick: 3, full: 7 } as const;
/** The clock of processor time may be as coarse as 4 ms: a round is so many runs that it does not matter. */
const ROUND_MS = 200;
const MOST_RUNS = 1_000;

const MUST = 10_000_000;
const TIMES_FASTEST_RIVAL = 7;

export async function backtest(effort: Effort): Promise<readonly Figure[]> {
  const results = rivals(effort);
  return [...subjectFigures(effort, results), ...results.figures, ...(await files(effort))];
}

function subjectFigures(effort: Effort, { fastest }: RivalResults): readonly Figure[] {
  const series = backtestSeries(YEAR_OF_MINUTES);
  const hand = handLoop();
  const product = PRODUCT.subject?.() ?? null;
  const subjects = product === null ? [hand] : [hand, product];
  for (const subject of subjects) subject.prepare(series);
  const [handFirst, productFirst] = rates(subjects, "run", effort);
  const [handAgain, productAgain] = rates(subjects, "runAgain", effort);
  const ours =
    product === null || productFirst === undefined || productAgain === undefined
      ? []
      : [
          figure(`${product.name}, one core (aim 50 million)`, "candles/s", productFirst, atLeast(MUST)),
          figure("a further run over the same series (aim 300 million)", "candles/s", productAgain),
          figure("the same decisions as by hand, in both (1 is yes)", "count", agreement(hand, product), atLeast(1)),
          ratioFigure("product : loop by hand (aim 0.2)", productFirst, handFirst!),
          ...(fastest === null
            ? []
            : [ratioFigure("product : fastest rival", productFirst, fastest, atLeast(TIMES_FASTEST_RIVAL))]),
        ];
  return [
    ...ours,
    figure(`loop by hand: ${toldOf(hand.run())}`, "candles/s", handFirst!),
    figure("loop by hand: a further run, passing blocks of 64", "candles/s", handAgain!),
    ...(fastest === null ? [] : [ratioFigure("loop by hand : fastest rival", handFirst!, fastest)]),
  ];
}

/** Candles a second of each, in turns. */
function rates(subjects: readonly BacktestSubject[], mode: "run" | "runAgain", effort: Effort) {
  return measuredInTurns(
    ROUNDS[effort],
    subjects.map((subject) => {
      const runs = runsForARound(subject, mode);
      return () => {
        const milliseconds = busyMs(() => {
          for (let run = 0; run < runs; run += 1) subject[mode]();
        });
        return (runs * YEAR_OF_MINUTES * 1_000) / milliseconds;
      };
    }),
  );
}

function runsForARound(subject: BacktestSubject, mode: "run" | "runAgain"): number {
  let runs = 0;
  const startedAt = performance.now();
  while (runs < MOST_RUNS && performance.now() - startedAt < ROUND_MS) {
    subject[mode]();
    runs += 1;
  }
  return runs;
}

function agreement(hand: BacktestSubject, product: BacktestSubject): number {
  const runs = [hand.run(), hand.runAgain(), product.run(), product.runAgain()] as const;
  if (runs.every((counts) => agree(counts, runs[0]))) return 1;
  console.error(`By hand: ${toldOf(runs[0])}; ${product.name}: ${toldOf(runs[2])}, again: ${toldOf(runs[3])}`);
  return 0;
}

const toldOf = ({ positions, rungExits, stops, netProfit }: BacktestCounts): string =>
  `${positions} positions, ${rungExits} rungs, ${stops} stops, net ${netProfit.toFixed(2)}`;
