/**
 * Fees, slippage, funding and liquidation, worked out by hand. Unless told: long 100 at 100, rungs +3 % 40, +5 % 30, +8 % 30,
 * stop 95, no fees, pessimistic.
 */
import { describe } from "vitest";
import type { Liquidation } from "../../src/backtest/instant-terms.ts";
import { direction } from "../../src/domain/side.ts";
import { worksheet } from "../support/worksheet.ts";

/**
 * One bracket of 0.5 % maintenance, isolated margin, nothing added to it: a long at leverage L from E is taken where
 * E × (1 − 1/L) ÷ (1 − 0.005) trades, and what is left is what E × (1 − 1/L) brings: all of the margin is gone.
 */
const oneBracket: Liquidation = ({ side, leverage, entryCost, enteredLots }) => {
  const sign = direction(side);
  const bankrupt = (Number(entryCost) / enteredLots) * (1 - sign / leverage);
  return { at: bankrupt / (1 - sign * 0.005), fill: bankrupt };
};

describe("hand-checked money", () => {
  // Bought at 100 × 1.001 = 100.1: target 103.103, first tick beyond it 103.11; stop 95.095, tighter tick 95.1. 103.11 is met after
  // 1.11/2 of 20 s. Sold at 103.11 × 0.999 = 103.00689, a tick lower: 103.00; in the end at 104 × 0.999 = 103.896: 103.89.
  // 40 × 2.9 = 116; 60 × 3.79 = 227.4. Fees 0.05 %: 100 × 100.1: 5.005; 40 × 103: 2.06; 60 × 103.89: 3.1167; together 10.1817.
  worksheet(
    "R10.9 R12.1 R12.2 slippage to the worse tick, and fees",
    { fee: "0.0005", slippage: "0.001" },
    `
    10:00  100 100 100 100 | in 100 @ 100.1, stop 95.1
    10:01  102 104 102 104 | 10:01:31.100 TP1 40 @ 103 = 116 fee 2.06, stop 100.1
    end                    | 10:01:59.999 end_of_data 60 @ 103.89 = 227.4 fee 3.1167, net 333.2183 = 343.4 - 10.1817
  `,
  );

  worksheet(
    "R12.2 what is open when the data ends is closed at the last price",
    {},
    `
    10:00  100 100  100 100 | in 100 @ 100, stop 95
    10:01  100 102   99 101 |
    end                     | 10:01:59.999 end_of_data 100 @ 101 = 100, net 100
  `,
  );

  // 10:00: it opens at that very moment and pays nothing. 10:01: 100 × 102 × 0.01 % = 1.02 paid. 10:04: 60 are left, at the open of 102,
  // and the rate is below zero: 60 × 102 × 0.02 % = 1.224 got. Together + 0.204.
  worksheet(
    "R12.2 funding of a long: paid at full size, got after a partial exit at a negative rate",
    { funding: "10:00 0.01, 10:01 0.0001, 10:04 -0.0002" },
    `
    10:00  100 100 100 100 | in 100 @ 100, stop 95
    10:01  102 104 102 104 | 10:01:30 TP1 40 @ 103 = 120, stop 100
    10:02  104 104 104 104 |
    10:03  104 104 104 104 |
    10:04  102 102 102 102 |
    end                    | 10:04:59.999 end_of_data 60 @ 102 = 120, net 240.204 = 240 + 0.204
  `,
  );

  // 10:01: 100 × 98 × 0.01 % = 0.98 got. 10:04: 60 × 98 × 0.02 % = 1.176 paid. Together − 0.196.
  worksheet(
    "R12.2 funding of a short is the other way round",
    { side: "short", funding: "10:00 0.01, 10:01 0.0001, 10:04 -0.0002" },
    `
    10:00  100 100 100 100 | in 100 @ 100, stop 105
    10:01   98  98  96  96 | 10:01:30 TP1 40 @ 97 = 120, stop 100
    10:02   96  96  96  96 |
    10:03   96  96  96  96 |
    10:04   98  98  98  98 |
    end                    | 10:04:59.999 end_of_data 60 @ 98 = 120, net 239.804 = 240 - 0.196
  `,
  );

  // Leverage 10: margin 100 × 100 ÷ 10 = 1000. Taken from 90 ÷ 0.995 = 90.4523 on. The gap to 88 passes the stop of 95 as well: there was no
  // price at which the stop could have been filled before the venue took the position, and the margin is lost, not 1200.
  worksheet(
    "R4.1 R12.2 liquidation comes before the stop on a gap through both",
    { leverage: 10, liquidation: oneBracket },
    `
    10:00  100 100 100 100 | in 100 @ 100, stop 95
    10:01   88  90  87  89 | 10:01 liquidated 100 @ 90 = -1000
    end                    | net -1000
  `,
  );

  // 100 to 87 in 20 s: 95 comes after 5/13 of it: 7.693 s.
  worksheet(
    "R4.1 R12.2 without a gap the stop comes before the liquidation",
    { leverage: 10, liquidation: oneBracket },
    `
    10:00  100 100 100 100 | in 100 @ 100, stop 95
    10:01  100 100  87  89 | 10:01:07.693 stop_initial 100 @ 95 = -500
    end                    | net -500
  `,
  );

  // The stop of 80 % is beyond it. Taken at the first tick at or below 90.4523: 90.45, after 9.55/12 of 20 s = 15.91667 s.
  worksheet(
    "R4.1 R12.2 a stop beyond the liquidation never comes to its turn",
    { leverage: 10, liquidation: oneBracket, plan: { stop: "20%" } },
    `
    10:00  100 100 100 100 | in 100 @ 100, stop 80
    10:01  100 100  88  89 | 10:01:15.917 liquidated 100 @ 90 = -1000
    end                    | net -1000
  `,
  );
});
