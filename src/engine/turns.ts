/**
 * Work that comes in a flood, a bounded amount in each turn of the loop, in the order in which it came: ten thousand stops
 * that one gap hits must not keep everything else waiting.
 *
 * Promises: nothing is left out and nothing overtakes; while there is little to do it is done at once, inside the call. It
 * does not know what the work is.
 */
import * as Effect from "effect/Effect";

export interface Turns {
  /** Whether this turn has had enough, or something waits already: what comes now has to wait. */
  isOver(): boolean;
  /** So much was done in this turn, outside of `take`. */
  note(amount: number): void;
  /** Does it now, or in a later turn where this one has had enough. */
  take(work: Work): void;
  /** Does all that waits, now. */
  flush(): void;
}

/** Says how much it was. */
export type Work = () => number;

/** Where so much waits, it is done at once, however long that takes: a queue without an end would be worse. */
const LONGEST_QUEUE = 100_000;

export function createTurns(input: {
  /** How much is enough for one turn: asked again and again. */
  readonly perTurn: () => number;
  readonly errand: (effect: Effect.Effect<void>) => void;
}): Turns {
  let queue: Work[] = [];
  /** How far the queue has been taken. */
  let next = 0;
  let done = 0;
  let isCounting = false;

  const note = (amount: number): void => {
    if (amount === 0) return;
    done += amount;
    turnSoon();
  };
  const turnSoon = (): void => {
    if (isCounting) return;
    isCounting = true;
    input.errand(Effect.andThen(Effect.yieldNow, Effect.sync(nextTurn)));
  };
  const isOver = (): boolean => done >= input.perTurn() || next < queue.length;
  const nextTurn = (): void => {
    isCounting = false;
    done = 0;
    actOn((enough) => !enough);
  };
  const actOn = (mayGoOn: (enough: boolean) => boolean): void => {
    try {
      while (next < queue.length && mayGoOn(done >= input.perTurn())) {
        next += 1;
        note(queue[next - 1]!());
      }
    } finally {
      // Work that throws ends its turn, not the queue.
      queue = queue.slice(next);
      next = 0;
      if (queue.length > 0) turnSoon();
    }
  };
  const flush = (): void => actOn(() => true);

  return {
    isOver,
    note,
    take(work) {
      if (!isOver()) return note(work());
      queue.push(work);
      if (queue.length - next > LONGEST_QUEUE) flush();
    },
    flush,
  };
}
