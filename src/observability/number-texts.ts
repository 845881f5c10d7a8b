/** Decimal text as tables show it: short, and never as zero what is not zero. The journal keeps every digit. */
import { exact } from "../domain/decimal.ts";
import type { DecimalText } from "../domain/units.ts";
import { amountText, percentText } from "../domain/wording.ts";

const SHORTEST_DIGITS = 8;

/** A moment as programs and logs write it: "2026-11-28T14:30:00.000Z". */
export const isoText = (atMs: number): string => new Date(atMs).toISOString();

/** A price or a quantity in at most eight significant digits. */
export const shortText = (value: DecimalText | null): string =>
  value === null ? "-" : exact(value).precision(SHORTEST_DIGITS).toFixed();

/** Money: two decimals, more where it is less than one. With its sign. */
export function moneyText(value: DecimalText): string {
  const money = exact(value);
  const text = money.abs().lt(1) && !money.isZero() ? money.precision(3).toFixed() : money.toFixed(2);
  return money.gt(0) ? `+${text}` : text;
}

/** A ratio as decimal text in percent, with its sign: "0.0204" is "+2.0%". */
export const ratioText = (value: DecimalText | null): string =>
  value === null ? "-" : percentText(exact(value).shiftedBy(6).toNumber(), { sign: true });

/** A multiple of the initial risk: "+1.60". */
export function multipleText(value: DecimalText | null): string {
  if (value === null) return "-";
  const multiple = exact(value);
  return `${multiple.gt(0) ? "+" : ""}${multiple.toFixed(2)}`;
}

/** A quantity or price as messages write it: at least one decimal. */
export const plainText = (value: DecimalText | null): string => (value === null ? "none" : amountText(value));

/** "2025-01-06 00:45:00.000Z" */
export const timeText = (atMs: number): string => new Date(atMs).toISOString().replace("T", " ");

/** To the second, for tables. */
export const shortTimeText = (atMs: number | null): string =>
  atMs === null ? "-" : new Date(atMs).toISOString().slice(0, 19).replace("T", " ");

/** "3 d 4 h", "12 min", "8 s" */
export function durationText(durationMs: number): string {
  const minutes = Math.floor(durationMs / 60_000);
  if (minutes === 0) return `${Math.round(durationMs / 1000)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return `${minutes} min`;
  const days = Math.floor(hours / 24);
  return days === 0 ? `${hours} h ${minutes % 60} min` : `${days} d ${hours % 24} h`;
}
