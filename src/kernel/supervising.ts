/** Rows that no transition made: a position that crashed, is suspended, or did not take a report. */
import type { Fact } from "../domain/fact.ts";
import type { Cause, Row } from "../domain/row.ts";
import type { EpochMs } from "../domain/units.ts";
import type { KernelState, Watched } from "./kernel-state.ts";

/** The row of a position as it stands now. */
export function rowOf(state: KernelState, watched: Watched, facts: readonly Fact[], cause: Cause, atMs: EpochMs): Row {
  const { position } = watched.snapshot;
  return {
    position: watched.id,
    version: position.version,
    symbol: position.symbol,
    side: position.side,
    atMs,
    feed: state.settings.feedMark?.() ?? null,
    cause,
    facts,
    supervision: watched.supervision,
    snapshot: watched.snapshot,
  };
}

/** A row in which the position's state stands as it was, one version later. */
function addRow(state: KernelState, watched: Watched, facts: readonly Fact[], event: string, nowMs: EpochMs): void {
  const { position } = watched.snapshot;
  watched.snapshot = { ...watched.snapshot, position: { ...position, version: position.version + 1 } };
  state.rows.push(rowOf(state, watched, facts, { event, rule: null, price: null, priceAtMs: null }, nowMs));
}

/** The actor is gone; the supervisor knows, and now learns when: it plans a restart, or gives the position up (R1.8). */
export function noteCrash(state: KernelState, watched: Watched, nowMs: EpochMs): void {
  const { supervisor } = watched.market;
  const { symbol } = watched.snapshot.position;
  const crashed = supervisor.getSnapshot().context.watched[watched.id];
  const error = crashed?.status === "crashed" ? crashed.error : "unknown";
  supervisor.send({ type: "CRASH_NOTED", id: watched.id, atMs: nowMs });
  const after = supervisor.getSnapshot().context.watched[watched.id];
  if (after?.status === "suspended") {
    return noteSuspended(
      state,
      watched,
      `Position of ${symbol} suspended: ${after.reason}; last error: ${error}`,
      nowMs,
    );
  }
  const message = `Position of ${symbol} crashed and is restarted: ${error}`;
  addRow(state, watched, [{ type: "warning", severity: "error", message }], "CRASH", nowMs);
}

/** Stops a position that must not decide any more until somebody has looked (R1.9). */
export function suspend(state: KernelState, watched: Watched, reason: string, nowMs: EpochMs): void {
  watched.market.supervisor.send({ type: "SUSPEND", id: watched.id, reason });
  noteSuspended(state, watched, `Position of ${watched.snapshot.position.symbol} suspended: ${reason}`, nowMs);
}

/** A suspended position takes nothing, and nobody has to ask why nothing happened (R13.0). */
export function noteUntaken(state: KernelState, watched: Watched, event: string, nowMs: EpochMs): void {
  const message = `${event} for the suspended position of ${watched.snapshot.position.symbol} not taken: look at it, and at the exchange`;
  addRow(state, watched, [{ type: "notDone", reason: "suspended", rung: null, message }], event, nowMs);
}

export function noteSuspended(state: KernelState, watched: Watched, message: string, nowMs: EpochMs): void {
  watched.supervision = "suspended";
  addRow(state, watched, [{ type: "notDone", reason: "suspended", rung: null, message }], "SUSPEND", nowMs);
}

/** When the supervisor brings a crashed position back; Infinity when it does not. */
export function restartAtMs(watched: Watched): number {
  const watch = watched.market.supervisor.getSnapshot().context.watched[watched.id];
  return watch?.status === "restarting" ? watch.restartAtMs : Number.POSITIVE_INFINITY;
}
