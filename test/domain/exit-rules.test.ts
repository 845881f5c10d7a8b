/** Which rule speaks at which price, which speaks first, and the band in which none does. */
import { describe, expect, it } from "vitest";
import { decide, watchBand } from "../../src/domain/exit-rules.ts";
import { firingIntervals, RuleError } from "../../src/domain/firings.ts";
import type { FreshPrice } from "../../src/domain/price-gate.ts";
import type { FiringInterval, Rule } from "../../src/domain/rules/rule.ts";
import { RULES } from "../../src/domain/rules/table.ts";
import { epochMs } from "../../src/domain/units.ts";
import { START_MS } from "../support/house.ts";
import { long, playTape, short, tape } from "../support/tape.ts";

const at = (value: number): FreshPrice => ({ value, atMs: START_MS }) as FreshPrice;

describe("stops", () => {
  tape(
    "R4.3 a stop is hit at its price",
    long({ entry: 100, amount: "10" }),
    `
    price 95.01  |
    price 95     | closing stop_initial  close 10
    fill 10@95   | stop_initial 10@95 -50 left 0  closed stop_initial -50
  `,
  );

  tape(
    "R4.3 or beyond it: a gap fills where the market is",
    short({ entry: 100, amount: "10" }),
    `
    price 104.99 |
    price 111    | closing stop_initial  close 10
    fill 10@111.2 | stop_initial 10@111.2 -112 left 0  closed stop_initial -112
  `,
  );

  tape(
    "R4.2 the emergency stop overrides everything else",
    long({ entry: 100, amount: "10", leverage: 10 }),
    `
    price 98.51  |
    price 98.5   | closing emergency_stop_excessive_loss  close 10
    fill 10@98.4 | emergency_stop_excessive_loss 10@98.4 -16 left 0  closed emergency_stop_excessive_loss -16
  `,
  );

  tape(
    "R4.2 the deepest level reached names the reason",
    long({ entry: 100, amount: "10", leverage: 10 }),
    `
    price 97.4   | closing emergency_stop_severe_loss  close 10
  `,
  );

  tape(
    "R4.2 the deepest of all",
    short({ entry: 100, amount: "10", leverage: 10 }),
    `
    price 104    | closing emergency_stop_liquidation_risk  close 10
  `,
  );

  tape(
    "R4.2 stop and emergency level on the same tick: the emergency counts",
    long({ entry: 100, amount: "10", leverage: 10, plan: { stop: 98.5 } }),
    `
    price 98.5   | closing emergency_stop_excessive_loss  close 10
  `,
  );

  tape(
    "R4.2 R10.9 also where floating point would put one of the two a tick away",
    long({ entry: 1.1, amount: "100", leverage: 3, market: { tick: "0.001" }, plan: { stop: "5%" } }),
    `
    price 1.046  |
    price 1.045  | closing emergency_stop_excessive_loss  close 100
  `,
  );

  tape(
    "R5.5 an emergency stop comes before a stop that has ratcheted past it",
    long({ entry: 100, amount: "100", leverage: 10 }),
    `
    price 103    | exit 40 TP1
    fill 40@103  | TP1_hit  TP1 40@103 +120 left 60  stop 100
    price 98     | closing emergency_stop_excessive_loss  close 60
  `,
  );

  tape(
    "R4.3 R4.2 the stop that is nearer is hit first",
    long({ entry: 100, amount: "10", leverage: 10, plan: { stop: "1%" } }),
    `
    price 99     | closing stop_initial  close 10
  `,
  );
});

describe("the table of rules", () => {
  it("R5.5 emergency stop, stop, take-profit rungs, smart profit, momentum loss, time; what sells nothing comes last", () => {
    expect(RULES.map(({ name }) => name)).toEqual([
      "emergency",
      "stop",
      "rungs",
      "smartProfit",
      "momentumLoss",
      "maxHoldingTime",
      "exitAtTime",
      "movingTargets",
      "mark",
      "trailing",
      "volatilityCorrection",
    ]);
  });

  it("P14 R9.4 a position without an entry decides nothing, at any price", () => {
    const { position } = playTape(long({ entry: 100, amount: "10", pending: true }), "");
    for (const value of [0.01, 50, 100, 1e9]) expect(decide(position, at(value), START_MS)).toBeNull();
    expect(watchBand(position, 100, START_MS)).toEqual({ below: 0, above: Number.POSITIVE_INFINITY });
  });
});

describe("the band in which nothing happens", () => {
  it("R12.5 a long at rest: from the nearer of stop and emergency level to the next target", () => {
    const { position } = playTape(long({ entry: 100, amount: "10", leverage: 10 }), "");
    expect(watchBand(position, 100, START_MS)).toEqual({ below: 98.5, above: 103 });
  });

  it("R12.5 a short mirrors it", () => {
    const { position } = playTape(short({ entry: 100, amount: "10" }), "");
    expect(watchBand(position, 100, START_MS)).toEqual({ below: 97, above: 105 });
  });

  it("R12.5 while an exit is under way, only the last rung and the stop", () => {
    const { position } = playTape(long({ entry: 100, amount: "10" }), "price 103");
    expect(watchBand(position, 103, START_MS)).toEqual({ below: 95, above: 108 });
  });

  it("R12.5 R10.6 during a cool-down too, until its end", () => {
    const { position } = playTape(long({ entry: 100, amount: "10" }), "price 103\nend expired");
    const untilMs = position.rungCooldownUntilMs!;
    expect(watchBand(position, 103.5, epochMs(untilMs - 1))).toEqual({ below: 95, above: 108 });
    expect(watchBand(position, 103.5, untilMs)).toEqual({ below: 103.5, above: 103.5 });
  });

  it("R12.5 R3.5 a rung that was held back, up to the price at which it is worth enough", () => {
    const { position } = playTape(
      long({
        entry: 100,
        amount: "1",
        market: { step: "0.001" },
        plan: { ladder: "3% 5%, 8% 95%", minimumExitValue: "5.2" },
      }),
      "price 103",
    );
    expect(watchBand(position, 103, START_MS)).toEqual({ below: 95, above: 104 });
  });

  it("R12.5 closing decides nothing more by price", () => {
    const { position } = playTape(long({ entry: 100, amount: "10" }), "close");
    expect(watchBand(position, 100, START_MS)).toEqual({ below: 0, above: Number.POSITIVE_INFINITY });
  });
});

describe("R9.4 intervals where they enter", () => {
  const { position } = playTape(long({ entry: 100, amount: "100" }), "");
  const giving = (interval: { readonly from: number; readonly to: number }): Rule => ({
    name: "broken",
    requirement: "R9.4",
    about: "makes no sense",
    intervals: () => [interval as unknown as FiringInterval],
  });

  it.each`
    from          | to                          | says
    ${Number.NaN} | ${5}                        | ${"rule broken gives an interval from NaN to 5, which are no whole heights"}
    ${5}          | ${Number.POSITIVE_INFINITY} | ${"rule broken gives an interval from 5 to Infinity, which are no whole heights"}
    ${1.5}        | ${5}                        | ${"rule broken gives an interval from 1.5 to 5, which are no whole heights"}
    ${6}          | ${5}                        | ${"rule broken gives an empty interval, from 6 to 5"}
  `("R9.4 from $from to $to is refused with the rule's name", ({ from, to, says }) => {
    const ask = () => firingIntervals(giving({ from: from as number, to: to as number }), position, START_MS);
    expect(ask).toThrow(RuleError);
    expect(ask).toThrow(says as string);
  });

  it("R9.4 a rule that throws is named; one of a single tick is sound", () => {
    const throwing: Rule = {
      ...giving({ from: 1, to: 1 }),
      intervals: () => {
        throw new Error("divided by nothing");
      },
    };
    expect(() => firingIntervals(throwing, position, START_MS)).toThrow(
      "rule broken cannot say where it fires: divided by nothing",
    );
    expect(firingIntervals(giving({ from: 5, to: 5 }), position, START_MS)).toEqual([{ from: 5, to: 5 }]);
  });
});
