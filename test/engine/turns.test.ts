/** Work in turns: a bounded amount at a time, in order, nothing left out. */
import * as Effect from "effect/Effect";
import { expect, it } from "vitest";
import { createTurns } from "../../src/engine/turns.ts";

/** Turns of at most three, and the loop's turns by hand. */
function byHand() {
  const errands: Effect.Effect<void>[] = [];
  const turns = createTurns({ perTurn: () => 3, errand: (effect) => void errands.push(effect) });
  const done: string[] = [];
  const take = (name: string, amount = 1): void =>
    turns.take(() => {
      done.push(name);
      return amount;
    });
  const nextTurn = (): Promise<void> => Effect.runPromise(errands.shift() ?? Effect.void);
  return { turns, done, take, nextTurn, errands };
}

it("R12.5 a flood is taken in turns of a bounded size, in order, and what comes meanwhile comes after it", async () => {
  const { done, take, nextTurn, errands } = byHand();
  for (const name of "abcdefg") take(name);
  expect(done.join("")).toBe("abc");
  await nextTurn();
  expect(done.join("")).toBe("abcdef");
  take("h");
  expect(done.join("")).toBe("abcdef");
  await nextTurn();
  expect(done.join("")).toBe("abcdefgh");
  await nextTurn();
  take("i");
  expect(done.join("")).toBe("abcdefghi");
  expect(errands).toHaveLength(1);
});

it("R12.5 what costs nothing is never held up, and asks for no turn of its own", () => {
  const { done, take, errands } = byHand();
  for (let count = 0; count < 100; count += 1) take("x", 0);
  expect(done).toHaveLength(100);
  expect(errands).toHaveLength(0);
});

it("R12.5 everything that waits can be asked for at once", async () => {
  const { turns, done, take, nextTurn } = byHand();
  for (const name of "abcdefghij") take(name);
  turns.flush();
  expect(done.join("")).toBe("abcdefghij");
  expect(turns.isOver()).toBe(true);
  await nextTurn();
  expect(turns.isOver()).toBe(false);
});
