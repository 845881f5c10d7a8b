/**
 * Group commit: rows of many steps become durable together, and only then do their commands leave and their facts get
 * told (law 2). One writer; a failed commit releases nothing of anything that was waiting.
 */
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as Latch from "effect/Latch";
import type { Command } from "../domain/intent.ts";
import type { Row } from "../domain/row.ts";
import { JournalError, type Journal, type Journalled } from "../journal/journal.ts";
import type { Step } from "../kernel/kernel.ts";

/** A commit blocks the loop: about a millisecond for this many rows. */
const ROWS_PER_COMMIT = 500;

export interface CommitLoop {
  /** Queues a step; the effect is done when its rows are durable. */
  submit(step: Step): Effect.Effect<void, JournalError>;
  /** Commits what is queued, for ever. */
  readonly run: Effect.Effect<never>;
  /** Commits what is queued now. */
  readonly drain: Effect.Effect<void>;
  /** Steps that wait for their commit. */
  waiting(): number;
}

interface Waiting {
  readonly step: Step;
  readonly durable: Deferred.Deferred<void, JournalError>;
}

export function makeCommitLoop(input: {
  readonly journal: Journal;
  readonly onDurable: (rows: readonly Row[], commands: readonly Journalled<Command>[]) => void;
  /** Nothing that was waiting was written: memory is ahead of the disk and has to go back. */
  readonly onFailure: (error: JournalError) => void;
}): CommitLoop {
  let queue: Waiting[] = [];
  const work = Latch.makeUnsafe();

  const takeBatch = (): readonly Waiting[] => {
    let rows = 0;
    const count = queue.findIndex((waiting) => (rows += waiting.step.rows.length) > ROWS_PER_COMMIT);
    // A single step may be larger than a batch; it is never cut.
    return queue.splice(0, count === -1 ? queue.length : Math.max(1, count));
  };

  const commit = (): void => {
    const batch = takeBatch();
    if (batch.length === 0) return;
    const rows = batch.flatMap(({ step }) => step.rows);
    const commands = batch.flatMap(({ step }) => step.commands);
    const released = appended(rows, commands);
    if (released instanceof JournalError) {
      const lost = [...batch, ...queue];
      queue = [];
      input.onFailure(released);
      for (const { durable } of lost) Deferred.doneUnsafe(durable, Effect.fail(released));
      return;
    }
    input.onDurable(rows, released);
    for (const { durable } of batch) Deferred.doneUnsafe(durable, Effect.void);
  };

  /** Whatever a journal throws, nothing may leave; and this loop is the only way out, so it does not end with it. */
  const appended = (
    rows: readonly Row[],
    commands: readonly Command[],
  ): readonly Journalled<Command>[] | JournalError => {
    try {
      // Each command carries the ticket of the append that made its rows durable.
      return input.journal.append(rows, commands) as readonly Command[] as readonly Journalled<Command>[];
    } catch (error) {
      if (error instanceof JournalError) return error;
      return new JournalError(
        input.journal.id,
        { kind: "unwritable", cause: String(error) },
        `The journal has thrown: ${String(error)}`,
      );
    }
  };

  const drain = Effect.suspend(function commitAll(): Effect.Effect<void> {
    commit();
    return queue.length === 0 ? Effect.void : Effect.andThen(Effect.yieldNow, Effect.suspend(commitAll));
  });

  return {
    submit(step) {
      const durable = Deferred.makeUnsafe<void, JournalError>();
      queue.push({ step, durable });
      work.openUnsafe();
      return Deferred.await(durable);
    },
    run: Effect.gen(function* () {
      for (;;) {
        yield* work.await;
        // Opening a latch resumes at once; whatever else is decided in this turn belongs to the same transaction.
        yield* Effect.yieldNow;
        work.closeUnsafe();
        yield* drain;
      }
    }),
    drain,
    waiting: () => queue.length,
  };
}
