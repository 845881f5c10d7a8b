/** P13: an open position has a stop, from the row of its first fill on. */
import { describe, it } from "vitest";
import { holds, rowsOfFirst, TIMEOUT_MS, topState } from "../support/holds.ts";
import { must, type Observer } from "../support/world.ts";

const observer = (): Observer => ({
  step(moment) {
    for (const { snapshot } of rowsOfFirst(moment)) {
      const { position, state } = snapshot!;
      const name = topState(state);
      must(name !== "opening" || position.enteredLots === 0, () => "P13 filled, and not yet open");
      must(
        position.enteredLots === 0 || position.stop !== null,
        () => `P13 ${position.enteredLots} lots in ${name} without a stop`,
      );
      const isOpen = name === "open" || name.startsWith("TP");
      must(
        !isOpen || (position.stop !== null && position.initialStopLevel !== null),
        () => `P13 ${name} without a stop`,
      );
    }
  },
});

describe("open positions", () => {
  it("P13 have a stop", () => holds(1_000, observer), TIMEOUT_MS);
});
