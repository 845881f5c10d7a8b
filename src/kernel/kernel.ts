/**
 * The kernel: prices, reports and requests in; rows and commands out. Synchronous and deterministic.
 *
 * Promises: the same events in the same order give the same rows, byte for byte; a price that crosses nothing touches
 * no actor and allocates nothing; after each event every position has said all that it has to say at the current price.
 * It knows no clock, no promise, no disk and no exchange: a driver feeds it, journals its rows, and only then carries
 * out its commands.
 */
import type { PositionEvent } from "../../machines/position-events.ts";
import type { ExitReason } from "../domain/fact.ts";
import { isSettled, type Command } from "../domain/intent.ts";
import type { MarketClasses } from "../domain/market-context.ts";
import type { Opening } from "../domain/opening.ts";
import type { Position } from "../domain/position.ts";
import { admitPrice, freshQuote, type FreshPrice, type PriceDropReason } from "../domain/price-gate.ts";
import type { FillReport, OrderReport } from "../domain/report.ts";
import type { PositionSnapshot, Row, Supervision } from "../domain/row.ts";
import type { Side } from "../domain/side.ts";
import { epochMs, type EpochMs } from "../domain/units.ts";
import { noteClasses, queueContext, tellContext } from "./context.ts";
import { catchUp, deliver, settleAtPrice, momentEvent } from "./delivering.ts";
import {
  actorOf,
  createState,
  machineFor,
  marketOf,
  type KernelMarket,
  type KernelSettings,
  type KernelState,
  type Watched,
} from "./kernel-state.ts";
import {
  adoptExposure,
  openPosition,
  refuseEntry,
  restorePositions,
  type RefusedEntry,
  type RestoredState,
} from "./opening.ts";
import { noteUntaken } from "./supervising.ts";
import { crossedAt, crosses, crossingBeyond, nearestCrossing, type MarketTriggers } from "./triggers.ts";

export type { KernelMarket, KernelSettings } from "./kernel-state.ts";
export type { RefusedEntry, RestoredPosition, RestoredState } from "./opening.ts";

/** What came of one event. Rows first: commands leave and facts are told only once the rows are durable (law 2). */
export interface Step {
  readonly rows: readonly Row[];
  readonly commands: readonly Command[];
}

export const NOTHING: Step = Object.freeze({ rows: Object.freeze([]), commands: Object.freeze([]) });

export type KernelEvent =
  | { readonly type: "open"; readonly opening: Opening; readonly nowMs: EpochMs }
  | { readonly type: "refuse"; readonly entry: RefusedEntry; readonly nowMs: EpochMs }
  | { readonly type: "report"; readonly report: OrderReport; readonly nowMs: EpochMs }
  | { readonly type: "deadlines"; readonly nowMs: EpochMs }
  | { readonly type: "close"; readonly position: string; readonly reason: ExitReason; readonly nowMs: EpochMs }
  | { readonly type: "retry"; readonly position: string; readonly nowMs: EpochMs }
  | { readonly type: "gone"; readonly position: string; readonly nowMs: EpochMs }
  /** What is known of a market besides its price has changed (R6.4). */
  | { readonly type: "context"; readonly symbol: string; readonly classes: MarketClasses; readonly nowMs: EpochMs }
  /** After a restart: whatever is open is looked up. */
  | { readonly type: "recover"; readonly nowMs: EpochMs };

/** A position as the kernel knows it. */
export interface KernelPosition {
  readonly id: string;
  readonly snapshot: PositionSnapshot;
  readonly supervision: Supervision;
}

export interface Kernel {
  /** Carries one event through to rest. */
  step(event: KernelEvent): Step;
  /** The handle of a market, so that a stream of prices need not look its name up each time. */
  market(symbol: string): KernelMarket;
  /** A price of a market. Allocates nothing and touches no actor unless it crosses a band. */
  price(market: KernelMarket, value: number, atMs: number, nowMs: number): Step;
  /** The first price on the way from one to another at which somebody wakes; null when nobody does. */
  nearestCrossing(market: KernelMarket, from: number, to: number): number | null;
  /** The first such price strictly beyond `from`, for a way on which somebody is awake already. */
  crossingBeyond(market: KernelMarket, from: number, to: number): number | null;
  /** When `deadlines` may have something to do next; Infinity when never. */
  nextDeadlineMs(): number;
  /** Puts positions back from their last rows, and remembers those that are behind us. */
  restore(restored: RestoredState, nowMs: EpochMs): void;
  positions(): readonly KernelPosition[];
  position(id: string): KernelPosition | null;
  isUsed(id: string): boolean;
  /** The position that an account holds in a market and is not closed; of one side, or of either (`null`). */
  heldBy(place: { readonly account: string; readonly symbol: string; readonly side: Side | null }): string | null;
  /** The last price of a market, if a decision may be made on it now. */
  quote(symbol: string, nowMs: EpochMs): FreshPrice | null;
  /** Prices that the gates did not let through, in all. */
  droppedPrices(): number;
}

const DROP_REPORT_EVERY_MS = 60_000;

export function createKernel(settings: KernelSettings): Kernel {
  const state = createState(settings);
  const known = (id: string, act: (watched: Watched) => void): void => {
    const watched = state.positions.get(id);
    if (watched !== undefined) act(watched);
  };

  function apply(event: KernelEvent): void {
    const { nowMs } = event;
    switch (event.type) {
      case "open":
        return openPosition(state, event.opening, nowMs);
      case "refuse":
        return refuseEntry(state, event.entry, nowMs);
      case "report":
        return takeReport(state, event.report, nowMs);
      case "deadlines":
        return deadlines(state, nowMs);
      case "close":
        return known(event.position, (watched) =>
          request(state, watched, { type: "CLOSE", atMs: nowMs, reason: event.reason }),
        );
      case "retry":
        return known(event.position, (watched) => request(state, watched, { type: "RETRY", atMs: nowMs }));
      case "gone":
        return known(event.position, (watched) => request(state, watched, { type: "GONE", atMs: nowMs }));
      case "context":
        return noteClasses(state, event.symbol, event.classes, nowMs);
      case "recover":
        for (const watched of Array.from(state.positions.values())) recover(state, watched, nowMs);
    }
  }

  return {
    step(event) {
      apply(event);
      return finish(state);
    },
    market: (symbol) => marketOf(state, symbol),
    price(market, value, atMs, nowMs) {
      const { triggers } = market;
      const dropped = admitPrice(triggers.gate, value, atMs, nowMs, settings.limits);
      if (dropped !== null) return noteDropped(state, market, value, dropped, epochMs(nowMs));
      return crosses(triggers, value) ? settleCrossed(state, triggers, value, epochMs(nowMs)) : NOTHING;
    },
    nearestCrossing: (market, from, to) => nearestCrossing(market.triggers, from, to),
    crossingBeyond: (market, from, to) => crossingBeyond(market.triggers, from, to),
    nextDeadlineMs: () => Math.min(state.agenda.nextMs(), state.untoldSinceMs),
    restore: (restored, nowMs) => restorePositions(state, restored, nowMs),
    positions: () => Array.from(state.positions.values(), publicView),
    position(id) {
      const watched = state.positions.get(id);
      return watched === undefined ? null : publicView(watched);
    },
    isUsed: (id) => state.usedIds.has(id),
    heldBy({ account, symbol, side }) {
      for (const { id, snapshot } of state.positions.values()) {
        const { position } = snapshot;
        if (position.symbol !== symbol || position.account !== account) continue;
        if ((side === null || position.side === side) && mayStillTrade(position)) return id;
      }
      return null;
    },
    quote(symbol, nowMs) {
      const market = state.markets.get(symbol);
      return market === undefined ? null : freshQuote(market.triggers.gate, nowMs, settings.limits);
    },
    droppedPrices: () =>
      Array.from(state.markets.values()).reduce((sum, market) => sum + market.triggers.gate.dropped, 0),
  };
}

/** Open, or closed with an order whose end is not known: either would trade beside a new position (R10.2). */
const mayStillTrade = (position: Position): boolean => position.outcome === null || !position.intents.every(isSettled);

const publicView = ({ id, snapshot, supervision }: Watched): KernelPosition => ({ id, snapshot, supervision });

/** Apart from `price`, where a closure over the moment would be allocated for every price, whether it crosses or not. */
function settleCrossed(state: KernelState, triggers: MarketTriggers, value: number, nowMs: EpochMs): Step {
  for (const id of crossedAt(triggers, value)) {
    const watched = state.positions.get(id);
    if (watched === undefined) continue;
    catchUp(state, watched, nowMs);
    settleAtPrice(state, watched, nowMs, "crossed");
  }
  return finish(state);
}

function finish(state: KernelState): Step {
  const { rows, commands } = state;
  if (rows.length === 0 && commands.length === 0) return NOTHING;
  state.rows = [];
  state.commands = [];
  return { rows, commands };
}

const EVENT_TYPES = {
  accepted: "ACCEPTED",
  fill: "FILL",
  ended: "ENDED",
  rejected: "REJECTED",
  unknown: "UNKNOWN",
  absent: "ABSENT",
} as const;

function takeReport(state: KernelState, report: OrderReport, nowMs: EpochMs): void {
  const watched = state.positions.get(state.positionOfOrder.get(report.clientOrderId) ?? "");
  if (watched === undefined) return takeReportOfReaped(state, report, nowMs);
  if (watched.supervision === "suspended") return noteUntaken(state, watched, EVENT_TYPES[report.kind], nowMs);
  const quote = freshQuote(watched.market.triggers.gate, nowMs, state.settings.limits);
  const { position } = watched.snapshot;
  const isLate = report.kind === "fill" && position.outcome !== null;
  deliver(state, watched, { type: EVENT_TYPES[report.kind], atMs: nowMs, report, quote } as PositionEvent);
  // A late fill that counted (the books of the closed position have moved) brought exposure.
  if (isLate && watched.supervision === "running" && watched.snapshot.position.externalLots !== position.externalLots) {
    adoptExposure(state, watched.snapshot.position, report as FillReport, nowMs);
  }
}

function takeReportOfReaped(state: KernelState, report: OrderReport, nowMs: EpochMs): void {
  if (report.kind !== "fill") return;
  const tombstone = state.tombstones.uncounted(report);
  if (tombstone !== null) adoptExposure(state, tombstone.position, report, nowMs);
}

/** Everything whose time has come: look-ups, retries, restarts, reaping. */
function deadlines(state: KernelState, nowMs: EpochMs): void {
  if (nowMs >= state.untoldSinceMs) tellContext(state, nowMs);
  for (const watched of state.agenda.takeDue(nowMs)) {
    if (watched.reapAtMs <= nowMs) {
      reap(state, watched);
      continue;
    }
    if (watched.wakeAtMs <= nowMs) wake(state, watched, nowMs);
    // Whoever could not be woken is tried again.
    if (watched.slot === -1) state.agenda.put(watched, Math.min(watched.wakeAtMs, watched.reapAtMs));
  }
}

/** Looks up whatever is open, and takes what has changed meanwhile into account: time, and the market. */
function recover(state: KernelState, watched: Watched, nowMs: EpochMs): void {
  deliver(state, watched, momentEvent(state, watched, "RECOVER", nowMs));
  queueContext(state, watched, nowMs);
}

/** What somebody asks of a position is never lost: one that is about to be restarted is restarted now. */
function request(state: KernelState, watched: Watched, event: PositionEvent): void {
  if (watched.supervision === "suspended") return noteUntaken(state, watched, event.type, event.atMs);
  if (actorOf(watched) === undefined) wake(state, watched, event.atMs);
  deliver(state, watched, event);
}

function wake(state: KernelState, watched: Watched, nowMs: EpochMs): void {
  if (actorOf(watched) !== undefined) return deliver(state, watched, momentEvent(state, watched, "DEADLINE", nowMs));
  // A crashed position comes back from its last row and looks its open orders up again: it may have missed a fill.
  const { snapshot } = watched;
  const machine = machineFor(state, snapshot.position.plan.ladder.length);
  watched.market.supervisor.send({ type: "RESTORE", positions: [{ machine, snapshot }] });
  recover(state, watched, nowMs);
}

function reap(state: KernelState, watched: Watched): void {
  const { position } = watched.snapshot;
  watched.market.supervisor.send({ type: "REAP", id: watched.id });
  for (const clientOrderId of watched.orders) state.positionOfOrder.delete(clientOrderId);
  state.positions.delete(watched.id);
  state.untold.delete(watched);
  state.agenda.remove(watched);
  state.tombstones.add(position);
}

/** A dropped price is counted always, and told to the market's positions once a minute for each reason (R9.1). */
function noteDropped(
  state: KernelState,
  market: KernelMarket,
  value: number,
  reason: PriceDropReason,
  nowMs: EpochMs,
): Step {
  const last = market.dropReportedAtMs.get(reason) ?? Number.NEGATIVE_INFINITY;
  if (nowMs - last < DROP_REPORT_EVERY_MS) return NOTHING;
  market.dropReportedAtMs.set(reason, nowMs);
  for (const id of Array.from(market.triggers.ids)) {
    const watched = state.positions.get(id);
    if (watched !== undefined) deliver(state, watched, { type: "PRICE_DROPPED", atMs: nowMs, value, reason });
  }
  return finish(state);
}
