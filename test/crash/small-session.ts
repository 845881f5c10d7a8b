/**
 * A session that is small enough to be killed at each of its commits: two markets, every kind of end, orders that take
 * long and fill in slices. It is played in memory, in lives: each ends where the caller says, the next begins on what
 * is left of journal and ledger.
 */
import { startSession, type SessionInput } from "../../src/cli/session.ts";
import { parseEntries } from "../../src/config/entries.ts";
import { DEFAULT_CONTEXT_SETTINGS, type ContextSettings } from "../../src/domain/context-settings.ts";
import { makePlan } from "../../src/domain/make-plan.ts";
import type { Market } from "../../src/domain/market.ts";
import { decimalText, lots } from "../../src/domain/units.ts";
import type { EntryToJudge } from "../../src/engine/judge-entry.ts";
import { memoryPaperLedger, type PaperLedger } from "../../src/exchange/paper/ledger.ts";
import { parsePaperSettings } from "../../src/exchange/paper/settings.ts";
import { createMemoryStore, openMemoryJournal, type MemoryStore } from "../../src/journal/memory.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { candleFeed } from "../../src/prices/candle-path.ts";
import type { PriceFeed } from "../../src/prices/price-feed.ts";

const MINUTE_MS = 60_000;
const START_MS = 1_700_000_000_000;

const CONTRACTS: Market = {
  symbol: "AAA/USDT:USDT",
  kind: "derivative",
  linear: true,
  active: true,
  base: "AAA",
  quote: "USDT",
  contractSize: decimalText("1"),
  amountStep: decimalText("0.001"),
  priceTick: decimalText("0.01"),
  minimumLots: lots(1_000),
  minimumCost: null,
  maximumLots: null,
  maximumLeverage: 50,
};

const COINS: Market = {
  ...CONTRACTS,
  symbol: "BBB/USDT",
  kind: "spot",
  base: "BBB",
  minimumLots: lots(10),
  maximumLeverage: null,
};

/** The price at every sixth minute, minute candles between them. */
const WAYS: readonly (readonly [Market, readonly number[]])[] = [
  [CONTRACTS, [100, 103.6, 105.4, 108.9, 104, 98, 101.5, 96, 93.5, 97.2, 92, 99, 99.5]],
  [COINS, [50, 51.6, 50.9, 52.7, 51.2, 49.4, 47.1, 50.3, 52.9, 54.6, 53, 51, 51.5]],
];

const at = (minutes: number): number => START_MS + minutes * MINUTE_MS;
const LEG_MINUTES = 6;
const [AAA, BBB] = [CONTRACTS.symbol, COINS.symbol];

const WITH_LADDERS = [
  { at: at(0), id: "all-rungs", symbol: AAA, side: "long", amount: "20", leverage: 2 },
  { at: at(1), id: "spot", symbol: BBB, side: "long", amount: "40" },
  { at: at(2), id: "refused", symbol: BBB, side: "long", amount: "40" },
  { at: at(25), id: "stopped", symbol: AAA, side: "long", amount: "5", leverage: 1, stop: { fraction: "0.02" } },
  { at: at(34), id: "raised", symbol: AAA, side: "short", amount: "1.714", leverage: 3 },
  { at: at(43), id: "spot-again", symbol: BBB, side: "long", amount: "0.5" },
  { at: at(55), id: "emergency", symbol: AAA, side: "long", amount: "3", leverage: 10 },
  { at: at(65), id: "to-the-end", symbol: AAA, side: "long", amount: "2", leverage: 1, stop: { fraction: "0.2" } },
];

/** Every rule that can be set decides something; targets move with the market and with time. */
const WITH_RULES = [
  { at: at(0), id: "early", symbol: AAA, side: "long", amount: "20", leverage: 2, plan: "guarded" },
  { at: at(1), id: "moving", symbol: BBB, side: "long", amount: "40", plan: moving("3m") },
  {
    at: at(13),
    id: "given-back",
    symbol: AAA,
    side: "long",
    amount: "9",
    leverage: 5,
    plan: { preset: "guarded", smartProfit: false, trailing: false },
  },
  {
    at: at(25),
    id: "trailing",
    symbol: AAA,
    side: "short",
    amount: "5",
    plan: { preset: "adaptive", trailing: { activation: { rung: 1 } } },
  },
  { at: at(37), id: "held", symbol: AAA, side: "short", amount: "7", plan: { maxHoldingTime: { afterMs: 260_000 } } },
  { at: at(40), id: "moving-again", symbol: BBB, side: "long", amount: "30", plan: moving("2m") },
  { at: at(44), id: "timed", symbol: AAA, side: "long", amount: "7", plan: { exitAtTime: { at: at(50) + 30_000 } } },
  { at: at(56), id: "to-the-end", symbol: AAA, side: "long", amount: "2", plan: moving("5m") },
];

/** Targets and trailing stop that follow market and time, over minutes in place of hours. */
function moving(each: string) {
  const minutes = Number.parseInt(each);
  return {
    preset: "adaptive",
    movingTargets: {
      time: [1, 2, 3].map((times) => ({ afterMs: times * minutes * MINUTE_MS, factor: 1 - times / 10 })),
    },
  };
}

/** Classes of these minutes, which change often. */
const CONTEXT: ContextSettings = {
  ...DEFAULT_CONTEXT_SETTINGS,
  timeframeMs: MINUTE_MS,
  periods: { atr: 3, atrAverage: 6, adx: 3, rsi: 4, change: 4, swing: 2 },
};

const SETTINGS = parsePaperSettings({
  seed: "crash",
  slippage: "0.0003",
  latencyMs: { minimum: 300, maximum: 9_000 },
  partialFills: { probability: 0.5, maximumSlices: 3, gapMs: 4_000 },
  expireRestProbability: 0.3,
});

function feedOf(market: Market, way: readonly number[]): PriceFeed {
  const minutes = (way.length - 1) * LEG_MINUTES;
  const priceAt = (minute: number): number => {
    const [from, to] = [
      way[Math.floor(minute / LEG_MINUTES)]!,
      way[Math.floor(minute / LEG_MINUTES) + 1] ?? way.at(-1)!,
    ];
    // A little wave, so that candles have two extremes.
    return (
      Math.round((from + ((to - from) * (minute % LEG_MINUTES)) / LEG_MINUTES + Math.sin(minute) * 0.05) * 100) / 100
    );
  };
  const column = (value: (open: number, close: number) => number): Float64Array =>
    Float64Array.from({ length: minutes }, (_, minute) => value(priceAt(minute), priceAt(minute + 1)));
  const candles = {
    at: Float64Array.from({ length: minutes }, (_, minute) => at(minute)),
    open: column((open) => open),
    high: column((open, close) => Math.round((Math.max(open, close) + 0.03) * 100) / 100),
    low: column((open, close) => Math.round((Math.min(open, close) - 0.02) * 100) / 100),
    close: column((_, close) => close),
    volume: null,
  };
  return candleFeed({ symbol: market.symbol, candles, timeframeMs: MINUTE_MS });
}

const FEEDS = WAYS.map(([market, way]) => feedOf(market, way));
const MARKETS = WAYS.map(([market]) => market);

/** What is opened, and whether the market is looked at. */
export interface SmallSession {
  readonly entries: readonly EntryToJudge[];
  readonly context: SessionInput["context"];
}

const judged = (entries: readonly object[]): readonly EntryToJudge[] =>
  parseEntries("entries", entries.map((entry) => JSON.stringify(entry)).join("\n")).entries.map(
    ({ request, settings }) => {
      const market = MARKETS.find(({ symbol }) => symbol === request.symbol);
      return { request, market, plan: makePlan(settings, market) };
    },
  );

export const LADDERS: SmallSession = { entries: judged(WITH_LADDERS), context: null };
export const ALL_RULES: SmallSession = { entries: judged(WITH_RULES), context: { settings: CONTEXT, isAsked: true } };

/** What survives a kill. */
export interface Remains {
  readonly store: MemoryStore;
  readonly ledger: PaperLedger;
}

export const newRemains = (): Remains => ({ store: createMemoryStore("crash"), ledger: memoryPaperLedger() });

/** The remains as they are now; what is made of the copy does not touch the original. */
export function copyOf({ store, ledger }: Remains): Remains {
  const copy = memoryPaperLedger();
  copy.append(ledger.records());
  return { store: { ...store, records: [...store.records], latest: new Map(store.latest) }, ledger: copy };
}

/**
 * Lives until the end of the prices (true), or until `survives` says no (false). It is asked after every commit of
 * journal or ledger, before anything else is done: between two commits nothing lasting happens, so these are all the
 * moments at which a kill makes a difference.
 */
export function live(remains: Remains, survives: (commit: number) => boolean, session = LADDERS): boolean {
  let commits = 0;
  let isDead = false;
  const commit = <T>(written: T): T => {
    commits += 1;
    isDead = !survives(commits);
    if (isDead) throw new Error("killed");
    return written;
  };
  const opened = openMemoryJournal({ store: remains.store });
  const journal: Journal = { ...opened, append: (rows, release) => commit(opened.append(rows, release)) };
  const ledger: PaperLedger = { ...remains.ledger, append: (records) => commit(remains.ledger.append(records)) };
  const input: SessionInput = {
    journal,
    ledger,
    feeds: FEEDS,
    markets: MARKETS,
    ...session,
    settings: SETTINGS,
    onRows: () => {},
  };
  try {
    const { replay } = startSession(input);
    while (replay.advance(10_000));
    return true;
  } catch (error) {
    if (isDead) return false;
    throw error;
  }
}
