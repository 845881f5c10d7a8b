/**
 * A market that somebody wants to trade: whether it can be traded with a profile, its limits, and what the venue takes for it.
 *
 * Promises: a limit that is not known is null; fees are those that the venue tells of this account, never the client's own table.
 */
import * as Effect from "effect/Effect";
import * as z from "zod";
import { lotsToAmount, type Market } from "../../domain/market.ts";
import { decimalText, type DecimalText } from "../../domain/units.ts";
import { AnswerError } from "./answers.ts";
import type { CcxtClient } from "./ccxt-client.ts";
import type { Ask, Told } from "./check-questions.ts";
import type { VenueProfile } from "./profile.ts";

export interface SymbolFacts {
  readonly symbol: string;
  /** Null where there is no such market, or none that can be traded here. */
  readonly limits: Limits | null;
  /** Why it cannot be traded; null where it can. */
  readonly unusable: string | null;
  readonly fees: Told<{ readonly taker: DecimalText; readonly maker: DecimalText }>;
}

export interface Limits {
  readonly amountStep: DecimalText;
  readonly priceTick: DecimalText | null;
  readonly contractSize: DecimalText;
  readonly minimumAmount: DecimalText | null;
  readonly minimumCost: DecimalText | null;
  readonly maximumAmount: DecimalText | null;
  readonly maximumLeverage: number | null;
}

/** What stands in the way of trading a market with this profile; null where nothing does. */
export function whyUnusable(market: Market, { markets }: VenueProfile): string | null {
  if (!market.active) return "the venue has closed it";
  if (!market.linear) return "it is settled in its base coin, which is not supported";
  return market.kind === markets ? null : `it is a ${market.kind} market, and this profile trades ${markets} markets`;
}

/** Negative where the venue pays. */
const rate = z
  .union([z.number(), z.string()])
  .transform(String)
  .refine((text) => /^-?\d+(\.\d+)?$/.test(text), {
    error: "decimal text",
  });
const fees = z.object({ taker: rate, maker: rate });

export const symbolOf = (asked: {
  readonly symbol: string;
  /** Null where there is none that can be read. */
  readonly market: Market | null;
  readonly profile: VenueProfile;
  readonly client: CcxtClient;
  readonly ask: Ask;
}): Effect.Effect<SymbolFacts> =>
  Effect.gen(function* () {
    const { symbol, market, profile, client: rest, ask } = asked;
    const notAsked = (why: string) => ({ kind: "not asked", why }) as const;
    if (market === null) {
      const unusable = rest.markets === undefined ? "the markets could not be loaded" : notThere(symbol, rest.markets);
      return { symbol, limits: null, unusable, fees: notAsked("there is no such market") };
    }
    // "emulated" would be the client's own table.
    const hasFees = rest.has["fetchTradingFee"] === true;
    const told = hasFees
      ? yield* ask({ call: () => rest.fetchTradingFee(symbol), parse: parseFees })
      : notAsked("this venue does not tell them");
    return { symbol, limits: limitsOf(market), unusable: whyUnusable(market, profile), fees: told };
  });

function notThere(symbol: string, markets: Readonly<Record<string, unknown>>): string {
  if (Object.hasOwn(markets, symbol)) return "it cannot be read as a market that is traded here";
  const base = symbol.split(/[/:]/)[0];
  const near = Object.keys(markets).filter((name) => name.startsWith(`${base}/`));
  return near.length === 0
    ? "there is no such market"
    : `there is no such market; there is ${near.slice(0, 5).join(", ")}`;
}

function parseFees(answer: unknown): { readonly taker: DecimalText; readonly maker: DecimalText } {
  const read = fees.safeParse(answer);
  if (!read.success) throw new AnswerError("fee rates", read.error.issues[0]?.message ?? "wrong");
  return { taker: decimalText(read.data.taker), maker: decimalText(read.data.maker) };
}

const limitsOf = (market: Market): Limits => ({
  amountStep: market.amountStep,
  priceTick: market.priceTick,
  contractSize: market.contractSize,
  minimumAmount: market.minimumLots === null ? null : lotsToAmount(market, market.minimumLots),
  minimumCost: market.minimumCost,
  maximumAmount: market.maximumLots === null ? null : lotsToAmount(market, market.maximumLots),
  maximumLeverage: market.maximumLeverage,
});
