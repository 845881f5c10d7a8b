/**
 * Following orders from their acceptance to their end: by asking, always, and sooner where a stream gives a hint (DESIGN 7).
 *
 * Promises: each thing that is learned of an order is told once; what a stream says is a reason to ask, never the answer; a fiber
 * follows an order for a bounded time, after which the position itself asks. When its end is known, and nothing can arrive under its
 * id any more, everything is listed once: an order that a transport delivered twice does not stay unseen.
 */
import * as Effect from "effect/Effect";
import * as FiberMap from "effect/FiberMap";
import * as Latch from "effect/Latch";
import * as Schedule from "effect/Schedule";
import type * as Scope from "effect/Scope";
import type { FillReport, OrderReport } from "../../domain/report.ts";
import type { EpochMs } from "../../domain/units.ts";
import type { ExchangeError, OrderQuery, Sighting } from "../exchange.ts";
import { createFillIds } from "./fill-ids.ts";

export interface Following {
  /** Follows an order from now on. */
  follow(query: OrderQuery): void;
  /** Something has happened, or may have: everything that is under way is asked after now. */
  hint(): void;
  /** Tells reports that were not told before. */
  tell(reports: readonly OrderReport[]): void;
  /**
   * Whether the exchange is known to have taken an order under this id; then everything that was told of it is told once more. It
   * must not be sent again: ids are unique among open orders only, at most venues.
   */
  tellAgain(clientOrderId: string): boolean;
  /** The same reports with each fill under the id by which it is known. */
  named(reports: readonly OrderReport[]): readonly OrderReport[];
  /** A fill that a stream has brought, of an order of the exchange that we know. */
  streamedFill(exchangeOrderId: string, fill: (clientOrderId: string, symbol: string) => FillReport): void;
}

interface Followed {
  readonly query: OrderQuery;
  readonly told: Map<string, OrderReport>;
  readonly wake: Latch.Latch;
  isOver: boolean;
  /** The exchange has it, or had it. */
  isTaken: boolean;
}

/** How often an order is asked after: soon at first. Streams make it sooner. */
const PAUSES_MS = [0, 50, 150, 400, 1_000, 2_000] as const;
const LONGEST_PAUSE_MS = 4_000;
const FOLLOWED_FOR_MS = 10 * 60_000;
const UNTAKEN_FOR_MS = 60_000;
/** Orders whose end was told are kept in mind so long that a late hint of them is recognized. */
const MOST_REMEMBERED = 1_000;

export const makeFollowing = (input: {
  readonly look: (query: OrderQuery) => Effect.Effect<Sighting | null, ExchangeError>;
  /** Everything that stands under its id, when nothing waits for the answer any more. */
  readonly check: (query: OrderQuery) => Effect.Effect<Sighting, ExchangeError>;
  /** After so long nothing can arrive any more. */
  readonly arrivalMs: number;
  readonly publish: (report: OrderReport) => void;
  readonly nowMs: () => EpochMs;
}): Effect.Effect<Following, never, Scope.Scope> =>
  Effect.gen(function* () {
    const fibers = yield* FiberMap.make<string>();
    const start = yield* FiberMap.runtime(fibers)();
    const orders = new Map<string, Followed>();
    const byExchangeId = new Map<string, string>();
    const ids = createFillIds();

    const followed = (query: OrderQuery): Followed => {
      const known = orders.get(query.clientOrderId);
      if (known !== undefined) return known;
      const fresh: Followed = { query, told: new Map(), wake: Latch.makeUnsafe(), isOver: false, isTaken: false };
      orders.set(query.clientOrderId, fresh);
      if (orders.size > MOST_REMEMBERED) forgetOldest();
      return fresh;
    };
    const forgetOldest = (): void => {
      for (const [clientOrderId, { isOver }] of orders) {
        if (!isOver) continue;
        orders.delete(clientOrderId);
        ids.forget(clientOrderId);
        for (const [exchangeId, owner] of byExchangeId) if (owner === clientOrderId) byExchangeId.delete(exchangeId);
        return;
      }
    };

    const tell = (reports: readonly OrderReport[]): void => {
      for (const report of ids.settled(reports)) {
        const order = orders.get(report.clientOrderId);
        if ("exchangeOrderId" in report) byExchangeId.set(report.exchangeOrderId, report.clientOrderId);
        if (order !== undefined) {
          const key = keyOf(report);
          if (order.told.has(key)) continue;
          order.told.set(key, report);
          if (isProofOfTaking(report)) order.isTaken = true;
        }
        input.publish(report);
      }
    };

    const run = (order: Followed): Effect.Effect<void> =>
      Effect.gen(function* () {
        const untilMs = input.nowMs() + FOLLOWED_FOR_MS;
        const untakenUntilMs = input.nowMs() + UNTAKEN_FOR_MS;
        for (let round = 0; !order.isOver && input.nowMs() < untilMs; round += 1) {
          // Nothing shows that it was ever there: whoever wants to know looks it up.
          if (!order.isTaken && input.nowMs() > untakenUntilMs) return void orders.delete(order.query.clientOrderId);
          const pauseMs = PAUSES_MS[round] ?? LONGEST_PAUSE_MS;
          if (pauseMs > 0) yield* Effect.raceFirst(Effect.sleep(pauseMs), order.wake.await);
          order.wake.closeUnsafe();
          if (order.isOver) break;
          // A look that fails, or does not show it, is no news: the next one comes.
          const sighting = yield* Effect.orElseSucceed(input.look(order.query), () => null);
          if (sighting?.kind !== "seen") continue;
          tell(sighting.reports);
          order.isOver = isOver(sighting.reports);
        }
        if (order.isOver) yield* lastLook(order);
      });
    const lastLook = ({ query }: Followed): Effect.Effect<void> =>
      Effect.sleep(input.arrivalMs).pipe(
        Effect.andThen(
          Effect.suspend(() => input.check(query)).pipe(
            Effect.retry({ schedule: LAST_LOOKS, while: (error) => !isUnexplained(error) }),
            // Something is there that no listing explains: it may be listed later.
            Effect.retry({ schedule: SECOND_LOOKS, while: isUnexplained }),
          ),
        ),
        Effect.map((sighting) => (sighting.kind === "seen" ? tell(sighting.reports) : undefined)),
        // Whatever it was that could not be asked has been said where it mattered.
        Effect.ignore,
      );

    return {
      follow(query) {
        const order = followed(query);
        if (!order.isOver) start(query.clientOrderId, run(order), { onlyIfMissing: true });
      },
      hint() {
        for (const { wake } of orders.values()) wake.openUnsafe();
      },
      tell,
      tellAgain(clientOrderId) {
        const order = orders.get(clientOrderId);
        if (order === undefined || !order.isTaken) return false;
        for (const report of order.told.values()) input.publish(report);
        return true;
      },
      named(reports) {
        const settled = ids.settled(reports);
        for (const report of settled) {
          const order = orders.get(report.clientOrderId);
          if (order !== undefined && isProofOfTaking(report)) order.isTaken = true;
        }
        return settled;
      },
      streamedFill(exchangeOrderId, fill) {
        const clientOrderId = byExchangeId.get(exchangeOrderId);
        const order = clientOrderId === undefined ? undefined : orders.get(clientOrderId);
        if (order === undefined || order.isOver) return;
        tell([fill(order.query.clientOrderId, order.query.symbol)]);
        order.wake.openUnsafe();
      },
    } satisfies Following;
  });

const isUnexplained = ({ reason }: ExchangeError): boolean => reason._tag === "OutcomeUnknown";

const isProofOfTaking = ({ kind }: OrderReport): boolean => kind === "accepted" || kind === "fill" || kind === "ended";

/** Over: its end is told, with every fill of it. */
function isOver(reports: readonly OrderReport[]): boolean {
  const end = reports.find((report) => report.kind === "ended");
  if (end === undefined) return reports.some((report) => report.kind === "rejected");
  const filled = reports.reduce((sum, report) => sum + (report.kind === "fill" ? report.lots : 0), 0);
  return filled >= end.filledLots;
}

/** It is only a check: where the exchange does not answer for long, the next comparison of sizes makes it. */
const LAST_LOOKS = Schedule.min([Schedule.exponential(500), Schedule.spaced(LONGEST_PAUSE_MS)]).pipe(
  Schedule.upTo({ times: 20 }),
);

/** Most often it is somebody else's order that began long ago: not worth more. */
const SECOND_LOOKS = Schedule.exponential(500).pipe(Schedule.upTo({ times: 2 }));

const keyOf = (report: OrderReport): string => {
  switch (report.kind) {
    case "fill":
      return `fill ${report.tradeId}`;
    case "ended":
      return `ended ${report.filledLots}`;
    default:
      return report.kind;
  }
};
