/** The promise of a position's first fill: kept by the row that shows one, or by the outcome of a position that never came to be. */
import type { Outcome } from "../domain/outcome.ts";
import type { Row } from "../domain/row.ts";

export interface Waiter {
  readonly filled: Promise<"open" | Outcome>;
  readonly resolve: (state: "open" | Outcome) => void;
  readonly reject: (error: Error) => void;
}

export function newWaiter(): Waiter {
  const { promise, resolve, reject } = Promise.withResolvers<"open" | Outcome>();
  // Nobody has to wait for it: a rejection that is not listened to is no defect of the process.
  promise.catch(() => undefined);
  return { filled: promise, resolve, reject };
}

export function settleFilled(waiters: Map<string, Waiter>, row: Row): void {
  const waiter = waiters.get(row.position);
  const position = row.snapshot?.position;
  if (waiter === undefined || position === undefined) return;
  if (position.enteredLots > 0) waiter.resolve("open");
  else if (position.outcome !== null) waiter.resolve(position.outcome);
  else return;
  waiters.delete(row.position);
}
