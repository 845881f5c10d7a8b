/** The trailing stop and the recorded mark that it follows (R4.4): its numbers as a table, its story as tapes. */
import { describe, expect, it } from "vitest";
import { levelText } from "../../../src/domain/market.ts";
import { makePlan, DEFAULT_PLAN_SETTINGS } from "../../../src/domain/make-plan.ts";
import { isRefused } from "../../../src/domain/refused.ts";
import { settingsOver } from "../../../src/domain/rules/table.ts";
import { long, playTape, short, tape, type TapeStart } from "../../support/tape.ts";

const FAR = "90% 50%, 95% 50%";
const trailing = (settings: object | true = true) => ({ ladder: FAR, stop: "50%", rules: { trailing: settings } });
const STEPLESS = { ...trailing(), markStep: 0 };

/** Where the trailing stop stands after these happenings. */
function stopAfter(start: TapeStart, happenings: string): string {
  const { position } = playTape(start, happenings);
  expect(position.stop?.source).toBe("trailing");
  return levelText(position.grid!, position.stop!.level);
}

describe("R4.4 the distance of a trailing stop", () => {
  // At a mark of 200 a distance of 2 % is 4; the mark's move decides on the tier.
  it.each`
    what                                     | entry  | mark     | classes                              | stop
    ${"R4.4 base distance 2 %"}              | ${100} | ${103}   | ${""}                                | ${"100.94"}
    ${"R4.4 more than 3 %: times 0.85"}      | ${100} | ${103.1} | ${""}                                | ${"101.35"}
    ${"R4.4 exactly 5 % is not more"}        | ${100} | ${105}   | ${""}                                | ${"103.22"}
    ${"R4.4 more than 5 %: times 0.7"}       | ${100} | ${105.1} | ${""}                                | ${"103.63"}
    ${"R4.4 exactly 10 % is not more"}       | ${100} | ${110}   | ${""}                                | ${"108.46"}
    ${"R4.4 more than 10 %: times 0.5"}      | ${100} | ${110.1} | ${""}                                | ${"109"}
    ${"R4.4 volatility high: times 1.3"}     | ${100} | ${103}   | ${"volatility high"}                 | ${"100.33"}
    ${"R4.4 volatility low: times 0.7"}      | ${100} | ${103}   | ${"volatility low"}                  | ${"101.56"}
    ${"R4.4 volatility normal: as it is"}    | ${100} | ${103}   | ${"volatility normal"}               | ${"100.94"}
    ${"R4.4 momentum strong: times 1.2"}     | ${100} | ${103}   | ${"momentum strong"}                 | ${"100.53"}
    ${"R4.4 momentum weak: times 0.8"}       | ${100} | ${103}   | ${"momentum weak"}                   | ${"101.36"}
    ${"R4.4 all of them at once"}            | ${100} | ${103.1} | ${"volatility low momentum weak"}    | ${"102.12"}
    ${"R4.4 high and strong: 2 × 1.3 × 1.2"} | ${100} | ${103}   | ${"volatility high momentum strong"} | ${"99.79"}
    ${"R6.4 an unknown class counts as 1"}   | ${100} | ${103}   | ${"volatility none momentum none"}   | ${"100.94"}
  `("$what", ({ entry, mark, classes, stop }) => {
    const start = long({ entry, amount: "10", plan: STEPLESS });
    const known = classes === "" ? "" : `context ${classes}\n`;
    expect(stopAfter(start, `${known}price ${mark}`)).toBe(stop);
  });

  it("R4.4 never more than 4 %, never less than 0.4 %", () => {
    const wide = { ...trailing({ distance: "0.06" }), markStep: 0 };
    expect(stopAfter(long({ entry: 100, amount: "10", plan: wide }), "price 102")).toBe("97.92");
    const near = { ...trailing({ distance: "0.001" }), markStep: 0 };
    expect(stopAfter(long({ entry: 100, amount: "10", plan: near }), "price 102")).toBe("101.6");
  });

  it("R4.4 a short's stands as far above its mark, on the tighter tick", () => {
    // 97 × 1.02 = 98.94; 96.9 × 1.017 = 98.5473.
    expect(stopAfter(short({ entry: 100, amount: "10", plan: STEPLESS }), "price 97")).toBe("98.94");
    expect(stopAfter(short({ entry: 100, amount: "10", plan: STEPLESS }), "price 96.9")).toBe("98.54");
    expect(stopAfter(long({ entry: 100, amount: "10", plan: STEPLESS }), "price 102.99")).toBe("100.94");
  });
});

describe("the recorded mark", () => {
  tape(
    "R4.4 it moves when the price stands a step of 0.1 % of the entry beyond it, and becomes that price",
    long({ entry: 100, amount: "10", plan: trailing() }),
    `
    price 100.09  |
    price 100.1   | mark 100.1  stop 98.1
    price 100.19  |
    price 100.25  | mark 100.25  stop 98.25
    price 100.34  |
    price 101     | mark 101  stop 98.98
    price 100.5   |
    price 101.05  |
  `,
  );

  tape(
    "R4.4 a short's is the lowest price",
    short({ entry: 100, amount: "10", plan: trailing() }),
    `
    price 99.91   |
    price 99.9    | mark 99.9  stop 101.89
    price 99.8    | mark 99.8  stop 101.79
  `,
  );

  tape(
    "R4.4 with a step of 0 every new high counts; a step is at least a tick",
    long({ entry: 100, amount: "10", market: { tick: "0.5" }, plan: STEPLESS }),
    `
    price 100.4   |
    price 100.5   | mark 100.5  stop 98.5
    price 101     | mark 101  stop 99
  `,
  );

  tape(
    "R4.4 a step of 0.1 % that is no whole tick is a tick more, never less",
    long({ entry: 100.05, amount: "10", market: { tick: "0.05" }, plan: trailing() }),
    `
    price 100.15  |
    price 100.2   | mark 100.2  stop 98.2
  `,
  );

  tape(
    "R4.4 a price between two ticks counts as the tick that it passed",
    long({ entry: 100, amount: "10", plan: STEPLESS }),
    `
    price 100.019 | mark 100.01  stop 98.01
  `,
  );

  it("R4.4 R12.5 without a rule that looks at it no mark is kept, and no step wakes anybody", () => {
    const { position } = playTape(long({ entry: 100, amount: "10" }), "price 102");
    expect([position.mark, position.plan.markStep]).toEqual([null, null]);
    expect(playTape(long({ entry: 100, amount: "10" }), "price 101\nprice 102\nprice 102.9").rows).toHaveLength(3);
  });

  tape(
    "R4.4 R7.8 it is a price: a later fill of the entry moves the average, not the mark",
    long({ entry: 100, amount: "10", pending: true, plan: trailing() }),
    `
    fill 5@100    | open  mark 100  opened 5@100  stop 50  stop 98
                  | info: Trailing stop for BTC/USDT:USDT active, mark at 100
    price 101     | mark 101  stop 98.98
    fill 5@101    | opened 5@101 average 100.5
                  | not done: Stop stays at 98.98: 50.25 would loosen it
  `,
  );
});

describe("R4.4 activation, once and for good", () => {
  tape(
    "R4.4 from entry",
    long({ entry: 100, amount: "10", pending: true, plan: trailing() }),
    `
    fill 10@100   | open  mark 100  opened 10@100  stop 50  stop 98
                  | info: Trailing stop for BTC/USDT:USDT active, mark at 100
    price 98      | closing stop_trailing  close 10
    fill 10@98    | stop_trailing 10@98 -20 left 0  closed stop_trailing -20
  `,
  );

  tape(
    "R4.4 from a price move: not before it, and still after the price has come back",
    long({ entry: 100, amount: "10", plan: trailing({ activation: { move: "0.02" } }) }),
    `
    price 101.99  | mark 101.99
    price 102     | stop 99.96
                  | info: Trailing stop for BTC/USDT:USDT active, mark at 101.99
    price 101     |
    price 103     | mark 103  stop 100.94
    price 100.95  |
    price 100.94  | closing stop_trailing  close 10
  `,
  );

  tape(
    "R4.4 from rung 1, when it is hit; the ladder's stop and the trailing stop take turns, the tighter counts (R4.3)",
    long({ entry: 100, amount: "100", plan: { rules: { trailing: { activation: { rung: 1 } } } } }),
    `
    price 102     | mark 102
    price 103     | mark 103  exit 40 TP1
    fill 40@103   | TP1_hit  TP1 40@103 +120 left 60  stop 100  stop 100.94
                  | info: Trailing stop for BTC/USDT:USDT active, mark at 103
    price 105     | mark 105  stop 103.22  exit 30 TP2
    fill 30@105   | TP2_hit  TP2 30@105 +150 left 30
                  | not done: Stop stays at 103.22: 103 would loosen it
    price 103.22  | closing stop_trailing  close 30
  `,
  );

  tape(
    "R4.4 from rung 1, when it is skipped",
    long({
      entry: 100,
      amount: "100",
      market: { minimum: "20" },
      plan: {
        undersizedExit: "skip",
        ladder: "3% 10%, 5% 50%, 8% 40%",
        rules: { trailing: { activation: { rung: 1 } } },
      },
    }),
    `
    price 103     | TP1_hit  stop 100  mark 103  stop 100.94
                  | not done: TP1 skipped: quantity 10.0 below minimum 20.0
                  | info: Trailing stop for BTC/USDT:USDT active, mark at 100
  `,
  );
});

describe("R4.4 R1.3 the trailing stop and its market", () => {
  tape(
    "R1.3 a distance that grows moves nothing; one that shrinks moves the stop at once",
    long({ entry: 100, amount: "10", plan: trailing() }),
    `
    price 103                 | mark 103  stop 100.94
    context volatility high   | market volatility high
    context volatility low    | market volatility low  stop 101.56
    context volatility normal | market volatility normal
    context volatility normal |
  `,
  );

  tape(
    "R4.8 a stop that moves past the price is hit there and then",
    long({ entry: 100, amount: "10", plan: trailing() }),
    `
    price 103                 | mark 103  stop 100.94
    price 101.2               |
    context volatility low    | market volatility low  stop 101.56  closing stop_trailing  close 10
  `,
  );

  tape(
    "R11.2 mark and activation survive a crash",
    long({ entry: 100, amount: "10", plan: trailing({ activation: { move: "0.01" } }) }),
    `
    price 101     | mark 101  stop 98.98
                  | info: Trailing stop for BTC/USDT:USDT active, mark at 101
    crash         |
    price 101.05  |
    price 101.1   | mark 101.1  stop 99.08
  `,
  );
});

describe("R4.4 where a trailing stop begins", () => {
  it("R4.4 the first mark is the price of the moment of the fill, not what the fill cost", () => {
    const start = long({ entry: 100, amount: "10", pending: true, plan: { rules: { trailing: true } } });
    const { mark, additions } = playTape(start, "price 99.5\nfill 10@100.3").position;
    expect([mark, additions[0]?.price]).toEqual([9_950, "100.3"]);
  });

  // Why this test? A rung that is never passed would never activate it: the rules are fitted once more.
  it("R2.9 R4.4 a fall-back to the single target takes the move of the rung that it waited for", () => {
    const { position } = playTape(
      long({
        entry: 100,
        amount: "10",
        market: { minimum: "9" },
        plan: { undersizedExit: "skip", rules: { trailing: { activation: { rung: 1 } } } },
      }),
      "price 100.5",
    );
    expect(position.plan.takeProfit).toBe("single");
    expect(position.plan.rules.trailing?.activation).toEqual({ move: 30_000, rung: null });
  });
});

describe("R4.4 R10.9 on a coarse grid", () => {
  const coarse = {
    entry: 0.78,
    amount: "1000",
    market: { tick: "0.01" },
    plan: { ladder: "50% 100%", rules: { trailing: true }, markStep: 0 },
  };

  // Why this test? A distance of less than a tick put the stop on the mark, and sold at every new high.
  tape(
    "R4.4 the stop stays a tick behind the mark at least",
    long(coarse),
    `
    context volatility low | market volatility low
    price 0.82             | mark 0.82  stop 0.81
    price 0.81             | closing stop_trailing  close 1000
  `,
  );

  tape(
    "R4.4 a short's a tick above it",
    short(coarse),
    `
    context volatility low | market volatility low
    price 0.74             | mark 0.74  stop 0.75
    price 0.75             | closing stop_trailing  close 1000
  `,
  );
});

describe("R5.4 settings that cannot be meant are refused by name", () => {
  const made = (settings: object) => {
    const rules = settingsOver(DEFAULT_PLAN_SETTINGS.rules, "trailing", settings as Readonly<Record<string, unknown>>);
    const plan = makePlan({ ...DEFAULT_PLAN_SETTINGS, rules });
    return isRefused(plan) ? plan : plan.plan.rules.trailing;
  };

  it.each`
    settings                                                          | field                          | value
    ${{ distance: Number.NaN }}                                       | ${"trailing.distance"}         | ${"NaN"}
    ${{ distance: Number.POSITIVE_INFINITY }}                         | ${"trailing.distance"}         | ${"Infinity"}
    ${{ distance: 0 }}                                                | ${"trailing.distance"}         | ${"0"}
    ${{ distance: 1_000_000 }}                                        | ${"trailing.distance"}         | ${"1"}
    ${{ volatility: { high: -1 } }}                                   | ${"trailing.volatility.high"}  | ${"-0.000001"}
    ${{ profit: [{ above: 30_000, factor: 0 }] }}                     | ${"trailing.profit[0].factor"} | ${"0"}
    ${{ profit: [{ above: 1, factor: 1 }, { above: 1, factor: 2 }] }} | ${"trailing.profit"}           | ${"one move twice"}
    ${{ minimum: 50_000, maximum: 40_000 }}                           | ${"trailing.minimum"}          | ${"0.05"}
    ${{ activation: { move: 10_000, rung: 1 } }}                      | ${"trailing.activation"}       | ${"a move (0.01) and a rung (1)"}
    ${{ activation: { rung: 3 } }}                                    | ${"trailing.activation.rung"}  | ${"3"}
    ${{ activation: { rung: 0 } }}                                    | ${"trailing.activation.rung"}  | ${"0"}
  `("R9.4 R5.4 $field is $value", ({ settings, field, value }) => {
    expect(made(settings)).toMatchObject({ kind: "refused", rule: "R4.4", field, value });
  });

  it("R4.4 a distance that its bounds never let be is said", () => {
    const rules = settingsOver(DEFAULT_PLAN_SETTINGS.rules, "trailing", { distance: 100_000 });
    expect(makePlan({ ...DEFAULT_PLAN_SETTINGS, rules })).toMatchObject({
      warnings: ["Trailing stop: its distance of 10.0% is bounded to 4.0%, trailing.maximum"],
    });
  });

  it("R2.9 R4.4 with a single target a rung becomes the move that it stood at, with a warning", () => {
    const rules = settingsOver(DEFAULT_PLAN_SETTINGS.rules, "trailing", { activation: { rung: 1 } });
    const made = makePlan({ ...DEFAULT_PLAN_SETTINGS, rules, scaledTakeProfit: { enabled: false, strict: false } });
    expect(made).toMatchObject({
      plan: { rules: { trailing: { activation: { move: 30_000, rung: null } } } },
      warnings: [expect.stringContaining("there is no rung 1 with a single target; active from 3.0% on instead")],
    });
  });
});
