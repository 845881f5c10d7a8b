/** P12: the engine's size and the exchange's agree whenever nothing is in flight. */
import { describe, it } from "vitest";
import { remainingLots } from "../../src/domain/ladder.ts";
import { holds, TIMEOUT_MS } from "../support/holds.ts";
import { must, type Observer, type World } from "../support/world.ts";

function agree({ position, venue, sequence }: World): void {
  const ours = position === null ? 0 : remainingLots(position);
  const theirs = Math.floor(venue.held / 1_000_000);
  must(ours === theirs, () => `P12 we say ${ours} lots, the venue says ${theirs} (${sequence.setting.kind})`);
}

const observer = (): Observer => ({
  step(moment, world) {
    // A removal from outside is seen by reconciliation before anybody else compares.
    const isGone = moment.told.what === "event" && moment.told.event.type === "gone";
    if (world.isQuiet() && !isGone && moment.step.commands.length === 0 && (world.position?.outcome ?? null) === null)
      agree(world);
  },
  rest: agree,
});

describe("sizes", () => {
  it("P12 agree with the venue whenever nothing is in flight", () => holds(1_500, observer), TIMEOUT_MS);
});
