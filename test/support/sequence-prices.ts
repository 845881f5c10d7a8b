/** The prices of a random sequence as decimal text: picked by level or by move, on the market's grid; and invalid ones. */
import { watchBand } from "../../src/domain/exit-rules.ts";
import { levelPrice, levelText } from "../../src/domain/market.ts";
import { heightAtMove } from "../../src/domain/price-axis.ts";
import type { Position } from "../../src/domain/position.ts";
import { ticks } from "../../src/domain/units.ts";
import { START_MS } from "./house.ts";
import type { Deed, PricePick, Sequence } from "./sequences.ts";
import type { Moment } from "./world.ts";

/** Further ahead of the clock than any gate lets through. */
const FAR_FUTURE_MS = 60_000;

/** A price in decimal text, on the market's grid. */
export function priceOf(pick: PricePick, setting: Sequence["setting"], position: Position | null): string {
  const tick = setting.tick ?? "0.000001";
  const way = setting.side === "long" ? 1 : -1;
  const inTicks = (count: number): string =>
    trimmed(BigInt(Math.max(1, count)) * BigInt(digitsOf(tick)), decimalsOf(tick));
  if (pick.at === "move")
    return inTicks(setting.entryTicks + way * Math.round((setting.entryTicks * pick.move) / 10_000));
  if (pick.at === "above" || pick.at === "below") return besideBand(pick, position) ?? inTicks(setting.entryTicks);
  const ahead = position?.rungs.filter(({ status }) => status === "armed") ?? [];
  const rung = ahead[Math.min(pick.at === "rung" ? pick.ahead : 0, ahead.length - 1)];
  const level = {
    rung: rung?.target,
    stop: position?.stop?.level,
    emergency: position?.emergency[0]?.level,
    mark: position?.mark,
  }[pick.at];
  const grid = position?.grid ?? null;
  if (level === undefined || level === null || grid === null) return inTicks(setting.entryTicks);
  return levelText(grid, ticks(Math.max(1, level + way * pick.offset)));
}

/** A tick at or beside an end of the band that a position has around its mark, or around where it entered. */
function besideBand(pick: Extract<PricePick, { at: "above" | "below" }>, position: Position | null): string | null {
  const grid = position?.grid ?? null;
  if (position === null || grid === null || position.closing !== null) return null;
  const around = position.mark ?? heightAtMove(position, 0, "favorable");
  const band = watchBand(position, levelPrice(grid, ticks(Math.abs(around))), START_MS);
  const end = band[pick.at];
  if (end <= 0 || !Number.isFinite(end)) return null;
  return levelText(grid, ticks(Math.max(1, Math.round((end * 10 ** grid.decimals) / grid.units) + pick.offset)));
}

export function badPrice(
  fault: Extract<Deed, { do: "bad price" }>["fault"],
  price: Moment["price"],
  nowMs: number,
): readonly [number, number] {
  switch (fault) {
    case "not a number":
      return [Number.NaN, nowMs];
    case "zero":
      return [0, nowMs];
    case "negative":
      return [-1, nowMs];
    case "old":
      return [0.5 * (price?.value ?? 1), (price?.atMs ?? nowMs) - 1];
    case "future":
      return [2 * (price?.value ?? 1), nowMs + FAR_FUTURE_MS];
  }
}

export const decimalsOf = (text: string): number => text.split(".")[1]?.length ?? 0;
export const digitsOf = (text: string): string => text.replace(".", "");
/** A float64 as plain decimal text. */
export const decimalOf = (value: number): string =>
  String(value).includes("e") ? value.toFixed(18).replace(/0+$/, "") : String(value);

/** An integer with so many decimals as decimal text. */
export function trimmed(value: bigint, decimals: number): string {
  const digits = value.toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const rest = digits.slice(digits.length - decimals).replace(/0+$/, "");
  return rest === "" ? whole : `${whole}.${rest}`;
}
