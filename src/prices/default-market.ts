/**
 * The market that is assumed where no file of markets is given (R14.3): named defaults, printed when used.
 *
 * Promises: no limit is invented. The amount step is fine enough for any coin and leaves room for 9 billion units;
 * prices keep their own decimals. A real market file is always better: with it, exits are sized as the exchange
 * would take them.
 */
import type { Market } from "../domain/market.ts";
import { decimalText } from "../domain/units.ts";

const DEFAULT_AMOUNT_STEP = decimalText("0.000001");

export interface DefaultMarket {
  readonly market: Market;
  /** One line to print when it is used. */
  readonly text: string;
}

/** Refuses a symbol that is not BASE/QUOTE or BASE/QUOTE:SETTLE with a RangeError. */
export function defaultMarket(symbol: string): DefaultMarket {
  const parts = /^([^/:\s]+)\/([^/:\s]+)(?::([^/:\s-]+)\S*)?$/.exec(symbol);
  if (parts === null)
    throw new RangeError(
      `The symbol is ${JSON.stringify(symbol)}; allowed: BASE/QUOTE (spot) or BASE/QUOTE:SETTLE (derivative)`,
    );
  const [, base, quote, settle] = parts as unknown as [string, string, string, string | undefined];
  const market: Market = {
    symbol,
    kind: settle === undefined ? "spot" : "derivative",
    linear: settle === undefined || settle === quote,
    active: true,
    base,
    quote,
    contractSize: decimalText("1"),
    amountStep: DEFAULT_AMOUNT_STEP,
    priceTick: null,
    minimumLots: null,
    minimumCost: null,
    maximumLots: null,
    maximumLeverage: null,
  };
  return {
    market,
    text: `${symbol}: no market file, using defaults: ${market.kind}, contract size 1, amount step ${DEFAULT_AMOUNT_STEP}, price tick unknown, no minimum or maximum`,
  };
}
