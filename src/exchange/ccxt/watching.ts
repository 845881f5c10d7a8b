/**
 * The client's streams, kept going: a tight loop for each (nothing else is awaited between two events, or the client loses them),
 * with pauses of our own after a failure.
 *
 * Promises: a stream that breaks is opened again, later each time while it goes on breaking; whoever listens is told after every
 * break, because what happened meanwhile is lost. A person is told when opening it again fails, and when it is sound again.
 */
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import { steadyMsOf } from "../../clock/steady-clock.ts";

export interface WatchedStream {
  /** For people: "fills", "trades of BTC/USDT:USDT". */
  readonly name: string;
  /** One event, or a list of them. */
  readonly next: () => Promise<unknown>;
  readonly onEvent: (answer: unknown) => void;
  /** It has broken, or could not be opened: events may be missing. */
  readonly onBreak?: () => void;
  /** For people. */
  readonly onTrouble: (message: string) => void;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
/** One that held so long was sound: the next break begins with a short pause again. */
const SOUND_AFTER_MS = 60_000;
/** One break is everyday business (venues end streams once a day); so many in a row are told. */
const TOLD_AFTER = 2;
const BACK_AFTER_MS = 5_000;

/** Watches for ever; the pauses differ from each other by up to a half, by `random` in [0, 1). */
export const keepWatching = (stream: WatchedStream, random: () => number): Effect.Effect<never> =>
  Effect.gen(function* () {
    const steadyMs = steadyMsOf(yield* Clock.Clock);
    let failures = 0;
    let isTold = false;
    const saysWhenBack = Effect.suspend(() => {
      if (!isTold) return Effect.never;
      const isBack = Effect.sync(() => {
        isTold = false;
        stream.onTrouble(`stream of ${stream.name} is back`);
      });
      return Effect.andThen(Effect.delay(isBack, BACK_AFTER_MS), Effect.never);
    });
    for (;;) {
      const beganAtMs = steadyMs();
      const broken = Effect.promise((signal) => untilItBreaks(stream, signal));
      const why = yield* Effect.raceFirst(broken, saysWhenBack);
      if (steadyMs() - beganAtMs > SOUND_AFTER_MS) failures = 0;
      failures += 1;
      stream.onBreak?.();
      if (failures >= TOLD_AFTER && !isTold) {
        isTold = true;
        stream.onTrouble(`stream of ${stream.name} does not hold (${failures} times in a row): ${why}`);
      }
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 20));
      yield* Effect.sleep(pauseMs * (0.5 + random() / 2));
    }
  });

/** Takes events one after the other; the reason why it has ended. */
async function untilItBreaks({ next, onEvent }: WatchedStream, signal: AbortSignal): Promise<string> {
  for (;;) {
    if (signal.aborted) return "it is not watched any more";
    let answer: unknown;
    try {
      answer = await next();
    } catch (error) {
      return error instanceof Error
        ? `${error.constructor.name}: ${error.message.replaceAll(/\?\S*/g, "")}`
        : String(error);
    }
    try {
      onEvent(answer);
    } catch (error) {
      return `an event could not be read (${error instanceof Error ? error.message : String(error)})`;
    }
  }
}
