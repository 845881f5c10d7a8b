/**
 * One engine put together: journal, exchange, observer, control socket, and the live driver between them.
 *
 * Promises: whatever cannot be opened leaves nothing open behind; what becomes durable is told in order. Adapters are chosen here
 * and in `opened-exchange.ts`, and nowhere else.
 */
import type { WebhookConfig } from "../config/alert-settings.ts";
import type { EngineSettings } from "../config/engine-options.ts";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Scope from "effect/Scope";
import { ConfigError } from "../config/config-error.ts";
import { parseEntryInput } from "../config/entry-input.ts";
import { misplacedCandle, parseKnowledge } from "../config/market-knowledge.ts";
import { parseSwitchedBy } from "../config/switched-by.ts";
import type { ControlledEngine } from "../control/commands.ts";
import { openControl, type ControlServer } from "../control/server.ts";
import { DEFAULT_CONTEXT_SETTINGS, usesContext } from "../domain/context-settings.ts";
import type { EntryRequest } from "../domain/entry.ts";
import { makePlan, type PlanSettings } from "../domain/make-plan.ts";
import { explain } from "../domain/explain/explain.ts";
import { priceText } from "../domain/market.ts";
import { askedPrice } from "../domain/price-gate.ts";
import type { PlanRules } from "../domain/rules/table.ts";
import { isRefused, refused, type Refused } from "../domain/refused.ts";
import type { PositionSnapshot, Row } from "../domain/row.ts";
import { positionStatus, type PositionStatus } from "../domain/status.ts";
import { epochMs } from "../domain/units.ts";
import {
  EngineStoppedError,
  UnknownPositionError,
  type Engine,
  type EngineEvent,
  type LeftBehind,
  type Opened,
} from "./embedded-engine.ts";
import { newWaiter, settleFilled, type Waiter } from "../engine/first-fill.ts";
import { makeLiveEngine, type LiveEngine } from "../engine/live.ts";
import { createMarketContext } from "../market-context/market-context.ts";
import { openIn, type Journal } from "../journal/journal.ts";
import { openMemoryJournal } from "../journal/memory.ts";
import { openSqliteJournal } from "../journal/sqlite.ts";
import { makeObserver } from "../observability/observer.ts";
import type { WebhookSettings } from "../observability/webhook.ts";
import { webhookFrom } from "../observability/webhook-secret.ts";
import { Exchange, type OnPrice } from "../exchange/exchange.ts";
import { ExchangeSetupError } from "../exchange/ccxt/ccxt-client.ts";
import { exchangeNameOf, openExchange, secretsIn, type ExchangeOptions } from "./opened-exchange.ts";

/** What an engine is made of besides its settings. */
export interface EngineParts {
  readonly journal: string;
  readonly exchange: ExchangeOptions;
  readonly onAlert?: ((message: string) => void) | undefined;
  /** Rows as they become durable, before anybody else is told of them. */
  readonly onRows?: ((rows: readonly Row[]) => void) | undefined;
}

/** An entry that is parsed, with the settings that its plan is made from. */
export interface ParsedEntry {
  readonly request: EntryRequest;
  readonly settings: PlanSettings;
}

/** An engine for one who has parsed entries of his own. */
export interface StartedEngine extends Engine {
  openParsed(entry: ParsedEntry): Promise<Opened | Refused>;
}

/** Starts an engine. Throws what its parts throw, and ConfigError for a webhook that cannot be. */
export async function startEngine(settings: EngineSettings, options: EngineParts): Promise<StartedEngine> {
  const { account, plan, prices, caps, context: reckoned, log, alerts, ...asked } = settings;
  const webhook = alerts.webhook === null ? null : configuredWebhook(alerts.webhook, account);
  const context = createMarketContext(reckoned?.settings ?? DEFAULT_CONTEXT_SETTINGS, {
    fromPrices: reckoned?.isAsked ?? false,
  });
  /** From the first plan on that looks at it. */
  const reckonFor = (rules: PlanRules): void => {
    if (reckoned !== null && usesContext(rules)) context.reckonFromPrices();
  };
  const listeners = new Set<(event: EngineEvent) => void>();
  const waiters = new Map<string, Waiter>();
  const journal = openJournal(options.journal);
  const scope = Scope.makeUnsafe();
  const observer = await Effect.runPromise(
    Effect.provideService(
      makeObserver({
        log,
        webhook,
        onAlert: options.onAlert ?? null,
        secrets: secretsIn(options.exchange, process.env),
        stderr: process.stderr,
        sayOnConsole,
      }),
      Scope.Scope,
      scope,
    ),
  );

  const tell = (event: EngineEvent): void => {
    // A copy: whoever subscribes or leaves while being told changes nothing for the others.
    for (const listener of Array.from(listeners)) {
      try {
        listener(event);
      } catch (error) {
        observer.failure("a listener has thrown", error);
      }
    }
  };
  const onRows = (rows: readonly Row[]): void => {
    options.onRows?.(rows);
    observer.rows(rows);
    for (const row of rows) {
      const { position, symbol, side, atMs } = row;
      const state = row.snapshot?.state ?? null;
      for (const fact of row.facts) tell({ position, symbol, side, atMs, state, fact });
      settleFilled(waiters, row);
    }
  };
  const build = Effect.gen(function* () {
    yield* Effect.try({ try: () => bindTo(journal, options), catch: (error) => error as ExchangeSetupError });
    const exchange = yield* openExchange(options.exchange, {
      journal: options.journal,
      openSymbols: openSymbolsOf(journal),
      account,
      environment: process.env,
      redact: observer.redactor.text,
      onTrouble: (message) => observer.alert(message, "warning"),
    });
    const live = yield* Effect.provideService(
      makeLiveEngine({
        journal,
        limits: prices,
        caps,
        context,
        visibilityLagMs: 60_000,
        onRows,
        onAlert: observer.alert,
      }),
      Exchange,
      exchange.service,
    );
    // What a price decides is journalled first, so that its orders find it where they are filled.
    const price: OnPrice = (symbol, value, atMs) => {
      if (live.price(symbol, value, atMs)) exchange.price(symbol, value, atMs);
    };
    yield* exchange.ownPrices?.watch(price) ?? Effect.void;
    return { live, exchange, price };
  });
  const close = async (): Promise<void> => {
    await Effect.runPromise(Scope.close(scope, Exit.void));
    journal.close();
  };

  let started: Effect.Success<typeof build>;
  try {
    started = await Effect.runPromise(Effect.provideService(Effect.provide(build, observer.layer), Scope.Scope, scope));
  } catch (error) {
    await close();
    throw error;
  }
  const { live, exchange, price: onPrice } = started;
  const { markets } = exchange;
  reckonFor(plan.rules);
  const open = (): readonly PositionSnapshot[] => live.positions().filter(({ position }) => position.outcome === null);
  for (const { position } of open()) reckonFor(position.plan.rules);
  const unknown = (symbol: string): Refused | null =>
    markets.has(symbol)
      ? null
      : refused({ rule: "R6.4", field: "symbol", value: symbol, limit: `one of ${[...markets.keys()].join(", ")}` });
  let control: ControlServer | null = null;
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
    await control?.close();
    await Effect.runPromise(live.drain);
    if (options.exchange.kind === "venue" && open().length > 0)
      observer.alert(`Stopped: nobody looks after ${open().map(nameOf).join(", ")} now`);
    await close();
    for (const { reject } of waiters.values()) reject(new EngineStoppedError());
    waiters.clear();
    listeners.clear();
    return open().map((snapshot) => leftBehind(statusOf(live, snapshot)));
  };

  const engine: StartedEngine = {
    async open(input) {
      assertRunning();
      made += 1;
      const defaultId = `${Date.now().toString(36)}-${made}`;
      return engine.openParsed(parseEntryInput(input, { account, plan, defaultId, nowMs: Date.now() }));
    },
    async openParsed({ request, settings: planned }) {
      assertRunning();
      reckonFor(planned.rules);
      const market = markets.get(request.symbol);
      const waiter = newWaiter();
      // Not under the id of a position that is there: the entry will be refused, and that one goes on waiting.
      const isNew = !waiters.has(request.id);
      if (isNew) waiters.set(request.id, waiter);
      try {
        const answer = await Effect.runPromise(live.open({ request, market, plan: makePlan(planned, market) }));
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
    async pause(by = "the host") {
      assertRunning();
      return Effect.runPromise(live.pause(parseSwitchedBy(by)));
    },
    async resume(by = "the host") {
      assertRunning();
      return Effect.runPromise(live.resume(parseSwitchedBy(by)));
    },
    async kill(by = "the host") {
      assertRunning();
      return Effect.runPromise(live.kill(parseSwitchedBy(by)));
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
      onPrice(symbol, value, atMs);
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
    notices: exchange.notices,
    markets: () => Array.from(markets.values()),
    stop: () => (stopped ??= stop()),
  };
  if (asked.control === false) return engine;
  try {
    control = await openControl({
      journal: options.journal === "memory" ? null : options.journal,
      path: asked.control === true ? null : asked.control,
      engine: controlled({ engine, live, account, journal: options.journal }),
    });
    return engine;
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

/** What the control socket reaches of an engine. */
function controlled(input: {
  readonly engine: Engine;
  readonly live: LiveEngine;
  readonly account: string;
  readonly journal: string;
}): ControlledEngine {
  const { engine, live, account, journal } = input;
  const identity = { journal, journalId: live.journalId, account, pid: process.pid, startedAtMs: Date.now() };
  return {
    health: () => ({ ...identity, health: { ...live.health() } }),
    positions: () =>
      live.positions().map((snapshot) => {
        const quote = live.quote(snapshot.position.symbol);
        return {
          status: statusOf(live, snapshot),
          supervision: live.isSuspended(snapshot.position.id) ? "suspended" : "running",
          price: quote === null ? null : { price: priceText(quote.value), atMs: quote.atMs },
        };
      }),
    close: (id) => engine.close(id),
    retry: (id) => engine.retry(id),
    pause: (by) => engine.pause(by),
    resume: (by) => engine.resume(by),
    kill: (by) => engine.kill(by),
  };
}

/** Throws ExchangeSetupError. */
function bindTo(journal: Journal, { journal: path, exchange }: EngineParts): void {
  const name = exchangeNameOf(exchange);
  const bound = journal.bind(name);
  if (bound === name) return;
  throw new ExchangeSetupError(
    `The journal ${path} belongs to another exchange (${bound}), and cannot go on with this one (${name}); allowed: a journal of its own for each`,
  );
}

const openSymbolsOf = (journal: Journal): readonly string[] => [
  ...new Set(openIn(journal.latest()).map(({ row }) => row.symbol)),
];

const openJournal = (where: string): Journal =>
  where === "memory" ? openMemoryJournal({ journalId: "memory" }) : openSqliteJournal({ path: where });

const sayOnConsole = (line: string): void => console.error(line);

function configuredWebhook(configured: WebhookConfig, account: string): WebhookSettings {
  const webhook = webhookFrom(configured, { account, env: process.env });
  if (!("field" in webhook)) return webhook;
  const { field, value, allowed } = webhook;
  throw new ConfigError([{ file: "engine options", line: null, path: `alerts.webhook.${field}`, value, allowed }]);
}

function statusOf(live: LiveEngine, snapshot: PositionSnapshot): PositionStatus {
  const quote = live.quote(snapshot.position.symbol);
  return positionStatus(snapshot, quote === null ? null : priceText(quote.value));
}

const nameOf = ({ position: { id, side, symbol } }: PositionSnapshot): string => `position ${id} (${side} ${symbol})`;

const leftBehind = ({ id, symbol, stop }: PositionStatus): LeftBehind => ({
  position: id,
  symbol,
  stop,
  protectedOnExchange: false,
});
