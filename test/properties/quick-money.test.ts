/** R12.2: what a search reckons by floats is what is reported by exact decimals. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listFlow } from "../../src/backtest/entry-flow.ts";
import { knownContext } from "../../src/backtest/known-context.ts";
import { indexOf } from "../../src/backtest/price-columns.ts";
import { quickNet, quickTerms } from "../../src/backtest/quick-money.ts";
import { runMarket } from "../../src/backtest/run-market.ts";
import { testedPosition } from "../../src/backtest/tested-position.ts";
import { parityCases, PLACES } from "../support/parity-cases.ts";

/** Of the money that was moved: of a profit near zero a share would mean nothing. */
const TOLERANCE = 1e-9;

describe("quick money", () => {
  test("R12.2 quickNet is the reported net profit, whatever was sold how often", () => {
    let positions = 0;
    fc.assert(
      fc.property(
        parityCases(PLACES, ["candles", "trades"]),
        fc.constantFrom("pessimistic" as const, "path" as const, "optimistic" as const),
        ({ market, columns, entries, settings, context }, order) => {
          const known = context === null ? null : knownContext(market.symbol, columns, context);
          const endMs = columns.at.at(-1)!;
          const track = { market, columns, index: indexOf(columns), order, context: known, endMs };
          const flow = listFlow(entries);
          for (const tested of runMarket(track, flow, { settings, liquidation: null, keepsStops: false })) {
            if (tested.kind === "refused") continue;
            const { netProfit, entryPrice, amount, fees } = testedPosition(tested.ride, settings, null);
            const moved = entryPrice * amount * Number(market.contractSize) + fees;
            const quick = quickNet(tested.ride.position, quickTerms(market, settings));
            expect(Math.abs(quick - netProfit) / moved).toBeLessThan(TOLERANCE);
            positions += 1;
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(positions).toBeGreaterThan(200);
  });
});
