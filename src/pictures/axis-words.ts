/** The sentences of a picture of the price axis. */
import { exact } from "../domain/decimal.ts";
import type { Explanation, PriceRange, RuleReport } from "../domain/explain/explain.ts";
import type { DecimalText } from "../domain/units.ts";
import { amountText } from "../domain/wording.ts";

export function headText({ symbol, side, amount, entryPrice, leverage, preset }: Explanation): string {
  return `${symbol} ${side} ${amountText(amount)} from ${amountText(entryPrice)}, leverage ${leverage}, plan ${preset}`;
}

export function bandText({ band, nextMomentMs }: Explanation): string {
  const time = nextMomentMs === null ? "" : ` Looked at again at ${timeText(nextMomentMs)}.`;
  if (band === null) return `There is no band around a price at which something happens.${time}`;
  const { below, above } = band;
  if (below !== null && above !== null)
    return `Nothing happens between ${amountText(below)} and ${amountText(above)}.${time}`;
  const end = above === null ? "" : ` below ${amountText(above)}`;
  return `Nothing happens${below === null ? end : ` above ${amountText(below)}`}.${time}`;
}

/** "+1.50%" */
export function moveText(ratio: DecimalText): string {
  const percent = exact(ratio).shiftedBy(2);
  return `${percent.gt(0) ? "+" : ""}${percent.toFixed(2)}%`;
}

export function firesText({ firesAt, leavesAtMs }: RuleReport): string {
  const time = leavesAtMs === null ? [] : [`from ${timeText(leavesAtMs)} on`];
  const places = leavesAtMs === null ? firesAt.map(rangeText) : [];
  return [...time, ...places].join("; ") || "nowhere";
}

function rangeText({ from, to }: PriceRange): string {
  if (from !== null && to !== null) return `${amountText(from)} to ${amountText(to)}`;
  if (from !== null) return `${amountText(from)} and above`;
  return to === null ? "any price" : `${amountText(to)} and below`;
}

/** "2025-01-06 00:45:00Z" */
const timeText = (atMs: number): string => new Date(atMs).toISOString().replace("T", " ").replace(".000", "");
