/** P18: nothing is sent before its commit: every command is about an intent that stands in a row already appended. */
import { describe, it } from "vitest";
import type { Intent, OrderRequest } from "../../src/domain/intent.ts";
import type { Journalled } from "../../src/journal/journal.ts";
import { holds, TIMEOUT_MS } from "../support/holds.ts";
import { must, type Observer } from "../support/world.ts";

function observer(): Observer {
  const written = new Map<string, Intent>();
  return {
    step({ step, rowsBefore }, world) {
      must(
        world.journal.store.records.length === rowsBefore + step.rows.length,
        () => "P18 rows that are not in the journal",
      );
      must(step.commands.length === 0 || step.rows.length > 0, () => "P18 a command without a row");
      for (const { snapshot } of step.rows) {
        for (const intent of snapshot?.position.intents ?? []) written.set(intent.clientOrderId, intent);
      }
      for (const command of step.commands) {
        const id = command.kind === "placeOrder" ? command.order.clientOrderId : command.clientOrderId;
        const intent = written.get(id);
        must(intent !== undefined, () => `P18 ${command.kind} of ${id}, which nobody wrote down`);
        if (command.kind !== "placeOrder") continue;
        const { lots, amount, orderSide, reduceOnly, purpose } = command.order;
        const asWritten =
          lots === intent.lots &&
          amount === intent.amount &&
          orderSide === intent.orderSide &&
          reduceOnly === intent.reduceOnly;
        must(
          asWritten && purpose === intent.purpose,
          () => `P18 sent ${JSON.stringify(command.order)}, written ${JSON.stringify(intent)}`,
        );
      }
    },
    rest(world) {
      // The type says the same: what leaves this world is Journalled.
      const sent: readonly Journalled<OrderRequest>[] = world.sent;
      must(
        sent.every(({ clientOrderId }) => written.has(clientOrderId)),
        () => "P18 an order left that nobody wrote down",
      );
    },
  };
}

describe("commands", () => {
  it("P18 come with rows, and are about what those rows say", () => holds(1_000, observer), TIMEOUT_MS);
});
