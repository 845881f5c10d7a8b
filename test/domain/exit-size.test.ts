/** How much an exit closes: SPEC 3, first its table, then each of its rules as a tape. */
import { describe, expect, it } from "vitest";
import { sizeClose, sizeRungExit } from "../../src/domain/exit-size.ts";
import type { FreshPrice } from "../../src/domain/price-gate.ts";
import { lots } from "../../src/domain/units.ts";
import { long, playTape, short, tape } from "../support/tape.ts";

const FINE = { step: "0.0001", minimum: "1" };
const QUARTERS = { ladder: "3% 25%, 5% 25%, 8% 50%" };

describe("R3.1 worked examples (exit fraction 25 %)", () => {
  it.each`
    position   | calculated  | minimum      | whatHappens                        | sent        | left
    ${"1.714"} | ${"0.4285"} | ${"1"}       | ${"raised to 1.0"}                 | ${"1"}      | ${"0.714"}
    ${"0.8"}   | ${"0.2"}    | ${"1"}       | ${"whole position closed"}         | ${"0.8"}    | ${"0"}
    ${"5"}     | ${"1.25"}   | ${"1"}       | ${"as calculated"}                 | ${"1.25"}   | ${"3.75"}
    ${"4"}     | ${"1"}      | ${"1"}       | ${"exactly at the minimum"}        | ${"1"}      | ${"3"}
    ${"1.714"} | ${"0.4285"} | ${undefined} | ${"unknown: the exchange decides"} | ${"0.4285"} | ${"1.2855"}
  `("R3.1 $position, minimum $minimum: $whatHappens", ({ position, minimum, sent, left }) => {
    const market = { step: "0.0001", ...(minimum === undefined ? {} : { minimum }) };
    const start = long({ entry: 100, amount: position, market, plan: QUARTERS });
    const [order] = playTape(start, "price 103")
      .commands.filter((command) => command.kind === "placeOrder")
      .slice(1);
    expect(order).toMatchObject({
      order: { amount: sent, reduceOnly: true, purpose: left === "0" ? "close" : "exit" },
    });
    const { position: after } = playTape(start, `price 103\nfill ${sent}@103`);
    expect(after.exits).toMatchObject([{ rung: 1, amount: sent, remaining: left }]);
  });

  tape(
    "R3.1 0.714, the next exit of that position: the whole position closed",
    long({ entry: 100, amount: "1.714", leverage: 10, market: FINE, plan: QUARTERS }),
    `
    price 103         | exit 1 TP1
                      | warning: Scale-out amount 0.4285 below minimum 1.0 for BTC/USDT:USDT. Adjusting to minimum 1.0. Reason: the exchange refuses smaller orders
    fill 1@103        | TP1_hit  TP1 1@103 +3 left 0.714  stop 100
    price 105         | closing scaled_tp_full_close_fallback  close 0.714
                      | info: Adjusted scale-out amount 1.0 would close entire position for BTC/USDT:USDT (position size: 0.714). Closing full position.
    fill 0.714@105    | TP2 0.714@105 +3.57 left 0  closed scaled_tp_full_close_fallback +6.57
  `,
  );
});

describe("what is too small", () => {
  tape(
    "R3.1 policy skip: the state moves on, the stop ratchets, nothing is sold; R2.10 judges the other rungs",
    long({
      entry: 100,
      amount: "100",
      market: { minimum: "20" },
      plan: { undersizedExit: "skip", ladder: "3% 10%, 5% 50%, 8% 40%" },
    }),
    `
    price 103    | TP1_hit  stop 100
                 | not done: TP1 skipped: quantity 10.0 below minimum 20.0
    price 105    | exit 50 TP2
    fill 50@105  | TP2_hit  TP2 50@105 +250 left 50  stop 103
    price 108    | closing take_profit_final  close 50
    fill 50@108  | TP3 50@108 +400 left 0  closed take_profit_final +650
  `,
  );

  tape(
    "R3.1 policy close: an exit under the minimum closes everything, recorded as the exit of that rung (R1.4)",
    long({
      entry: 100,
      amount: "100",
      market: { minimum: "20" },
      plan: { undersizedExit: "close", ladder: "3% 10%, 5% 50%, 8% 40%" },
    }),
    `
    price 103    | closing scaled_tp_full_close_fallback  close 100
                 | info: Scale-out amount 10.0 below minimum 20.0 for BTC/USDT:USDT (position size: 100.0). Closing full position.
    fill 100@103 | TP1 100@103 +300 left 0  closed scaled_tp_full_close_fallback +300
  `,
  );

  tape(
    "R1.4 raised to exactly what is left: an edge to closing, never a partial order over everything",
    long({ entry: 100, amount: "1", market: FINE, plan: QUARTERS }),
    `
    price 103    | closing scaled_tp_full_close_fallback  close 1
                 | info: Adjusted scale-out amount 1.0 would close entire position for BTC/USDT:USDT (position size: 1.0). Closing full position.
    fill 1@103   | TP1 1@103 +3 left 0  closed scaled_tp_full_close_fallback +3
  `,
  );

  tape(
    "R3.1 the minimum is what asks for more, amount or cost, rounded up to the step",
    long({
      entry: 100,
      amount: "100",
      market: { minimum: "2", minimumCost: "1000" },
      plan: { ladder: "3% 5%, 8% 95%" },
    }),
    `
    price 103    | exit 10 TP1
                 | warning: Scale-out amount 5.0 below minimum 10.0 for BTC/USDT:USDT. Adjusting to minimum 10.0. Reason: the exchange refuses smaller orders
  `,
  );

  tape(
    "R3.3 rounded to zero lots: one step counts as the minimum",
    long({ entry: 100, amount: "3", plan: { ladder: "3% 20%, 8% 80%" } }),
    `
    price 103  | exit 1 TP1
               | warning: Scale-out amount 0.0 below minimum 1.0 for BTC/USDT:USDT. Adjusting to minimum 1.0. Reason: the exchange refuses smaller orders
    fill 1@103 | TP1_hit  TP1 1@103 +3 left 2  stop 100
  `,
  );

  tape(
    "R3.3 a configured minimum stands in where the market states none",
    long({
      entry: 100,
      amount: "100",
      plan: { ladder: "3% 5%, 8% 95%", minimumAmount: { "BTC/USDT:USDT": "20" as never } },
    }),
    `
    price 103  | exit 20 TP1
               | warning: Scale-out amount 5.0 below minimum 20.0 for BTC/USDT:USDT. Adjusting to minimum 20.0. Reason: the exchange refuses smaller orders
  `,
  );

  tape(
    "R3.3 where nobody knows a minimum the exchange decides, and its refusal is not the end (R10.6)",
    long({ entry: 100, amount: "100", plan: { ladder: "3% 5%, 8% 95%", minimumExitValue: "0" } }),
    `
    price 103             | exit 5 TP1
    reject below_minimum  | not done: Partial close failed for BTC/USDT:USDT TP1: below_minimum (by the exchange)
  `,
  );
});

describe("what is worth too little", () => {
  tape(
    "R3.5 an exit worth less is held back and goes out with the next rung",
    long({ entry: 1, amount: "20", plan: { ladder: "3% 20%, 5% 30%, 8% 50%" } }),
    `
    price 1.03    | not done: TP1 held back: the exit is worth 4.12, less than 5.0 USDT
    price 1.04    |
    price 1.05    | exit 10 TP1+TP2
    fill 10@1.05  | TP2_hit
                  | TP1 4@1.05 +0.2 left 16  stop 1
                  | TP2 6@1.05 +0.3 left 10  stop 1.03
  `,
  );

  tape(
    "R3.5 it stays armed, and goes out by itself once it is worth enough",
    long({
      entry: 100,
      amount: "1",
      market: { step: "0.001" },
      plan: { ladder: "3% 5%, 8% 95%", minimumExitValue: "5.2" },
    }),
    `
    price 103       | not done: TP1 held back: the exit is worth 5.15, less than 5.2 USDT
    price 103.99    |
    price 102       |
    price 104       | exit 0.05 TP1
    fill 0.05@104   | TP1_hit  TP1 0.05@104 +0.2 left 0.95  stop 100
  `,
  );

  tape(
    "R3.5 a short's exit is worth less the further it goes: it leaves with the last rung",
    short({ entry: 100, amount: "1", market: { step: "0.001" }, plan: { ladder: "3% 5%, 8% 95%" } }),
    `
    price 97       | not done: TP1 held back: the exit is worth 4.85, less than 5.0 USDT
    price 95       |
    price 92       | closing take_profit_final  close 1
    fill 1@92      | TP1 0.05@92 +0.4 left 0.95  TP2 0.95@92 +7.6 left 0  closed take_profit_final +8
  `,
  );

  tape(
    "R3.5 a whole position worth less makes no partial exit at all; its stop and its end are never held back",
    long({ entry: 1, amount: "4", plan: { ladder: "3% 50%, 5% 30%, 8% 20%" } }),
    `
    price 1.03  | not done: TP1 held back: the whole position is worth 4.12, less than 5.0 USDT
    price 1.05  | not done: TP2 held back: the whole position is worth 4.2, less than 5.0 USDT
    price 0.95  | closing stop_initial  close 4
    fill 4@0.95 | stop_initial 4@0.95 -0.2 left 0  closed stop_initial -0.2
  `,
  );

  tape(
    "R3.5 a raise that has become a full close is not judged by value again",
    long({
      entry: 100,
      amount: "1",
      market: { step: "0.01", minimum: "2" },
      plan: { ladder: "3% 50%, 8% 50%", minimumExitValue: "90" },
    }),
    `
    price 103 | closing scaled_tp_full_close_fallback  close 1
              | info: Adjusted scale-out amount 2.0 would close entire position for BTC/USDT:USDT (position size: 1.0). Closing full position.
  `,
  );

  tape(
    "R3.5 0 turns it off",
    long({ entry: 1, amount: "20", plan: { ladder: "3% 20%, 8% 80%", minimumExitValue: "0" } }),
    `
    price 1.03 | exit 4 TP1
  `,
  );

  tape(
    "R3.4 the value counts what the order would be: raised first, then worth enough",
    long({ entry: 1, amount: "20", market: { minimum: "8" }, plan: { ladder: "3% 20%, 8% 80%" } }),
    `
    price 1.03 | exit 8 TP1
               | warning: Scale-out amount 4.0 below minimum 8.0 for BTC/USDT:USDT. Adjusting to minimum 8.0. Reason: the exchange refuses smaller orders
  `,
  );
});

describe("what would stay", () => {
  tape(
    "R3.6 keep: a residual under the minimum stays and leaves with the last rung",
    long({ entry: 100, amount: "10", market: { minimum: "4" }, plan: { ladder: "3% 70%, 8% 30%" } }),
    `
    price 103   | exit 7 TP1
    fill 7@103  | TP1_hit  TP1 7@103 +21 left 3  stop 100
    price 108   | closing take_profit_final  close 3
  `,
  );

  tape(
    "R3.6 close: a residual under the minimum goes along",
    long({
      entry: 100,
      amount: "10",
      market: { minimum: "4" },
      plan: { ladder: "3% 70%, 8% 30%", residualBelowMinimum: "close" },
    }),
    `
    price 103   | closing scaled_tp_full_close_fallback  close 10
                | info: Scale-out amount 7.0 would leave less than the minimum 4.0 of BTC/USDT:USDT (position size: 10.0). Closing full position.
    fill 10@103 | TP1 10@103 +30 left 0  closed scaled_tp_full_close_fallback +30
  `,
  );

  tape(
    "R2.11 less remains than the rung asks for: what remains is closed and the position is finished",
    long({ entry: 100, amount: "10", market: { minimum: "4" }, plan: { ladder: "3% 10%, 5% 30%, 6% 40%, 8% 20%" } }),
    `
    price 103   | exit 4 TP1
                | warning: Scale-out amount 1.0 below minimum 4.0 for BTC/USDT:USDT. Adjusting to minimum 4.0. Reason: the exchange refuses smaller orders
    fill 4@103  | TP1_hit  TP1 4@103 +12 left 6  stop 100
    price 105   | exit 4 TP2
                | warning: Scale-out amount 3.0 below minimum 4.0 for BTC/USDT:USDT. Adjusting to minimum 4.0. Reason: the exchange refuses smaller orders
    fill 4@105  | TP2_hit  TP2 4@105 +20 left 2  stop 103
    price 106   | closing scaled_tp_full_close_fallback  close 2
                | info: Closing remaining 2.0 at TP3 (insufficient for full close)
    fill 2@106  | TP3 2@106 +12 left 0  closed scaled_tp_full_close_fallback +44
  `,
  );
});

describe("R3.4 the order of judging, one line after the other", () => {
  const judged = (words: {
    readonly minimumExitValue: string;
    readonly residual?: "keep" | "close";
    readonly minimum: string;
    readonly share: string;
  }) => {
    const start = long({
      entry: 100,
      amount: "10",
      market: { minimum: words.minimum },
      plan: {
        ladder: `3% ${words.share}, 8% ${100 - Number.parseInt(words.share)}%`,
        minimumExitValue: words.minimumExitValue,
        residualBelowMinimum: words.residual ?? "keep",
      },
    });
    return sizeRungExit(playTape(start, "").position, [1], { value: 103, atMs: 0 } as unknown as FreshPrice);
  };

  it("R3.4 the whole position's value comes before everything", () => {
    expect(judged({ minimumExitValue: "2000", minimum: "20", share: "50%" })).toMatchObject({
      kind: "heldBack",
      tooSmall: "position",
    });
  });
  it("R3.4 the raise comes before the value", () => {
    expect(judged({ minimumExitValue: "500", minimum: "6", share: "10%" })).toMatchObject({
      kind: "partial",
      order: { lots: 6 },
    });
  });
  it("R3.4 the value comes before the residual", () => {
    expect(judged({ minimumExitValue: "900", minimum: "4", share: "70%", residual: "close" })).toMatchObject({
      kind: "heldBack",
      tooSmall: "exit",
    });
  });
  it("R3.4 the residual comes last", () => {
    expect(judged({ minimumExitValue: "5", minimum: "4", share: "70%", residual: "close" })).toMatchObject({
      kind: "everything",
      cause: "residual",
    });
  });
});

describe("what is left", () => {
  it("R3.7 a close never exceeds what is left, and nothing left makes no order", () => {
    const { position } = playTape(long({ entry: 100, amount: "10" }), "");
    expect(sizeClose(position, lots(50))).toMatchObject({ lots: 10, orderSide: "sell", reduceOnly: true });
    expect(sizeClose(position, lots(0))).toBeNull();
    expect(sizeClose(position, lots(-3))).toBeNull();
  });

  it("R10.10 exits are reduce-only on derivatives and never on spot", () => {
    const spot = playTape(long({ entry: 100, amount: "10", market: { kind: "spot" } }), "");
    expect(sizeClose(spot.position, lots(10))).toMatchObject({ reduceOnly: false, orderSide: "sell" });
    const shorted = playTape(short({ entry: 100, amount: "10" }), "");
    expect(sizeClose(shorted.position, lots(10))).toMatchObject({ reduceOnly: true, orderSide: "buy" });
  });
});
