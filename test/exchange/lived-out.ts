/**
 * Many lives beside each other, each lived to its end. One that was not over in time is lived again with fewer beside it, at last
 * alone: a machine that stands still is not the engine's mistake. What is judged to be wrong is never lived again.
 */
import * as Effect from "effect/Effect";

const AT_A_TIME = [12, 3, 1] as const;

export interface LivedOut<Result> {
  readonly results: readonly Result[];
  /** How many had to be lived again. */
  readonly again: number;
}

export const livedOut = <Life, Result>(
  lives: readonly Life[],
  live: (life: Life) => Effect.Effect<Result>,
  isUncertain: (result: Result) => boolean,
): Effect.Effect<LivedOut<Result>> =>
  Effect.gen(function* () {
    const results = new Map<Life, Result>();
    const uncertain = (): readonly Life[] =>
      lives.filter((each) => !results.has(each) || isUncertain(results.get(each)!));
    let again = 0;
    for (const [round, concurrency] of AT_A_TIME.entries()) {
      const left = uncertain();
      if (round === 1) again = left.length;
      yield* Effect.forEach(left, (each) => Effect.map(live(each), (result) => void results.set(each, result)), {
        concurrency,
        discard: true,
      });
    }
    return { results: lives.map((each) => results.get(each)!), again };
  });
