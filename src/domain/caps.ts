/**
 * Caps on new positions (R8.6): notional of one order and of everything, allowed symbols, entries per minute.
 *
 * Promises: only an entry is ever refused by a cap, never an exit or a stop; what cannot be told (a position without a
 * price, another quote currency) is a refusal, not a zero. It keeps no count: who asks says what is held.
 */
import { exact, toText, type Exact } from "./decimal.ts";
import { sumOf, type HeldNotional } from "./exposure.ts";
import { refused, type Refused } from "./refused.ts";
import type { DecimalText } from "./units.ts";
import { amountText } from "./wording.ts";

/** Null is no cap. */
export interface Caps {
  /** The currency of both notionals: while one of them is set, markets of another quote currency are refused. */
  readonly quote: string;
  readonly maximumOrderNotional: DecimalText | null;
  /** Of all open positions, the new one and entries under way included. */
  readonly maximumTotalNotional: DecimalText | null;
  readonly symbols: readonly string[] | null;
  readonly ordersPerMinute: number | null;
}

export const NO_CAPS: Caps = {
  quote: "USDT",
  maximumOrderNotional: null,
  maximumTotalNotional: null,
  symbols: null,
  ordersPerMinute: null,
};

/** What is held at this moment. Asked only where a cap needs it. */
export interface Held {
  readonly notionals: () => readonly HeldNotional[];
  /** Entries that were decided in the last 60 seconds, whatever became of them. */
  readonly entriesInMinute: () => number;
}

export interface CappedEntry {
  readonly symbol: string;
  readonly quote: string;
  readonly worth: Exact;
}

/** The first cap that an entry would break; null where it breaks none. */
export const capFault = (entry: CappedEntry, caps: Caps, held: Held): Refused | null =>
  symbolFault(entry, caps) ??
  quoteFault(entry, caps) ??
  orderFault(entry, caps) ??
  totalFault(entry, caps, held) ??
  paceFault(entry, caps, held);

const refuse = (field: keyof Caps, value: unknown, limit: string, message: string): Refused =>
  refused({ rule: "R8.6", field: `caps.${field}`, value, limit, message });

function symbolFault({ symbol }: CappedEntry, { symbols }: Caps): Refused | null {
  if (symbols === null || symbols.includes(symbol)) return null;
  const limit = symbols.length === 0 ? "no symbol" : symbols.join(", ");
  return refuse("symbols", symbol, limit, `${symbol} is not among the allowed symbols (${limit})`);
}

const isMoneyCapped = ({ maximumOrderNotional, maximumTotalNotional }: Caps): boolean =>
  maximumOrderNotional !== null || maximumTotalNotional !== null;

function quoteFault({ symbol, quote }: CappedEntry, caps: Caps): Refused | null {
  if (!isMoneyCapped(caps) || quote === caps.quote) return null;
  const message = `${symbol} is quoted in ${quote}, and the caps are in ${caps.quote}: its worth cannot be held against them`;
  return refuse("quote", quote, caps.quote, message);
}

function orderFault({ symbol, worth, quote }: CappedEntry, { maximumOrderNotional }: Caps): Refused | null {
  if (maximumOrderNotional === null || worth.lte(exact(maximumOrderNotional))) return null;
  const limit = `at most ${money(exact(maximumOrderNotional), quote)} for one order`;
  return refuse("maximumOrderNotional", toText(worth), limit, `${symbol}: ${money(worth, quote)}; allowed: ${limit}`);
}

function totalFault({ symbol, worth, quote }: CappedEntry, { maximumTotalNotional }: Caps, held: Held): Refused | null {
  if (maximumTotalNotional === null) return null;
  const limit = `at most ${money(exact(maximumTotalNotional), quote)} of all positions together`;
  const worths: Exact[] = [];
  for (const each of held.notionals()) {
    const why = each.quote === quote ? `there is no price of ${each.symbol} yet` : `it is quoted in ${each.quote}`;
    if (each.quote !== quote || each.worth === null) {
      const message = `The worth of position ${each.id} cannot be told (${why}), so nobody knows whether ${symbol} fits under ${limit}`;
      return refuse("maximumTotalNotional", "unknown", limit, message);
    }
    worths.push(each.worth);
  }
  const before = sumOf(worths);
  const total = before.plus(worth);
  if (total.lte(exact(maximumTotalNotional))) return null;
  const message = `${symbol}: ${money(worth, quote)} beside ${money(before, quote)} that are held; allowed: ${limit}`;
  return refuse("maximumTotalNotional", toText(total), limit, message);
}

function paceFault({ symbol }: CappedEntry, { ordersPerMinute }: Caps, held: Held): Refused | null {
  if (ordersPerMinute === null) return null;
  const count = held.entriesInMinute();
  if (count < ordersPerMinute) return null;
  const limit = `at most ${ordersPerMinute} entries in 60 seconds`;
  return refuse("ordersPerMinute", count + 1, limit, `${symbol} would be entry ${count + 1}; allowed: ${limit}`);
}

const money = (value: Exact, quote: string): string => `${amountText(toText(value))} ${quote}`;
