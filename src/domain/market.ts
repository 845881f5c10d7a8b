/**
 * A tradable symbol with its steps and limits, and the only conversions between lots, amounts, ticks and prices.
 *
 * Promises: lots ⇄ amount and ticks ⇄ price are exact; every rounding is named in the function's name.
 * Unknown limits are `null`, never zero (R3.3).
 */
import { ceilDivide, exact, floorDivide, toText, wholeText, type Exact } from "./decimal.ts";
import { productText } from "./decimal-text.ts";
import { ceilOf, dividedBy, quotientOf, quotientOfNumber, times, type Quotient } from "./quotient.ts";
import { direction, type Side } from "./side.ts";
import { decimalText, lots, price, ticks, type DecimalText, type Lots, type Price, type Ticks } from "./units.ts";

export interface Market {
  readonly symbol: string;
  readonly kind: "spot" | "derivative";
  /** Settled in quote currency. Inverse contracts are refused until they are supported everywhere. */
  readonly linear: boolean;
  readonly active: boolean;
  readonly base: string;
  readonly quote: string;
  /** Base units per contract; "1" on spot. */
  readonly contractSize: DecimalText;
  /** The amount of one lot, in the exchange's unit (contracts, or base coin on spot). */
  readonly amountStep: DecimalText;
  /** The price step; null where the exchange does not say. */
  readonly priceTick: DecimalText | null;
  readonly minimumLots: Lots | null;
  /** Smallest notional of one order, quote currency. */
  readonly minimumCost: DecimalText | null;
  /** Largest quantity of one market order. */
  readonly maximumLots: Lots | null;
  readonly maximumLeverage: number | null;
}

/** The grid on which levels lie: one tick is units × 10^−decimals. */
export interface PriceGrid {
  readonly units: number;
  readonly decimals: number;
}

/** What is asked for a level that falls between two ticks: the tick on the favorable or on the unfavorable side. */
export type LevelRounding = "favorable" | "unfavorable";

const MAXIMUM_GRID_DIGITS = 12;

function gridFromText(tick: DecimalText): PriceGrid {
  const value = exact(tick);
  const decimals = value.decimalPlaces() ?? 0;
  return { units: value.shiftedBy(decimals).toNumber(), decimals };
}

/** The market's tick; where it is unknown, prices keep twelve significant digits at the size of the given price (R10.9). */
export function priceGrid(market: Market, around: DecimalText): PriceGrid {
  if (market.priceTick !== null) return gridFromText(market.priceTick);
  const magnitude = exact(around).e ?? 0;
  return { units: 1, decimals: Math.max(0, MAXIMUM_GRID_DIGITS - 1 - magnitude) };
}

const gridTick = (grid: PriceGrid): Exact => exact(grid.units).shiftedBy(-grid.decimals);

/** The price of a level: the float64 nearest to its decimal text, so that a tick that trades compares equal. */
export const levelPrice = (grid: PriceGrid, level: Ticks): Price => {
  const units = level * grid.units;
  if (Number.isSafeInteger(units) && grid.decimals <= 22) return price(units / 10 ** grid.decimals);
  return price(exact(level).times(gridTick(grid)).toNumber());
};

export function levelText({ units, decimals }: PriceGrid, level: Ticks): DecimalText {
  const count = level * units;
  return Number.isSafeInteger(count)
    ? wholeText(count, decimals)
    : toText(exact(level).times(units).shiftedBy(-decimals));
}

/** The level at value ÷ divisor (both exact), on the named side where it lies between two ticks. */
export function levelAt(input: {
  readonly grid: PriceGrid;
  readonly side: Side;
  readonly value: Exact;
  readonly divisor: Exact;
  readonly rounding: LevelRounding;
}): Ticks {
  const up = (direction(input.side) === 1) === (input.rounding === "favorable");
  const divisor = input.divisor.times(gridTick(input.grid));
  const whole = up ? ceilDivide(input.value, divisor) : floorDivide(input.value, divisor);
  return ticks(whole.toNumber());
}

export const lotsToAmount = (market: Market, quantity: Lots): DecimalText => productText(market.amountStep, quantity);

/** Whole lots in an amount, rounded down; null past 2^53 lots. */
export function amountToLotsDown(market: Market, amount: DecimalText): Lots | null {
  const whole = floorDivide(exact(amount), exact(market.amountStep)).toNumber();
  return Number.isSafeInteger(whole) ? lots(whole) : null;
}

/** Lots in an amount, rounded up: minimums are never rounded in our favor. */
export const amountToLotsUp = (market: Market, amount: DecimalText): Lots =>
  lots(ceilDivide(exact(amount), exact(market.amountStep)).toNumber());

/** Quote currency that one lot is worth at a price of 1. */
export const lotUnit = (market: Market): Exact => exact(market.amountStep).times(exact(market.contractSize));

/** The same as a quotient. */
export const lotWorth = (market: Market): Quotient =>
  times(quotientOf(market.amountStep), quotientOf(market.contractSize));

/** Notional of a quantity at a price, exact (linear markets, SPEC 0). */
export const notional = (market: Market, quantity: Lots, at: DecimalText | Price): Exact =>
  lotUnit(market).times(quantity).times(exact(at));

/** The smallest quantity that one order may have at this price: amount and cost, whichever asks for more (R3.1); null when neither is known. */
export function minimumOrderLots(market: Market, at: Price): Lots | null {
  const byAmount = market.minimumLots;
  const byCost = minimumCostLots(market, at);
  if (byAmount === null) return byCost;
  if (byCost === null) return byAmount;
  return byAmount > byCost ? byAmount : byCost;
}

/** The smallest quantity that is worth the minimum cost at this price; null where there is none. */
export function minimumCostLots(market: Market, at: Price): Lots | null {
  if (market.minimumCost === null) return null;
  return lots(ceilOf(dividedBy(quotientOf(market.minimumCost), times(lotWorth(market), quotientOfNumber(at)))));
}

/** Quote currency that one lot is worth at a price of one tick, exact. */
export function tickWorth(market: Market, grid: PriceGrid): Quotient {
  const tick: Quotient = { over: BigInt(grid.units), under: 10n ** BigInt(grid.decimals) };
  return times(lotWorth(market), tick);
}

/** A price as the exchange would write it: JavaScript's own shortest text, unless that has an exponent. */
export const priceText = (value: Price): DecimalText =>
  value >= 1e-6 && value < 1e21 ? decimalText(String(value)) : decimalText(exact(value).toFixed());
