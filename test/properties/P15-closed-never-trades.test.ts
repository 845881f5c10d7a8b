/** P15: a closed position never trades again, and its outcome stands. */
import { describe, it } from "vitest";
import { holds, rowsOfFirst, TIMEOUT_MS, topState } from "../support/holds.ts";
import { must, type Observer } from "../support/world.ts";

function observer(): Observer {
  let outcome: string | null = null;
  return {
    step(moment) {
      const wasClosed = outcome !== null;
      for (const { snapshot } of rowsOfFirst(moment)) {
        const { position, state } = snapshot!;
        const now = position.outcome === null ? null : JSON.stringify(position.outcome);
        must(
          (now !== null) === (topState(state) === "closed"),
          () => `P15 ${topState(state)} with ${now === null ? "no" : "an"} outcome`,
        );
        must(outcome === null || outcome === now, () => "P15 the outcome of a closed position has changed");
        outcome = now;
      }
      if (outcome === null) return;
      const placed = moment.step.commands.find((command) => command.kind === "placeOrder");
      must(
        placed === undefined,
        () => `P15 ${wasClosed ? "closed" : "closing for good"}, and an order: ${JSON.stringify(placed)}`,
      );
    },
  };
}

describe("closed positions", () => {
  it("P15 never trade again", () => holds(1_000, observer), TIMEOUT_MS);
});
