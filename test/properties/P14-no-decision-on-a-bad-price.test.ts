/** P14: no decision on an invalid or stale price; times and manual closes decide without one. */
import { describe, it } from "vitest";
import { holds, rowsOfFirst, TIMEOUT_MS } from "../support/holds.ts";
import { must, type Moment, type Observer, type World } from "../support/world.ts";

const PRICED = /^(stop_|emergency_|take_profit|single_target|scaled_tp)/;

/** By the book-keeper: the last price that was valid, unless it is too old to decide on. */
const isFresh = ({ price, nowMs }: Moment, world: World): boolean =>
  price !== null && (!world.sequence.setting.staleAfterFiveSeconds || nowMs - price.atMs <= 5_000);

function observer(): Observer {
  let closing: string | null = null;
  return {
    step(moment, world) {
      const { told, step, price } = moment;
      const isDropped = told.what === "price" && !Object.is(price?.value, told.value);
      must(
        !isDropped || step.commands.length === 0,
        () => `P14 a command on the price ${told.what === "price" ? told.value : ""}`,
      );
      for (const { cause, snapshot } of rowsOfFirst(moment)) {
        must(!isDropped || cause.event === "PRICE_DROPPED", () => `P14 ${cause.event} on a price that was dropped`);
        const why = snapshot!.position.closing?.reason ?? null;
        const decided = cause.event === "PRICE" || (why !== closing && why !== null && PRICED.test(why));
        closing = why;
        if (!decided) continue;
        must(cause.event === "PRICE", () => `P14 ${why} decided by ${cause.event}`);
        must(isFresh(moment, world), () => `P14 decided at ${moment.nowMs} on the price of ${price?.atMs}`);
        must(
          Number(cause.price) === price?.value && cause.priceAtMs === price.atMs,
          () => `P14 decided on ${cause.price}, the last valid price is ${price?.value}`,
        );
      }
      const exits = step.commands.some((command) => command.kind === "placeOrder" && command.order.purpose === "exit");
      must(!exits || isFresh(moment, world), () => "P14 a partial exit without a fresh price");
    },
  };
}

describe("decisions", () => {
  it("P14 are made on the last valid price, and on none that is stale", () => holds(1_500, observer), TIMEOUT_MS);
});
