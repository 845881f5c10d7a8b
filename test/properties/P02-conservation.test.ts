/** P2: nothing is lost or created: entered = exited + fees in the coin + left from outside + remaining, in lots, always. */
import { describe, it } from "vitest";
import { remainingLots } from "../../src/domain/ladder.ts";
import type { Fact } from "../../src/domain/fact.ts";
import { holds, leftLots, rowsOfFirst, sumAmounts, TIMEOUT_MS, toldTotals } from "../support/holds.ts";
import { must, type Observer } from "../support/world.ts";

function observer(): Observer {
  const facts: Fact[] = [];
  return {
    step(moment, world) {
      const rows = rowsOfFirst(moment);
      for (const row of rows) facts.push(...row.facts);
      const { position } = moment;
      if (position === null || rows.length === 0) return;
      const { entered, exited } = toldTotals(world);
      must(
        position.enteredLots === entered,
        () => `P2 ${position.enteredLots} lots entered in the books, ${entered} by the book-keeper`,
      );
      must(
        position.exitedLots === exited,
        () => `P2 ${position.exitedLots} lots exited in the books, ${exited} by the book-keeper`,
      );
      const left = leftLots(world);
      must(
        remainingLots(position) === left,
        () => `P2 ${remainingLots(position)} lots remain in the books, ${left} by the book-keeper`,
      );
      const inRungs = position.rungs.reduce(
        (sum: number, rung) => sum + (rung.fills?.lots ?? 0),
        position.closeFills?.lots ?? 0,
      );
      must(inRungs === exited, () => `P2 ${inRungs} lots allotted to rungs and the close, ${exited} exited`);
    },
    rest(world) {
      const { step } = world.sequence.setting;
      const opened = sumAmounts(facts, ["opened"], step);
      must(opened === toldTotals(world).entered, () => `P2 R14.2 ${opened} lots in the records of opened`);
      if ((world.position?.outcome ?? null) === null) return;
      const gone = sumAmounts(facts, ["exit", "external"], step);
      must(
        gone === opened,
        () => `P2 R14.2 ${opened} lots opened, ${gone} in the records of exits and external changes`,
      );
    },
  };
}

describe("quantities", () => {
  it("P2 add up in lots after every row, and in the records at the end", () => holds(1_400, observer), TIMEOUT_MS);
});
