/** Smart profit taking (R5.1): each row of its table, at its boundary and on either side of it. */
import { describe, expect, it } from "vitest";
import { decide, watchBand } from "../../../src/domain/exit-rules.ts";
import { DEFAULT_PLAN_SETTINGS, makePlan } from "../../../src/domain/make-plan.ts";
import type { FreshPrice } from "../../../src/domain/price-gate.ts";
import { settingsOver } from "../../../src/domain/rules/table.ts";
import { START_MS } from "../../support/house.ts";
import { long, playTape, short, tape, type TapeStart } from "../../support/tape.ts";

const to = (target: string, rows?: readonly object[]) => ({
  ladder: `${target} 100%`,
  stop: "50%",
  rules: { smartProfit: rows === undefined ? true : { rows } },
});
const at = (value: number): FreshPrice => ({ value, atMs: START_MS }) as FreshPrice;
const reasonAt = (start: TapeStart, value: number): string => {
  const decision = decide(playTape(start, "").position, at(value), START_MS);
  return decision === null ? "nothing" : decision.kind === "close" ? decision.reason : decision.kind;
};

describe("R5.1 the default table", () => {
  it("R5.1 at least 20 % always; 15 % and 10 % over 2 % away; 8 % over 3 %; 5 % over 5 %", () => {
    const { plan } = playTape(long({ entry: 100, amount: "10", plan: to("8%") }), "").position;
    expect(plan.rules.smartProfit).toEqual({
      rows: [
        { move: 200_000, targetFurtherThan: null },
        { move: 150_000, targetFurtherThan: 20_000 },
        { move: 100_000, targetFurtherThan: 20_000 },
        { move: 80_000, targetFurtherThan: 30_000 },
        { move: 50_000, targetFurtherThan: 50_000 },
      ],
    });
  });

  // Each row by itself. Strictly more: where the target is exactly as far as the row says, it does not hold.
  it.each`
    move      | further   | target      | price     | reason
    ${"0.2"}  | ${null}   | ${"20.5%"}  | ${119.99} | ${"nothing"}
    ${"0.2"}  | ${null}   | ${"20.5%"}  | ${120}    | ${"smart_profit"}
    ${"0.15"} | ${"0.02"} | ${"17.31%"} | ${114.99} | ${"nothing"}
    ${"0.15"} | ${"0.02"} | ${"17.3%"}  | ${115}    | ${"nothing"}
    ${"0.15"} | ${"0.02"} | ${"17.31%"} | ${115}    | ${"smart_profit"}
    ${"0.1"}  | ${"0.02"} | ${"12.21%"} | ${109.99} | ${"nothing"}
    ${"0.1"}  | ${"0.02"} | ${"12.2%"}  | ${110}    | ${"nothing"}
    ${"0.1"}  | ${"0.02"} | ${"12.21%"} | ${110}    | ${"smart_profit"}
    ${"0.08"} | ${"0.03"} | ${"11.25%"} | ${107.99} | ${"nothing"}
    ${"0.08"} | ${"0.03"} | ${"11.24%"} | ${108}    | ${"nothing"}
    ${"0.08"} | ${"0.03"} | ${"11.25%"} | ${108}    | ${"smart_profit"}
    ${"0.05"} | ${"0.05"} | ${"10.26%"} | ${104.99} | ${"nothing"}
    ${"0.05"} | ${"0.05"} | ${"10.25%"} | ${105}    | ${"nothing"}
    ${"0.05"} | ${"0.05"} | ${"10.26%"} | ${105}    | ${"smart_profit"}
  `("R5.1 at least $move, further than $further: $reason at $price with the target at $target", (row) => {
    const { move, further, target, price, reason } = row;
    const rows = [{ move, targetFurtherThan: further }];
    expect(reasonAt(long({ entry: 100, amount: "10", plan: to(target, rows) }), price)).toBe(reason);
  });

  it("R5.1 a short: the distance is a share of its own, lower price", () => {
    // At 90 a target at 88.2 is 2 % away exactly, at 88.19 more.
    expect(reasonAt(short({ entry: 100, amount: "10", plan: to("11.8%") }), 90)).toBe("nothing");
    expect(reasonAt(short({ entry: 100, amount: "10", plan: to("11.81%") }), 90)).toBe("smart_profit");
    expect(reasonAt(short({ entry: 100, amount: "10", plan: to("40%") }), 95.01)).toBe("nothing");
    expect(reasonAt(short({ entry: 100, amount: "10", plan: to("40%") }), 95)).toBe("smart_profit");
  });

  it("R12.5 the band ends where a row begins to hold", () => {
    const { position } = playTape(long({ entry: 100, amount: "10", plan: to("90%") }), "");
    expect(watchBand(position, 100, START_MS)).toEqual({ below: 85, above: 105 });
    const near = playTape(long({ entry: 100, amount: "10", plan: to("10.25%") }), "").position;
    expect(watchBand(near, 100, START_MS)).toEqual({ below: 85, above: 110.25 });
  });
});

describe("R5.1 and the ladder", () => {
  tape(
    "R5.1 the next target is the lowest rung neither hit nor skipped: once rung 1 is paid out, rung 2 is too far",
    long({ entry: 100, amount: "100", plan: { ladder: "5% 40%, 20% 60%", rules: { smartProfit: true } } }),
    `
    price 105     | exit 40 TP1
    fill 40@105   | TP1_hit  TP1 40@105 +200 left 60  stop 100  closing smart_profit  close 60
    fill 60@105   | smart_profit 60@105 +300 left 0  closed smart_profit +500
  `,
  );

  tape(
    "R5.5 while the exit of a rung is under way it waits: the price is beyond that target, not far from the next",
    long({ entry: 100, amount: "100", plan: { ladder: "3% 40%, 12% 60%", rules: { smartProfit: true } } }),
    `
    price 111     | exit 40 TP1
    fill 20@111   |
    fill 20@111   | TP1_hit  TP1 40@111 +440 left 60  stop 100
    price 110     |
  `,
  );

  tape(
    "R5.4 a table of one's own",
    long({ entry: 100, amount: "10", plan: { rules: { smartProfit: { rows: [{ move: "0.01" }] } } } }),
    `
    price 100.99  |
    price 101     | closing smart_profit  close 10
  `,
  );

  it("R5.1 R9.4 rows that cannot be meant are refused by name", () => {
    const made = (row: object) =>
      makePlan({
        ...DEFAULT_PLAN_SETTINGS,
        rules: settingsOver(DEFAULT_PLAN_SETTINGS.rules, "smartProfit", { rows: [row] }),
      });
    expect(made({ move: Number.NaN, targetFurtherThan: null })).toMatchObject({
      rule: "R5.1",
      field: "smartProfit.rows[0].move",
      value: "NaN",
      limit: "a ratio, more than 0 and at most 1000",
    });
    expect(made({ move: 1, targetFurtherThan: 1_000_000 })).toMatchObject({
      field: "smartProfit.rows[0].targetFurtherThan",
      value: "1",
    });
  });
});
