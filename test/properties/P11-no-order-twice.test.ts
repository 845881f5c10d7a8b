/** P11: no intent is carried out twice, whatever was lost, repeated, or asked again after a crash. */
import { describe, it } from "vitest";
import type { OrderRequest } from "../../src/domain/intent.ts";
import { holds, TIMEOUT_MS } from "../support/holds.ts";
import { must, type Observer } from "../support/world.ts";

function observer(): Observer {
  const first = new Map<string, OrderRequest>();
  let entries = 0;
  return {
    step({ step }) {
      for (const command of step.commands) {
        if (command.kind !== "placeOrder") continue;
        const { order } = command;
        const before = first.get(order.clientOrderId);
        if (before === undefined && order.purpose === "entry") entries += 1;
        must(entries <= 1, () => "P11 a second entry");
        must(
          before === undefined || isSameOrder(before, order),
          () => `P11 another order under the id ${order.clientOrderId}`,
        );
        first.set(order.clientOrderId, order);
      }
    },
    rest({ venue, sent, position }) {
      for (const { request, taken, filled } of venue.orders.values()) {
        must(taken === 1, () => `P11 the ${request.purpose} ${request.clientOrderId} arrived ${taken} times`);
        must(filled <= request.lots, () => `P11 the ${request.purpose} filled ${filled} of ${request.lots} lots`);
        must(
          sent.some(({ clientOrderId }) => clientOrderId === request.clientOrderId),
          () => "P11 an order that nobody sent",
        );
      }
      const numbers = position?.intents.map(({ clientOrderId }) => clientOrderId) ?? [];
      must(new Set(numbers).size === numbers.length, () => "P11 two intents share an id");
      // On spot nothing ever asks for more than is free (R10.8): two sales at once would.
      must(
        venue.overdrawn.length === 0,
        () => `P11 R10.8 a sale of more than is held: ${JSON.stringify(venue.overdrawn[0])}`,
      );
    },
  };
}

/** How a close finds its size belongs to the moment at which it is sent: what was unknown then may be known now. */
const isSameOrder = (before: OrderRequest, order: OrderRequest): boolean =>
  JSON.stringify({ ...before, sizedBy: null }) === JSON.stringify({ ...order, sizedBy: null });

describe("orders", () => {
  it("P11 arrive at most once", () => holds(1_500, observer), TIMEOUT_MS);
});
