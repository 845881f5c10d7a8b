/**
 * The units of the house: what a number means is in its type.
 *
 * Promises: a price move is not a ROI, lots are not ticks, and nothing becomes one of them by accident.
 * Ratios (shares, price moves, ROI) are counted in millionths, so that shares add up exactly.
 * The casts that make a unit live in this file and in `market.ts`; nowhere else.
 */
declare const unit: unique symbol;
type Unit<Name extends string> = number & { readonly [unit]: Name };

/** Quote currency for one base unit, as the nearest float64 of its decimal text. */
export type Price = Unit<"Price">;
/** A level on the price grid: a whole number of ticks. */
export type Ticks = Unit<"Ticks">;
/** A level seen from a position: its ticks, counted so that favorable is up (a short's are negated). */
export type Height = Unit<"Height">;
/** A quantity in whole amount steps of its market: a safe integer. */
export type Lots = Unit<"Lots">;
/** A share between 0 and 1, in whole millionths (1 is 1_000_000). */
export type Fraction = Unit<"Fraction">;
/** (price − entry) ÷ entry, favorable positive, no leverage; in millionths (3 % is 30_000). */
export type PriceMove = Unit<"PriceMove">;
/** Price move × leverage: the return on margin; in millionths. */
export type Roi = Unit<"Roi">;
/** A moment: milliseconds since 1970, UTC. */
export type EpochMs = Unit<"EpochMs">;

/** Decimal text: digits with at most one point and no exponent. How quantities and money cross a border. */
export type DecimalText = string & { readonly [unit]: "DecimalText" };

export const ONE = 1_000_000 as Fraction;
export const NO_LOTS = 0 as Lots;

export const price = (value: number): Price => value as Price;
export const epochMs = (value: number): EpochMs => value as EpochMs;
export const decimalText = (value: string): DecimalText => value as DecimalText;

/** Whole lots; anything that is not a safe integer is a defect of the caller. */
export function lots(value: number): Lots {
  if (!Number.isSafeInteger(value)) throw new Error(`Invariant: lots are whole and below 2^53, got ${value}`);
  return value as Lots;
}

/** Whole ticks; anything that is not a safe integer is a defect of the caller. */
export function ticks(value: number): Ticks {
  if (!Number.isSafeInteger(value)) throw new Error(`Invariant: ticks are whole and below 2^53, got ${value}`);
  return value as Ticks;
}

/** Whole ticks of height; anything that is not a safe integer is a defect of the caller. */
export function height(value: number): Height {
  if (!Number.isSafeInteger(value)) throw new Error(`Invariant: heights are whole and below 2^53, got ${value}`);
  return value as Height;
}

export const addLots = (a: Lots, b: Lots): Lots => lots(a + b);
export const subtractLots = (a: Lots, b: Lots): Lots => lots(a - b);
export const largerLots = (a: Lots, b: Lots): Lots => (a > b ? a : b);
export const sumLots = (all: readonly Lots[]): Lots => all.reduce(addLots, NO_LOTS);

/** Millionths from a ratio written for people: 0.03 is 30_000. Rounded to the nearest millionth. */
const millionths = (ratio: number): number => Math.round(ratio * 1e6);
export const fraction = (ratio: number): Fraction => millionths(ratio) as Fraction;
export const priceMove = (ratio: number): PriceMove => millionths(ratio) as PriceMove;
export const roiOf = (ratio: number): Roi => millionths(ratio) as Roi;
export const fractionFromMillionths = (value: number): Fraction => value as Fraction;
export const moveFromMillionths = (value: number): PriceMove => value as PriceMove;

/** The ROI of a price move at a leverage (SPEC 0). */
export const roi = (move: PriceMove, leverage: number): Roi => (move * leverage) as Roi;
/** The price move at which a ROI is reached; may fall between two millionths. */
export const moveForRoi = (value: Roi, leverage: number): PriceMove => (value / leverage) as PriceMove;

/** floor(a × b ÷ c), exact: with a BigInt branch where the product passes 2^53. */
export function mulDiv(a: number, b: number, c: number): number {
  const product = a * b;
  if (Number.isSafeInteger(product)) return Math.floor(product / c);
  return Number((BigInt(a) * BigInt(b)) / BigInt(c));
}

/** The share of a quantity, rounded down to whole lots. */
export const shareOf = (whole: Lots, share: Fraction): Lots => lots(mulDiv(whole, share, ONE));
