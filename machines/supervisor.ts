/**
 * The supervisor of one market's positions: spawns them, restarts the one that crashes, suspends the one that keeps
 * crashing, reaps those that are over (R1.8, R1.10).
 *
 * Promises: one bad position never stops the others; there is no catch-all handler, which would swallow the errors of
 * children. It knows no clock: a restart's moment is state, and the kernel says when it has come.
 */
import { assign, setup, stopChild } from "xstate";
import type { Opening } from "../src/domain/opening.ts";
import type { PositionSnapshot } from "../src/domain/row.ts";
import { epochMs, type EpochMs } from "../src/domain/units.ts";
import { positionLogic } from "./position-logic.ts";
import type { PositionMachine } from "./position.ts";

/** SPEC 16: restarts before a position is suspended. */
export const MAXIMUM_CRASHES = 3;
const CRASH_WINDOW_MS = 10 * 60_000;
const FIRST_RESTART_MS = 100;

export type Watch =
  | { readonly status: "running"; readonly crashesAtMs: readonly EpochMs[] }
  /** Its actor is gone; it is not known yet when it comes back. */
  | { readonly status: "crashed"; readonly crashesAtMs: readonly EpochMs[]; readonly error: string }
  | { readonly status: "restarting"; readonly crashesAtMs: readonly EpochMs[]; readonly restartAtMs: EpochMs }
  | { readonly status: "suspended"; readonly crashesAtMs: readonly EpochMs[]; readonly reason: string };

export interface SupervisorContext {
  readonly watched: Readonly<Record<string, Watch>>;
}

export type SupervisorEvent =
  | { readonly type: "OPEN"; readonly opening: Opening; readonly machine: PositionMachine }
  | {
      readonly type: "RESTORE";
      readonly positions: readonly { readonly machine: PositionMachine; readonly snapshot: PositionSnapshot }[];
    }
  /** A crash has a time from here on: restart it, or give it up. */
  | { readonly type: "CRASH_NOTED"; readonly id: string; readonly atMs: EpochMs }
  | { readonly type: "SUSPEND"; readonly id: string; readonly reason: string }
  | { readonly type: "REAP"; readonly id: string };

const running = (crashesAtMs: readonly EpochMs[] = []): Watch => ({ status: "running", crashesAtMs });

/**
 * A copy, without one of them. Without a prototype it is a hash table from the start; a spread would grow a hidden class for
 * every id, and with dozens of ids that come and go take ten times as long.
 */
function copyOf({ watched }: SupervisorContext, leftOut?: string): Record<string, Watch> {
  const copy = Object.create(null) as Record<string, Watch>;
  for (const id in watched) if (id !== leftOut) copy[id] = watched[id]!;
  return copy;
}

function watch(context: SupervisorContext, id: string, next: Watch): SupervisorContext {
  const watched = copyOf(context);
  watched[id] = next;
  return { watched };
}

const recentCrashes = (context: SupervisorContext, id: string, atMs: EpochMs): readonly EpochMs[] =>
  [...(context.watched[id]?.crashesAtMs ?? []), atMs].filter((crash) => crash > atMs - CRASH_WINDOW_MS);

/** Spawning logic that is made at run time: XState's own type of `spawn` knows only logic that is named beforehand. */
type Spawner = (logic: PositionMachine, options: { readonly id: string; readonly input?: Opening }) => unknown;
const asSpawner = (spawn: unknown): Spawner => spawn as Spawner;

export const supervisorMachine = setup({
  types: {
    context: {} as SupervisorContext,
    events: {} as SupervisorEvent,
  },
  guards: {
    // A second child under one id would leave the first running, out of everybody's reach.
    isNotWatched: ({ context, event }) => event.type === "OPEN" && context.watched[event.opening.id] === undefined,
    hasCrashedTooOften: ({ context, event }) =>
      event.type === "CRASH_NOTED" && recentCrashes(context, event.id, event.atMs).length > MAXIMUM_CRASHES,
  },
  actions: {
    spawnPosition: assign(({ context, event, spawn }) => {
      if (event.type !== "OPEN") return context;
      const { opening, machine } = event;
      asSpawner(spawn)(positionLogic(machine), { id: opening.id, input: opening });
      return watch(context, opening.id, running());
    }),
    spawnRestored: assign(({ context, event, spawn }) => {
      if (event.type !== "RESTORE") return context;
      const watched = copyOf(context);
      for (const { machine, snapshot } of event.positions) {
        const id = snapshot.position.id;
        if (watched[id]?.status === "running") continue;
        asSpawner(spawn)(positionLogic(machine, snapshot), { id });
        watched[id] = running(watched[id]?.crashesAtMs);
      }
      return { watched };
    }),
    noteCrash: assign(({ context, event }) => {
      const { actorId, error } = event as unknown as { actorId: string; error: unknown };
      const crashesAtMs = context.watched[actorId]?.crashesAtMs ?? [];
      return watch(context, actorId, { status: "crashed", crashesAtMs, error: String(error) });
    }),
    planRestart: assign(({ context, event }) => {
      if (event.type !== "CRASH_NOTED") return context;
      const crashesAtMs = recentCrashes(context, event.id, event.atMs);
      const restartAtMs = epochMs(event.atMs + FIRST_RESTART_MS * 2 ** (crashesAtMs.length - 1));
      return watch(context, event.id, { status: "restarting", crashesAtMs, restartAtMs });
    }),
    suspendCrashed: assign(({ context, event }) => {
      if (event.type !== "CRASH_NOTED") return context;
      const crashesAtMs = recentCrashes(context, event.id, event.atMs);
      const reason = `crashed ${crashesAtMs.length} times in ${CRASH_WINDOW_MS / 60_000} minutes`;
      return watch(context, event.id, { status: "suspended", crashesAtMs, reason });
    }),
    suspend: assign(({ context, event }) => {
      if (event.type !== "SUSPEND") return context;
      const crashesAtMs = context.watched[event.id]?.crashesAtMs ?? [];
      return watch(context, event.id, { status: "suspended", crashesAtMs, reason: event.reason });
    }),
    forget: assign(({ context, event }) => {
      return event.type === "REAP" ? { watched: copyOf(context, event.id) } : context;
    }),
    stopNamed: stopChild(({ event }) => ("id" in event ? event.id : "")),
    stopCrashed: stopChild(({ event }) => (event as unknown as { actorId: string }).actorId),
  },
}).createMachine({
  id: "supervisor",
  context: { watched: {} },
  on: {
    OPEN: { guard: "isNotWatched", actions: "spawnPosition" },
    RESTORE: { actions: "spawnRestored" },
    "xstate.error.actor.*": { actions: ["stopCrashed", "noteCrash"] },
    CRASH_NOTED: [{ guard: "hasCrashedTooOften", actions: "suspendCrashed" }, { actions: "planRestart" }],
    SUSPEND: { actions: ["stopNamed", "suspend"] },
    REAP: { actions: ["stopNamed", "forget"] },
  },
});
