/** P17: every fill is counted exactly once: duplicates, any order, lost and found again, across restarts. */
import { describe, it } from "vitest";
import { holds, rowsOfFirst, TIMEOUT_MS } from "../support/holds.ts";
import { must, type Observer } from "../support/world.ts";

const observer = (): Observer => ({
  step(moment, world) {
    const { position } = moment;
    if (position === null || rowsOfFirst(moment).length === 0) return;
    const counted = position.intents.flatMap(({ tradeIds }) => tradeIds);
    must(new Set(counted).size === counted.length, () => `P17 counted twice: ${counted.join()}`);
    must(
      counted.length === world.told.size && counted.every((id) => world.told.has(id)),
      () => `P17 counted ${counted.join()}, told ${[...world.told.keys()].join()}`,
    );
    for (const intent of position.intents) {
      const lots = intent.tradeIds.reduce((sum: number, id) => sum + (world.told.get(id)?.report.lots ?? 0), 0);
      must(
        lots === intent.filledLots,
        () => `P17 order ${intent.number} filled ${intent.filledLots} lots, its trades ${lots}`,
      );
    }
  },
  rest({ venue, told }) {
    const missing = venue.trades.filter(({ report }) => !told.has(report.tradeId));
    must(missing.length === 0, () => `P17 never counted: ${missing.map(({ report }) => report.tradeId).join()}`);
  },
});

describe("fills", () => {
  it("P17 are counted exactly once", () => holds(1_500, observer), TIMEOUT_MS);
});
