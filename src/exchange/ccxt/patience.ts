/**
 * How long a question is worth asking: attempts, pauses, and a limit for the whole answer.
 *
 * Promises: every question has an end; a pause that the venue asks for is kept where it is short, and said where it is long.
 */
import * as Effect from "effect/Effect";
import { failedWith, noAnswerWithin, type CallJudged } from "./calls.ts";

export interface Patience {
  /** The client's own limit ends when the headers are there; this one counts for the whole answer. */
  readonly answerMs: number;
  /** Before each further attempt. */
  readonly pausesMs: readonly number[];
  /** A pause that the venue asks for is kept up to this length. */
  readonly longestWaitMs: number;
  /** So often in a row. */
  readonly mostWaits: number;
  readonly onWait?: (waitMs: number, why: string) => void;
}

/** Asks until there is an answer, a refusal, or no patience left. */
export const patiently = <A>(
  question: Effect.Effect<A, CallJudged>,
  patience: Patience,
): Effect.Effect<A, CallJudged> =>
  Effect.gen(function* () {
    const { answerMs, pausesMs, longestWaitMs, mostWaits, onWait } = patience;
    const inTime = Effect.timeoutOrElse(question, {
      duration: answerMs,
      orElse: () => Effect.fail(failedWith(noAnswerWithin(answerMs))),
    });
    let attempts = 0;
    let waits = 0;
    for (;;) {
      const asked = yield* Effect.result(inTime);
      if (asked._tag === "Success") return asked.success;
      const { judged } = asked.failure;
      if (judged.kind !== "failed" || judged.reason._tag === "Unauthorized") return yield* Effect.fail(asked.failure);
      const { reason } = judged;
      let waitMs = pausesMs[attempts];
      if (reason._tag === "RateLimited") {
        waits += 1;
        waitMs = waits > mostWaits || reason.retryAfterMs > longestWaitMs ? undefined : reason.retryAfterMs;
      } else attempts += 1;
      if (waitMs === undefined) return yield* Effect.fail(asked.failure);
      onWait?.(waitMs, reason.message);
      yield* Effect.sleep(waitMs);
    }
  });
