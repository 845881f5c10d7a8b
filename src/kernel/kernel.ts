/**
 * The kernel: prices, reports and requests in; rows and commands out. Synchronous and deterministic.
 *
 * Promises: the same events in the same order give the same rows, byte for byte; a price that crosses nothing touches
 * no actor and allocates nothing; after each event every position has said all that it has to say at the current price.
 * It knows no clock, no promise, no disk and no exchange: a driver feeds it, journals its rows, and only then carries
 * out its commands.
 */
import { createActor } from "xstate";
import { createPositionMachine, type PositionMachine } from "../../machines/position.ts";
import { toSnapshot, type PositionActor } from "../../machines/position-logic.ts";
import type { PositionEvent } from "../../machines/position-events.ts";
import { supervisorMachine } from "../../machines/supervisor.ts";
import { nextWakeAtMs } from "../domain/closing.ts";
import { decide, watchBand } from "../domain/exit-rules.ts";
import type { ExitReason, Fact } from "../domain/fact.ts";
import { isSettled, type Command } from "../domain/intent.ts";
import type { Opening } from "../domain/opening.ts";
import type { Position } from "../domain/position.ts";
import { admitPrice, freshQuote, type PriceDropReason, type PriceLimits } from "../domain/price-gate.ts";
import type { OrderReport } from "../domain/report.ts";
import type { Cause, FeedMark, PositionSnapshot, Row, Supervision } from "../domain/row.ts";
import { priceText } from "../domain/market.ts";
import type { Side } from "../domain/side.ts";
import type { Turn } from "../domain/turn.ts";
import { epochMs, price as asPrice, type EpochMs } from "../domain/units.ts";
import {
  addPosition,
  createTriggers,
  crossedAt,
  crosses,
  extremesOf,
  nearestCrossing,
  removePosition,
  restartExcursion,
  setBand,
  type MarketTriggers,
} from "./triggers.ts";

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
  | { readonly type: "recover"; readonly nowMs: EpochMs };

/** An entry that validation did not let in: written down, so that it is not asked again after a restart. */
export interface RefusedEntry {
  readonly id: string;
  readonly symbol: string;
  readonly side: Side;
  readonly fact: Fact;
}

export interface KernelSettings {
  readonly limits: PriceLimits;
  /** How long after its end a position is kept for late reports (R1.10). */
  readonly visibilityLagMs: number;
  /** How far the feed has been read: asked for each row. */
  readonly feedMark?: () => FeedMark | null;
}

/** A position as the kernel knows it. */
export interface KernelPosition {
  readonly id: string;
  readonly snapshot: PositionSnapshot;
  readonly supervision: Supervision;
}

export interface RestoredPosition {
  readonly snapshot: PositionSnapshot;
  readonly supervision: Supervision;
}

/** How many times in a row one position may act on one price before that is taken for a defect. */
const MAXIMUM_DECISIONS_PER_EVENT = 50;
const DROP_REPORT_EVERY_MS = 60_000;

interface Watched {
  readonly id: string;
  readonly market: Market;
  snapshot: PositionSnapshot;
  supervision: Supervision;
  wakeAtMs: number;
  reapAtMs: number;
}

interface Market {
  readonly triggers: MarketTriggers;
  readonly supervisor: ReturnType<typeof startSupervisor>;
  readonly dropReportedAtMs: Map<PriceDropReason, number>;
}

const startSupervisor = () => createActor(supervisorMachine).start();

const childOf = (market: Market, id: string): PositionActor | undefined =>
  (market.supervisor.getSnapshot().children as Record<string, PositionActor | undefined>)[id];

export type Kernel = ReturnType<typeof createKernel>;

export function createKernel(settings: KernelSettings) {
  const markets = new Map<string, Market>();
  const positions = new Map<string, Watched>();
  const positionOfOrder = new Map<string, string>();
  const usedIds = new Set<string>();
  const machines = new Map<number, PositionMachine>();
  const feedMark = settings.feedMark ?? (() => null);
  /** No deadline is earlier than this; it may be a moment at which nothing is due any more. */
  let earliestMs = Number.POSITIVE_INFINITY;
  let rows: Row[] = [];
  let commands: Command[] = [];

  const machineFor = (position: { readonly plan: { readonly ladder: readonly unknown[] } }): PositionMachine => {
    const rungs = position.plan.ladder.length;
    const known = machines.get(rungs) ?? createPositionMachine(rungs);
    machines.set(rungs, known);
    return known;
  };

  const marketOf = (symbol: string): Market => {
    let market = markets.get(symbol);
    if (market === undefined) {
      market = { triggers: createTriggers(symbol), supervisor: startSupervisor(), dropReportedAtMs: new Map() };
      markets.set(symbol, market);
    }
    return market;
  };

  const finish = (): Step => {
    if (rows.length === 0 && commands.length === 0) return NOTHING;
    const step = { rows, commands };
    rows = [];
    commands = [];
    return step;
  };

  const actorOf = (watched: Watched): PositionActor | undefined =>
    childOf(watched.market, watched.id);

  const excursionOf = (watched: Watched) => {
    const extremes = extremesOf(watched.market.triggers, watched.id);
    if (extremes === null || !Number.isFinite(extremes.high)) return null;
    const [best, worst] =
      watched.snapshot.position.side === "long" ? [extremes.high, extremes.low] : [extremes.low, extremes.high];
    return { best: asPrice(best), worst: asPrice(worst) };
  };

  /** Sends one event to one position, takes what came of it, and lets it say all that it has to say at this price. */
  function deliver(watched: Watched, event: PositionEvent): void {
    const actor = actorOf(watched);
    if (actor === undefined) return;
    actor.send({ ...event, excursion: excursionOf(watched) });
    take(watched, actor, causeOf(watched.snapshot.position, event), event.atMs);
    settleAtPrice(watched, event.atMs);
  }

  /** The current price may concern a position that has just changed: a stop that moved past it, a rung that is still due. */
  function settleAtPrice(watched: Watched, nowMs: EpochMs): void {
    const { triggers } = watched.market;
    for (let decisions = 0; ; decisions += 1) {
      const actor = actorOf(watched);
      const quote = freshQuote(triggers.gate, nowMs, settings.limits);
      if (actor === undefined || quote === null || decide(watched.snapshot.position, quote, nowMs) === null) break;
      if (decisions === MAXIMUM_DECISIONS_PER_EVENT) throw new Error(`Invariant: ${watched.id} does not come to rest at ${quote.value}`);
      const event: PositionEvent = { type: "PRICE", atMs: nowMs, quote };
      const before = watched.snapshot;
      actor.send({ ...event, excursion: excursionOf(watched) });
      take(watched, actor, causeOf(before.position, event), nowMs);
      if (watched.snapshot === before) break;
    }
    rearm(watched, nowMs);
  }

  /** Takes what a transition has left in the actor: a row, its commands, a crash, a suspicion. */
  function take(watched: Watched, actor: PositionActor, cause: Cause, nowMs: EpochMs): void {
    const chart = actor.getSnapshot();
    if (chart.status === "error" || actorOf(watched) === undefined) return noteCrash(watched, nowMs);
    const turn = chart.context as Turn;
    if (turn.position.version === watched.snapshot.position.version) return;
    const opens = watched.snapshot.position.openedAtMs === null && turn.position.openedAtMs !== null;
    watched.snapshot = toSnapshot(chart);
    for (const intent of turn.position.intents) positionOfOrder.set(intent.clientOrderId, watched.id);
    if (opens) restartExcursion(watched.market.triggers, watched.id, watched.market.triggers.gate.lastPrice);
    rows.push(rowOf(watched, turn.facts, cause, nowMs));
    commands.push(...turn.commands);
    if (turn.suspect !== null) suspend(watched, turn.suspect, nowMs);
  }

  function rowOf(watched: Watched, facts: readonly Fact[], cause: Cause, atMs: EpochMs): Row {
    const { position } = watched.snapshot;
    return {
      position: watched.id,
      version: position.version,
      symbol: position.symbol,
      side: position.side,
      atMs,
      feed: feedMark(),
      cause,
      facts,
      supervision: watched.supervision,
      snapshot: watched.snapshot,
    };
  }

  /** Sets band and deadlines from the state that the position is in now. */
  function rearm(watched: Watched, nowMs: EpochMs): void {
    setTriggers(watched, nowMs);
    earliestMs = Math.min(earliestMs, watched.wakeAtMs, watched.reapAtMs);
  }

  function setTriggers(watched: Watched, nowMs: EpochMs): void {
    const { position } = watched.snapshot;
    const { triggers } = watched.market;
    if (watched.supervision !== "running" || actorOf(watched) === undefined) {
      setBand(triggers, watched.id, 0, Number.POSITIVE_INFINITY);
      watched.wakeAtMs = restartAt(watched);
      return;
    }
    watched.wakeAtMs = nextWakeAtMs(position) ?? Number.POSITIVE_INFINITY;
    if (position.outcome !== null) {
      removePosition(triggers, watched.id);
      watched.reapAtMs = position.intents.every(isSettled) ? nowMs + settings.visibilityLagMs : Number.POSITIVE_INFINITY;
      return;
    }
    const band = watchBand(position, triggers.gate.lastPrice, nowMs);
    setBand(triggers, watched.id, band.below, band.above);
  }

  const restartAt = (watched: Watched): number => {
    const watch = watched.market.supervisor.getSnapshot().context.watched[watched.id];
    return watch?.status === "restarting" ? watch.restartAtMs : Number.POSITIVE_INFINITY;
  };

  /** The actor is gone; the supervisor knows, and now learns when: it plans a restart, or gives the position up. */
  function noteCrash(watched: Watched, nowMs: EpochMs): void {
    const { supervisor } = watched.market;
    const crashed = supervisor.getSnapshot().context.watched[watched.id];
    const error = crashed?.status === "crashed" ? crashed.error : "unknown";
    supervisor.send({ type: "CRASH_NOTED", id: watched.id, atMs: nowMs });
    const after = supervisor.getSnapshot().context.watched[watched.id];
    const symbol = watched.snapshot.position.symbol;
    if (after?.status === "suspended") {
      return suspendedRow(watched, `Position of ${symbol} suspended: ${after.reason}; last error: ${error}`, nowMs);
    }
    addRow(watched, [{ type: "warning", severity: "error", message: `Position of ${symbol} crashed and is restarted: ${error}` }], "CRASH", nowMs);
  }

  function suspend(watched: Watched, reason: string, nowMs: EpochMs): void {
    watched.market.supervisor.send({ type: "SUSPEND", id: watched.id, reason });
    suspendedRow(watched, `Position of ${watched.snapshot.position.symbol} suspended: ${reason}`, nowMs);
  }

  function suspendedRow(watched: Watched, message: string, nowMs: EpochMs): void {
    watched.supervision = "suspended";
    addRow(watched, [{ type: "notDone", reason: "suspended", rung: null, message }], "SUSPEND", nowMs);
  }

  /** A row that no transition of the position made: its state stands as it was, one version later. */
  function addRow(watched: Watched, facts: readonly Fact[], event: string, nowMs: EpochMs): void {
    const { position } = watched.snapshot;
    watched.snapshot = { ...watched.snapshot, position: { ...position, version: position.version + 1 } };
    rows.push(rowOf(watched, facts, { event, rule: null, price: null, priceAtMs: null }, nowMs));
  }

  function watch(id: string, symbol: string, snapshot: PositionSnapshot, supervision: Supervision): Watched {
    const market = marketOf(symbol);
    const { position } = snapshot;
    const watched: Watched = {
      id,
      market,
      snapshot,
      supervision,
      wakeAtMs: Number.POSITIVE_INFINITY,
      reapAtMs: Number.POSITIVE_INFINITY,
    };
    positions.set(id, watched);
    usedIds.add(id);
    for (const intent of position.intents) positionOfOrder.set(intent.clientOrderId, id);
    if (position.outcome === null) {
      const ends = [position.bestPrice, position.worstPrice].filter((end) => end !== null);
      const high = ends.length === 0 ? Number.NEGATIVE_INFINITY : Math.max(...ends);
      const low = ends.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...ends);
      addPosition(market.triggers, id, { high, low });
    }
    return watched;
  }

  function open(opening: Opening, nowMs: EpochMs): void {
    const market = marketOf(opening.symbol);
    market.supervisor.send({ type: "OPEN", opening, machine: machineFor(opening) });
    const actor = childOf(market, opening.id);
    if (actor === undefined) throw new Error(`Invariant: ${opening.id} was spawned`);
    const chart = actor.getSnapshot();
    const turn = chart.context as Turn;
    const watched = watch(opening.id, opening.symbol, toSnapshot(chart), "running");
    rows.push(rowOf(watched, turn.facts, causeOf(turn.position, { type: "OPEN" }), nowMs));
    commands.push(...turn.commands);
    rearm(watched, nowMs);
  }

  function refuse(entry: RefusedEntry, nowMs: EpochMs): void {
    usedIds.add(entry.id);
    rows.push({
      position: entry.id,
      version: 1,
      symbol: entry.symbol,
      side: entry.side,
      atMs: nowMs,
      feed: feedMark(),
      cause: { event: "OPEN", rule: null, price: null, priceAtMs: null },
      facts: [entry.fact],
      supervision: "refused",
      snapshot: null,
    });
  }

  function report(order: OrderReport, nowMs: EpochMs): void {
    const id = positionOfOrder.get(order.clientOrderId);
    const watched = id === undefined ? undefined : positions.get(id);
    if (watched === undefined) return;
    if (watched.supervision === "suspended") {
      const message = `Report for the suspended position of ${watched.snapshot.position.symbol} not taken: ${order.kind}`;
      return addRow(watched, [{ type: "notDone", reason: "suspended", rung: null, message }], EVENT_TYPES[order.kind], nowMs);
    }
    const quote = freshQuote(watched.market.triggers.gate, nowMs, settings.limits);
    deliver(watched, toPositionEvent(order, nowMs, quote));
  }

  /** Everything whose time has come: look-ups, retries, restarts, reaping. */
  function deadlines(nowMs: EpochMs): void {
    if (nowMs < earliestMs) return;
    for (const watched of [...positions.values()]) {
      if (watched.reapAtMs <= nowMs) reap(watched);
      else if (watched.wakeAtMs <= nowMs) wake(watched, nowMs);
    }
    earliestMs = Number.POSITIVE_INFINITY;
    for (const watched of positions.values()) earliestMs = Math.min(earliestMs, watched.wakeAtMs, watched.reapAtMs);
  }

  function wake(watched: Watched, nowMs: EpochMs): void {
    if (actorOf(watched) !== undefined) return deliver(watched, { type: "DEADLINE", atMs: nowMs });
    restart(watched, nowMs);
  }

  /** A crashed position comes back from its last row, and looks its open orders up again: it may have missed a fill. */
  function restart(watched: Watched, nowMs: EpochMs): void {
    const { snapshot } = watched;
    watched.market.supervisor.send({
      type: "RESTORE",
      positions: [{ machine: machineFor(snapshot.position), snapshot }],
    });
    deliver(watched, { type: "RECOVER", atMs: nowMs });
  }

  function reap(watched: Watched): void {
    watched.market.supervisor.send({ type: "REAP", id: watched.id });
    for (const intent of watched.snapshot.position.intents) positionOfOrder.delete(intent.clientOrderId);
    positions.delete(watched.id);
  }

  function price(market: Market, value: number, atMs: number, nowMs: number): Step {
    const { triggers } = market;
    const dropped = admitPrice(triggers.gate, value, atMs, nowMs, settings.limits);
    if (dropped !== null) return noteDropped(market, value, dropped, epochMs(nowMs));
    if (!crosses(triggers, value)) return NOTHING;
    const quote = freshQuote(triggers.gate, nowMs, settings.limits);
    if (quote === null) return NOTHING;
    for (const id of crossedAt(triggers, value)) {
      const watched = positions.get(id);
      if (watched !== undefined) settleAtPrice(watched, epochMs(nowMs));
    }
    return finish();
  }

  /** A dropped price is counted always, and told to the market's positions once a minute for each reason (R9.1). */
  function noteDropped(market: Market, value: number, reason: PriceDropReason, nowMs: EpochMs): Step {
    const last = market.dropReportedAtMs.get(reason) ?? Number.NEGATIVE_INFINITY;
    if (nowMs - last < DROP_REPORT_EVERY_MS) return NOTHING;
    market.dropReportedAtMs.set(reason, nowMs);
    for (const id of [...market.triggers.ids]) {
      const watched = positions.get(id);
      if (watched !== undefined) deliver(watched, { type: "PRICE_DROPPED", atMs: nowMs, value, reason });
    }
    return finish();
  }

  const known = (id: string, act: (watched: Watched) => void): void => {
    const watched = positions.get(id);
    if (watched !== undefined) act(watched);
  };

  return {
    /** Carries one event through to rest. */
    step(event: KernelEvent): Step {
      switch (event.type) {
        case "open":
          open(event.opening, event.nowMs);
          break;
        case "refuse":
          refuse(event.entry, event.nowMs);
          break;
        case "report":
          report(event.report, event.nowMs);
          break;
        case "deadlines":
          deadlines(event.nowMs);
          break;
        case "close":
          known(event.position, (watched) => deliver(watched, { type: "CLOSE", atMs: event.nowMs, reason: event.reason }));
          break;
        case "retry":
          known(event.position, (watched) => deliver(watched, { type: "RETRY", atMs: event.nowMs }));
          break;
        case "gone":
          known(event.position, (watched) => deliver(watched, { type: "GONE", atMs: event.nowMs }));
          break;
        case "recover":
          for (const watched of [...positions.values()]) deliver(watched, { type: "RECOVER", atMs: event.nowMs });
          break;
      }
      return finish();
    },

    /** The handle of a market, so that a stream of prices need not look its name up each time. */
    market: (symbol: string): Market => marketOf(symbol),

    /** A price of a market. Allocates nothing and touches no actor unless it crosses a band. */
    price,

    /** The first price on the way from one to another at which somebody wakes; null when nobody does. */
    nearestCrossing: (market: Market, from: number, to: number): number | null => nearestCrossing(market.triggers, from, to),

    /** When `deadlines` may have something to do next; Infinity when never. */
    nextDeadlineMs: (): number => earliestMs,

    /** Puts positions back from their last rows, in one go per market. No command comes of it: `recover` asks for those. */
    restore(restored: readonly RestoredPosition[], refusedIds: readonly string[], nowMs: EpochMs): void {
      for (const id of refusedIds) usedIds.add(id);
      const bySymbol = new Map<string, Watched[]>();
      for (const { snapshot, supervision } of restored) {
        const { id, symbol } = snapshot.position;
        const watched = watch(id, symbol, snapshot, supervision);
        if (supervision === "running") bySymbol.set(symbol, [...(bySymbol.get(symbol) ?? []), watched]);
      }
      for (const [symbol, group] of bySymbol) {
        marketOf(symbol).supervisor.send({
          type: "RESTORE",
          positions: group.map(({ snapshot }) => ({ machine: machineFor(snapshot.position), snapshot })),
        });
        for (const watched of group) rearm(watched, nowMs);
      }
    },

    positions: (): readonly KernelPosition[] =>
      [...positions.values()].map(({ id, snapshot, supervision }) => ({ id, snapshot, supervision })),

    position(id: string): KernelPosition | null {
      const watched = positions.get(id);
      return watched === undefined ? null : { id, snapshot: watched.snapshot, supervision: watched.supervision };
    },

    isUsed: (id: string): boolean => usedIds.has(id),

    /** The position that an account holds in a market and is not closed; of one side, or of either (`null`). */
    heldBy(place: { readonly account: string; readonly symbol: string; readonly side: Side | null }): string | null {
      const holder = markets.get(place.symbol)?.triggers.ids.find((id) => {
        const position = positions.get(id)?.snapshot.position;
        return position?.account === place.account && (place.side === null || position.side === place.side);
      });
      return holder ?? null;
    },

    /** The last price of a market, if a decision may be made on it now. */
    quote: (symbol: string, nowMs: EpochMs) => {
      const market = markets.get(symbol);
      return market === undefined ? null : freshQuote(market.triggers.gate, nowMs, settings.limits);
    },

    droppedPrices: (): number => [...markets.values()].reduce((sum, market) => sum + market.triggers.gate.dropped, 0),
  };
}

const EVENT_TYPES = {
  accepted: "ACCEPTED",
  fill: "FILL",
  ended: "ENDED",
  rejected: "REJECTED",
  unknown: "UNKNOWN",
  absent: "ABSENT",
} as const;

const toPositionEvent = (report: OrderReport, atMs: EpochMs, quote: ReturnType<typeof freshQuote>): PositionEvent =>
  ({ type: EVENT_TYPES[report.kind], atMs, report, quote }) as PositionEvent;

/** What stands on the row as its cause: the event, and for a price the rule that it set off. */
function causeOf(position: Position, event: PositionEvent | { readonly type: "OPEN" }): Cause {
  if (event.type !== "PRICE") return { event: event.type, rule: null, price: null, priceAtMs: null };
  const { quote, atMs } = event;
  return {
    event: "PRICE",
    rule: decide(position, quote, atMs)?.rule ?? null,
    price: priceText(quote.value),
    priceAtMs: quote.atMs,
  };
}
