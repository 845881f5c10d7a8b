/** P9: after the last rung nothing remains: not in the books, and not at the venue. */
import { describe, it } from "vitest";
import { remainingLots } from "../../src/domain/ladder.ts";
import { holds, leftLots, TIMEOUT_MS } from "../support/holds.ts";
import { must, type Observer } from "../support/world.ts";

const LAST = ["take_profit_final", "single_target", "scaled_tp_full_close_fallback"];

const observer = (): Observer => ({
  step({ position }, world) {
    if (position === null || position.outcome === null || !LAST.includes(position.outcome.reason)) return;
    must(
      remainingLots(position) === 0,
      () => `P9 ${remainingLots(position)} lots remain after ${position.outcome?.reason}`,
    );
    must(leftLots(world) === 0, () => `P9 ${leftLots(world)} lots remain by the book-keeper`);
  },
  rest({ position, venue }) {
    if (position === null || position.outcome === null) return;
    // On spot a fraction of a lot may stay as dust: it cannot be sold.
    must(
      venue.held >= 0 && venue.held < 1_000_000,
      () => `P9 the venue holds ${venue.held / 1e6} lots after ${position.outcome?.reason}`,
    );
  },
});

describe("the last rung", () => {
  it("P9 leaves nothing", () => holds(1_200, observer), TIMEOUT_MS);
});
