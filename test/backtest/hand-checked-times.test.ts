/**
 * Times and entries, worked out by hand. Unless told: long 100 at 100, rungs +3 % 40, +5 % 30, +8 % 30, stop 95, no fees,
 * pessimistic: a long's candle goes from its open to the low (20 s), the high (40 s) and the close (59.999 s).
 */
import { describe } from "vitest";
import { worksheet } from "../support/worksheet.ts";

describe("hand-checked times and entries", () => {
  // 85 s after 10:00 is 10:01:25: a quarter of the way from the low of 97 (20 s) to the high of 102 (40 s): 97 + 1.25 = 98.25.
  // High first it would have been 102 − 1.25 = 100.75: the order decides what is sold, so the candle is ambiguous.
  worksheet(
    "R5.3 R9.5 R12.2 the maximum holding time ends inside a candle, at the price of that moment",
    { plan: { rules: { maxHoldingTime: { afterMs: 85_000 } } } },
    `
    10:00  100 100 100 100 | in 100 @ 100, stop 95
    10:01  100 102  97 101 | 10:01:25 max_holding_time 100 @ 98.25 = -175
    end                    | net -175, ambiguous 1
  `,
  );

  // 90 s after 10:00:00 no price is known that the next one is connected with: 99, half a minute later, is what it gets.
  worksheet(
    "R5.3 R12.2 over trades a moment gets the next price",
    { plan: { rules: { maxHoldingTime: { afterMs: 90_000 } } } },
    `
    10:00:00  100 | in 100 @ 100, stop 95
    10:01:00  101 |
    10:02:00   99 | 10:02 max_holding_time 100 @ 99 = -100
    end           | net -100
  `,
  );

  // b asks while a holds the market. a is closed by the gap to 94; c asks at the same open, and is let in after it: stop 94 × 0.95 = 89.3.
  worksheet(
    "R8.1 R12.2 R14.1 one position per account and market; the open that closes one may open the next",
    { entries: [{ id: "a" }, { id: "b", at: "10:01" }, { id: "c", at: "10:02" }] },
    `
    10:00  100 101  99 100 | a: in 100 @ 100, a: stop 95
    10:01  100 101  99 100 | b: BTC/USDT:USDT is already held by position a; allowed: one position per account and symbol
    10:02   94  96  93  95 | a: 10:02 stop_initial 100 @ 94 = -600, c: in 100 @ 94, c: stop 89.3
    end                    | c: 10:02:59.999 end_of_data 100 @ 95 = 100, a: net -600, c: net 100
  `,
  );

  // a is closed inside 10:01, so it still holds the market at that candle's open.
  worksheet(
    "R8.1 R12.2 one that is closed inside a candle holds the market at its open",
    { entries: [{ id: "a" }, { id: "b", at: "10:01" }, { id: "c", at: "10:02" }] },
    `
    10:00  100 100 100 100 | a: in 100 @ 100, a: stop 95
    10:01  100 100  94  94 | b: BTC/USDT:USDT is already held by position a; allowed: one position per account and symbol,
                           | a: 10:01:16.667 stop_initial 100 @ 95 = -500
    10:02   94  94  94  94 | c: in 100 @ 94, c: stop 89.3
    end                    | c: 10:02:59.999 end_of_data 100 @ 94 = 0, a: net -500, c: net 0
  `,
  );
});
