/**
 * Prices of a venue's markets: every public trade as it comes, and the last price by asking where none has come for a while (R9.2).
 *
 * Promises: it begins with a price of each market, where one can be had; trades are taken one by one and in order (tickers are conflated: a spike would not be seen); a stream that is silent is
 * not taken for a quiet market. It judges no price: that is the gate's business.
 */
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import type { EpochMs } from "../../domain/units.ts";
import type { OnPrice } from "../exchange.ts";
import { parsePublicTrades, parseTicker } from "./answers.ts";
import type { Calls } from "./calls.ts";
import type { CcxtClient } from "./ccxt-client.ts";
import { keepWatching } from "./watching.ts";

export interface PriceSettings {
  /** Without a trade for so long the last price is asked for. */
  readonly quietMs: number;
  /** Pauses between attempts: R9.2. */
  readonly attemptPausesMs: readonly number[];
}

/** Below the age at which a price is too old to decide on (R9.1). */
export const DEFAULT_PRICE_SETTINGS: PriceSettings = { quietMs: 3_000, attemptPausesMs: [500, 1_000] };

export const watchPrices = (input: {
  readonly client: CcxtClient;
  readonly calls: Calls;
  readonly settings: PriceSettings;
  readonly symbols: readonly string[];
  readonly nowMs: () => EpochMs;
  readonly random: () => number;
  readonly onPrice: OnPrice;
  /** Something that a person has to know: a stream that broke, a price that could not be had. */
  readonly onTrouble: (message: string) => void;
}): Effect.Effect<void, never, Scope.Scope> =>
  Effect.forEach(input.symbols, (symbol) => watchOne(input, symbol), { discard: true });

const watchOne = (input: Parameters<typeof watchPrices>[0], symbol: string): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { client, calls, settings, nowMs, onPrice, onTrouble } = input;
    let lastHeardMs: number = nowMs();
    let lastTradeMs = 0;
    const take = (price: number, atMs: number): void => {
      lastHeardMs = nowMs();
      onPrice(symbol, price, atMs);
    };
    const trades = keepWatching(
      {
        name: `trades of ${symbol}`,
        next: () => client.watchTrades(symbol),
        onEvent: (answer) => {
          for (const trade of parsePublicTrades(answer)) {
            // The client's cache gives some of them again after a break.
            if (trade.timestamp < lastTradeMs) continue;
            lastTradeMs = trade.timestamp;
            take(Number(trade.price), trade.timestamp);
          }
        },
        onBreak: (why) => onTrouble(`stream of trades of ${symbol}: ${why}`),
      },
      input.random,
    );
    const ask = calls.run("read", () => client.fetchTicker(symbol, {}), parseTicker);
    const askAgain = Effect.gen(function* () {
      for (const pauseMs of [0, ...settings.attemptPausesMs]) {
        if (pauseMs > 0) yield* Effect.sleep(pauseMs);
        const ticker = yield* Effect.orElseSucceed(ask, () => null);
        if (ticker === null) continue;
        take(Number(ticker.last), Math.max(lastTradeMs, ticker.timestamp ?? nowMs()));
        return;
      }
      lastHeardMs = nowMs();
      onTrouble(
        `no price of ${symbol}: the stream is silent, and asking has failed; nothing is decided on the old one`,
      );
    });
    const quiet = Effect.forever(
      Effect.gen(function* () {
        const waitMs = lastHeardMs + settings.quietMs - nowMs();
        if (waitMs > 0) yield* Effect.sleep(waitMs);
        else yield* askAgain;
      }),
    );
    yield* Effect.forkScoped(trades, { startImmediately: true });
    // Whoever begins has a price to begin with.
    yield* askAgain;
    yield* Effect.forkScoped(quiet, { startImmediately: true });
  });
