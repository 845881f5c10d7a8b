/** Volatility correction (R6.4): the distances of a new position by ATR over its average; an open one's are not touched. */
import { describe, expect, it } from "vitest";
import { validateEntry, type EntryRequest, type ValidEntry } from "../../../src/domain/entry.ts";
import { askedPrice } from "../../../src/domain/price-gate.ts";
import { isRefused } from "../../../src/domain/refused.ts";
import { decimalText, fractionFromMillionths } from "../../../src/domain/units.ts";
import { aMarket, aPlan, START_MS, type PlanWords } from "../../support/house.ts";

const MARKET = aMarket({ symbol: "BTC/USDT:USDT" });

function entered(
  atrRatio: number | null,
  words: PlanWords = { rules: { volatilityCorrection: {} } },
  request: Partial<EntryRequest> = {},
): ValidEntry {
  const valid = validateEntry(
    {
      id: "e1",
      account: "main",
      symbol: MARKET.symbol,
      side: "long",
      amount: decimalText("100"),
      atMs: START_MS,
      ...request,
    },
    {
      market: MARKET,
      price: askedPrice(100, START_MS)!,
      openPositions: { find: () => null },
      hedgeMode: false,
      usedIds: new Set(),
      plan: aPlan(words, MARKET),
      atrRatio,
    },
  );
  if (isRefused(valid)) throw new Error(valid.message);
  return valid;
}

const distances = ({ plan }: ValidEntry) => ({
  targets: plan.ladder.map(({ targetMove }) => targetMove),
  single: plan.singleTargetMove,
  stop: plan.initialStop,
});
const stopAt = (millionths: number) => ({ kind: "fraction", fraction: millionths });

describe("R6.4 volatility correction", () => {
  it.each`
    ratio   | targets                       | single     | stop       | factor
    ${1}    | ${[30_000, 50_000, 80_000]}   | ${80_000}  | ${50_000}  | ${null}
    ${null} | ${[30_000, 50_000, 80_000]}   | ${80_000}  | ${50_000}  | ${null}
    ${1.5}  | ${[45_000, 75_000, 120_000]}  | ${120_000} | ${75_000}  | ${"1.5"}
    ${0.8}  | ${[24_000, 40_000, 64_000]}   | ${64_000}  | ${40_000}  | ${"0.8"}
    ${0.3}  | ${[15_000, 25_000, 40_000]}   | ${40_000}  | ${25_000}  | ${"0.5"}
    ${7}    | ${[60_000, 100_000, 160_000]} | ${160_000} | ${100_000} | ${"2"}
  `("R6.4 ATR at $ratio of its average: $targets, stop $stop", ({ ratio, targets, single, stop, factor }) => {
    const valid = entered(ratio as number | null);
    expect(distances(valid)).toEqual({ targets, single, stop: stopAt(stop as number) });
    const said = valid.warnings.filter((text) => text.includes("distances scaled"));
    expect(said).toEqual(
      factor === null ? [] : [`BTC/USDT:USDT: distances scaled by ${String(factor)}, by ATR over its average`],
    );
  });

  it("R6.4 it is off by default", () => {
    expect(distances(entered(2, {}))).toEqual(distances(entered(1)));
  });

  it("R6.4 its bounds can be others", () => {
    const plan = { rules: { volatilityCorrection: { minimum: 0.9, maximum: 1.1 } } };
    expect(distances(entered(2, plan)).targets).toEqual([33_000, 55_000, 88_000]);
    expect(distances(entered(0.1, plan)).stop).toEqual(stopAt(45_000));
  });

  it("R4.1 a stop that is a price, and one that the entry itself asks for, stand as they are", () => {
    const plan = { rules: { volatilityCorrection: {} }, stop: 97 };
    expect(distances(entered(2, plan)).stop).toEqual({ kind: "price", price: "97" });
    const asked = { kind: "fraction", fraction: fractionFromMillionths(20_000) } as const;
    expect(entered(2, undefined, { stop: asked }).plan.initialStop).toEqual(asked);
  });

  it("R4.1 a scaled stop stays a share below 1, R2.7 and targets that scaling brings together still ascend", () => {
    const far = { rules: { volatilityCorrection: {} }, stop: "70%" };
    expect(distances(entered(2, far)).stop).toEqual(stopAt(999_999));
    const near = { rules: { volatilityCorrection: {} }, ladder: "0.0001% 50%, 0.0002% 50%" };
    expect(distances(entered(0.5, near)).targets).toEqual([1, 2]);
  });
});
