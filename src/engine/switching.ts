/**
 * The switch of entries at work in the live driver (R8.5): pause, resume, and kill, which closes everything that is open.
 *
 * Promises: a switch is durable before it is acknowledged; while it says killed, whatever comes to be open (an entry that
 * fills late, an adopted position, what a setback has undone) is closed as well. A suspended position is not closed by
 * it: it takes nothing, and is named.
 */
import * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import * as Latch from "effect/Latch";
import type { EntrySwitch, SwitchRequest } from "../domain/entry-switch.ts";
import { isToBeClosed, type Row } from "../domain/row.ts";
import type { EpochMs } from "../domain/units.ts";
import { JournalError } from "../journal/journal.ts";
import type { KernelEvent, KernelPosition, Step } from "../kernel/kernel.ts";
import type { EntryGuard } from "./entry-guard.ts";
import type { HeldKernel } from "./held-kernel.ts";

/** What a kill has set in motion. */
export interface Killed extends EntrySwitch {
  /** Positions that were open: they are being closed, or closed by now. */
  readonly closing: readonly string[];
  /** Positions that decide nothing any more, and were not closed: somebody has to look at them, and at the exchange. */
  readonly suspended: readonly string[];
}

export interface Switching {
  readonly pause: (by: string) => Effect.Effect<EntrySwitch, JournalError>;
  readonly resume: (by: string) => Effect.Effect<EntrySwitch, JournalError>;
  readonly kill: (by: string) => Effect.Effect<Killed, JournalError>;
  /** Rows that are durable now: one of them may show a position that is to be closed. */
  take(rows: readonly Row[]): void;
  /** Closes what is open while the switch says killed, for ever. */
  readonly run: Effect.Effect<never>;
}

/** At some 40 µs each, as many as hold the loop up by 10 ms. */
const CLOSES_PER_TURN = 200;

export function makeSwitching(input: {
  readonly guard: EntryGuard;
  readonly held: HeldKernel;
  readonly nowMs: () => EpochMs;
  readonly submit: (step: Step) => Effect.Effect<void, JournalError>;
  readonly protectOnly: (why: string) => void;
}): Switching {
  const { guard, held, nowMs, submit } = input;
  const isKilled = (): boolean => guard.entries() === "killed";
  const work = Latch.makeUnsafe(isKilled());

  const set = (request: SwitchRequest, by: string): Effect.Effect<EntrySwitch, JournalError> =>
    Effect.suspend(() => {
      try {
        return Effect.succeed(guard.set(request, by, nowMs()));
      } catch (error) {
        if (!(error instanceof JournalError)) throw error;
        // Nobody is told that it holds; but what was meant is done as far as it can be.
        if (request !== "resume") input.protectOnly(`${request} could not be written down (${error.message})`);
        return Effect.fail(error);
      }
    });

  const ask = (events: readonly KernelEvent[]): Effect.Effect<void, JournalError> =>
    Effect.suspend(() => {
      const steps = events.map((event) => submit(held.step(event)));
      return Effect.all(steps, { concurrency: "unbounded", discard: true });
    });
  const closeOf = (position: string): KernelEvent => ({
    type: "close",
    position,
    reason: "kill_switch",
    nowMs: nowMs(),
  });

  const closeWhatIsOpen = Effect.gen(function* () {
    const toClose = held.current().positions().filter(isToBeClosed);
    for (let from = 0; from < toClose.length; from += CLOSES_PER_TURN) {
      yield* ask(toClose.slice(from, from + CLOSES_PER_TURN).map(({ id }) => closeOf(id)));
      yield* Effect.yieldNow;
    }
  });
  /** Whatever goes wrong is a setback of the kernel: it is tried again when that is over. */
  const orElseLater = (closing: Effect.Effect<void, JournalError>): Effect.Effect<void, JournalError> =>
    Effect.tapCause(closing, () => Effect.sync(() => void work.openUnsafe()));

  return {
    pause: (by) => set("pause", by),
    resume: (by) => set("resume", by),
    kill: (by) =>
      Effect.gen(function* () {
        const killed = yield* set("kill", by);
        const now = held.current().positions();
        const closing = now.filter((position) => isOpen(position) && position.supervision === "running");
        const suspended = now.filter(isSuspended).map(({ id }) => id);
        // What is being closed and waits for its next attempt need not wait; what takes nothing says so in its journal.
        const others = [
          ...now.filter(isWaitingToRetry).map(({ id }) => ({ type: "retry", position: id, nowMs: nowMs() }) as const),
          ...suspended.map(closeOf),
        ];
        yield* ask(others).pipe(Effect.andThen(closeWhatIsOpen), orElseLater);
        return { ...killed, closing: closing.map(({ id }) => id), suspended };
      }),
    take(rows) {
      if (isKilled() && rows.some(isToBeClosed)) work.openUnsafe();
    },
    run: Effect.gen(function* () {
      for (;;) {
        yield* work.await;
        yield* held.ready;
        work.closeUnsafe();
        if (isKilled()) yield* closeWhatIsOpen.pipe(orElseLater, Effect.catchCause(unlessInterrupted));
      }
    }),
  };
}

const unlessInterrupted = (cause: Cause.Cause<JournalError>): Effect.Effect<void> =>
  Cause.hasInterruptsOnly(cause) ? Effect.interrupt : Effect.void;

const isOpen = ({ snapshot }: KernelPosition): boolean => snapshot.position.outcome === null;
const isSuspended = (position: KernelPosition): boolean => isOpen(position) && position.supervision === "suspended";
const isWaitingToRetry = (position: KernelPosition): boolean => {
  const { closing } = position.snapshot.position;
  return isOpen(position) && position.supervision === "running" && closing !== null && closing.retryAtMs !== null;
};
