/** What the kernel holds: markets with their supervisors and triggers, positions, and the step in the making. */
import { createActor } from "xstate";
import type { PositionActor } from "../../machines/position-logic.ts";
import { createPositionMachine, type PositionMachine } from "../../machines/position.ts";
import { supervisorMachine } from "../../machines/supervisor.ts";
import type { Command } from "../domain/intent.ts";
import { NOTHING_KNOWN, type MarketClasses } from "../domain/market-context.ts";
import type { PriceDropReason, PriceLimits } from "../domain/price-gate.ts";
import type { FeedMark, PositionSnapshot, Row, Supervision } from "../domain/row.ts";
import { Agenda, type Member } from "./agenda.ts";
import { createTombstones, type Tombstones } from "./tombstones.ts";
import { addPosition, createTriggers, type MarketTriggers } from "./triggers.ts";

export interface KernelSettings {
  readonly limits: PriceLimits;
  /** How long after its end a position is kept for late reports (R1.10). */
  readonly visibilityLagMs: number;
  /** How far the feed has been read: asked for each row. */
  readonly feedMark?: () => FeedMark | null;
  /**
   * Whether nothing connects the last price of a market with the next one at this moment, so that what needs no price gets
   * the next one (R5.3): in a replay of trades. Left out: never.
   */
  readonly nextPriceDecides?: (symbol: string) => boolean;
}

/** One market: its supervisor is the parent of its positions, its triggers say whom a price concerns. */
export interface KernelMarket {
  readonly triggers: MarketTriggers;
  readonly supervisor: ReturnType<typeof startSupervisor>;
  readonly dropReportedAtMs: Map<PriceDropReason, number>;
  /** What is known of it besides the price. */
  classes: MarketClasses;
}

export interface Watched extends Member {
  readonly id: string;
  readonly market: KernelMarket;
  /** Every order that it ever sent, also those that its state does not carry along any more. */
  readonly orders: string[];
  snapshot: PositionSnapshot;
  supervision: Supervision;
  wakeAtMs: number;
  reapAtMs: number;
}

export interface KernelState {
  readonly settings: KernelSettings;
  readonly markets: Map<string, KernelMarket>;
  readonly positions: Map<string, Watched>;
  /** When each position wants to be woken or reaped. */
  readonly agenda: Agenda<Watched>;
  readonly positionOfOrder: Map<string, string>;
  readonly usedIds: Set<string>;
  readonly tombstones: Tombstones;
  readonly machines: Map<number, PositionMachine>;
  /** Positions that were ever watched. */
  watchedSoFar: number;
  /** Positions that have not been told yet what has changed in their market. */
  readonly untold: Set<Watched>;
  /** From when on they wait for that; Infinity where nobody does. */
  untoldSinceMs: number;
  rows: Row[];
  commands: Command[];
}

export const createState = (settings: KernelSettings): KernelState => ({
  settings,
  markets: new Map(),
  positions: new Map(),
  agenda: new Agenda(),
  positionOfOrder: new Map(),
  usedIds: new Set(),
  tombstones: createTombstones(),
  machines: new Map(),
  untold: new Set(),
  watchedSoFar: 0,
  untoldSinceMs: Number.POSITIVE_INFINITY,
  rows: [],
  commands: [],
});

const startSupervisor = () => createActor(supervisorMachine).start();

export function marketOf(state: KernelState, symbol: string): KernelMarket {
  const known = state.markets.get(symbol);
  if (known !== undefined) return known;
  const market: KernelMarket = {
    triggers: createTriggers(symbol),
    supervisor: startSupervisor(),
    dropReportedAtMs: new Map(),
    classes: NOTHING_KNOWN,
  };
  state.markets.set(symbol, market);
  return market;
}

/** Charts are made once for each number of rungs. */
export function machineFor(state: KernelState, rungs: number): PositionMachine {
  const machine = state.machines.get(rungs) ?? createPositionMachine(rungs);
  state.machines.set(rungs, machine);
  return machine;
}

/** The actor of a position; none while it is crashed or suspended. */
export const actorOf = (watched: Watched): PositionActor | undefined => childOf(watched.market, watched.id);

export const childOf = (market: KernelMarket, id: string): PositionActor | undefined =>
  (market.supervisor.getSnapshot().children as Record<string, PositionActor | undefined>)[id];

/** Begins to watch a position, from the state it is in. */
export function watch(state: KernelState, snapshot: PositionSnapshot, supervision: Supervision): Watched {
  const { position } = snapshot;
  const { id, symbol } = position;
  const never = Number.POSITIVE_INFINITY;
  const market = marketOf(state, symbol);
  state.watchedSoFar += 1;
  const ordinal = state.watchedSoFar;
  const deadlines = { wakeAtMs: never, reapAtMs: never, dueMs: never, slot: -1 };
  const watched: Watched = { id, market, ordinal, orders: [], snapshot, supervision, ...deadlines };
  state.positions.set(id, watched);
  state.usedIds.add(id);
  for (const { clientOrderId } of position.intents) noteOrder(state, watched, clientOrderId);
  if (position.outcome === null) {
    const ends = [position.bestPrice, position.worstPrice].filter((end) => end !== null);
    addPosition(market.triggers, id, {
      high: Math.max(Number.NEGATIVE_INFINITY, ...ends),
      low: Math.min(Number.POSITIVE_INFINITY, ...ends),
    });
  }
  return watched;
}

/** Reports of this order belong to this position from here on. */
export function noteOrder(state: KernelState, watched: Watched, clientOrderId: string): void {
  watched.orders.push(clientOrderId);
  state.positionOfOrder.set(clientOrderId, watched.id);
}
