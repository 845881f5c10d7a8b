/** How positions come to the kernel: opened, refused, adopted, or restored from their last rows. */
import { toSnapshot } from "../../machines/position-logic.ts";
import { adoptLateFill } from "../domain/adoption.ts";
import { booksFault } from "../domain/books.ts";
import type { Fact } from "../domain/fact.ts";
import type { Opening } from "../domain/opening.ts";
import type { FillReport } from "../domain/report.ts";
import type { PositionSnapshot, Supervision } from "../domain/row.ts";
import type { Position } from "../domain/position.ts";
import type { Side } from "../domain/side.ts";
import type { Turn } from "../domain/turn.ts";
import type { EpochMs } from "../domain/units.ts";
import { openingContext } from "./context.ts";
import { causeOf, deliver, rearm } from "./delivering.ts";
import { childOf, machineFor, marketOf, watch, type KernelState, type Watched } from "./kernel-state.ts";
import { noteSuspended, rowOf } from "./supervising.ts";

/** An entry that validation did not let in: written down, so that it is not asked again after a restart. */
export interface RefusedEntry {
  readonly id: string;
  readonly symbol: string;
  readonly side: Side;
  readonly fact: Fact;
}

export interface RestoredPosition {
  readonly snapshot: PositionSnapshot;
  readonly supervision: Supervision;
}

/** What a journal brings back. */
export interface RestoredState {
  readonly positions: readonly RestoredPosition[];
  /** Closed positions whose late fills must still find their grave. */
  readonly buried?: readonly Position[];
  readonly refusedIds?: readonly string[];
}

export function openPosition(state: KernelState, opening: Opening, nowMs: EpochMs): void {
  const market = marketOf(state, opening.symbol);
  const context = openingContext(market, opening.side, opening.plan);
  const machine = machineFor(state, opening.plan.ladder.length);
  market.supervisor.send({ type: "OPEN", opening: { ...opening, context }, machine });
  const actor = childOf(market, opening.id);
  if (actor === undefined) throw new Error(`Invariant: ${opening.id} was spawned`);
  const chart = actor.getSnapshot();
  const turn = chart.context as Turn;
  const watched = watch(state, toSnapshot(chart), "running");
  state.rows.push(rowOf(state, watched, turn.facts, causeOf(turn.position, { type: "OPEN" }), nowMs));
  state.commands.push(...turn.commands);
  rearm(state, watched, nowMs);
}

export function refuseEntry(state: KernelState, entry: RefusedEntry, nowMs: EpochMs): void {
  state.usedIds.add(entry.id);
  state.rows.push({
    position: entry.id,
    version: 1,
    symbol: entry.symbol,
    side: entry.side,
    atMs: nowMs,
    feed: state.settings.feedMark?.() ?? null,
    cause: { event: "OPEN", rule: null, price: null, priceAtMs: null },
    facts: [entry.fact],
    supervision: "refused",
    snapshot: null,
  });
}

/** Puts positions back from their last rows, in one go per market. No command comes of it: `recover` asks for those. */
export function restorePositions(state: KernelState, restored: RestoredState, nowMs: EpochMs): void {
  for (const id of restored.refusedIds ?? []) state.usedIds.add(id);
  for (const position of restored.buried ?? []) {
    state.usedIds.add(position.id);
    state.tombstones.add(position);
  }
  const bySymbol = new Map<string, Watched[]>();
  for (const { snapshot, supervision } of restored.positions) {
    const watched = watch(state, snapshot, supervision);
    const fault = supervision === "running" ? booksFault(snapshot.position) : null;
    // What was written does not add up: nothing is decided on it (R11.2).
    if (fault !== null)
      noteSuspended(
        state,
        watched,
        `Position of ${snapshot.position.symbol} suspended: its journal says ${fault}`,
        nowMs,
      );
    const group = bySymbol.get(snapshot.position.symbol) ?? [];
    if (watched.supervision === "running") group.push(watched);
    bySymbol.set(snapshot.position.symbol, group);
  }
  for (const [symbol, group] of bySymbol) {
    marketOf(state, symbol).supervisor.send({
      type: "RESTORE",
      positions: group.map(({ snapshot }) => ({
        machine: machineFor(state, snapshot.position.plan.ladder.length),
        snapshot,
      })),
    });
    for (const watched of group) rearm(state, watched, nowMs);
  }
}

/** Exposure that a fill after the end has brought becomes a position of its own, which begins by closing (R1.10). */
export function adoptExposure(state: KernelState, late: Position, report: FillReport, nowMs: EpochMs): void {
  let count = 1;
  while (state.usedIds.has(`${late.id}~${count}`)) count += 1;
  const turn = adoptLateFill({ late, report, id: `${late.id}~${count}`, nowMs });
  const snapshot: PositionSnapshot = { schema: 1, state: { closing: "settling" }, position: turn.position };
  const watched = watch(state, snapshot, "running");
  state.rows.push(rowOf(state, watched, turn.facts, causeOf(turn.position, { type: "ADOPT" }), nowMs));
  const machine = machineFor(state, turn.position.plan.ladder.length);
  watched.market.supervisor.send({ type: "RESTORE", positions: [{ machine, snapshot }] });
  deliver(state, watched, { type: "RECOVER", atMs: nowMs });
}
