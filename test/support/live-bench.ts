/** The live driver on virtual time over the scripted exchange: what a test sets off, and everything that is told. */
import * as Effect from "effect/Effect";
import * as Logger from "effect/Logger";
import type * as Scope from "effect/Scope";
import * as TestClock from "effect/testing/TestClock";
import type { Fact } from "../../src/domain/fact.ts";
import type { Refused } from "../../src/domain/refused.ts";
import type { Row } from "../../src/domain/row.ts";
import { positionStatus } from "../../src/domain/status.ts";
import { decimalText, epochMs } from "../../src/domain/units.ts";
import { makeLiveEngine, type LiveEngine, type LiveSettings } from "../../src/engine/live.ts";
import { Exchange } from "../../src/exchange/exchange.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { openMemoryJournal } from "../../src/journal/memory.ts";
import type { Market } from "../../src/domain/market.ts";
import { aMarket, aPlan, START_MS, type PlanWords } from "./house.ts";
import { scriptedExchange, type ScriptedExchange } from "./scripted-exchange.ts";

const MARKET = aMarket();
export const SYMBOL = MARKET.symbol;

export interface LiveBench {
  readonly live: LiveEngine;
  readonly venue: ScriptedExchange;
  readonly journal: Journal;
  /** Rows as they were told, each call of the listener one list. */
  readonly told: readonly (readonly Row[])[];
  readonly alerts: readonly string[];
  readonly facts: () => readonly Fact[];
  /** A price of now, for engine and venue. */
  readonly price: (value: number, symbol?: string) => Effect.Effect<void>;
  readonly open: (words?: OpenWords) => Effect.Effect<Refused | "opened", unknown>;
  /** Opened at 100 with 100 lots and filled. */
  readonly opened: Effect.Effect<void, unknown>;
  /** "TP1_hit", or undefined for a position that is not known. */
  readonly state: (id?: string) => string | undefined;
  readonly status: (id?: string) => ReturnType<typeof positionStatus>;
  /** Lets everything happen that waits for no clock. */
  readonly settle: Effect.Effect<void>;
}

export interface OpenWords {
  readonly id?: string;
  readonly side?: "long" | "short";
  readonly amount?: string;
  readonly plan?: PlanWords;
  readonly market?: Market;
}

export interface BenchSettings extends Partial<
  Pick<LiveSettings, "limits" | "deskPolicy" | "onRows" | "onAlert" | "caps">
> {
  readonly journal?: Journal;
  readonly venue?: ScriptedExchange;
}

const LIMITS = { maximumFutureMs: 5_000, maximumAgeMs: 5_000 };

/** Runs on virtual time that begins at START_MS, or goes on from `atMs`. */
const onVirtualTime = (program: Effect.Effect<void, unknown, Scope.Scope>): Promise<void> =>
  Effect.runPromise(Effect.scoped(program).pipe(Effect.provide([TestClock.layer(), Logger.layer([])])));

export const onLive = (
  settings: BenchSettings,
  program: (bench: LiveBench) => Effect.Effect<void, unknown, Scope.Scope>,
) =>
  onVirtualTime(
    Effect.gen(function* () {
      yield* TestClock.setTime(START_MS);
      yield* program(yield* startLive(settings));
    }),
  );

export const startLive = (settings: BenchSettings): Effect.Effect<LiveBench, never, Scope.Scope> =>
  Effect.gen(function* () {
    const venue = settings.venue ?? scriptedExchange({ price: 100 });
    const journal = settings.journal ?? openMemoryJournal({ journalId: "journal" });
    const told: (readonly Row[])[] = [];
    const alerts: string[] = [];
    const live = yield* Effect.provideService(
      makeLiveEngine({
        journal,
        limits: settings.limits ?? LIMITS,
        visibilityLagMs: 60_000,
        ...(settings.deskPolicy === undefined ? {} : { deskPolicy: settings.deskPolicy }),
        ...(settings.caps === undefined ? {} : { caps: settings.caps }),
        onRows(rows) {
          told.push(rows);
          settings.onRows?.(rows);
        },
        onAlert(message) {
          alerts.push(message);
          settings.onAlert?.(message);
        },
      }),
      Exchange,
      venue.service,
    );
    const settle = TestClock.adjust("0 millis").pipe(Effect.andThen(Effect.promise(idle)));
    const price = (value: number, symbol = SYMBOL) =>
      Effect.gen(function* () {
        venue.setPrice(value);
        const nowMs = yield* Effect.clockWith((clock) => clock.currentTimeMillis);
        live.price(symbol, value, nowMs);
        yield* settle;
      });
    const open = (words: OpenWords = {}) =>
      Effect.gen(function* () {
        const atMs = epochMs(yield* Effect.clockWith((clock) => clock.currentTimeMillis));
        const { id = "p1", side = "long", amount = "100", plan = {}, market = MARKET } = words;
        const request = { id, account: "main", symbol: market.symbol, side, amount: decimalText(amount), atMs };
        return yield* live.open({ request, market, plan: { plan: aPlan(plan, market), warnings: [] } });
      });
    const status = (id = "p1") => positionStatus(live.position(id)!, null);
    return {
      live,
      venue,
      journal,
      told,
      alerts,
      facts: () => told.flat().flatMap((row) => row.facts),
      price,
      open,
      opened: price(100).pipe(Effect.andThen(open()), Effect.andThen(settle)),
      state: (id = "p1") => (live.position(id) === null ? undefined : status(id).state),
      status,
      settle,
    };
  });

/** A few turns of the event loop: fibers, commits and reports go on with these, not with the clock. */
async function idle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
