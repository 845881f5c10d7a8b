/** Counting fills: once each, in every state, whatever the order; and what cannot be true. */
import { describe, expect, it } from "vitest";
import { remainingLots } from "../../src/domain/ladder.ts";
import { long, playTape, tape } from "../support/tape.ts";

const HUNDRED = long({ entry: 100, amount: "100" });
const PENDING = long({ entry: 100, amount: "100", pending: true });

describe("entry fills", () => {
  tape(
    "R1.5 the first fill opens the position and arms the stop, also when the entry is not complete",
    PENDING,
    `
    fill 40@100   | open  opened 40@100  stop 95
    price 95      | closing stop_initial  cancel entry  close 40
  `,
  );

  tape(
    "R8.2 an entry that ends early: the position is what was filled",
    PENDING,
    `
    fill 40@100   | open  opened 40@100  stop 95
    price 103     |
    end expired   | exit 16 TP1
  `,
  );

  tape(
    "R7.7 several fills move the average; the stop is never loosened",
    PENDING,
    `
    fill 40@100      | open  opened 40@100  stop 95
    fill 40@102      | opened 40@102 average 101  stop 95.95
    fill 20@96       | opened 20@96 average 100
                     | not done: Stop stays at 95.95: 95 would loosen it
    price 103        | exit 40 TP1
    fill 40@103      | TP1_hit  TP1 40@103 +120 left 60  stop 100
  `,
  );
});

describe("once each", () => {
  tape(
    "R10.7 a fill that comes twice counts once (P17)",
    HUNDRED,
    `
    price 103     | exit 40 TP1
    fill 25@103   |
    again         |
    again         |
    fill 15@103   | TP1_hit  TP1 40@103 +120 left 60  stop 100
  `,
  );

  tape(
    "R10.7 also after a crash",
    PENDING,
    `
    fill 40@100   | open  opened 40@100  stop 95
    crash         | look up entry
    again         |
  `,
  );

  tape(
    "R1.9 in closing",
    HUNDRED,
    `
    price 103           | exit 40 TP1
    price 95            | closing stop_initial  close 100
    fill 15@103 of exit |
    again               |
  `,
  );

  tape(
    "R1.9 R1.10 in closed: counted, said loudly; what it has opened becomes a new position that begins in closing",
    PENDING,
    `
    fill 40@100          | open  opened 40@100  stop 95
    gone                 | external outside 40 left 0  closed closed_externally +0  cancel entry
    fill 10@100 of entry | opened 10@100  external outside 10 left 0
                         | [p1~1]  closing unprotected  opened 10@100  [p1~1]  close 10
                         | error: Late fill for BTC/USDT:USDT after the position was closed: 10.0 more at the exchange
                         | error: Late fill of p1 for BTC/USDT:USDT adopted as p1~1 and closed
    price 90             |
  `,
  );
});

describe("what cannot be true changes nothing, is recorded, and suspends", () => {
  const SAID = "Report for BTC/USDT:USDT cannot be true";
  const suspended = (why: string): string =>
    `not done: ${SAID}: ${why} not done: Position of BTC/USDT:USDT suspended: ${SAID}: ${why}`;

  tape(
    "R1.9 more filled than ordered",
    HUNDRED,
    `
    price 103     | exit 40 TP1
    fill 41@103 only | ${suspended("order 2 filled 41 lots of 40 ordered")}
    price 95      |
    close         | not done: CLOSE for the suspended position of BTC/USDT:USDT not taken: look at it, and at the exchange
    fill 40@103 only | not done: FILL for the suspended position of BTC/USDT:USDT not taken: look at it, and at the exchange
  `,
  );

  tape(
    "R1.9 an end that says more than was ordered",
    HUNDRED,
    `
    price 103     | exit 40 TP1
    end filled 50 | ${suspended("order 2 ended with 50 lots filled of 40 ordered")}
  `,
  );

  tape(
    "R1.9 an end that says less than was reported",
    HUNDRED,
    `
    price 103       | exit 40 TP1
    fill 30@103     |
    end canceled 20 | ${suspended("order 2 ended with 20 lots filled, but 30 were reported")}
  `,
  );

  tape(
    "R1.9 a fill after an end that knew nothing of it",
    HUNDRED,
    `
    price 103       | exit 40 TP1
    fill 30@103     |
    end canceled 35 |
    fill 6@103      | ${suspended("order 2 ended with 35 lots and filled more")}
  `,
  );

  tape(
    "R1.9 a fill of nothing",
    HUNDRED,
    `
    price 103       | exit 40 TP1
    fill 0@103      | ${suspended("fill t2 of 0 lots")}
  `,
  );

  tape(
    "R1.9 R9.4 a fill at no price",
    HUNDRED,
    `
    price 103       | exit 40 TP1
    fill 10@0       | ${suspended("fill t2 at the price 0")}
  `,
  );

  it("R1.9 nothing of it is counted, and the stop stays where it was", () => {
    const before = playTape(HUNDRED, "price 103").position;
    const after = playTape(HUNDRED, "price 103\nfill 41@103").position;
    expect({ ...after, version: before.version }).toEqual(before);
  });
});

describe("fees", () => {
  tape(
    "R3.4 in the coin on spot: they cost whole lots, and the fraction of a lot stays as dust",
    long({ entry: 100, amount: "10", pending: true, market: { kind: "spot", step: "0.01" } }),
    `
    fill 6@100 fee 0.006 coin   | open  opened 6@100 fee 0.6  stop 95  external fee_in_coin 0.01 left 5.99
    fill 4@100 fee 0.004 coin   | opened 4@100 fee 0.4
    price 103                   | exit 3.99 TP1
    fill 3.99@103 fee 0.41      | TP1_hit  TP1 3.99@103 +11.97 fee 0.41 left 6  stop 100
    price 95                    | closing stop_ladder  close 6
    fill 6@99                   | stop_ladder 6@99 -6 left 0  closed stop_ladder +5.97 fees 1.41
  `,
  );

  it("R3.4 P2 in lots: what was entered is what left by exits, by fees in the coin, and what remains", () => {
    const { position } = playTape(
      long({ entry: 100, amount: "10", pending: true, market: { kind: "spot", step: "0.01" } }),
      "fill 6@100 fee 0.0061 coin\nfill 4@100 fee 0.0041 coin\nprice 103\nfill 3@103",
    );
    expect(position).toMatchObject({ enteredLots: 1_000, coinFeeLots: "1.02", exitedLots: 300 });
    expect(remainingLots(position)).toBe(1_000 - 2 - 300);
  });

  tape(
    "R3.4 in the coin on a derivative nothing is taken from the position",
    PENDING,
    `
    fill 100@100 fee 0.05 coin   | open  opened 100@100 fee 5  stop 95
    price 103                    | exit 40 TP1
  `,
  );

  tape(
    "R10.7 a fee in a third coin has no price here",
    PENDING,
    `
    fill 100@100 fee 0.2 other   | open  opened 100@100  stop 95
  `,
  );
});
