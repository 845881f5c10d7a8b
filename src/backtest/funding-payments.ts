/**
 * Funding of perpetual futures: at each payment a long pays its notional times the rate to the shorts, or gets it where the
 * rate is below zero. A payment concerns what was held when it fell due; it changes money and no decision.
 */
import { exact } from "../domain/decimal.ts";
import { notional } from "../domain/market.ts";
import type { Position } from "../domain/position.ts";
import { direction } from "../domain/side.ts";
import { lots, price } from "../domain/units.ts";
import type { FundingRates } from "../prices/funding.ts";
import type { InstantExit } from "./instant-terms.ts";
import { indexAtOrAfter, type PriceColumns } from "./price-columns.ts";

export interface FundingPayments {
  readonly rates: FundingRates;
  /** Where the price stands when one is paid. */
  readonly columns: PriceColumns;
}

/** What a position got (above zero) or paid, quote currency. */
export function fundingOf(
  position: Position,
  exits: readonly InstantExit[],
  closedAtMs: number,
  { rates, columns }: FundingPayments,
): number {
  const opened = position.openedAtMs ?? closedAtMs;
  let sum = exact(0);
  // One that falls due at the very moment of opening concerns those who were there before.
  for (let at = indexAtOrAfter(rates.atMs, opened + 1); at < rates.atMs.length; at += 1) {
    const paidMs = dueMs(rates.atMs[at]!);
    if (paidMs > closedAtMs) break;
    if (paidMs <= opened) continue;
    const sold = exits.reduce((all, exit) => (exit.atMs < paidMs ? all + exit.lots : all), 0);
    const held = lots(position.enteredLots - sold);
    const worth = notional(position.market, held, price(priceAt(columns, paidMs)));
    sum = sum.minus(worth.times(exact(rates.rate[at]!)).times(direction(position.side)));
  }
  return sum.toNumber();
}

const MINUTE_MS = 60_000;
const LATEST_MS = 5_000;

/** Exchanges write payments some milliseconds after the minute in which they fell due. */
const dueMs = (atMs: number): number => (atMs % MINUTE_MS < LATEST_MS ? atMs - (atMs % MINUTE_MS) : atMs);

/** What is known then: the open of the candle that holds the moment, or the last trade before it. */
function priceAt({ at, open }: PriceColumns, atMs: number): number {
  const row = indexAtOrAfter(at, atMs);
  if (row < at.length && at[row] === atMs) return open[row]!;
  return open[Math.max(0, row - 1)]!;
}
