/**
 * A replay as `pawl paper` runs it: made-up one-minute candles, the paper exchange, a memory journal, and positions
 * open all the time (one more every twelve hours, each in an account of its own, under the default plan).
 */
import type { EntryToJudge } from "../src/engine/judge-entry.ts";
import { createReplay } from "../src/engine/replay.ts";
import { memoryPaperLedger } from "../src/exchange/paper/ledger.ts";
import { openPaperExchange } from "../src/exchange/paper/paper.ts";
import { parsePaperSettings } from "../src/exchange/paper/settings.ts";
import { DEFAULT_PLAN_SETTINGS, makePlan } from "../src/domain/make-plan.ts";
import { decimalText, epochMs } from "../src/domain/units.ts";
import { openMemoryJournal } from "../src/journal/memory.ts";
import { candleFeed } from "../src/prices/candle-path.ts";
import { syntheticCandles, syntheticMarkets } from "../src/prices/synthetic.ts";
import { atLeast, figure, type Figure } from "./figure.ts";
import { measured, spreadOf, busyMs, type Effort } from "./measuring.ts";
import { START_MS } from "./population.ts";

const MINUTE_MS = 60_000;
const ENTRY_EVERY_MS = 12 * 60 * MINUTE_MS;

const EFFORTS = {
  quick: { rounds: 2, candles: 43_200 },
  full: { rounds: 3, candles: 262_800 },
} as const;

export function replaying(effort: Effort): readonly Figure[] {
  const { rounds, candles: count } = EFFORTS[effort];
  const { market, startPrice } = syntheticMarkets()[1]!;
  const series = { seed: "bench", market, startPrice, startAtMs: START_MS, timeframeMs: MINUTE_MS, count };
  const feed = candleFeed({ symbol: market.symbol, candles: syntheticCandles(series), timeframeMs: MINUTE_MS });
  const plan = makePlan(DEFAULT_PLAN_SETTINGS, market);
  const entries = Array.from(
    { length: Math.floor((count * MINUTE_MS) / ENTRY_EVERY_MS) },
    (_, index): EntryToJudge => ({
      request: {
        id: `p${index}`,
        account: `a${index}`,
        symbol: market.symbol,
        side: index % 2 === 0 ? "long" : "short",
        amount: decimalText("1"),
        leverage: 2,
        atMs: epochMs(START_MS + index * ENTRY_EVERY_MS),
      },
      market,
      plan,
    }),
  );
  let rows = 0;
  let exits = 0;
  const run = (asked: readonly EntryToJudge[]): number => {
    rows = 0;
    exits = 0;
    const exchange = openPaperExchange({
      markets: [market],
      settings: parsePaperSettings({ seed: "bench" }),
      ledger: memoryPaperLedger(),
    });
    const replay = createReplay({
      journal: openMemoryJournal({ journalId: "bench" }),
      exchange,
      feed,
      markets: [market],
      entries: asked,
      visibilityLagMs: MINUTE_MS,
      onRows: (durable) => {
        rows += durable.length;
        for (const { facts } of durable) exits += facts.filter(({ type }) => type === "exit").length;
      },
    });
    return (
      (count /
        busyMs(() => {
          while (replay.advance(10_000));
        })) *
      1_000
    );
  };
  const idle = measured(rounds, () => run([]));
  const held = measured(rounds, () => run(entries));
  const reading = spreadOf(Array.from({ length: rounds }, () => (count / busyMs(() => drain(feed.events()))) * 1_000));
  return [
    figure(
      `replay with positions always open (${entries.length} positions, ${exits} exits, ${rows} rows)`,
      "candles/s",
      held,
      atLeast(REPLAY_MUST),
    ),
    figure("the same without a position", "candles/s", idle),
    figure("for scale: only reading the candles as a path", "candles/s", reading),
    figure("a year of one-minute candles, positions always open", "ms", (525_600 / held.median) * 1_000),
  ];
}

/** A year of one-minute candles within a second. */
const REPLAY_MUST = 525_600;

function drain(events: Iterable<unknown>): void {
  let count = 0;
  for (const _ of events) count += 1;
  if (count === 0) throw new Error("Invariant: candles are events");
}
