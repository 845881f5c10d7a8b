/** R12.1: a backtest decides what a paper session over the same prices decides, to the lot, the tick and the millisecond. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byId, inBacktest, inSession } from "../support/both-ways.ts";
import { parityCases, PLACES } from "../support/parity-cases.ts";

describe("a backtest is the session", () => {
  test("R12.1 R12.2 the same exits over random series, every rule on and off", { timeout: 120_000 }, () => {
    let [exits, rungs] = [0, 0];
    const reasons = new Map<string, number>();
    fc.assert(
      fc.property(parityCases(PLACES, ["candles", "candles", "trades"]), (both) => {
        const [session, backtest] = [byId(inSession(both)), byId(inBacktest(both))];
        expect(backtest).toEqual(session);
        // A run for its score alone looks at fewer candles.
        expect(byId(inBacktest(both, { keepsStops: false }))).toEqual(session);
        for (const { exits: sold, reason } of session) {
          exits += sold.length;
          rungs += sold.filter((exit) => !exit.startsWith(" ")).length;
          reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        }
      }),
      { numRuns: 200 },
    );
    expect(rungs).toBeGreaterThan(100);
    for (const reason of [
      "stop_initial",
      "stop_trailing",
      "take_profit_final",
      "smart_profit",
      "momentum_loss",
      "end_of_data",
    ])
      expect(reasons.get(reason) ?? 0, reason).toBeGreaterThan(0);
    expect(exits).toBeGreaterThan(400);
  });
});
