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
  const rows = brackets.map(({ minNotional, maxNotional, maintenanceMarginRate, cum }) => ({
    from: Number(minNotional),
    to: maxNotional === null ? Number.POSITIVE_INFINITY : Number(maxNotional),
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
    for (const { from, to, rate, cum } of rows) {
      // margin + way × (p − entry) × size = p × size × rate − cum
      const at = (margin - way * entry * size + cum) / (size * (rate - way));
      const worth = at * size;
      if (worth >= from && worth <= to) return at > 0 ? { at, fill: Math.max(entry - (way * margin) / size, 0) } : null;
    }
    return null;
  };
}
