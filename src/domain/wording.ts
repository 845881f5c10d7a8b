/**
 * Numbers as people read them in messages (R3.2).
 *
 * Promises: quantities and money keep every digit they have, with trailing zeros trimmed and at least one decimal;
 * percentages have one decimal. It does not group digits and does not translate.
 */
import { exact } from "./decimal.ts";
import type { DecimalText } from "./units.ts";

/** "1" is "1.0", "0.71400" is "0.714". */
export function amountText(value: DecimalText): string {
  const [whole, decimals = ""] = value.split(".");
  const trimmed = decimals.replace(/0+$/, "");
  return `${whole}.${trimmed === "" ? "0" : trimmed}`;
}

/** Thousands of millionths are tenths of a percent. */
function tenthsText(millionths: number): string {
  // What lies behind the point never brings a number to the half above it.
  const tenths = Math.floor((Math.floor(Math.abs(millionths)) + 500) / 1_000);
  return `${millionths < 0 ? "-" : ""}${Math.floor(tenths / 10)}.${tenths % 10}`;
}

const exactTenths = (millionths: number): string => exact(millionths).shiftedBy(-4).toFixed(1, HALF_AWAY_FROM_ZERO);

const HALF_AWAY_FROM_ZERO = 4;

/** A ratio in millionths as percent: 204_000 is "20.4%", where it is profit (`sign`) "+20.4%". */
export function percentText(millionths: number, options: { readonly sign?: boolean } = {}): string {
  const text = Number.isSafeInteger(Math.trunc(millionths)) ? tenthsText(millionths) : exactTenths(millionths);
  return options.sign === true && !text.startsWith("-") ? `+${text}%` : `${text}%`;
}
