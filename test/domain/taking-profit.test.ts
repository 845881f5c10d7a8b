/** What a position does about its rungs: exits, their fills, and what becomes of them. */
import { describe, expect, it } from "vitest";
import { long, playTape, short, tape } from "../support/tape.ts";

const HUNDRED = long({ entry: 100, amount: "100" });

describe("rungs in ascending order", () => {
  tape(
    "R2.2 the stop follows: breakeven, then the rung before",
    HUNDRED,
    `
    price 103    | exit 40 TP1
    fill 40@103  | TP1_hit  TP1 40@103 +120 left 60  stop 100
    price 105    | exit 30 TP2
    fill 30@105  | TP2_hit  TP2 30@105 +150 left 30  stop 103
    price 103    | closing stop_ladder  close 30
    fill 30@103  | stop_ladder 30@103 +90 left 0  closed stop_ladder +360
  `,
  );

  tape(
    "R2.3 a gap through two rungs goes out as one order, each rung recorded",
    HUNDRED,
    `
    price 102     |
    price 106     | exit 70 TP1+TP2
    fill 40@106   | TP1_hit  TP1 40@106 +240 left 60  stop 100
    fill 30@106   | TP2_hit  TP2 30@106 +180 left 30  stop 103
    price 103     | closing stop_ladder  close 30
  `,
  );

  tape(
    "R2.3 one fill of that order hits both, each with its own share",
    HUNDRED,
    `
    price 106     | exit 70 TP1+TP2
    fill 55@106   | TP1_hit  TP1 40@106 +240 left 60  stop 100
    fill 15@106.1 | TP2_hit  TP2 30@106.05 +181.5 left 30  stop 103
  `,
  );

  tape(
    "R2.3 a gap beyond the last rung takes everything: one record per rung, all take_profit_final",
    HUNDRED,
    `
    price 109           | closing take_profit_final  close 100
    fill 60@109 fee 0.6 |
    fill 40@108 fee 0.4 | TP1 40@109 +360 fee 0.4 left 60
                        | TP2 30@108.666666666667 +260 fee 0.3 left 30
                        | TP3 30@108 +240 fee 0.3 left 0
                        | closed take_profit_final +860 fees 1
  `,
  );

  tape(
    "R2.3 the last rung due while an exit is under way: everything goes",
    HUNDRED,
    `
    price 103    | exit 40 TP1
    price 108    | closing take_profit_final  close 100
    fill 40@103 of exit   |
    fill 60@108 of close  | TP1 40@103 +120 left 60  TP2 30@108 +240 left 30  TP3 30@108 +240 left 0
                          | closed take_profit_final +600
    end canceled of close |
  `,
  );

  tape(
    "R2.3 shares are rounded down one by one; what a raise adds belongs to the last of them",
    long({ entry: 100, amount: "9", market: { minimum: "6" }, plan: { ladder: "3% 30%, 5% 30%, 8% 40%" } }),
    `
    price 105   | exit 6 TP1+TP2
                | warning: Scale-out amount 4.0 below minimum 6.0 for BTC/USDT:USDT. Adjusting to minimum 6.0. Reason: the exchange refuses smaller orders
    fill 6@105  | TP2_hit  TP1 2@105 +10 left 7  stop 100  TP2 4@105 +20 left 3  stop 103
  `,
  );

  tape(
    "R2.3 a share that rounds to nothing in a larger order is skipped, not hit",
    long({ entry: 100, amount: "3", plan: { ladder: "3% 20%, 5% 50%, 8% 30%" } }),
    `
    price 105   | TP1_hit  stop 100  exit 1 TP1+TP2
    fill 1@105  | TP2_hit  TP2 1@105 +5 left 2  stop 103
  `,
  );

  tape(
    "R2.1 the last rung closes whatever remains",
    long({ entry: 100, amount: "10", plan: { ladder: "3% 33%, 5% 33%, 8% 34%" } }),
    `
    price 103   | exit 3 TP1
    fill 3@103  | TP1_hit  TP1 3@103 +9 left 7  stop 100
    price 105   | exit 3 TP2
    fill 3@105  | TP2_hit  TP2 3@105 +15 left 4  stop 103
    price 108   | closing take_profit_final  close 4
    fill 4@108  | TP3 4@108 +32 left 0  closed take_profit_final +56
  `,
  );

  tape(
    "R2.9 a single target: everything at once",
    long({ entry: 100, amount: "10", plan: { scaledTakeProfit: { enabled: false, strict: false } } }),
    `
    price 105    |
    price 108    | closing single_target  close 10
    fill 10@108  | TP1 10@108 +80 left 0  closed single_target +80
  `,
  );

  tape(
    "R1.1 ten rungs: TP1_hit to TP9_hit, then the close",
    long({
      entry: 100,
      amount: "10",
      plan: {
        ladder: "1% 10%, 2% 10%, 3% 10%, 4% 10%, 5% 10%, 6% 10%, 7% 10%, 8% 10%, 9% 10%, 10% 10%",
      },
    }),
    `
    price 104   | exit 4 TP1+TP2+TP3+TP4
    fill 4@104  | TP4_hit
                | TP1 1@104 +4 left 9  stop 100
                | TP2 1@104 +4 left 8  stop 101
                | TP3 1@104 +4 left 7  stop 102
                | TP4 1@104 +4 left 6  stop 103
    price 109   | exit 5 TP5+TP6+TP7+TP8+TP9
    fill 5@109  | TP9_hit
                | TP5 1@109 +9 left 5  stop 104
                | TP6 1@109 +9 left 4  stop 105
                | TP7 1@109 +9 left 3  stop 106
                | TP8 1@109 +9 left 2  stop 107
                | TP9 1@109 +9 left 1  stop 108
    price 110   | closing take_profit_final  close 1
    fill 1@110  | TP10 1@110 +10 left 0  closed take_profit_final +71
  `,
  );
});

describe("a rung is hit by its fill", () => {
  tape(
    "R2.5 not when the price was there: the price may be gone again",
    HUNDRED,
    `
    price 103    | exit 40 TP1
    price 101    |
    fill 10@103  |
    fill 30@102  | TP1_hit  TP1 40@102.25 +90 left 60  stop 100
  `,
  );

  tape(
    "R2.5 the stop that moves past the price is hit at once",
    HUNDRED,
    `
    price 103    | exit 40 TP1
    price 99.5   |
    fill 40@102  | TP1_hit  TP1 40@102 +80 left 60  stop 100  closing stop_ladder  close 60
    fill 60@99.5 | stop_ladder 60@99.5 -30 left 0  closed stop_ladder +50
  `,
  );

  tape(
    "R2.5 an exit filled in part goes on with the rest",
    HUNDRED,
    `
    price 103      | exit 40 TP1
    fill 25@103    |
    end canceled   | exit 15 TP1
    fill 15@103.2  | TP1_hit  TP1 40@103.075 +123 left 60  stop 100
  `,
  );

  tape(
    "R2.5 a rest under the minimum ends the rung and stays in the position (R10.7: expired counts what it filled)",
    long({ entry: 100, amount: "100", market: { minimum: "10" } }),
    `
    price 103      | exit 40 TP1
    fill 35@103    |
    end expired    | TP1_hit  TP1 35@103 +105 left 65  stop 100
    price 108      | closing take_profit_final  close 65
    fill 65@108    | TP2 30@108 +240 left 35  TP3 35@108 +280 left 0  closed take_profit_final +625
  `,
  );

  it("R2.5 every partial exit is recorded: rung, time, amount, price, fee, profit, price move, order, what remains, new stop", () => {
    const { position, rows } = playTape(HUNDRED, "wait 3 s\nprice 103\nfill 40@103 fee 1.03");
    const exit = rows.flatMap((row) => row.facts).find((fact) => fact.type === "exit");
    const record = {
      rung: 1,
      reason: "take_profit",
      amount: "40",
      price: "103",
      fee: "1.03",
      profit: "120",
      priceMove: "0.03",
      orderId: position.intents[1]?.clientOrderId,
      filledAtMs: 1_760_000_003_000,
      remaining: "60",
      stop: "100",
    };
    expect(exit).toMatchObject(record);
    expect(position.exits).toEqual([record]);
  });

  it("R3.2 the message of a fill (leverage 10, price move 2.04 %)", () => {
    const { rows } = playTape(
      long({
        entry: 100,
        amount: "1.714",
        leverage: 10,
        market: { step: "0.001", minimum: "1" },
        plan: { ladder: "2.04% 25%, 8% 75%" },
      }),
      "price 102.04\nfill 1@102.04",
    );
    expect(rows.flatMap((row) => row.facts).flatMap((fact) => (fact.type === "exit" ? [fact.message] : []))).toEqual([
      "Scaled out of BTC/USDT:USDT: closed 1.0 contracts (ROI: +20.4%), remaining: 0.714",
    ]);
  });

  it("R3.2 on spot the message names the coin, and a loss bears its own sign", () => {
    const { rows } = playTape(long({ entry: 100, amount: "10", market: { kind: "spot" } }), "price 95\nfill 10@94.96");
    expect(rows.flatMap((row) => row.facts).flatMap((fact) => (fact.type === "exit" ? [fact.message] : []))).toEqual([
      "Scaled out of BTC/USDT: closed 10.0 BTC (ROI: -5.0%), remaining: 0.0",
    ]);
  });
});

describe("an exit that fails", () => {
  tape(
    "R10.6 the rung stays due and is tried again after a cool-down, the position being protected meanwhile",
    HUNDRED,
    `
    price 103                  | exit 40 TP1
    reject insufficient_funds  | not done: Partial close failed for BTC/USDT:USDT TP1: insufficient_funds (by the exchange)
    price 104                  |
    wait 29999 ms              |
    price 103.5                |
    wait 1 ms                  | exit 40 TP1
    fill 40@103.5              | TP1_hit  TP1 40@103.5 +140 left 60  stop 100
  `,
  );

  tape(
    "R10.6 during the cool-down the last rung and the stop still act",
    HUNDRED,
    `
    price 103        | exit 40 TP1
    reject precision | not done: Partial close failed for BTC/USDT:USDT TP1: precision (by the exchange)
    price 106        |
    price 108        | closing take_profit_final  close 100
  `,
  );

  tape(
    "R10.6 the cool-down is over and the price is gone: nothing is sent",
    HUNDRED,
    `
    price 103     | exit 40 TP1
    end expired   |
    price 102     |
    wait 40 s     |
    price 103     | exit 40 TP1
  `,
  );

  tape(
    "R10.6 R2.3 a rung that failed goes out with the next one when that is due",
    HUNDRED,
    `
    price 103        | exit 40 TP1
    reject precision | not done: Partial close failed for BTC/USDT:USDT TP1: precision (by the exchange)
    price 105        |
    wait 30 s        | exit 70 TP1+TP2
    fill 70@105      | TP2_hit  TP1 40@105 +200 left 60  stop 100  TP2 30@105 +150 left 30  stop 103
  `,
  );
});

describe("shorts", () => {
  tape(
    "R2.3 R2.2 a short mirrors the long",
    short({ entry: 100, amount: "100" }),
    `
    price 98     |
    price 94     | exit 70 TP1+TP2
    fill 40@94   | TP1_hit  TP1 40@94 +240 left 60  stop 100
    fill 30@94   | TP2_hit  TP2 30@94 +180 left 30  stop 97
    price 97     | closing stop_ladder  close 30
    fill 30@97   | stop_ladder 30@97 +90 left 0  closed stop_ladder +510
  `,
  );
});
