/**
 * One gap hits 10,000 open positions at once (quick: 2,000): the price of every market jumps through the stops of half its
 * positions, and back through those of the others. The live engine over the paper exchange; its journal on disk, with full
 * synchronisation, the exchange's ledger in memory. By the clock, with the longest pause of the event loop.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Layer from "effect/Layer";
import * as Scope from "effect/Scope";
import type { OrderRequest } from "../src/domain/intent.ts";
import type { Row } from "../src/domain/row.ts";
import { makeLiveEngine, type LiveEngine } from "../src/engine/live.ts";
import { Exchange } from "../src/exchange/exchange.ts";
import { layer as paperLayer, PaperVenue } from "../src/exchange/paper/layer.ts";
import { memoryPaperLedger, type PaperLedger } from "../src/exchange/paper/ledger.ts";
import { openPaperExchange } from "../src/exchange/paper/paper.ts";
import { parsePaperSettings } from "../src/exchange/paper/settings.ts";
import type { Journalled } from "../src/journal/journal.ts";
import { openSqliteJournal } from "../src/journal/sqlite.ts";
import { breedOf, TRAILING } from "./breeds.ts";
import { atMost, figure, type Figure, type Requirement } from "./figure.ts";
import { spreadOf, type Effort } from "./measuring.ts";
import { MARKETS, openPopulation, START_MS, START_PRICE, type Population } from "./population.ts";

const EFFORTS = {
  quick: { rounds: 2, positions: 2_000, durable: null, pause: null },
  full: { rounds: 5, positions: 10_000, durable: atMost(1_000), pause: atMost(100) },
} as const;

const SETTINGS = parsePaperSettings({ seed: "bench" });

export async function gap(effort: Effort): Promise<readonly Figure[]> {
  const { rounds, positions, durable, pause } = EFFORTS[effort];
  const population = openPopulation(positions, breedOf(TRAILING));
  const taken = new Map<Bring, Gap[]>([
    [oneByOne, []],
    [allAtOnce, []],
  ]);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [bring, gaps] of taken) {
      const one = await onFreshFiles((folder) => takeGap(folder, population, bring));
      if (round > 0) gaps.push(one);
    }
  }
  const spread = (bring: Bring, of: (each: Gap) => number) => spreadOf(taken.get(bring)!.map(of));
  const figuresOf = (bring: Bring, name: string, must: Requirement | null): readonly Figure[] => [
    figure(
      `${name}: all decided and durable`,
      "ms",
      spread(bring, ({ durableMs }) => durableMs),
      must,
    ),
    figure(
      "… of it processor time",
      "ms",
      spread(bring, ({ busyMs }) => busyMs),
    ),
    figure(
      "… all filled, closed and durable",
      "ms",
      spread(bring, ({ closedMs }) => closedMs),
    ),
    figure(
      "… the longest pause of the event loop",
      "ms",
      spread(bring, ({ pauseMs }) => pauseMs),
      pause,
    ),
    figure(
      "… the same by processor time",
      "ms",
      spread(bring, ({ busyPauseMs }) => busyPauseMs),
    ),
  ];
  const count = positions.toLocaleString("en-US");
  return [
    ...figuresOf(allAtOnce, `a gap through the stops of ${count} positions, all prices in one turn`, durable),
    ...figuresOf(oneByOne, "the same, each price a turn of its own", null),
  ];
}

interface Gap {
  readonly durableMs: number;
  /** Of it, processor time of the thread. */
  readonly busyMs: number;
  readonly closedMs: number;
  /** The longest pause of the event loop, and the longest by processor time. */
  readonly pauseMs: number;
  readonly busyPauseMs: number;
  readonly rows: number;
}

async function takeGap(folder: string, population: Population, bring: Bring): Promise<Gap> {
  const count = population.positions.length;
  let before = process.threadCpuUsage();
  const [closing, closed] = [new Set<string>(), new Set<string>()];
  let [rows, durableAtMs, busyMs, closedAtMs] = [0, 0, 0, 0];
  const { live, venue, stop } = await startEngine(folder, population, (durable) => {
    rows += durable.length;
    for (const { position, snapshot } of durable) {
      if (snapshot?.position.closing !== null) closing.add(position);
      if (snapshot?.position.outcome !== null) closed.add(position);
    }
    if (durableAtMs === 0 && closing.size === count) {
      durableAtMs = performance.now();
      busyMs = busyOf(process.threadCpuUsage(before));
    }
    if (closedAtMs === 0 && closed.size === count) closedAtMs = performance.now();
  });
  const price = (symbol: string, value: number): void => {
    if (live.price(symbol, value, Date.now())) venue.price(symbol, value, Date.now());
  };
  for (const { symbol } of MARKETS) price(symbol, START_PRICE);
  const pauses = watchPauses();
  before = process.threadCpuUsage();
  const startedAtMs = performance.now();
  const prices = [0.9, 1.1].flatMap((times) =>
    MARKETS.map(
      ({ symbol }) =>
        () =>
          price(symbol, START_PRICE * times),
    ),
  );
  await bring(prices);
  while (closed.size < count) await turn();
  const longest = pauses();
  await stop();
  return { durableMs: durableAtMs - startedAtMs, busyMs, closedMs: closedAtMs - startedAtMs, ...longest, rows };
}

const busyOf = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1_000;

type Bring = (prices: readonly (() => void)[]) => Promise<void>;

/** Each price is a message of its own. */
const oneByOne: Bring = async (prices) => {
  for (const price of prices) {
    price();
    await turn();
  }
};

/** One message holds them all. */
const allAtOnce: Bring = async (prices) => {
  for (const price of prices) price();
};

const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

/** Until it is called: the longest time in which no other turn of the event loop came, by the clock and of the processor. */
function watchPauses(): () => Pick<Gap, "pauseMs" | "busyPauseMs"> {
  let [pauseMs, busyPauseMs, lastMs] = [0, 0, performance.now()];
  let last = process.threadCpuUsage();
  const note = (): void => {
    pauseMs = Math.max(pauseMs, performance.now() - lastMs);
    busyPauseMs = Math.max(busyPauseMs, busyOf(process.threadCpuUsage(last)));
    lastMs = performance.now();
    last = process.threadCpuUsage();
  };
  let isOver = false;
  const watch = (): void => {
    note();
    if (!isOver) setImmediate(watch);
  };
  setImmediate(watch);
  return () => {
    note();
    isOver = true;
    return { pauseMs, busyPauseMs };
  };
}

/** The engine on a journal and an exchange that hold the population. */
async function startEngine(folder: string, population: Population, onRows: (rows: readonly Row[]) => void) {
  const journal = openSqliteJournal({ path: join(folder, "bench.journal"), journalId: "bench" });
  const rows = population.steps.flatMap((step) => step.rows);
  for (let at = 0; at < rows.length; at += 500) journal.append(rows.slice(at, at + 500), null);
  const scope = Scope.makeUnsafe();
  const build = Effect.gen(function* () {
    const openLedger = (): PaperLedger => ledgerHolding(population);
    const services = yield* Layer.build(paperLayer({ markets: MARKETS, settings: SETTINGS, openLedger }));
    const exchange = Context.get(services, Exchange);
    const live: LiveEngine = yield* Effect.provideService(
      makeLiveEngine({
        journal,
        limits: { maximumFutureMs: 5_000, maximumAgeMs: 5_000 },
        visibilityLagMs: 60_000,
        onRows,
        onAlert: (message) => process.stderr.write(`${message}\n`),
      }),
      Exchange,
      exchange,
    );
    return { live, venue: Context.get(services, PaperVenue) };
  });
  const started = await Effect.runPromise(Effect.provideService(build, Scope.Scope, scope));
  const stop = async (): Promise<void> => {
    await Effect.runPromise(Scope.close(scope, Exit.void));
    journal.close();
  };
  return { ...started, stop };
}

/** Each entry was received and filled. */
function ledgerHolding(population: Population): PaperLedger {
  const ledger = memoryPaperLedger();
  const paper = openPaperExchange({ markets: MARKETS, settings: SETTINGS, ledger });
  for (const { symbol } of MARKETS) paper.price(symbol, START_PRICE, START_MS);
  for (const { commands } of population.steps) {
    for (const command of commands) {
      if (command.kind !== "placeOrder") continue;
      paper.place(command.order as Journalled<OrderRequest>, START_MS);
      paper.due(START_MS);
    }
  }
  return ledger;
}

async function onFreshFiles<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "pawl-bench-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
