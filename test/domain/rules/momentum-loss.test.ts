/** Momentum loss (R5.2): its numbers as a table at leverage 10, where a ROI of 3 % is a move of 0.3 %, and its story as tapes. */
import { describe, expect, it } from "vitest";
import { DEFAULT_PLAN_SETTINGS, makePlan } from "../../../src/domain/make-plan.ts";
import { settingsOver } from "../../../src/domain/rules/table.ts";
import { long, playTape, short, tape, type TapeStart } from "../../support/tape.ts";

const FAR = "90% 50%, 95% 50%";
const plan = { ladder: FAR, stop: "50%", markStep: 0, rules: { momentumLoss: true } };
const LONG = long({ entry: 100, amount: "10", leverage: 10, plan });
const SHORT = short({ entry: 100, amount: "10", leverage: 10, plan });

const reasonAfter = (start: TapeStart, ...prices: readonly number[]): string =>
  playTape(start, prices.map((price) => `price ${price}`).join("\n")).position.closing?.reason ?? "nothing";

describe("R5.2 given back = (peak − now) ÷ peak, both ROI", () => {
  it.each`
    what                                           | peak      | now       | reason
    ${"R5.2 half of a peak ROI of 40 %"}           | ${104}    | ${102}    | ${"momentum_loss"}
    ${"R5.2 a tick less than half"}                | ${104}    | ${102.01} | ${"nothing"}
    ${"R5.2 30 % given back, ROI 15 % inclusive"}  | ${102.15} | ${101.5}  | ${"momentum_loss"}
    ${"R5.2 30 % given back, but ROI above 15 %"}  | ${102.16} | ${101.51} | ${"nothing"}
    ${"R5.2 a tick less than 30 %"}                | ${102}    | ${101.41} | ${"nothing"}
    ${"R5.2 30 % sharp"}                           | ${102}    | ${101.4}  | ${"momentum_loss"}
    ${"R5.2 28.6 % given back is too little"}      | ${100.42} | ${100.3}  | ${"nothing"}
    ${"R5.2 31 % given back, but ROI below 3 %"}   | ${100.42} | ${100.29} | ${"nothing"}
    ${"R5.2 half of it, whatever the ROI"}         | ${100.42} | ${100.21} | ${"momentum_loss"}
    ${"R5.2 30.2 % given back, ROI 3 % inclusive"} | ${100.43} | ${100.3}  | ${"momentum_loss"}
    ${"R5.2 a peak under ROI 3 % is noise"}        | ${100.29} | ${100.01} | ${"nothing"}
    ${"R5.2 a peak of ROI 3 % is not"}             | ${100.3}  | ${100.15} | ${"momentum_loss"}
    ${"R5.2 more than everything given back"}      | ${104}    | ${99.5}   | ${"momentum_loss"}
  `("$what: $peak, then $now", ({ peak, now, reason }) => {
    expect(reasonAfter(LONG, peak, now)).toBe(reason);
    const mirrored = (price: number): number => Math.round((200 - price) * 100) / 100;
    expect(reasonAfter(SHORT, mirrored(peak), mirrored(now))).toBe(reason);
  });

  it("R5.2 R0 leverage moves the range of ROI, not the share that is given back", () => {
    const calm = long({ entry: 100, amount: "10", leverage: 2, plan });
    expect(reasonAfter(calm, 102, 101.01)).toBe("nothing");
    // At leverage 2 a ROI of 3 % is a move of 1.5 %: 101.5 is in the range, and 30 % of the peak of 102.2 is 0.66.
    expect(reasonAfter(calm, 102.2, 101.55)).toBe("nothing");
    expect(reasonAfter(calm, 102.2, 101.54)).toBe("momentum_loss");
  });
});

describe("R5.2 in the course of a position", () => {
  tape(
    "R5.2 the peak is the recorded mark: what lies inside a step is not given back",
    long({ entry: 100, amount: "10", leverage: 10, plan: { ...plan, markStep: 10_000 } }),
    `
    price 102.5   | mark 102.5
    price 103.4   |
    price 101.76  |
    price 101.25  | closing momentum_loss  close 10
  `,
  );

  tape(
    "R5.5 a stop comes before it, a rung too",
    long({ entry: 100, amount: "10", plan: { stop: 99.5, markStep: 0, rules: { momentumLoss: true } } }),
    `
    price 102.9   | mark 102.9
    price 99.5    | closing stop_initial  close 10
  `,
  );

  tape(
    "R5.2 it does not wait for the exit of a rung that is under way",
    long({ entry: 100, amount: "100", plan: { markStep: 0, rules: { momentumLoss: { minimumPeakRoi: "0.01" } } } }),
    `
    price 103     | mark 103  exit 40 TP1
    price 101.5   | closing momentum_loss  close 100
  `,
  );

  it("R9.4 R5.4 settings that cannot be meant are refused by name, an empty range too", () => {
    const made = (settings: Readonly<Record<string, unknown>>) =>
      makePlan({
        ...DEFAULT_PLAN_SETTINGS,
        rules: settingsOver(DEFAULT_PLAN_SETTINGS.rules, "momentumLoss", settings),
      });
    expect(made({ giveBack: Number.NaN })).toMatchObject({
      rule: "R5.2",
      field: "momentumLoss.giveBack",
      value: "NaN",
    });
    expect(made({ giveBack: 1_000_001 })).toMatchObject({ field: "momentumLoss.giveBack", value: "1.000001" });
    expect(made({ minimumPeakRoi: Number.NEGATIVE_INFINITY })).toMatchObject({ field: "momentumLoss.minimumPeakRoi" });
    expect(made({ within: { fromRoi: 150_000, toRoi: 30_000 } })).toMatchObject({
      field: "momentumLoss.within.fromRoi",
      value: "0.15",
      limit: "at most toRoi (0.03)",
    });
  });
});
