/** What an account holds at a venue: net positions on derivatives, coins of the markets that are traded on spot. */
import * as Effect from "effect/Effect";
import { amountToLotsDown, type Market } from "../../domain/market.ts";
import { lots } from "../../domain/units.ts";
import type { Holding } from "../exchange.ts";
import { parseBalance, parsePositions } from "./answers.ts";
import { asReadError, type Calls } from "./calls.ts";
import type { CcxtClient } from "./ccxt-client.ts";
import { wholeLots } from "./order-reports.ts";
import type { VenueProfile } from "./profile.ts";

export const holdings = (input: {
  readonly client: CcxtClient;
  readonly calls: Calls;
  readonly profile: VenueProfile;
  readonly account: string;
  readonly markets: ReadonlyMap<string, Market>;
  /** Markets that are traded. */
  readonly symbols: readonly string[];
}) => {
  const { client, calls, profile, account, markets, symbols } = input;
  const listed =
    profile.markets === "derivative"
      ? calls.run(
          "read",
          () => client.fetchPositions(undefined, {}),
          (answer) => heldPositions(answer, markets),
        )
      : calls.run(
          "read",
          () => client.fetchBalance({}),
          (answer) => heldCoins(answer, markets, symbols),
        );
  return listed.pipe(
    Effect.map((all) => all.filter(({ netLots }) => netLots !== 0).map((each): Holding => ({ account, ...each }))),
    Effect.mapError(asReadError),
  );
};

type Held = Omit<Holding, "account">;

function heldPositions(answer: unknown, markets: ReadonlyMap<string, Market>): readonly Held[] {
  const net = new Map<string, number>();
  for (const { symbol, contracts, side } of parsePositions(answer)) {
    const market = markets.get(symbol);
    if (market === undefined || contracts === null) continue;
    const quantity = wholeLots(market, contracts);
    net.set(symbol, (net.get(symbol) ?? 0) + (side === "short" ? -quantity : quantity));
  }
  return Array.from(net, ([symbol, netLots]) => ({ symbol, netLots: lots(netLots) }));
}

/** On spot a coin belongs to no market: it is told of the markets that are traded. */
function heldCoins(answer: unknown, markets: ReadonlyMap<string, Market>, symbols: readonly string[]): readonly Held[] {
  const { total } = parseBalance(answer);
  return symbols.flatMap((symbol) => {
    const market = markets.get(symbol);
    const amount = market === undefined ? null : (total[market.base] ?? null);
    const quantity = market === undefined || amount === null ? null : amountToLotsDown(market, amount);
    return quantity === null ? [] : [{ symbol, netLots: quantity }];
  });
}
