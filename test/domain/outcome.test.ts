/** The outcome of a closed position: R1.7, every number exact. */
import { describe, expect, it } from "vitest";
import type { Outcome } from "../../src/domain/outcome.ts";
import { long, playTape, short, type TapeStart } from "../support/tape.ts";

function outcomeOf(start: TapeStart, text: string): Outcome {
  const { outcome } = playTape(start, text).position;
  if (outcome === null) throw new Error("not closed");
  return outcome;
}

describe("profit", () => {
  it("R1.7 gross, fees, net, the average exit and the R multiple of a long", () => {
    const outcome = outcomeOf(
      long({ entry: 100, amount: "100", leverage: 3, pending: true, plan: { emergencyLevels: [] } }),
      "fill 100@100 fee 5\nprice 103\nfill 40@103 fee 2.06\nprice 100\nfill 60@99.9 fee 2.997",
    );
    expect(outcome).toMatchObject({
      reason: "stop_ladder",
      entryPrice: "100",
      averageExitPrice: "101.14",
      amount: "100",
      grossProfit: "114",
      fees: "10.057",
      netProfit: "103.943",
      priceMove: "0.0114",
      roi: "0.0342",
      rMultiple: "0.228",
    });
  });

  it("R1.7 a short loses when the price rises; contract size counts, leverage does not", () => {
    const outcome = outcomeOf(
      short({ entry: 100, amount: "10", leverage: 2, market: { contractSize: "0.01" } }),
      "price 105\nfill 10@105.5",
    );
    expect(outcome).toMatchObject({
      grossProfit: "-0.55",
      netProfit: "-0.55",
      priceMove: "-0.055",
      roi: "-0.11",
      rMultiple: "-1.1",
    });
  });

  it("R1.7 one initial risk is the distance to the stop in force at opening, from the average entry", () => {
    const outcome = outcomeOf(
      long({ entry: 100, amount: "100", pending: true, plan: { stop: 96 } }),
      "fill 50@100\nfill 50@102\nprice 96\nfill 100@96",
    );
    expect(outcome).toMatchObject({ entryPrice: "101", rMultiple: "-1" });
  });

  it("R1.7 averages that do not come out even are cut at twelve decimals", () => {
    const outcome = outcomeOf(long({ entry: 100, amount: "3" }), "close\nfill 1@100\nfill 2@100.01");
    expect(outcome).toMatchObject({
      averageExitPrice: "100.006666666667",
      grossProfit: "0.02",
      priceMove: "0.000066666667",
    });
  });
});

describe("excursions", () => {
  it("R1.7 MFE and MAE are the extremes of the deciding price since it opened, exact", () => {
    const text = "price 101.37\nprice 96.21\nprice 102.99\nprice 98\nclose\nprice 120\nfill 10@98";
    expect(outcomeOf(long({ entry: 100, amount: "10" }), text)).toMatchObject({ mfe: "0.2", mae: "-0.0379" });
    expect(
      outcomeOf(short({ entry: 100, amount: "10" }), "price 101.37\nprice 97.01\nclose\nfill 10@98"),
    ).toMatchObject({
      mfe: "0.0299",
      mae: "-0.0137",
    });
  });

  it("R1.7 what was before the opening does not count", () => {
    const text = "price 150\nprice 60\nprice 100\nfill 10@100\nprice 101\nclose\nfill 10@101";
    expect(outcomeOf(long({ entry: 100, amount: "10", pending: true }), text)).toMatchObject({ mfe: "0.01", mae: "0" });
  });

  it("R1.7 they survive a crash as far as they were journalled", () => {
    const text = "price 103\nfill 4@103\ncrash\nprice 101\nclose\nfill 6@101";
    expect(outcomeOf(long({ entry: 100, amount: "10" }), text)).toMatchObject({ mfe: "0.03", mae: "0" });
  });
});

describe("the lists", () => {
  it("R1.7 exits, additions and times", () => {
    const outcome = outcomeOf(
      long({ entry: 100, amount: "100" }),
      "wait 2 s\nprice 103\nfill 40@103\nwait 3 s\nclose\nfill 60@102",
    );
    expect(outcome.durationMs).toBe(5_000);
    expect(outcome.closedAtMs - (outcome.openedAtMs ?? 0)).toBe(5_000);
    expect(outcome.exits.map(({ rung, reason, amount }) => ({ rung, reason, amount }))).toEqual([
      { rung: 1, reason: "take_profit", amount: "40" },
      { rung: null, reason: "manual", amount: "60" },
    ]);
    expect(outcome.additions).toEqual([
      { amount: "100", price: "100", fee: "0", leverage: 1, entryPrice: "100", stop: "95" },
    ]);
  });

  it("R1.7 R9.4 a position that was never filled has no averages and divides by nothing", () => {
    expect(outcomeOf(long({ entry: 100, amount: "10", pending: true }), "end expired")).toMatchObject({
      reason: "entry_not_filled",
      entryPrice: null,
      averageExitPrice: null,
      amount: "0",
      grossProfit: "0",
      netProfit: "0",
      priceMove: null,
      roi: null,
      rMultiple: null,
      mfe: "0",
      mae: "0",
      openedAtMs: null,
      durationMs: 0,
    });
  });

  it("R1.7 R9.4 an initial stop at the entry itself is no risk to divide by", () => {
    const outcome = outcomeOf(
      long({ entry: 100, amount: "100", pending: true, plan: { stop: 99 } }),
      "fill 50@100\nfill 50@98\nprice 99\nfill 100@99",
    );
    expect(outcome).toMatchObject({ entryPrice: "99", rMultiple: null });
  });
});
