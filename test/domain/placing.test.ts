/** From a decision to an order, and what the exchange's answers other than fills do to it. */
import { describe, expect, it } from "vitest";
import { long, playTape, short, tape } from "../support/tape.ts";

const HUNDRED = long({ entry: 100, amount: "100" });

describe("an order that is sent", () => {
  // Why this test? Each row carries the whole state, so a close that was refused for days made the journal grow with the square.
  it("R1.6 a close that is refused again and again does not make the state grow; every attempt has an id of its own", () => {
    const attempts = Array.from({ length: 60 }, () => "reject other\nwait 30 s").join("\n");
    const { position, commands } = playTape(HUNDRED, `close\n${attempts}`);
    expect(position.intents.length).toBeLessThanOrEqual(2);
    const ids = commands.flatMap((command) => (command.kind === "placeOrder" ? [command.order.clientOrderId] : []));
    expect(ids.length).toBeGreaterThan(55);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("R10.1 is written down before it is sent, with the id that follows from its place", () => {
    const { position, rows, commands } = playTape(HUNDRED, "price 103");
    const order = commands.at(-1);
    const written = rows.at(-1)?.snapshot?.position.intents.at(-1);
    expect(order).toMatchObject({
      kind: "placeOrder",
      order: {
        clientOrderId: written?.clientOrderId,
        lots: 40,
        amount: "40",
        orderSide: "sell",
        reduceOnly: true,
        purpose: "exit",
      },
    });
    expect(written).toMatchObject({
      number: 2,
      sends: 1,
      rungs: [1],
      progress: { kind: "recorded" },
      filledLots: 0,
      tradeIds: [],
    });
    expect(new Set(position.intents.map(({ clientOrderId }) => clientOrderId)).size).toBe(2);
  });

  it("R10.9 amounts are exact decimal text in the market's step", () => {
    const { commands } = playTape(
      short({
        entry: 0.0003,
        amount: "30000.3",
        market: { step: "0.3", tick: "0.0000001" },
        plan: { minimumExitValue: "0" },
      }),
      "price 0.000291",
    );
    expect(commands.at(-1)).toMatchObject({ order: { amount: "12000", lots: 40_000, orderSide: "buy" } });
  });
});

describe("orders of which nothing is heard", () => {
  tape(
    "R10.2 looked up after five seconds, and again, until there is evidence",
    HUNDRED,
    `
    price 103    | exit 40 TP1
    wait 4999 ms |
    wait 1 ms    | look up exit
    wait 5 s     | look up exit
    accepted     |
    wait 5 s     | look up exit
    fill 40@103  | TP1_hit  TP1 40@103 +120 left 60  stop 100
    wait 60 s    |
  `,
  );

  tape(
    "R10.2 an unknown outcome stays visible; meanwhile no second exit is sent",
    HUNDRED,
    `
    price 103    | exit 40 TP1
    unknown      | unresolved: no answer
    unknown      |
    price 106    |
    fill 40@103  | TP1_hit  TP1 40@103 +120 left 60  stop 100  exit 30 TP2
  `,
  );

  tape(
    "R11.2 after a crash every open order is looked up first",
    HUNDRED,
    `
    price 103    | exit 40 TP1
    fill 25@103  |
    crash        | look up exit
    again        |
    fill 15@103  | TP1_hit  TP1 40@103 +120 left 60  stop 100
    crash        |
  `,
  );
});

describe("orders that never arrived", () => {
  tape(
    "R10.3 the same decision comes out: the same intent goes out once more, under its own id",
    HUNDRED,
    `
    price 103    | exit 40 TP1
    absent       | exit 40 TP1 again
    fill 40@103  | TP1_hit  TP1 40@103 +120 left 60  stop 100
  `,
  );

  tape(
    "R10.3 the price has moved on: another decision, another order",
    HUNDRED,
    `
    price 103    | exit 40 TP1
    price 105    |
    absent       | exit 70 TP1+TP2
  `,
  );

  tape(
    "R10.3 the price has gone back: no decision, no order, and no cool-down, because nothing has failed",
    HUNDRED,
    `
    price 103    | exit 40 TP1
    price 102    |
    absent       |
    price 103    | exit 40 TP1
  `,
  );

  tape(
    "R10.3 an entry is not sent again once its decision is old",
    long({ entry: 100, amount: "10", pending: true }),
    `
    wait 5 s     | look up entry
    wait 1 ms    |
    absent       | closed entry_not_filled +0
                 | not done: Entry for BTC/USDT:USDT never reached the exchange and is not sent again: the decision is too old
  `,
  );

  tape(
    "R10.3 a close that never arrived is sent again",
    HUNDRED,
    `
    close        | closing manual  close 100
    absent       | close 100 again
    fill 100@100 | manual 100@100 +0 left 0  closed manual +0
  `,
  );

  tape(
    "R10.2 an order of which something was filled can be neither absent nor refused",
    HUNDRED,
    `
    price 103    | exit 40 TP1
    fill 30@103  |
    absent       | exit 10 TP1
    fill 10@103  | TP1_hit  TP1 40@103 +120 left 60  stop 100
  `,
  );
});

describe("answers in an odd order", () => {
  tape(
    "R10.7 the end is told before the fills: it waits for them",
    HUNDRED,
    `
    price 103               | exit 40 TP1
    end filled 40           |
    price 106               |
    fill 15@103             |
    fill 25@103             | TP1_hit  TP1 40@103 +120 left 60  stop 100  exit 30 TP2
  `,
  );

  tape(
    "R1.9 old news changes nothing",
    HUNDRED,
    `
    accepted of entry       |
    reject other of entry   |
    unknown of entry        |
    absent of entry         |
    end filled 100 of entry |
  `,
  );

  tape(
    "R8.2 an entry that the exchange refuses",
    long({ entry: 100, amount: "10", pending: true }),
    `
    reject insufficient_funds | closed entry_not_filled +0
                              | not done: Entry rejected for BTC/USDT:USDT: insufficient_funds (by the exchange)
  `,
  );

  tape(
    "R8.2 an entry that expires unfilled",
    long({ entry: 100, amount: "10", pending: true }),
    `
    accepted     |
    end expired  | closed entry_not_filled +0
  `,
  );
});
