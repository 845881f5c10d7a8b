/**
 * From a price that crosses a target to the order's bytes leaving: the live engine with its journal on disk, beside the client library
 * alone in the same run. The venue is a process of its own; both are measured at the same point, the head of the request being written.
 */
import { spawn } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Logger from "effect/Logger";
import type * as Scope from "effect/Scope";
import { DEFAULT_PLAN_SETTINGS, makePlan } from "../src/domain/make-plan.ts";
import type { Market } from "../src/domain/market.ts";
import { isRefused } from "../src/domain/refused.ts";
import { decimalText, epochMs } from "../src/domain/units.ts";
import { makeLiveEngine, type LiveEngine } from "../src/engine/live.ts";
import { layer, Venue } from "../src/exchange/ccxt/layer.ts";
import { binanceusdm } from "../src/exchange/ccxt/profiles/binanceusdm.ts";
import { Exchange } from "../src/exchange/exchange.ts";
import type { Journal } from "../src/journal/journal.ts";
import { openSqliteJournal } from "../src/journal/sqlite.ts";
import { marketsOf } from "../src/prices/market-structures.ts";
import { futuresClient } from "../test/exchange/venue/client.ts";
import { connectByWire } from "../test/exchange/venue/connect-by-wire.ts";
import { atMost, figure, type Figure } from "./figure.ts";
import { elapsedMs, quantile, type Effort, type Spread } from "./measuring.ts";

const SYMBOL = "BTC/USDT:USDT";
/** What the bare client trades, so that neither gets into the other's way. */
const BARE_SYMBOL = "ETH/USDT:USDT";
const START_PRICE = 60_000;
/** The default ladder's targets, one tick beyond each. */
const TARGETS = [61_800.1, 63_000.1, 64_800.1];
const WARMING = 10 * TARGETS.length;
/** About as long as the disk rests between two orders here: after a rest it takes longer than in a row. */
const REST_MS = 5;
const EFFORTS = { quick: { positions: 30 }, full: { positions: 100 } } as const;

export async function live(effort: Effort): Promise<readonly Figure[]> {
  const { positions } = EFFORTS[effort];
  const folder = mkdtempSync(join(tmpdir(), "pawl-bench-"));
  const door = await startVenue();
  try {
    const { engine, bare, commits, writes } = await Effect.runPromise(
      Effect.scoped(measuredOn(door, folder, positions)).pipe(Effect.provide(Logger.layer([]))),
    );
    const [ours, theirs] = [spreadOfTimes(engine), spreadOfTimes(bare)];
    const appends = spreadOfTimes(commits).spread;
    return [
      figure("price to bytes: the engine, journal on disk (median)", "ms", ours.spread),
      figure("price to bytes: the engine, 99 of 100 within", "ms", ours.p99),
      figure("price to bytes: the client library alone (median)", "ms", theirs.spread),
      figure("price to bytes: the client library alone, 99 of 100 within", "ms", theirs.p99),
      figure("added by the engine at the median", "ms", ours.spread.median - theirs.spread.median, atMost(1)),
      figure("added by the engine at 99 of 100", "ms", ours.p99 - theirs.p99),
      figure("for scale: of it the journal's commit, the disk's part included (median)", "ms", appends),
      figure("for scale: 4 kB with fdatasync after as long a rest (median)", "ms", spreadOfTimes(writes).spread),
      figure("for scale: orders measured of each", "count", engine.length),
    ];
  } finally {
    door.end();
    rmSync(folder, { recursive: true });
  }
}

interface Door {
  readonly port: number;
  readonly apiKey: string;
  readonly secret: string;
  readonly end: () => void;
}

/** The local venue as a process of its own, so that it takes no time of ours. */
function startVenue(): Promise<Door> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../test/exchange/venue/serve.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the venue has ended with ${code}`)));
    createInterface({ input: child.stdout }).once("line", (line) => {
      resolve({ ...(JSON.parse(line) as Omit<Door, "end">), end: () => void child.kill() });
    });
  });
}

interface Times {
  readonly engine: number[];
  readonly bare: number[];
  /** What the first append after each price took. */
  readonly commits: number[];
  /** What the disk takes for one synchronised write by itself. */
  readonly writes: number[];
}

const measuredOn = (door: Door, folder: string, positions: number): Effect.Effect<Times, unknown, Scope.Scope> =>
  Effect.gen(function* () {
    const heads = yield* Effect.acquireRelease(Effect.sync(watchHeads), (each) => Effect.sync(() => each.end()));
    const { engine, market, lastCommitMs } = yield* startEngine(door, join(folder, "bench.journal"));
    const write = yield* bareWriter(join(folder, "bare"));
    const client = yield* Effect.promise(() => futuresClient(door));
    yield* Effect.promise(() => client.loadMarkets());
    yield* Effect.promise(() => client.createOrder(BARE_SYMBOL, "market", "buy", 1_000, undefined, {}));
    const times: Times = { engine: [], bare: [], commits: [], writes: [] };
    let orders = 0;
    for (let position = 0; position < positions; position += 1) {
      yield* movePrice(door, START_PRICE);
      const id = `p${position}`;
      engine.price(SYMBOL, START_PRICE, Date.now());
      yield* opened(engine, market, id);
      for (const [index, price] of TARGETS.entries()) {
        yield* movePrice(door, price);
        const ours = heads.next();
        const startedAt = performance.now();
        engine.price(SYMBOL, price, Date.now());
        times.engine.push((yield* Effect.promise(() => ours)) - startedAt);
        times.commits.push(lastCommitMs());
        yield* until(() => rungsPassed(engine, id) > index);
        orders += 1;
        // The same by hand: a price comes, an order goes.
        const theirs = heads.next();
        const beganAt = performance.now();
        const placed = client.createOrder(BARE_SYMBOL, "market", "sell", 0.1, undefined, {
          clientOrderId: `bare${orders.toString().padStart(28, "0")}`,
          reduceOnly: true,
        });
        times.bare.push((yield* Effect.promise(() => theirs)) - beganAt);
        yield* Effect.promise(() => placed);
      }
      // The stop takes what the ladder has left.
      yield* movePrice(door, START_PRICE * 0.95);
      engine.price(SYMBOL, START_PRICE * 0.95, Date.now());
      yield* until(() => engine.position(id)?.state === "closed");
      yield* Effect.sleep(REST_MS);
      times.writes.push(elapsedMs(write));
    }
    yield* Effect.promise(() => client.close());
    // The first positions warm both up.
    const [engineMs, bareMs, commitMs] = [times.engine, times.bare, times.commits].map((each) => each.slice(WARMING));
    return { engine: engineMs!, bare: bareMs!, commits: commitMs!, writes: times.writes };
  });

/** One page, appended and synchronised. */
const bareWriter = (path: string): Effect.Effect<() => void, never, Scope.Scope> => {
  const page = Buffer.alloc(4_096, 1);
  return Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => openSync(path, "a")),
      (file) => Effect.sync(() => closeSync(file)),
    ),
    (file) => () => {
      writeSync(file, page);
      fdatasyncSync(file);
    },
  );
};

interface StartedEngine {
  readonly engine: LiveEngine;
  readonly market: Market;
  readonly lastCommitMs: () => number;
}

const startEngine = (door: Door, path: string): Effect.Effect<StartedEngine, unknown, Scope.Scope> =>
  Effect.gen(function* () {
    const services = yield* Layer.build(
      layer({
        profile: binanceusdm,
        credentials: { apiKey: door.apiKey, secret: door.secret },
        mode: "production",
        timeoutMs: 5_000,
        account: "main",
        symbols: [SYMBOL],
        // So many orders in a row are nobody's day: the venue's limit is not what is measured.
        timing: { line: { weight: 1_000_000, windowMs: 60_000 } },
        readMarkets: marketsOf,
        onTrouble: (message) => console.error(message),
        prepare: async (client) => void (await connectByWire(client as Parameters<typeof connectByWire>[0], door)),
      }),
    );
    const journal = yield* Effect.acquireRelease(
      Effect.sync(() => openSqliteJournal({ path, journalId: "bench" })),
      (each) => Effect.sync(() => each.close()),
    );
    let lastMs = 0;
    const timed: Journal = {
      ...journal,
      append(rows, commands) {
        const beganAt = performance.now();
        const released = journal.append(rows, commands);
        lastMs = performance.now() - beganAt;
        return released;
      },
    };
    const engine = yield* Effect.provideService(
      makeLiveEngine({
        journal: timed,
        limits: { maximumFutureMs: 60_000, maximumAgeMs: 60_000 },
        visibilityLagMs: 60_000,
        onRows: () => undefined,
        onAlert: (message) => console.error(message),
      }),
      Exchange,
      Context.get(services, Exchange),
    );
    return { engine, market: Context.get(services, Venue).markets.get(SYMBOL)!, lastCommitMs: () => lastMs };
  });

const opened = (engine: LiveEngine, market: Market, id: string): Effect.Effect<void, unknown> =>
  Effect.gen(function* () {
    const made = makePlan(DEFAULT_PLAN_SETTINGS, market);
    if (isRefused(made)) throw new Error(made.message);
    const request = {
      id,
      account: "main",
      symbol: SYMBOL,
      side: "long" as const,
      amount: decimalText("0.1"),
      atMs: epochMs(Date.now()),
    };
    const answer = yield* engine.open({ request, market, plan: made });
    if (answer !== "opened") throw new Error(answer.message);
    yield* until(
      () => engine.position(id)?.position.intents.every(({ progress }) => progress.kind === "ended") ?? false,
    );
  });

const rungsPassed = (engine: LiveEngine, id: string): number =>
  engine.position(id)!.position.rungs.filter(({ status }) => status !== "armed").length;

const until = (holds: () => boolean): Effect.Effect<void> =>
  Effect.gen(function* () {
    const untilMs = performance.now() + 10_000;
    while (!holds()) {
      if (performance.now() > untilMs) throw new Error("an order has not come to its end within 10 s");
      yield* Effect.sleep(1);
    }
  });

const movePrice = ({ port }: Door, price: number): Effect.Effect<void> =>
  Effect.promise(async () => {
    const body = JSON.stringify({ symbol: "BTCUSDT", value: price.toFixed(1) });
    await (await fetch(`http://127.0.0.1:${port}/__control/price`, { method: "POST", body })).arrayBuffer();
  });

/** When the head of the next order's request is written, as the transport itself announces it. */
function watchHeads(): { readonly next: () => Promise<number>; readonly end: () => void } {
  const waiting: ((atMs: number) => void)[] = [];
  const written = (message: unknown): void => {
    const { method, path } = (message as { readonly request: { readonly method: string; readonly path: string } })
      .request;
    if (method === "POST" && path.endsWith("/order")) waiting.shift()?.(performance.now());
  };
  subscribe("undici:client:sendHeaders", written);
  return {
    next: () => new Promise((resolve) => waiting.push(resolve)),
    end: () => void unsubscribe("undici:client:sendHeaders", written),
  };
}

function spreadOfTimes(times: readonly number[]): { readonly spread: Spread; readonly p99: number } {
  const sorted = times.toSorted((a, b) => a - b);
  return {
    spread: { median: quantile(sorted, 0.5), lowest: sorted[0]!, highest: sorted.at(-1)! },
    p99: quantile(sorted, 0.99),
  };
}
