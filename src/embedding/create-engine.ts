/**
 * The engine for plain TypeScript: what a Node service embeds (R13.1).
 *
 * Promises: no global state, so two engines in one process do not see each other; what a caller is told is durable;
 * wrong input comes back as a refusal with field, value and limit. Adapters are chosen here: a journal, an exchange.
 */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Layer from "effect/Layer";
import * as Scope from "effect/Scope";
import type { ContextSpecInput } from "./config/context-settings.ts";
import { parseEngineOptions } from "./config/engine-options.ts";
import { parseEntryInput, type EntryInput } from "./config/entry-input.ts";
import { parseKnowledge, type MarketKnowledge } from "./config/market-knowledge.ts";
import type { PlanSpecInput } from "./config/plan-settings.ts";
import { DEFAULT_CONTEXT_SETTINGS, usesContext } from "./domain/context-settings.ts";
import { makePlan } from "./domain/make-plan.ts";
import type { ExitReason, Fact } from "./domain/fact.ts";
import { explain, type Explanation } from "./domain/explain/explain.ts";
import { priceText, type Market } from "./domain/market.ts";
import type { Outcome } from "./domain/outcome.ts";
import { askedPrice } from "./domain/price-gate.ts";
import type { PlanRules } from "./domain/rules/table.ts";
import { isRefused, refused, type Refused } from "./domain/refused.ts";
import type { ChartState, PositionSnapshot, Row } from "./domain/row.ts";
import { positionStatus, type PositionStatus } from "./domain/status.ts";
import { epochMs } from "./domain/units.ts";
import { makeLiveEngine, type Health, type LiveEngine } from "./engine/live.ts";
import { openPaperLedger } from "./exchange/paper/sqlite-ledger.ts";
import { memoryPaperLedger } from "./exchange/paper/ledger.ts";
import { layer as paperLayer, PaperVenue } from "./exchange/paper/layer.ts";
import { parsePaperSettings, type PaperSettingsInput } from "./exchange/paper/settings.ts";
import { createMarketContext } from "./market-context/market-context.ts";
import type { Journal } from "./journal/journal.ts";
import { openMemoryJournal } from "./journal/memory.ts";
import { openSqliteJournal } from "./journal/sqlite.ts";
import type { Candle } from "./prices/price-feed.ts";
import { Exchange } from "./exchange/exchange.ts";

export interface EngineOptions {
  /** A file (created if it is not there), or `"memory"` for tests: nothing survives the process. */
  readonly journal: string;
  readonly exchange: PaperOptions;
  /** One owner per account; part of every client order id. Default "default". */
  readonly account?: string;
  /** What entries without a plan of their own get: a preset's name or overrides. Default the preset `scaled`. */
  readonly plan?: PlanSpecInput;
  /**
   * Market context: regime, volatility, momentum (R6.4), reckoned from candles that are built from prices. By default from the
   * first plan on that looks at it; an object turns it on, `false` off. What the host knows itself is always taken.
   */
  readonly context?: ContextSpecInput;
  readonly prices?: {
    /** How far ahead of the clock a price may be stamped. Default 5,000. */
    readonly maximumFutureMs?: number;
    /** How old a price may be when a decision is made on it; null for any age. Default 5,000. */
    readonly maximumAgeMs?: number | null;
  };
  /** What a person has to know at once. Default: the console. */
  readonly onAlert?: (message: string) => void;
}

/** The embedded paper exchange, with a ledger of its own beside the journal (`FILE.paper`). */
export interface PaperOptions {
  readonly kind: "paper";
  readonly markets: readonly Market[];
  /** Fees, slippage, latency, partial fills; the seed is "pawl" where it is not given. */
  readonly settings?: Omit<PaperSettingsInput, "seed"> & Partial<Pick<PaperSettingsInput, "seed">>;
  /** A file, or `"memory"`. Default: beside the journal, or in memory with it. */
  readonly ledger?: string;
}

/** What became durable, one at a time and in order. */
export interface EngineEvent {
  readonly position: string;
  readonly symbol: string;
  readonly side: "long" | "short";
  readonly atMs: number;
  /** The state of the position after it; null for an entry that was refused. */
  readonly state: ChartState | null;
  readonly fact: Fact;
}

/** A position that was opened: durable, its entry on the way. */
export interface Opened {
  readonly kind: "opened";
  readonly id: string;
  /**
   * Resolves with the first fill's state, or with the outcome of a position that never came to be. Rejects with
   * EngineStoppedError where the engine is stopped before either.
   */
  readonly filled: Promise<"open" | Outcome>;
}

export interface LeftBehind {
  readonly position: string;
  readonly symbol: string;
  readonly stop: string | null;
  /** Whether a stop order of ours rests on the exchange: not yet in this version. */
  readonly protectedOnExchange: false;
}

export interface Engine {
  /** Resolves when the position, or the refusal, is durable. */
  open(entry: EntryInput): Promise<Opened | Refused>;
  /** Closes everything of a position; throws UnknownPositionError. Resolves when the decision is durable. */
  close(id: string, reason?: Extract<ExitReason, "manual" | "kill_switch">): Promise<void>;
  /** Tries a close that has failed again, now. */
  retry(id: string): Promise<void>;
  /** Where a position stands (R2.6); throws UnknownPositionError. */
  status(id: string): PositionStatus;
  positions(): readonly PositionStatus[];
  /**
   * What happens to a position at which price, and by which rule, seen from a price: the last one that is known where none
   * is given. Null where no price decides anything: not open yet, being closed, closed, or no price is known.
   */
  explain(id: string, price?: number): Explanation | null;
  /**
   * A price of a market; `atMs` is its time at the source, by default now. Cheap where it crosses nothing; what is
   * invalid is counted and dropped. Ignored after `stop()`: a feed may have one more on its way.
   */
  price(symbol: string, price: number, atMs?: number): void;
  /**
   * What the host knows of a market by its own means: figures of indicators, or classes (R6.4). Null when it is taken; or why
   * not, with the name of the figure. Positions are told of classes that change, and journal it.
   */
  context(symbol: string, known: MarketKnowledge): Refused | null;
  /**
   * Closed candles of a market, in order: history to begin with, or a feed of one's own. Prices build candles again where none
   * has been handed in for two lengths of one. Positions are told once what all of them come to. Null when they are taken; or what
   * is wrong with the first that is not, and none after it is taken.
   */
  candles(symbol: string, candles: readonly Candle[]): Refused | null;
  /** Events as they become durable; the returned function ends the subscription. A listener that throws stops nothing. */
  subscribe(listener: (event: EngineEvent) => void): () => void;
  health(): Health;
  /**
   * Commits what was decided, stops, and says what is left behind. After it `status`, `positions` and `health` say how
   * things stood; everything that would act throws EngineStoppedError. A second call gives the first one's answer.
   */
  stop(): Promise<readonly LeftBehind[]>;
}

export class EngineStoppedError extends Error {
  constructor() {
    super("The engine has been stopped; createEngine on the same journal goes on where it ended");
    this.name = "EngineStoppedError";
  }
}

export class UnknownPositionError extends Error {
  readonly id: string;
  constructor(id: string) {
    super(`No position found for ${id} to scale out of`);
    this.name = "UnknownPositionError";
    this.id = id;
  }
}

/** Starts an engine. Throws JournalError, PaperLedgerError, PaperSettingsError or ConfigError when it cannot. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { account, plan, prices, context: reckoned } = parseEngineOptions(options);
  const context = createMarketContext(reckoned?.settings ?? DEFAULT_CONTEXT_SETTINGS, {
    fromPrices: reckoned?.isAsked ?? false,
  });
  /** From the first plan on that looks at it. */
  const reckonFor = (rules: PlanRules): void => {
    if (reckoned !== null && usesContext(rules)) context.reckonFromPrices();
  };
  const { exchange: paper } = options;
  const markets = new Map(paper.markets.map((market) => [market.symbol, market]));
  const settings = parsePaperSettings({ seed: "pawl", ...paper.settings });
  const ledgerPath = paper.ledger ?? (options.journal === "memory" ? "memory" : `${options.journal}.paper`);
  const listeners = new Set<(event: EngineEvent) => void>();
  const waiters = new Map<string, Waiter>();
  const onAlert = options.onAlert ?? sayOnConsole;
  const journal = openJournal(options.journal);
  const scope = Scope.makeUnsafe();

  const tell = (event: EngineEvent): void => {
    // A copy: whoever subscribes or leaves while being told changes nothing for the others.
    for (const listener of Array.from(listeners)) {
      try {
        listener(event);
      } catch (error) {
        sayOnConsole(`a listener has thrown: ${String(error)}`);
      }
    }
  };
  const onRows = (rows: readonly Row[]): void => {
    for (const row of rows) {
      const { position, symbol, side, atMs } = row;
      const state = row.snapshot?.state ?? null;
      for (const fact of row.facts) tell({ position, symbol, side, atMs, state, fact });
      settleFilled(waiters, row);
    }
  };
  const build = Effect.gen(function* () {
    const openLedger = () => (ledgerPath === "memory" ? memoryPaperLedger() : openPaperLedger(ledgerPath));
    const services = yield* Layer.build(paperLayer({ markets: paper.markets, settings, openLedger }));
    const live = yield* Effect.provideService(
      makeLiveEngine({ journal, limits: prices, context, visibilityLagMs: 60_000, onRows, onAlert }),
      Exchange,
      Context.get(services, Exchange),
    );
    return { live, venue: Context.get(services, PaperVenue) };
  });
  const close = async (): Promise<void> => {
    await Effect.runPromise(Scope.close(scope, Exit.void));
    journal.close();
  };

  let started: { readonly live: LiveEngine; readonly venue: PaperVenue["Service"] };
  try {
    started = await Effect.runPromise(Effect.provideService(build, Scope.Scope, scope));
  } catch (error) {
    await close();
    throw error;
  }
  const { live, venue } = started;
  reckonFor(plan.rules);
  for (const { position } of live.positions()) if (position.outcome === null) reckonFor(position.plan.rules);
  const unknown = (symbol: string): Refused | null =>
    markets.has(symbol)
      ? null
      : refused({ rule: "R6.4", field: "symbol", value: symbol, limit: `one of ${[...markets.keys()].join(", ")}` });
  let made = 0;
  let stopped: Promise<readonly LeftBehind[]> | null = null;
  const assertRunning = (): void => {
    if (stopped !== null) throw new EngineStoppedError();
  };
  const existing = (id: string): PositionSnapshot => {
    const snapshot = live.position(id);
    if (snapshot === null) throw new UnknownPositionError(id);
    return snapshot;
  };
  const stop = async (): Promise<readonly LeftBehind[]> => {
    await Effect.runPromise(live.drain);
    await close();
    for (const { reject } of waiters.values()) reject(new EngineStoppedError());
    waiters.clear();
    listeners.clear();
    return live
      .positions()
      .flatMap((snapshot) => (snapshot.position.outcome === null ? leftBehind(statusOf(live, snapshot)) : []));
  };

  return {
    async open(input) {
      assertRunning();
      made += 1;
      const defaultId = `${Date.now().toString(36)}-${made}`;
      const entry = parseEntryInput(input, { account, plan, defaultId, nowMs: Date.now() });
      const { request } = entry;
      reckonFor(entry.settings.rules);
      const market = markets.get(request.symbol);
      const waiter = newWaiter();
      // Not under the id of a position that is there: the entry will be refused, and that one goes on waiting.
      const isNew = !waiters.has(request.id);
      if (isNew) waiters.set(request.id, waiter);
      try {
        const answer = await Effect.runPromise(live.open({ request, market, plan: makePlan(entry.settings, market) }));
        if (answer === "opened") return { kind: "opened", id: request.id, filled: waiter.filled };
        if (isNew) waiters.delete(request.id);
        return answer;
      } catch (error) {
        if (isNew) waiters.delete(request.id);
        throw error;
      }
    },
    async close(id, reason = "manual") {
      assertRunning();
      existing(id);
      await Effect.runPromise(live.close(id, reason));
    },
    async retry(id) {
      assertRunning();
      existing(id);
      await Effect.runPromise(live.retry(id));
    },
    status: (id) => statusOf(live, existing(id)),
    positions: () => live.positions().map((snapshot) => statusOf(live, snapshot)),
    explain(id, value) {
      const { position } = existing(id);
      const nowMs = epochMs(Date.now());
      const at = (value === undefined ? live.quote(position.symbol) : askedPrice(value, nowMs))?.value;
      return at === undefined ? null : explain(position, at, nowMs);
    },
    price(symbol, value, atMs = Date.now()) {
      if (stopped !== null) return;
      // What this price decides is journalled first, so that its orders find it at the exchange.
      if (live.price(symbol, value, atMs)) venue.price(symbol, value, atMs);
    },
    context(symbol, known) {
      assertRunning();
      const parsed = parseKnowledge(known);
      const stranger = unknown(symbol);
      if (stranger !== null) return stranger;
      const classes =
        "figures" in parsed ? context.figures(symbol, parsed.figures) : context.given(symbol, parsed.classes);
      if (isRefused(classes)) return classes;
      if (classes !== null) live.classes(symbol, classes);
      return null;
    },
    candles(symbol, candles) {
      assertRunning();
      const stranger = unknown(symbol);
      if (stranger !== null) return stranger;
      const latestMs = Date.now() + prices.maximumFutureMs;
      let refusal: Refused | null = null;
      for (const candle of candles) {
        const answer = misplacedCandle(candle, latestMs) ?? context.givenCandle(symbol, candle);
        refusal = isRefused(answer) ? answer : null;
        if (refusal !== null) break;
      }
      // What they come to, once: what the market was like on the way concerns nobody who is open now.
      live.classes(symbol, context.classes(symbol));
      return refusal;
    },
    subscribe(listener) {
      assertRunning();
      // Each subscription is one of its own, whoever the listener is.
      const own = (event: EngineEvent): void => listener(event);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    health: live.health,
    stop: () => (stopped ??= stop()),
  };
}

/** A moment before it (1973) was written in seconds. */
const EARLIEST_MS = 100_000_000_000;

/** One stamped in the future would refuse all that come after it. */
function misplacedCandle({ atMs, lengthMs }: Candle, latestMs: number): Refused | null {
  const isSeconds = atMs < EARLIEST_MS;
  if (!isSeconds && !(atMs + lengthMs > latestMs)) return null;
  const limit = isSeconds ? "epoch milliseconds, not seconds" : "a closed candle: atMs + lengthMs not in the future";
  return refused({ rule: "R6.4", field: "candle.atMs", value: atMs, limit });
}

const openJournal = (where: string): Journal =>
  where === "memory" ? openMemoryJournal({ journalId: "memory" }) : openSqliteJournal({ path: where });

const sayOnConsole = (message: string): void => console.error(`[SUPERVISOR] ${message}`);

function statusOf(live: LiveEngine, snapshot: PositionSnapshot): PositionStatus {
  const quote = live.quote(snapshot.position.symbol);
  return positionStatus(snapshot, quote === null ? null : priceText(quote.value));
}

const leftBehind = ({ id, symbol, stop }: PositionStatus): LeftBehind => ({
  position: id,
  symbol,
  stop,
  protectedOnExchange: false,
});

interface Waiter {
  readonly filled: Promise<"open" | Outcome>;
  readonly resolve: (state: "open" | Outcome) => void;
  readonly reject: (error: EngineStoppedError) => void;
}

function newWaiter(): Waiter {
  const { promise, resolve, reject } = Promise.withResolvers<"open" | Outcome>();
  // Nobody has to wait for it: a rejection that is not listened to is no defect of the process.
  promise.catch(() => undefined);
  return { filled: promise, resolve, reject };
}

/** The promise of a fill is kept by the first row that shows one, or by the outcome of a position that never came to be. */
function settleFilled(waiters: Map<string, Waiter>, row: Row): void {
  const waiter = waiters.get(row.position);
  const position = row.snapshot?.position;
  if (waiter === undefined || position === undefined) return;
  if (position.enteredLots > 0) waiter.resolve("open");
  else if (position.outcome !== null) waiter.resolve(position.outcome);
  else return;
  waiters.delete(row.position);
}
