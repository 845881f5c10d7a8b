/**
 * Take-profit ladders, worked out by hand. Unless told: long 100 at 100, rungs +3 % 40, +5 % 30, +8 % 30, stop 95, no fees,
 * pessimistic: a long's candle goes from its open to the low (20 s), the high (40 s) and the close (59.999 s).
 */
import { describe } from "vitest";
import { worksheet } from "../support/worksheet.ts";

const DOWN = "10:00  100 100 100 100";

describe("hand-checked ladders", () => {
  // From 102 (20 s) to 104 (40 s) the price is at 103 after half of 20 s: 20 + 10 = 30 s.
  // 40 × 3 = 120; 30 × 5 = 150; 30 × 8 = 240: together 510. Stop: breakeven 100, then target 1 = 103.
  worksheet(
    "R2.1 R2.2 R2.3 R12.2 three rungs in order",
    {},
    `
    10:00  100 101  99 100 | in 100 @ 100, stop 95
    10:01  102 104 102 104 | 10:01:30 TP1 40 @ 103 = 120, stop 100
    10:02  104 105 104 105 | 10:02:40 TP2 30 @ 105 = 150, stop 103
    10:03  105 108 105 108 | 10:03:40 TP3 take_profit_final 30 @ 108 = 240
    end                    | net 510
  `,
  );

  // A short's targets: 97, 95, 92; its stop 105. Its candle goes to the high first.
  worksheet(
    "R2.1 R2.3 R12.2 a short mirrors it",
    { side: "short" },
    `
    10:00  100 101  99 100 | in 100 @ 100, stop 105
    10:01   98  98  96  96 | 10:01:30 TP1 40 @ 97 = 120, stop 100
    10:02   96  96  95  95 | 10:02:40 TP2 30 @ 95 = 150, stop 97
    10:03   95  95  92  92 | 10:03:40 TP3 take_profit_final 30 @ 92 = 240
    end                    | net 510
  `,
  );

  // All three are due at the open: 40 × 10 + 30 × 10 + 30 × 10 = 1000, not one tick of it at a target.
  worksheet(
    "R2.3 R12.2 a gap through three rungs fills at the open, each rung with its share",
    {},
    `
    ${DOWN}                | in 100 @ 100, stop 95
    10:01  110 111 109 110 | 10:01 TP1 take_profit_final 40 @ 110 = 400, 10:01 TP2 take_profit_final 30 @ 110 = 300,
                           | 10:01 TP3 take_profit_final 30 @ 110 = 300
    end                    | net 1000
  `,
  );

  // One order of 70 at 106 costs 70 × 106 × 0.1 % = 7.42: 40/70 of it are 4.24, the rest 3.18.
  // Entry 100 × 100 × 0.1 % = 10; end 30 × 106 × 0.1 % = 3.18. Profit 70 × 6 + 30 × 6 = 600; fees 10 + 7.42 + 3.18 = 20.6.
  worksheet(
    "R2.3 R12.2 a gap through two rungs is one order; its fee is split by the shares",
    { fee: "0.001" },
    `
    ${DOWN}                | in 100 @ 100, stop 95
    10:01  106 106 106 106 | 10:01 TP1 40 @ 106 = 240 fee 4.24, 10:01 TP2 30 @ 106 = 180 fee 3.18, stop 100, stop 103
    end                    | 10:01:59.999 end_of_data 30 @ 106 = 180 fee 3.18, net 579.4 = 600 - 20.6
  `,
  );

  // At 103 the first rung is worth 0.04 × 103 = 4.12, less than 5: held back. At 105 both are worth 0.07 × 105 = 7.35.
  // 0.04 × 5 = 0.2; 0.03 × 5 = 0.15; the last is judged by no worth: 0.03 × 8 = 0.24.
  worksheet(
    "R3.5 R12.2 a rung worth less than minimumExitValue waits and goes out with the next",
    { amount: "0.1", market: { step: "0.01" }, plan: { minimumExitValue: "5" } },
    `
    ${DOWN}                | in 0.1 @ 100, stop 95
    10:01  100 104 100 104 |
    10:02  104 105 104 105 | 10:02:40 TP1 0.04 @ 105 = 0.2, 10:02:40 TP2 0.03 @ 105 = 0.15, stop 100, stop 103
    10:03  105 108 105 108 | 10:03:40 TP3 take_profit_final 0.03 @ 108 = 0.24
    end                    | net 0.59
  `,
  );

  // A quarter of 3 is 0.75, below the minimum of 1: each is raised to 1. 1 × 2 + 1 × 4 + 1 × 8 = 14.
  worksheet(
    "R3.1 R12.2 an exit below the exchange's minimum is raised to it",
    { amount: "3", market: { step: "0.0001", minimum: "1" }, plan: { ladder: "2% 25%, 4% 25%, 8% 50%" } },
    `
    ${DOWN}                | in 3 @ 100, stop 95
    10:01  101 102 101 102 | 10:01:40 TP1 1 @ 102 = 2, stop 100
    10:02  103 104 103 104 | 10:02:40 TP2 1 @ 104 = 4, stop 102
    10:03  104 108 104 108 | 10:03:40 TP3 take_profit_final 1 @ 108 = 8
    end                    | net 14
  `,
  );

  // SPEC 3, rows 1 and 2: 1.714 × 25 % = 0.4285, raised to 1; then 0.714 is left, and 1 would be more than that.
  // 1 × 2 = 2; 0.714 × 4 = 2.856.
  worksheet(
    "R1.4 R3.1 R12.2 a raise that would take more than is left becomes the whole",
    { amount: "1.714", market: { step: "0.0001", minimum: "1" }, plan: { ladder: "2% 25%, 4% 25%, 8% 50%" } },
    `
    ${DOWN}                | in 1.714 @ 100, stop 95
    10:01  101 102 101 102 | 10:01:40 TP1 1 @ 102 = 2, stop 100
    10:02  103 104 103 104 | 10:02:40 TP2 scaled_tp_full_close_fallback 0.714 @ 104 = 2.856
    10:03  104 108 104 108 |
    end                    | net 4.856
  `,
  );

  // Why this test? The jump to 105.5 makes rungs 1 and 2 due. While their order is under way the mark becomes 105.5, more than 4 %:
  // factor 0.5 puts target 3 to 104, which may not stand below target 2 (105), so to 105.01. It is due, and everything goes.
  worksheet(
    "R2.3 R6.3 R12.1 the last target comes down to the price while an exit is under way",
    { plan: { rules: { movingTargets: { profit: [{ above: "0.04", factor: "0.5" }], minimum: "0.3" } } } },
    `
    10:00:00  100   | in 100 @ 100, stop 95
    10:00:10  105.5 | 10:00:10 TP1 take_profit_final 40 @ 105.5 = 220, 10:00:10 TP2 take_profit_final 30 @ 105.5 = 165,
                    | 10:00:10 TP3 take_profit_final 30 @ 105.5 = 165
    end             | net 550
  `,
  );
});
