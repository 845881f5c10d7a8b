/** A position explained: the axis, its zones and its levels (R13.0), which are what the rules do and nothing else. */
import { describe, expect, it } from "vitest";
import { decide } from "../../src/domain/exit-rules.ts";
import { explain, type Explanation } from "../../src/domain/explain/explain.ts";
import { zonesOf } from "../../src/domain/explain/axis-zones.ts";
import { happeningOf } from "../../src/domain/explain/happening.ts";
import { priceAtHeight } from "../../src/domain/price-axis.ts";
import { askedPrice } from "../../src/domain/price-gate.ts";
import { epochMs, height, price } from "../../src/domain/units.ts";
import { axisRows } from "../../src/pictures/axis-rows.ts";
import { holds, TIMEOUT_MS } from "../support/holds.ts";
import { START_MS } from "../support/house.ts";
import { long, playTape, short, type TapeStart } from "../support/tape.ts";
import { must, type Observer } from "../support/world.ts";

const GUARDED: TapeStart = long({
  entry: 100,
  amount: "100",
  leverage: 10,
  market: { tick: "0.1" },
  plan: {
    scaledTakeProfit: { enabled: false, strict: false },
    singleTarget: 120_000,
    rules: { momentumLoss: {}, trailing: { activation: { move: 0.015 } } },
  },
});
const LADDER = {
  entry: 100,
  amount: "100",
  market: { tick: "1" },
  plan: {},
} as const;

const explained = (start: TapeStart, tape: string, at: number): Explanation =>
  explain(playTape(start, tape).position, price(at), START_MS)!;

const picture = (explanation: Explanation): readonly string[] =>
  axisRows(explanation).map(({ price: at, text, isNow, happens, isContinued }) =>
    [isNow ? ">" : "", at, text, isContinued ? "'" : happens.text].filter((part) => part !== "").join(" | "),
  );

describe("R13.0 a position explained", () => {
  it("R2.1 R4.1 R4.2 the ladder of a long, the highest price first", () => {
    expect(picture(explained(long(LADDER), "", 101))).toEqual([
      "108 | TP3, the rest | TP1, TP2 and TP3: everything is closed (take_profit_final)",
      "105 | TP2, 30.0% | TP1 and TP2: 70.0 is closed",
      "103 | TP1, 40.0% | TP1: 40.0 is closed",
      "> | 101 | price | nothing",
      "100 | entry, average | '",
      "95 | stop (initial) | everything is closed (stop_initial)",
      "85 | emergency stop, ROI -15.0% | everything is closed (emergency_stop_excessive_loss)",
      "75 | emergency stop, ROI -25.0% | everything is closed (emergency_stop_severe_loss)",
      "60 | emergency stop, ROI -40.0% | everything is closed (emergency_stop_liquidation_risk)",
    ]);
  });

  it("R2.1 R4.1 R4.2 that of a short is the mirror image", () => {
    expect(picture(explained(short(LADDER), "", 99))).toEqual([
      "140 | emergency stop, ROI -40.0% | everything is closed (emergency_stop_liquidation_risk)",
      "125 | emergency stop, ROI -25.0% | everything is closed (emergency_stop_severe_loss)",
      "115 | emergency stop, ROI -15.0% | everything is closed (emergency_stop_excessive_loss)",
      "105 | stop (initial) | everything is closed (stop_initial)",
      "100 | entry, average | '",
      "> | 99 | price | nothing",
      "97 | TP1, 40.0% | TP1: 40.0 is closed",
      "95 | TP2, 30.0% | TP1 and TP2: 70.0 is closed",
      "92 | TP3, the rest | TP1, TP2 and TP3: everything is closed (take_profit_final)",
    ]);
  });

  it("R2.2 R2.3 after a rung it is passed, the stop stands at breakeven, and only the others are left", () => {
    const tape = `
      price 103 |
      fill 40@103 |
    `;
    expect(picture(explained(long(LADDER), tape, 102)).slice(0, 5)).toEqual([
      "108 | TP3, the rest | TP2 and TP3: everything is closed (take_profit_final)",
      "105 | TP2, 30.0% | TP2: 30.0 is closed",
      "103 | TP1, hit | '",
      "> | 102 | price | nothing",
      "100 | entry, average · stop (ladder) | everything is closed (stop_ladder)",
    ]);
  });

  it("R4.4 R5.2 R5.5 the mark, the trailing stop and what has been given back, the strongest first", () => {
    const { band, rules, happens } = explained(GUARDED, "price 103 |", 102.5);
    expect(happens).toEqual({ kind: "nothing", rule: null, text: "nothing" });
    expect(band).toEqual({ below: "101.5", above: "103.1" });
    expect(picture(explained(GUARDED, "price 103 |", 102.5)).slice(0, 6)).toEqual([
      "112 | target | everything is closed (single_target)",
      "103.1 | the mark moves here, and what hangs on it",
      "103 | mark | '",
      "> | 102.5 | price | nothing",
      "101.5 | everything is closed (momentum_loss)",
      "101 | stop (trailing) | everything is closed (stop_trailing)",
    ]);
    const about = (name: string) => rules.find(({ rule }) => rule === name);
    expect(about("momentumLoss")).toMatchObject({ isOn: true, firesAt: [{ from: null, to: "101.5" }] });
    expect(about("trailing")).toMatchObject({ isOn: true, firesAt: [], standing: "2.0% behind the mark now" });
    expect(about("smartProfit")).toMatchObject({ isOn: false, firesAt: [] });
    expect(rules.map(({ rule }) => rule).slice(0, 3)).toEqual(["emergency", "stop", "rungs"]);
  });

  it("R5.3 a moment that has come closes at any price; before it, it is said", () => {
    const start = long({ ...LADDER, plan: { rules: { maxHoldingTime: { afterMs: 60_000 } } } });
    const { position } = playTape(start, "");
    const [before, after] = [59_999, 60_000].map((ms) => explain(position, price(101), epochMs(START_MS + ms))!);
    expect(before).toMatchObject({ happens: { kind: "nothing" }, nextMomentMs: START_MS + 60_000 });
    expect(after).toMatchObject({ happens: { kind: "close", rule: "maxHoldingTime" }, band: null });
    expect(after!.rules.find(({ rule }) => rule === "maxHoldingTime")).toMatchObject({ leavesAtMs: START_MS + 60_000 });
  });

  it("R3.1 R3.5 what becomes of an exit that is too small is said", () => {
    const small = long({ ...LADDER, amount: "1", market: { tick: "1", step: "0.01", minimum: "0.5" } });
    expect(picture(explained(small, "", 101))[2]).toBe(
      "103 | TP1, 40.0% | TP1: 0.5 is closed, raised from 0.4 to the minimum",
    );
    const worthless = long({
      ...LADDER,
      amount: "0.1",
      market: { tick: "1", step: "0.01" },
      plan: { minimumExitValue: "5" },
    });
    expect(picture(explained(worthless, "", 101)).slice(0, 3)).toEqual([
      "108 | TP3, the rest | TP1, TP2 and TP3: everything is closed (take_profit_final)",
      "105 | TP2, 30.0% | TP1 and TP2: 0.07 is closed",
      "103 | TP1, 40.0% | TP1: held back while it is worth less than 5.0",
    ]);
  });

  it("R1.5 there is nothing to explain where no price decides anything", () => {
    expect(explain(playTape(long({ ...LADDER, pending: true }), "").position, price(100), START_MS)).toBeNull();
    expect(explain(playTape(long(LADDER), "price 90 |").position, price(100), START_MS)).toBeNull();
  });

  it(
    "R12.5 in any position the zones leave no gap, and at both ends of each, and between, what they say is decided",
    () => {
      const observer = (): Observer => ({
        step({ position, nowMs }) {
          if (position === null || position.grid === null || position.closing !== null || position.outcome !== null)
            return;
          const { grid, side } = position;
          const zones = zonesOf(position, epochMs(nowMs));
          for (const [index, { from, to, decision }] of zones.entries()) {
            const next = zones[index + 1];
            must(next === undefined || next.from === to + 1, () => `a gap after ${to}`);
            const said = happeningOf(position, decision);
            for (const at of [from, to, Math.floor((from + to) / 2)]) {
              const value = priceAtHeight(grid, side, height(at));
              if (!(value > 0) || value > 1e12) continue;
              const here = happeningOf(position, decide(position, askedPrice(value, epochMs(nowMs))!, epochMs(nowMs)));
              must(
                here.kind === said.kind && here.rule === said.rule,
                () => `${here.text} at ${value}, not ${said.text}`,
              );
            }
          }
        },
      });
      holds(400, observer);
    },
    TIMEOUT_MS,
  );
});
