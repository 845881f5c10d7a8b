/** Steps and limits of a market: lots ⇄ amounts, ticks ⇄ prices, every rounding by name. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exact, toReported, toText } from "../../src/domain/decimal.ts";
import {
  amountToLotsDown,
  amountToLotsUp,
  levelAt,
  levelPrice,
  levelText,
  lotsToAmount,
  minimumCostLots,
  minimumOrderLots,
  notional,
  priceGrid,
  priceText,
} from "../../src/domain/market.ts";
import { decimalText, lots, price, ticks } from "../../src/domain/units.ts";
import { fillFee } from "../../src/exchange/paper/terms.ts";
import { parsePaperSettings } from "../../src/exchange/paper/settings.ts";
import { aMarket } from "../support/house.ts";

const text = decimalText;
const steps = fc.constantFrom("1", "0.001", "0.3", "10", "0.00000001", "25");
const tickSizes = fc.constantFrom("0.1", "0.25", "1", "0.00001", "5", "0.000000000001");

describe("worth", () => {
  const prices = fc.double({ noNaN: true, min: 1e-9, max: 1e9 });
  const anyMarket = (step: string, minimumCost?: string) =>
    aMarket({ step, ...(minimumCost === undefined ? {} : { minimumCost }) });

  it("R3.1 the smallest quantity that is worth the minimum cost is that of exact decimals", () => {
    const costs = fc.constantFrom("5", "0.1", "10.25", "0.000001");
    fc.assert(
      fc.property(steps, costs, prices, (step, minimumCost, at) => {
        const market = anyMarket(step, minimumCost);
        const unit = exact(market.amountStep).times(exact(market.contractSize)).times(exact(at));
        const expected = exact(text(minimumCost)).dividedToIntegerBy(unit);
        const isWhole = expected.times(unit).eq(exact(text(minimumCost)));
        fc.pre(expected.lt(2 ** 53 - 2));
        expect(minimumCostLots(market, price(at))).toBe(expected.plus(isWhole ? 0 : 1).toNumber());
      }),
    );
  });

  it("R12.1 the fee of the paper exchange is that of exact decimals", () => {
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 1e9 }),
        prices,
        fc.double({ noNaN: true, min: 0, max: 0.99 }),
        (step, count, at, rate) => {
          const market = anyMarket(step);
          const takerFee = toText(exact(rate));
          const atPrice = priceText(price(at));
          const fee = fillFee({
            market,
            settings: parsePaperSettings({ seed: "fee", takerFee }),
            orderSide: "sell",
            lots: lots(count),
            price: atPrice,
          });
          expect(fee.cost).toBe(toReported(notional(market, lots(count), atPrice).times(exact(takerFee))));
        },
      ),
    );
  });
});

describe("amounts", () => {
  it("R10.9 lots to amount and back is exact, whatever the step", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 1e9 }), (step, count) => {
        const market = aMarket({ step });
        const amount = lotsToAmount(market, lots(count));
        expect(amount).not.toMatch(/e/);
        expect(amountToLotsDown(market, amount)).toBe(count);
        expect(amountToLotsUp(market, amount)).toBe(count);
      }),
    );
  });

  it("R10.9 between two steps: down for what we hold, up for a minimum; past 2^53 lots there is no answer", () => {
    const market = aMarket({ step: "0.001" });
    expect(amountToLotsDown(market, text("0.0029"))).toBe(2);
    expect(amountToLotsUp(market, text("0.0021"))).toBe(3);
    expect(amountToLotsDown(market, text("99999999999999"))).toBeNull();
  });

  it.each`
    minimum      | minimumCost  | at       | lots
    ${undefined} | ${undefined} | ${100}   | ${null}
    ${"0.005"}   | ${undefined} | ${100}   | ${5}
    ${undefined} | ${"5"}       | ${100}   | ${50}
    ${undefined} | ${"5"}       | ${99.99} | ${51}
    ${"0.005"}   | ${"5"}       | ${100}   | ${50}
    ${"0.5"}     | ${"5"}       | ${100}   | ${500}
  `(
    "R3.1 minimum amount $minimum and cost $minimumCost at $at: $lots lots",
    ({ minimum, minimumCost, at, lots: expected }) => {
      const limits = {
        ...(minimum === undefined ? {} : { minimum }),
        ...(minimumCost === undefined ? {} : { minimumCost }),
      };
      expect(minimumOrderLots(aMarket({ step: "0.001", ...limits }), price(at))).toBe(expected);
    },
  );

  it("R3.4 notional counts step and contract size, exactly", () => {
    const market = aMarket({ step: "0.1", contractSize: "0.001" });
    expect(toText(notional(market, lots(3), price(0.1)))).toBe("0.00003");
  });
});

describe("levels", () => {
  it("R10.9 a level's price is the float64 that its text reads as, so that a tick that trades compares equal", () => {
    fc.assert(
      fc.property(tickSizes, fc.integer({ min: 1, max: 1e9 }), (tick, count) => {
        const grid = priceGrid(aMarket({ tick }), text("1"));
        const level = ticks(count);
        expect(levelPrice(grid, level)).toBe(Number(levelText(grid, level)));
      }),
    );
  });

  it("R10.9 the first tick on the named side; what lies on a tick stays on it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("long" as const, "short" as const),
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 1e6 }),
        (side, value, divisor) => {
          const grid = priceGrid(aMarket({ tick: "0.25" }), text("1"));
          const at = (rounding: "favorable" | "unfavorable") =>
            Number(levelAt({ grid, side, value: exact(value), divisor: exact(divisor), rounding }));
          const inTicks = (BigInt(value) * 4n) / BigInt(divisor);
          const lies = (BigInt(value) * 4n) % BigInt(divisor) === 0n;
          const [low, high] = [Number(inTicks), Number(inTicks) + (lies ? 0 : 1)];
          expect([at("favorable"), at("unfavorable")]).toEqual(side === "long" ? [high, low] : [low, high]);
        },
      ),
    );
  });

  it("R10.9 without a known tick, twelve significant digits at the size of the price", () => {
    const market = aMarket({ tick: null });
    expect(priceGrid(market, text("50000"))).toEqual({ units: 1, decimals: 7 });
    expect(priceGrid(market, text("0.00001234"))).toEqual({ units: 1, decimals: 16 });
    expect(priceGrid(market, text("1500000000000"))).toEqual({ units: 1, decimals: 0 });
  });

  it("R10.9 prices are written without an exponent", () => {
    expect(priceText(price(0.0000001))).toBe("0.0000001");
    expect(priceText(price(1e21))).toBe("1000000000000000000000");
  });
});
