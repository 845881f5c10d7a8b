/**
 * An account's own streams of orders and fills, as hints: they lose events, and one that is dead looks like one that is quiet.
 *
 * Promises: a fill that a stream brings is told at once, and asked for all the same; after each break everything that is under way is
 * asked after.
 */
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import type { Market } from "../../domain/market.ts";
import { parseOrders, parseTrades } from "./answers.ts";
import type { CcxtClient } from "./ccxt-client.ts";
import type { Following } from "./following.ts";
import { fillReport } from "./order-reports.ts";
import type { VenueProfile } from "./profile.ts";
import type { VenueTime } from "./venue-time.ts";
import { keepWatching } from "./watching.ts";

export const watchAccount = (input: {
  readonly client: CcxtClient;
  readonly profile: VenueProfile;
  readonly following: Following;
  readonly time: VenueTime;
  readonly marketOf: (symbol: string) => Market | null;
  readonly onTrouble: (message: string) => void;
  readonly chance: () => number;
}): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { client, profile, following, time, marketOf, onTrouble, chance } = input;
    const { orders, fills } = profile.streams.value;
    // What happened meanwhile is lost: everything that is under way is asked after.
    const onBreak = (): void => following.hint();
    const streams = [
      ...(orders
        ? [
            {
              name: "orders",
              next: () => client.watchOrders(),
              onEvent: (answer: unknown) => {
                // Intermediate steps are merged away, and fees counted twice: a reason to ask, no more.
                if (parseOrders(answer).length > 0) following.hint();
              },
              onBreak,
              onTrouble,
            },
          ]
        : []),
      ...(fills
        ? [
            {
              name: "fills",
              next: () => client.watchMyTrades(),
              onEvent: (answer: unknown) => {
                for (const trade of parseTrades(answer)) {
                  const market = marketOf(trade.symbol);
                  if (market === null || trade.order === null || trade.order === undefined) continue;
                  following.streamedFill(trade.order, (clientOrderId) =>
                    fillReport(clientOrderId, market, trade, time),
                  );
                }
              },
              onBreak,
              onTrouble,
            },
          ]
        : []),
    ];
    yield* Effect.forEach(
      streams,
      (stream) => Effect.forkScoped(keepWatching(stream, chance), { startImmediately: true }),
      {
        discard: true,
      },
    );
  });
