/**
 * What somebody who asks for a status has to know before its numbers: nobody watches, no price comes, an entry may be open (R13.0).
 *
 * Promises: nothing is said that the journal or the engine does not show; where neither can know, that is said.
 */
import type { AnswerTo } from "../control/protocol.ts";
import { exact } from "../domain/decimal.ts";
import type { OpenOrder, PositionStatus } from "../domain/status.ts";
import { plainText } from "../observability/number-texts.ts";
import { positionsText } from "./positions-text.ts";

/** A market with open positions, of which the engine has no price that is worth a decision. */
export interface Unpriced {
  readonly symbol: string;
  /** For how long at least, as far as it is known. */
  readonly forMs: number;
}

/** An older price is none. */
const OLD_MS = 10_000;

/** Of each market in which something is open, by what the engine answered at this moment. */
export function unpricedMarkets(
  { startedAtMs, health }: AnswerTo<"health">,
  { positions }: AnswerTo<"status">,
  nowMs: number,
): readonly Unpriced[] {
  // The engine does not say since when a single market is silent: it is so for as long as all of them are.
  const allSilentMs = health.priceAgeMs ?? Math.max(0, nowMs - startedAtMs);
  const found = new Map<string, number>();
  for (const { status, price } of positions) {
    if (status.state === "closed") continue;
    const forMs = price === null ? allSilentMs : nowMs - price.atMs;
    if (price === null || forMs > OLD_MS) found.set(status.symbol, forMs);
  }
  return [...found].map(([symbol, forMs]) => ({ symbol, forMs }));
}

export function unpricedText({ symbol, forMs }: Unpriced): string {
  const since = forMs >= 1_000 ? ` for ${Math.floor(forMs / 1_000)} s` : " that is fresh enough";
  return `NO PRICE of ${symbol}${since}: its stops are not watched`;
}

export function nobodyWatchesText(open: number): string {
  return `NO ENGINE RUNS: ${positionsText(open)} ${open === 1 ? "is" : "are"} watched by nobody; start pawl live (or your bot) with this journal`;
}

/**
 * The entry of which nobody knows what became of it, while nothing of the position is protected; null where there is none.
 * Without an engine an order that was under way is such a one as well: nobody has heard its answer.
 */
export function doubtfulEntry({ openOrders, stop }: PositionStatus, isWatched: boolean): OpenOrder | null {
  if (stop !== null) return null;
  return openOrders.find(({ purpose, isUnresolved }) => purpose === "entry" && (isUnresolved || !isWatched)) ?? null;
}

export function orderText(order: OpenOrder, doubtful: OpenOrder | null): string {
  const { purpose, amount, filled, isUnresolved, clientOrderId } = order;
  if (order === doubtful)
    return `entry order: outcome unknown; up to ${plainText(amount)} may be open at the exchange, no stop is active yet${exact(filled).isZero() ? "" : `; filled ${plainText(filled)}`} (${clientOrderId})`;
  const what = isUnresolved ? "outcome unknown" : "under way";
  return `${purpose} order of ${plainText(amount)} ${what}, filled ${plainText(filled)} (${clientOrderId})`;
}
