/** A number is not a unit, and one unit is not another (rules R4.2, R10.9 and the sums of P2 depend on it). */
import {
  decimalText,
  fraction,
  lots,
  priceMove,
  roi,
  roiOf,
  shareOf,
  subtractLots,
  ticks,
} from "../../../src/domain/units.ts";
import type { DecimalText, EpochMs, Fraction, Lots, Price, PriceMove, Roi, Ticks } from "../../../src/domain/units.ts";

const move: PriceMove = priceMove(0.03);
const onMargin: Roi = roi(move, 10);
const held: Lots = lots(1_714);
const level: Ticks = ticks(51_500);
const share: Fraction = fraction(0.4);
const half: Lots = shareOf(held, share);
const amount: DecimalText = decimalText("0.1");

// must not compile: an ROI is not a price move
const moveFromRoi: PriceMove = roi(move, 10);

// must not compile: a price move is not an ROI
const roiFromMove: Roi = move;

// must not compile: ticks are not lots
const lotsFromTicks: Lots = level;

// must not compile: lots are not ticks
const ticksFromLots: Ticks = held;

// must not compile: a bare number is not a quantity
const bareLots: Lots = 100;

// must not compile: a bare number is not a price
const barePrice: Price = 50_000;

// must not compile: a bare number is not a moment
const bareMoment: EpochMs = 1_700_000_000_000;

// must not compile: a plain string was not checked to be decimal text
const plainText: DecimalText = "0.1";

// must not compile: a share of ticks is not a quantity
const shareOfTicks = shareOf(level, share);

// must not compile: an ROI is not a share
const shareByRoi = shareOf(held, roiOf(0.4));

// must not compile: the difference of two quantities is bare until subtractLots makes it one
const bareDifference: Lots = held - half;
const difference: Lots = subtractLots(held, half);

// must not compile: a decimal text is not a number of lots
const lotsFromText: Lots = amount;

export const compiled = [onMargin, difference, amount, share];
export const misused = [
  moveFromRoi,
  roiFromMove,
  lotsFromTicks,
  ticksFromLots,
  bareLots,
  barePrice,
  bareMoment,
  plainText,
  shareOfTicks,
  shareByRoi,
  bareDifference,
  lotsFromText,
];
