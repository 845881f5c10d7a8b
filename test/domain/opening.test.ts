/** The first moments of a position: its entry written down and sent, warnings told, levels set by the first fill. */
import { describe, expect, it } from "vitest";
import { openPosition } from "../../src/domain/opening.ts";
import { aMarket, anOpening, aPlan } from "../support/house.ts";
import { long, playTape, short, tape } from "../support/tape.ts";

describe("opening", () => {
  it("R10.1 the entry is part of the position before anything asks for it to be sent", () => {
    const market = aMarket();
    const turn = openPosition(anOpening({ side: "short", amount: "7", leverage: 3, market, plan: aPlan({}, market) }));
    const [intent] = turn.position.intents;
    expect(turn.commands).toMatchObject([
      {
        kind: "placeOrder",
        order: {
          clientOrderId: intent?.clientOrderId,
          orderSide: "sell",
          lots: 7,
          reduceOnly: false,
          purpose: "entry",
        },
      },
    ]);
    expect(turn.position).toMatchObject({
      requestedLots: 7,
      enteredLots: 0,
      stop: null,
      rungs: [],
      closing: null,
      outcome: null,
    });
  });

  it("R8.1 what validation had to say is told with it", () => {
    const market = aMarket();
    const opening = {
      ...anOpening({ side: "long", amount: "7", market, plan: aPlan({}, market) }),
      warnings: ["one", "two"],
    };
    expect(openPosition(opening).facts).toEqual([
      { type: "warning", severity: "warning", message: "one" },
      { type: "warning", severity: "warning", message: "two" },
    ]);
  });

  tape(
    "R1.5 P13 the first fill leads to open, with the stop armed in the same step",
    short({ entry: 100, amount: "10", pending: true }),
    `
    price 120    |
    price 95     |
    fill 10@100  | open  opened 10@100  stop 105  exit 7 TP1+TP2
  `,
  );

  tape(
    "R4.3 a first fill far beyond the stop: it is hit at once",
    long({ entry: 100, amount: "10", pending: true, plan: { stop: 95 } }),
    `
    price 94     |
    fill 10@100  | open  opened 10@100  stop 95  closing stop_initial  cancel entry  close 10
  `,
  );

  it("R2.9 the plan stays with the position, also across a crash", () => {
    const { rows } = playTape(
      long({ entry: 100, amount: "10", plan: { ladder: "2% 50%, 4% 50%" } }),
      "crash\nprice 102",
    );
    expect(new Set(rows.map((row) => JSON.stringify(row.snapshot?.position.plan))).size).toBe(1);
    expect(rows.at(-1)?.snapshot?.position.intents.at(-1)).toMatchObject({ lots: 5, rungs: [1] });
  });
});
