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
import { parseEntryInput, type EntryInput } from "./config/entry-input.ts";
import { planSpecSchema, resolvePlan, type PlanSpecInput } from "./config/plan-settings.ts";
import { DEFAULT_PLAN_SETTINGS, makePlan } from "./domain/make-plan.ts";
import type { ExitReason, Fact } from "./domain/fact.ts";
import { priceText, type Market } from "./domain/market.ts";
import type { Outcome } from "./domain/outcome.ts";
import type { Refused } from "./domain/refused.ts";
import type { ChartState, Row } from "./domain/row.ts";
import { positionStatus, type PositionStatus } from "./domain/status.ts";
import { epochMs } from "./domain/units.ts";
import { makeLiveEngine, type Health, type LiveEngine } from "./engine/live.ts";
import { openPaperLedger } from "./exchange/paper/sqlite-ledger.ts";
import { memoryPaperLedger } from "./exchange/paper/ledger.ts";
import { layer as paperLayer, PaperVenue } from "./exchange/paper/layer.ts";
import { parsePaperSettings, type PaperSettingsInput } from "./exchange/paper/settings.ts";
import type { Journal } from "./journal/journal.ts";
import { openMemoryJournal } from "./journal/memory.ts";
import { openSqliteJournal } from "./journal/sqlite.ts";
import { Exchange } from "./exchange/exchange.ts";

export interface EngineOptions {
  /** A file (created if it is not there), or `"memory"` for tests: nothing survives the process. */
  readonly journal: string | "memory";
  readonly exchange: PaperOptions;
  /** One owner per account; part of every client order id. Default "default". */
  readonly account?: string;
  /** What entries without a plan of their own get: a preset's name or overrides. Default the preset `scaled`. */
  readonly plan?: PlanSpecInput;
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
  readonly settings?: PaperSettingsInput;
  /** Default: beside the journal, or in memory with it. */
  readonly ledger?: string | "memory";
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
  /** Resolves with the first fill's state, or with the outcome of a position that never came to be. */
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
  /** A price of a market; `atMs` is its time at the source, by default now. Cheap where it crosses nothing. */
  price(symbol: string, price: number, atMs?: number): void;
  /** Events as they become durable; the returned function ends the subscription. */
  subscribe(listener: (event: EngineEvent) => void): () => void;
  health(): Health;
  /** Commits what was decided, stops, and says what is left behind. The engine cannot be used after. */
  stop(): Promise<readonly LeftBehind[]>;
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
  const { exchange: paper } = options;
  const account = options.account ?? "default";
  const base = options.plan === undefined ? DEFAULT_PLAN_SETTINGS : resolvePlan(DEFAULT_PLAN_SETTINGS, planSpecSchema.parse(options.plan));
  const markets = new Map(paper.markets.map((market) => [market.symbol, market]));
  const settings = parsePaperSettings({ seed: "pawl", ...paper.settings });
  const ledgerPath = paper.ledger ?? (options.journal === "memory" ? "memory" : `${options.journal}.paper`);
  const journal = openJournal(options.journal);
  const listeners = new Set<(event: EngineEvent) => void>();
  const waiters = new Map<string, (state: "open" | Outcome) => void>();
  const onAlert = options.onAlert ?? ((message: string) => console.error(`[SUPERVISOR] ${message}`));
  const scope = Scope.makeUnsafe();

  const onRows = (rows: readonly Row[]): void => {
    for (const row of rows) {
      settleFilled(waiters, row);
      for (const fact of row.facts) {
        const { position, symbol, side, atMs } = row;
        const event: EngineEvent = { position, symbol, side, atMs, state: row.snapshot?.state ?? null, fact };
        for (const listener of listeners) listener(event);
      }
    }
  };
  const build = Effect.gen(function* () {
    const openLedger = () => (ledgerPath === "memory" ? memoryPaperLedger() : openPaperLedger(ledgerPath));
    const services = yield* Layer.build(paperLayer({ markets: paper.markets, settings, openLedger }));
    const live = yield* Effect.provideService(
      makeLiveEngine({
        journal,
        limits: { maximumFutureMs: options.prices?.maximumFutureMs ?? 5_000, maximumAgeMs: options.prices?.maximumAgeMs === undefined ? 5_000 : options.prices.maximumAgeMs },
        visibilityLagMs: 60_000,
        onRows,
        onAlert,
      }),
      Exchange,
      Context.get(services, Exchange),
    );
    return { live, venue: Context.get(services, PaperVenue) };
  });

  let started: { readonly live: LiveEngine; readonly venue: PaperVenue["Service"] };
  try {
    started = await Effect.runPromise(Effect.provideService(build, Scope.Scope, scope));
  } catch (error) {
    journal.close();
    throw error;
  }
  const { live, venue } = started;
  const existing = (id: string): PositionStatus => {
    const known = live.kernel().position(id);
    if (known === null) throw new UnknownPositionError(id);
    return statusOf(live, known.id);
  };
  let made = 0;

  return {
    async open(input) {
      made += 1;
      const entry = parseEntryInput(input, { account, plan: base, defaultId: `${Date.now().toString(36)}-${made}`, nowMs: Date.now() });
      const market = markets.get(entry.request.symbol);
      const { id } = entry.request;
      const filled = new Promise<"open" | Outcome>((resolve) => waiters.set(id, resolve));
      const answer = await Effect.runPromise(live.open({ request: entry.request, market, plan: makePlan(entry.settings, market) }));
      if (answer === "opened") return { kind: "opened", id, filled };
      waiters.delete(id);
      return answer;
    },
    async close(id, reason = "manual") {
      existing(id);
      await Effect.runPromise(live.close(id, reason));
    },
    async retry(id) {
      existing(id);
      await Effect.runPromise(live.retry(id));
    },
    status: existing,
    positions: () => live.kernel().positions().map(({ id }) => statusOf(live, id)),
    price(symbol, value, atMs = Date.now()) {
      venue.price(symbol, value, atMs);
      live.price(symbol, value, atMs);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    health: live.health,
    async stop() {
      await Effect.runPromise(live.drain);
      await Effect.runPromise(Scope.close(scope, Exit.void));
      journal.close();
      return live.kernel().positions().filter(({ snapshot }) => snapshot.position.outcome === null).map(({ id }) => leftBehind(statusOf(live, id)));
    },
  };
}

const openJournal = (where: string): Journal =>
  where === "memory" ? openMemoryJournal({ journalId: "memory" }) : openSqliteJournal({ path: where });

function statusOf(live: LiveEngine, id: string): PositionStatus {
  const known = live.kernel().position(id)!;
  const { symbol } = known.snapshot.position;
  const quote = live.kernel().quote(symbol, epochMs(Date.now()));
  return positionStatus(known.snapshot, quote === null ? null : priceText(quote.value));
}

const leftBehind = ({ id, symbol, stop }: PositionStatus): LeftBehind => ({ position: id, symbol, stop, protectedOnExchange: false });

/** The promise of a fill is kept by the first row that shows one, or by the outcome of a position that never came to be. */
function settleFilled(waiters: Map<string, (state: "open" | Outcome) => void>, row: Row): void {
  const waiter = waiters.get(row.position);
  const position = row.snapshot?.position;
  if (waiter === undefined || position === undefined) return;
  if (position.enteredLots > 0) waiter("open");
  else if (position.outcome !== null) waiter(position.outcome);
  else return;
  waiters.delete(row.position);
}
