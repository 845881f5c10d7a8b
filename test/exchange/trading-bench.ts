/**
 * The live engine over the real client on the local venue, on the real clock: waits are scaled down by the profile, nothing else is
 * changed. What the engine says is compared with the venue's ledger.
 */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Logger from "effect/Logger";
import type * as Scope from "effect/Scope";
import * as Stream from "effect/Stream";
import type { Fact } from "../../src/domain/fact.ts";
import type { Market } from "../../src/domain/market.ts";
import type { Refused } from "../../src/domain/refused.ts";
import type { OrderReport } from "../../src/domain/report.ts";
import type { PositionSnapshot, Row } from "../../src/domain/row.ts";
import type { Side } from "../../src/domain/side.ts";
import { decimalText, epochMs } from "../../src/domain/units.ts";
import { makeLiveEngine, type LiveEngine } from "../../src/engine/live.ts";
import { layer, Venue, type CcxtOptions } from "../../src/exchange/ccxt/layer.ts";
import type { VenueProfile } from "../../src/exchange/ccxt/profile.ts";
import { binance } from "../../src/exchange/ccxt/profiles/binance.ts";
import { binanceusdm } from "../../src/exchange/ccxt/profiles/binanceusdm.ts";
import { Exchange, ExchangePrices, type ExchangeService } from "../../src/exchange/exchange.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { openMemoryJournal } from "../../src/journal/memory.ts";
import type { DeskPolicy } from "../../src/orders/desk.ts";
import { marketsOf } from "../../src/prices/market-structures.ts";
import { aPlan, type PlanWords } from "../support/house.ts";
import { scopedVenue } from "./scoped-venue.ts";
import { connectByWire } from "./venue/connect-by-wire.ts";
import type { LocalVenue, LocalVenueOptions } from "./venue/local-venue.ts";

export const PERP = "BTC/USDT:USDT";
export const SPOT = "BTC/USDT";

/** How long the venue may keep an executed order from its listings here. */
export const LAG_MS = 250;
/** The venue refuses requests that are older than this here. */
const DEADLINE_MS = 400;
const CLIENT_TIMEOUT_MS = 350;

/** A venue's profile with its waits scaled down. */
export const quick = (profile: VenueProfile): VenueProfile => ({
  ...profile,
  options: { ...profile.options, value: { ...profile.options.value, recvWindow: DEADLINE_MS } },
  requestDeadlineMs: { ...profile.requestDeadlineMs, value: DEADLINE_MS },
  visibilityLagMs: { ...profile.visibilityLagMs, value: LAG_MS },
});

const POLICY: DeskPolicy = {
  timeoutMs: 450,
  resends: { entry: 1, exit: 1, close: 5 },
  firstPauseMs: 20,
  longestPauseMs: 150,
  breaker: { failuresInARow: 20, openMs: 200 },
  looksAtOnce: 4,
  alertAfterMs: 60_000,
};

const TIMING = {
  rungCooldownMs: 100,
  settleMs: 150,
  lookUpAfterMs: 250,
  closeRetryMs: 30,
  failuresBeforeBlocked: 5,
  blockedRetryMs: 150,
  entryFreshMs: 5_000,
};

export const CCXT_TIMING: NonNullable<CcxtOptions["timing"]> = {
  clockErrorMs: 50,
  looksApartMs: 60,
  prices: { quietMs: 1_000, attemptPausesMs: [50, 100] },
};

export const ccxtOptions = (venue: LocalVenue, changes: Partial<CcxtOptions> = {}): CcxtOptions => ({
  profile: quick(binanceusdm),
  credentials: { apiKey: venue.apiKey, secret: venue.secret },
  mode: "production",
  timeoutMs: CLIENT_TIMEOUT_MS,
  account: "main",
  symbols: [PERP],
  readMarkets: marketsOf,
  onTrouble: () => undefined,
  timing: CCXT_TIMING,
  prepare: async (client) => void (await connectByWire(client as Parameters<typeof connectByWire>[0], venue)),
  ...changes,
});

export interface TradingBench {
  readonly venue: LocalVenue;
  readonly exchange: ExchangeService;
  readonly live: LiveEngine;
  readonly journal: Journal;
  readonly market: Market;
  readonly rows: readonly Row[];
  readonly alerts: readonly string[];
  /** Everything that was logged, with causes. */
  readonly logs: readonly string[];
  /** Everything that the exchange has reported. */
  readonly reports: readonly OrderReport[];
  readonly facts: () => readonly Fact[];
  readonly price: (value: string) => void;
  readonly open: (words?: OpenWords) => Effect.Effect<Refused | "opened", unknown>;
  readonly position: (id?: string) => PositionSnapshot["position"] | null;
  /** "TP1_hit"; null for one that is not known. */
  readonly state: (id?: string) => string | null;
  readonly isSuspended: (id?: string) => boolean;
  /** Waits until it holds; an error that names what did not happen. */
  readonly until: (what: string, holds: () => boolean, limitMs?: number) => Effect.Effect<void>;
}

export interface OpenWords {
  readonly id?: string;
  readonly side?: Side;
  readonly amount?: string;
  readonly plan?: PlanWords;
}

export interface TradingSettings {
  readonly market?: "futures" | "spot";
  readonly venue?: LocalVenueOptions;
  readonly journal?: Journal;
  /** One that is there already, with what it remembers. */
  readonly at?: LocalVenue;
  readonly ccxt?: Partial<CcxtOptions>;
  readonly policy?: Partial<DeskPolicy>;
  /** Stands between the engine and its exchange. */
  readonly around?: (exchange: ExchangeService) => ExchangeService;
}

export const onTradingBench = (
  settings: TradingSettings,
  program: (bench: TradingBench) => Effect.Effect<void, unknown, Scope.Scope>,
): Promise<void> => Effect.runPromise(tradingRun(settings, program));

/** The same as an effect, for many at a time. */
export const tradingRun = (
  settings: TradingSettings,
  program: (bench: TradingBench) => Effect.Effect<void, unknown, Scope.Scope>,
): Effect.Effect<void, unknown> =>
  Effect.suspend(() => {
    const logs: string[] = [];
    const logger = Logger.map(Logger.formatLogFmt, (line) => void logs.push(line));
    return Effect.scoped(Effect.flatMap(startTrading(settings, logs), program)).pipe(
      Effect.provide(Logger.layer([logger])),
    );
  });

const startTrading = (
  settings: TradingSettings,
  logs: readonly string[],
): Effect.Effect<TradingBench, unknown, Scope.Scope> =>
  Effect.gen(function* () {
    const isSpot = settings.market === "spot";
    const symbol = isSpot ? SPOT : PERP;
    const venue = settings.at ?? (yield* scopedVenue(settings.venue));
    const alerts: string[] = [];
    const options = ccxtOptions(venue, {
      ...(isSpot ? { profile: quick(binance), symbols: [SPOT] } : {}),
      onTrouble: (message) => void alerts.push(message),
      ...settings.ccxt,
    });
    const services = yield* Layer.build(layer(options));
    const journal = settings.journal ?? openMemoryJournal({ journalId: "journal" });
    const rows: Row[] = [];
    const exchange = (settings.around ?? ((each) => each))(Context.get(services, Exchange));
    const reports: OrderReport[] = [];
    yield* exchange.reports.pipe(
      Stream.runForEach((report) => Effect.sync(() => void reports.push(report))),
      Effect.forkScoped({ startImmediately: true }),
    );
    const live = yield* Effect.provideService(
      makeLiveEngine({
        journal,
        limits: { maximumFutureMs: 60_000, maximumAgeMs: 10_000 },
        visibilityLagMs: 60_000,
        deskPolicy: { ...POLICY, ...settings.policy },
        onRows: (told) => void rows.push(...told),
        onAlert: (message) => void alerts.push(message),
      }),
      Exchange,
      exchange,
    );
    const market = Context.get(services, Venue).markets.get(symbol)!;
    yield* Context.get(services, ExchangePrices).watch((name, value, atMs) => void live.price(name, value, atMs));
    const bench: TradingBench = {
      venue,
      exchange,
      live,
      journal,
      market,
      rows,
      alerts,
      logs,
      reports,
      facts: () => rows.flatMap((row) => row.facts),
      price: (value) => venue.price(symbol, value),
      open: (words = {}) =>
        Effect.suspend(() => {
          const { id = "p1", side = "long", amount = "0.1", plan = {} } = words;
          const request = { id, account: "main", symbol, side, amount: decimalText(amount), atMs: epochMs(Date.now()) };
          const made = aPlan(plan, market);
          return live.open({ request, market, plan: { plan: { ...made, timing: TIMING }, warnings: [] } });
        }),
      position: (id = "p1") => live.position(id)?.position ?? null,
      state(id = "p1") {
        const state = live.position(id)?.state;
        return state === undefined ? null : typeof state === "string" ? state : Object.keys(state)[0]!;
      },
      isSuspended: (id = "p1") => live.isSuspended(id),
      until: (what, holds, limitMs = 5_000) =>
        Effect.gen(function* () {
          const untilMs = performance.now() + limitMs;
          while (!holds()) {
            if (performance.now() > untilMs) throw new Error(`within ${limitMs} ms it did not happen: ${what}`);
            yield* Effect.sleep(5);
          }
        }),
    };
    bench.price(START_PRICE);
    yield* bench.until("a first price", () => live.quote(symbol) !== null);
    return bench;
  });

const START_PRICE = "60000";
