/** P10: after rung 1 the stop is at the breakeven of that moment or better. */
import { describe, it } from "vitest";
import type { Position } from "../../src/domain/position.ts";
import { holds, passedRungs, rowsOfFirst, TIMEOUT_MS, toldTotals } from "../support/holds.ts";
import { must, type Observer } from "../support/world.ts";

/** The stop's price × 10^30. */
const stopPrice = ({ stop, grid }: Position): bigint =>
  BigInt(stop!.level) * BigInt(grid!.units) * 10n ** BigInt(30 - grid!.decimals);

function observer(): Observer {
  let breakeven: { readonly cost: bigint; readonly lots: bigint } | null = null;
  return {
    step(moment, world) {
      for (const { snapshot, side } of rowsOfFirst(moment)) {
        const { position } = snapshot!;
        if (position.closing !== null || passedRungs(position) === 0) continue;
        if (breakeven === null) {
          const { cost, entered } = toldTotals(world);
          breakeven = { cost, lots: BigInt(entered) };
        }
        const { cost, lots } = breakeven;
        const at = stopPrice(position) * lots;
        must(
          side === "long" ? at >= cost : at <= cost,
          () => `P10 stop ${Number(stopPrice(position)) / 1e30}, breakeven ${Number(cost) / Number(lots) / 1e30}`,
        );
      }
    },
  };
}

describe("breakeven", () => {
  it("P10 from rung 1 on, hit or skipped, the stop stands there or better", () => holds(1_400, observer), TIMEOUT_MS);
});
