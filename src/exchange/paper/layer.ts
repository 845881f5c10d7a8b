/**
 * The paper exchange as the `Exchange` service of the live driver: the same core, kept going by Effect's clock.
 *
 * Promises: what is due is carried out when the clock says so, whatever else happens; a ledger that cannot be written
 * is an `OutcomeUnknown` for the sender and is tried again, never lost silently. Reports go to whoever is subscribed
 * at that time (subscribe before placing); everything missed is in `lookUp`.
 */
import * as Cause from "effect/Cause";
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Latch from "effect/Latch";
import * as Layer from "effect/Layer";
import * as PubSub from "effect/PubSub";
import * as Stream from "effect/Stream";
import type { Market } from "../../domain/market.ts";
import type { OrderReport } from "../../domain/report.ts";
import { epochMs, type EpochMs } from "../../domain/units.ts";
import { Exchange, ExchangeError, type ExchangeErrorReason, type ExchangeService, type Sighting } from "../exchange.ts";
import { PaperLedgerError, type PaperLedger } from "./ledger.ts";
import { openPaperExchange, type PaperExchange } from "./paper.ts";
import type { PaperSettings } from "./settings.ts";

/** What the paper exchange needs and a real one has by itself: prices. A plain call, for every price of the feed. */
export class PaperVenue extends Context.Service<
  PaperVenue,
  { readonly price: (symbol: string, price: number, atMs: number) => void }
>()("pawl/exchange/paper/PaperVenue") {}

export interface PaperLayerOptions {
  readonly markets: readonly Market[];
  readonly settings: PaperSettings;
  /** Opened with the layer and closed with it. */
  readonly openLedger: () => PaperLedger;
}

/** After a failed commit, what is due is tried again this much later. */
const RETRY_DELAY_MS = 1_000;

export const layer = (options: PaperLayerOptions): Layer.Layer<Exchange | PaperVenue, PaperLedgerError> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const paper = yield* Effect.acquireRelease(
        Effect.try({ try: () => open(options), catch: asLedgerError }),
        (opened) => Effect.sync(() => opened.close()),
      );
      // Unbounded: a report that is dropped would be worse, and an order has a bounded number of them.
      const reports = yield* PubSub.unbounded<OrderReport>();
      const wake = Latch.makeUnsafe();
      const running: Running = {
        paper,
        wake,
        publish: (all) => all.forEach((report) => PubSub.publishUnsafe(reports, report)),
      };
      yield* Effect.forkScoped(keepGoing(running), { startImmediately: true });
      return Context.make(Exchange, serviceOf(running, Stream.fromPubSub(reports))).pipe(
        Context.add(PaperVenue, {
          price: (symbol, price, atMs) => {
            if (paper.price(symbol, price, epochMs(atMs))) wake.openUnsafe();
          },
        }),
      );
    }),
  );

interface Running {
  readonly paper: PaperExchange;
  /** Open when the agenda has changed. */
  readonly wake: Latch.Latch;
  readonly publish: (reports: readonly OrderReport[]) => void;
}

function open({ markets, settings, openLedger }: PaperLayerOptions): PaperExchange {
  const ledger = openLedger();
  try {
    return openPaperExchange({ markets, settings, ledger });
  } catch (error) {
    ledger.close();
    throw error;
  }
}

const asLedgerError = (error: unknown): PaperLedgerError => {
  // Anything else is a defect: it is thrown on, and Effect reports it as one.
  if (error instanceof PaperLedgerError) return error;
  throw error;
};

function serviceOf({ paper, wake, publish }: Running, reports: Stream.Stream<OrderReport>): ExchangeService {
  const changing = (change: (nowMs: EpochMs) => readonly OrderReport[]): Effect.Effect<void, ExchangeError> =>
    attempt("OutcomeUnknown", (nowMs) => {
      publish(change(nowMs));
      // Without latency the order is carried out now: the next price may be another one.
      publish(paper.due(nowMs));
    }).pipe(Effect.ensuring(Effect.sync(() => wake.openUnsafe())));
  return {
    markets: Effect.succeed(paper.markets),
    place: (order) =>
      changing((nowMs) => {
        paper.place(order, nowMs);
        return [];
      }),
    cancel: (query) => changing((nowMs) => paper.cancel(query, nowMs)),
    lookUp: (query) => attempt("Transient", (nowMs) => sightingOf(paper.lookUp(query, nowMs))),
    // Nothing is ever between the caller and this exchange: what it does not know it never received.
    absence: { afterMs: 0, apartMs: 0 },
    holdings: attempt("Transient", () => paper.holdings()),
    reports,
  };
}

const sightingOf = (reports: readonly OrderReport[]): Sighting =>
  reports.some((report) => report.kind === "absent") ? { kind: "not seen", netLots: null } : { kind: "seen", reports };

/** Every failure of the ledger is an answer that the caller can act on. */
const attempt = <A>(
  tag: Extract<ExchangeErrorReason["_tag"], "OutcomeUnknown" | "Transient">,
  call: (nowMs: EpochMs) => A,
): Effect.Effect<A, ExchangeError> =>
  Clock.clockWith((clock) =>
    Effect.try({ try: () => call(nowOf(clock)), catch: asLedgerError }).pipe(
      Effect.mapError((error) => new ExchangeError({ reason: { _tag: tag, message: error.message } })),
    ),
  );

/** Carries out what is due, for ever; ends only when the ledger has another writer. */
const keepGoing = (running: Running): Effect.Effect<void> =>
  carryOutNext(running).pipe(
    Effect.forever,
    Effect.catchCause((cause) => {
      if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt;
      const error = Cause.squash(cause);
      const said = Effect.logError("[ORDER] paper exchange: what is due could not be carried out", error);
      if (error instanceof PaperLedgerError && error.failure.kind === "conflict") return said;
      return said.pipe(
        Effect.andThen(Effect.sleep(RETRY_DELAY_MS)),
        Effect.andThen(Effect.suspend(() => keepGoing(running))),
      );
    }),
  );

const carryOutNext = Effect.fnUntraced(function* ({ paper, wake, publish }: Running) {
  const clock = yield* Clock.Clock;
  // Closed before looking: whatever comes after the look opens it again.
  wake.closeUnsafe();
  const nowMs = nowOf(clock);
  publish(paper.due(nowMs));
  const dueMs = paper.dueMs();
  const woken = wake.await;
  yield* dueMs === null ? woken : Effect.raceFirst(Effect.sleep(Math.max(0, dueMs - nowMs)), woken);
});

const nowOf = (clock: Clock.Clock): EpochMs => epochMs(clock.currentTimeMillisUnsafe());
