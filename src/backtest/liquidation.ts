/**
 * When the venue takes a position away: isolated margin, by the leverage brackets of its market.
 *
 * The margin of what is held is its value at entry ÷ leverage. It is taken away where margin and open profit are no more
 * than the maintenance margin, value × rate − cum of the bracket that the value falls into (Binance, "How to calculate
 * liquidation price of USDⓈ-M futures"). What is left of the margin then is taken, too: the fill is at the price at which all
 * of it is lost. The deciding price stands for the mark price; funding does not change the margin here.
 */
import { remainingLots } from "../domain/ladder.ts";
import { lotUnit } from "../domain/market.ts";
import { direction } from "../domain/side.ts";
import type { LeverageBracket } from "../prices/leverage-brackets.ts";
import type { Liquidation } from "./instant-terms.ts";

export function liquidationBy(brackets: readonly LeverageBracket[]): Liquidation {
  const rows = brackets.map(({ minNotional, maxNotional, maintenanceMarginRate, cum }, at) => ({
    from: Number(minNotional),
    // What grows beyond the last bracket after it was opened is held to the last bracket.
    to: maxNotional === null || at === brackets.length - 1 ? Number.POSITIVE_INFINITY : Number(maxNotional),
    rate: Number(maintenanceMarginRate),
    cum: Number(cum),
  }));
  return (position) => {
    if (position.market.kind !== "derivative") return null;
    const way = direction(position.side);
    const entry = Number(position.entryCost) / position.enteredLots;
    const size = remainingLots(position) * lotUnit(position.market).toNumber();
    if (!(size > 0)) return null;
    const margin = (entry * size) / position.leverage;
    // The bracket that the value at that price falls into; the nearest one where rounding leaves it between two.
    let found = { at: 0, outside: Number.POSITIVE_INFINITY };
    for (const { from, to, rate, cum } of rows) {
      // margin + way × (p − entry) × size = p × size × rate − cum
      const at = (margin - way * entry * size + cum) / (size * (rate - way));
      const outside = Math.max(from - at * size, at * size - to, 0);
      if (outside < found.outside) found = { at, outside };
    }
    return found.at > 0 ? { at: found.at, fill: Math.max(entry - (way * margin) / size, 0) } : null;
  };
}

/** Why a position of this worth may not be opened with its leverage; null where it may. */
export function leverageFault(brackets: readonly LeverageBracket[], leverage: number, worth: number): string | null {
  const bracket = brackets.find(({ maxNotional }) => maxNotional === null || worth <= Number(maxNotional));
  const last = brackets.at(-1);
  if (bracket === undefined)
    return `a position worth ${worth.toFixed(2)}; allowed: at most ${last?.maxNotional ?? 0} by the leverage brackets`;
  if (leverage <= bracket.maxLeverage) return null;
  return `leverage is ${leverage}; allowed: at most ${bracket.maxLeverage} for a position worth ${worth.toFixed(2)} by the leverage brackets`;
}
