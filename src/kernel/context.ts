/**
 * Classes of a market on their way to its positions (R6.4): those whom a change concerns, a bounded number in each step,
 * so that a change that concerns thousands does not stall the loop.
 */
import { classesUsed } from "../domain/context-change.ts";
import {
  classesOver,
  contextWith,
  NO_CONTEXT,
  type MarketClasses,
  type PositionContext,
} from "../domain/market-context.ts";
import type { Plan } from "../domain/plan.ts";
import type { Side } from "../domain/side.ts";
import type { EpochMs } from "../domain/units.ts";
import { deliver } from "./delivering.ts";
import { marketOf, type KernelMarket, type KernelState, type Watched } from "./kernel-state.ts";

/** At some 100 µs for each of them, a step of this many is no pause that anybody notices. */
const POSITIONS_PER_STEP = 100;

/** Takes over what is known of a market by now, and queues the positions that have to be told. */
export function noteClasses(state: KernelState, symbol: string, classes: MarketClasses, nowMs: EpochMs): void {
  const market = marketOf(state, symbol);
  market.classes = classesOver(market.classes, classes);
  for (const id of market.triggers.ids) {
    const watched = state.positions.get(id);
    if (watched !== undefined) queueContext(state, watched, nowMs);
  }
  tellContext(state, nowMs);
}

/** A position that does not know yet what is known of its market is told when its turn comes. */
export function queueContext(state: KernelState, watched: Watched, nowMs: EpochMs): void {
  if (!isConcerned(watched)) return;
  state.untold.add(watched);
  state.untoldSinceMs = Math.min(state.untoldSinceMs, nowMs);
}

/** Tells the next of those who are waiting. */
export function tellContext(state: KernelState, nowMs: EpochMs): void {
  let told = 0;
  for (const watched of state.untold) {
    if (told === POSITIONS_PER_STEP) break;
    state.untold.delete(watched);
    if (!isConcerned(watched)) continue;
    told += 1;
    const known = watched.market.classes[watched.snapshot.position.side];
    deliver(state, watched, { type: "CONTEXT", atMs: nowMs, known });
  }
  // Whoever is left is told as soon as the driver asks again.
  if (state.untold.size === 0) state.untoldSinceMs = Number.POSITIVE_INFINITY;
}

/** What a position that opens now knows of its market. */
export const openingContext = (market: KernelMarket, side: Side, plan: Plan): PositionContext =>
  contextWith(NO_CONTEXT, market.classes[side], classesUsed(plan));

function isConcerned({ snapshot, supervision, market }: Watched): boolean {
  const { plan, side, context, outcome, closing } = snapshot.position;
  if (supervision !== "running" || outcome !== null || closing !== null) return false;
  return contextWith(context, market.classes[side], classesUsed(plan)) !== context;
}
