/** SPEC R2.12: the trade that every part of the house has to agree on. */
import { describe, expect, it } from "vitest";
import { long, playTape, short, tape } from "../support/tape.ts";

const BITCOIN = { step: "0.001", tick: "0.1" };

describe("reference trade", () => {
  tape(
    "R2.12 long 0.1 at 50,000",
    long({ entry: 50_000, amount: "0.1", market: BITCOIN }),
    `
    price 51499.9    |
    price 51500      | exit 0.04 TP1
    fill 0.04@51500  | TP1_hit  TP1 0.04@51500 +60 left 0.06  stop 50000
    price 52500      | exit 0.03 TP2
    fill 0.03@52500  | TP2_hit  TP2 0.03@52500 +75 left 0.03  stop 51500
    price 54000      | closing take_profit_final  close 0.03
    fill 0.03@54000  | TP3 0.03@54000 +120 left 0  closed take_profit_final +255
  `,
  );

  tape(
    "R2.12 the short mirrors it",
    short({ entry: 50_000, amount: "0.1", market: BITCOIN }),
    `
    price 48500.1    |
    price 48500      | exit 0.04 TP1
    fill 0.04@48500  | TP1_hit  TP1 0.04@48500 +60 left 0.06  stop 50000
    price 47500      | exit 0.03 TP2
    fill 0.03@47500  | TP2_hit  TP2 0.03@47500 +75 left 0.03  stop 48500
    price 46000      | closing take_profit_final  close 0.03
    fill 0.03@46000  | TP3 0.03@46000 +120 left 0  closed take_profit_final +255
  `,
  );

  it("R1.7 the outcome of the long: averages, moves and R by exact decimals", () => {
    const { position } = playTape(
      long({ entry: 50_000, amount: "0.1", leverage: 10, market: BITCOIN, plan: { emergencyLevels: [], stop: "2%" } }),
      `
      price 49500         |
      wait 10 s           |
      price 51500         |
      fill 0.04@51500     |
      price 52500         |
      fill 0.03@52500     |
      price 54500         |
      fill 0.03@54000     |
      `,
    );
    expect(position.outcome).toMatchObject({
      reason: "take_profit_final",
      entryPrice: "50000",
      averageExitPrice: "52550",
      amount: "0.1",
      grossProfit: "255",
      fees: "0",
      netProfit: "255",
      priceMove: "0.051",
      roi: "0.51",
      rMultiple: "2.55",
      mfe: "0.09",
      mae: "-0.01",
      excursionsApproximate: false,
      durationMs: 10_000,
    });
    expect(position.outcome?.exits.map(({ rung, amount, profit }) => [rung, amount, profit])).toEqual([
      [1, "0.04", "60"],
      [2, "0.03", "75"],
      [3, "0.03", "120"],
    ]);
  });
});
