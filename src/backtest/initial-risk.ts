/**
 * What one R is: from the entry to the nearest level that would have ended the position at its opening, the initial stop or an
 * emergency level. A stop that an emergency level always forestalls would make every loss look small.
 */
import { levelPrice, lotUnit } from "../domain/market.ts";
import type { Position } from "../domain/position.ts";
import { direction } from "../domain/side.ts";

/** Quote currency; 0 where there is no such level on the unfavorable side. */
export function initialRisk({
  grid,
  side,
  initialStopLevel,
  emergency,
  entryCost,
  enteredLots,
  market,
}: Position): number {
  if (grid === null) return 0;
  const entry = Number(entryCost) / enteredLots;
  const levels = [...(initialStopLevel === null ? [] : [initialStopLevel]), ...emergency.map(({ level }) => level)];
  const ways = levels.map((level) => (entry - levelPrice(grid, level)) * direction(side)).filter((way) => way > 0);
  return ways.length === 0 ? 0 : Math.min(...ways) * enteredLots * lotUnit(market).toNumber();
}
