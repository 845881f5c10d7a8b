/** What all positions of an account hold in a market, by the fills that are counted: long above zero, short below. */
import { remainingLots } from "../domain/ladder.ts";
import { direction } from "../domain/side.ts";
import { addLots, lots, NO_LOTS, type Lots } from "../domain/units.ts";
import type { KernelPosition } from "../kernel/kernel.ts";

export const countedLots = (
  positions: readonly KernelPosition[],
  place: { readonly account: string; readonly symbol: string },
): Lots =>
  positions
    .map(({ snapshot }) => snapshot.position)
    .filter(({ account, symbol }) => account === place.account && symbol === place.symbol)
    .reduce((sum, position) => addLots(sum, lots(direction(position.side) * remainingLots(position))), NO_LOTS);
