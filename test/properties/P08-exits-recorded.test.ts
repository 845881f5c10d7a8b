/** P8: every partial exit is recorded, with exactly what the venue has carried out. */
import { describe, it } from "vitest";
import type { Fact } from "../../src/domain/fact.ts";
import { holds, passedRungs, rowsOfFirst, scaled, sumAmounts, TIMEOUT_MS, wholeLots } from "../support/holds.ts";
import { must, type Observer } from "../support/world.ts";

function observer(): Observer {
  const exits: Extract<Fact, { type: "exit" }>[] = [];
  return {
    step(moment, world) {
      const { step } = world.sequence.setting;
      for (const row of rowsOfFirst(moment)) {
        exits.push(...row.facts.filter((fact) => fact.type === "exit"));
        const { position } = row.snapshot!;
        if (position.closing !== null) continue;
        for (const rung of position.rungs.slice(0, passedRungs(position))) {
          const records = exits.filter((exit) => exit.rung === rung.number);
          must(
            records.length === (rung.status === "hit" ? 1 : 0),
            () => `P8 rung ${rung.number} is ${rung.status} and has ${records.length} records`,
          );
          const recorded = records.reduce((sum, { amount }) => sum + wholeLots(amount, step), 0);
          must(
            recorded === (rung.fills?.lots ?? 0),
            () => `P8 rung ${rung.number} recorded ${recorded} lots, filled ${rung.fills?.lots}`,
          );
        }
        must(position.exits.length === exits.length, () => "P8 a record that was told is not kept");
      }
    },
    rest(world) {
      const { position, venue } = world;
      if (position === null || position.outcome === null) return;
      const sold = venue.trades.filter(({ isEntry }) => !isEntry);
      const lots = sold.reduce((sum: number, { report }) => sum + report.lots, 0);
      const recorded = sumAmounts(exits, ["exit"], world.sequence.setting.step);
      must(recorded === lots, () => `P8 the venue sold ${lots} lots, ${recorded} are recorded`);
      const fees = exits.reduce((sum, { fee }) => sum + scaled(fee), 0n);
      must(fees === BigInt(sold.length) * scaled("0.01"), () => `P8 fees of ${sold.length} trades, recorded ${fees}`);
      must(
        JSON.stringify(position.outcome.exits) === JSON.stringify(position.exits),
        () => "P8 the outcome lists other exits",
      );
    },
  };
}

describe("exits", () => {
  it("P8 every one is recorded, lot by lot and fee by fee", () => holds(1_300, observer), TIMEOUT_MS);
});
