/**
 * Prices of a venue's markets: every public trade as it comes, and the last price by asking where none has come for a while (R9.2).
 *
 * Promises: it begins with a price of each market, where one can be had; trades are taken one by one and in order (tickers are
 * conflated: a spike would not be seen), and told in our time; a stream that is silent is not taken for a quiet market. It judges no
 * price: that is the gate's business.
 */
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import type { EpochMs } from "../../domain/units.ts";
import type { OnPrice } from "../exchange.ts";
import { steadyMsOf } from "../../clock/steady-clock.ts";
import { parsePublicTrades, parseTicker } from "./answers.ts";
import type { Calls } from "./calls.ts";
import type { CcxtClient } from "./ccxt-client.ts";
import type { VenueTime } from "./venue-time.ts";
import { keepWatching } from "./watching.ts";

export interface PriceSettings {
  /** Without a trade for so long the last price is asked for. */
  readonly quietMs: number;
  /** Pauses between attempts: R9.2. */
  readonly attemptPausesMs: readonly number[];
}

/** Below the age at which a price is too old to decide on (R9.1). */
export const DEFAULT_PRICE_SETTINGS: PriceSettings = { quietMs: 3_000, attemptPausesMs: [500, 1_000] };

export interface PriceWatch {
  readonly client: CcxtClient;
  readonly calls: Calls;
  readonly settings: PriceSettings;
  readonly symbols: readonly string[];
  readonly time: VenueTime;
  readonly nowMs: () => EpochMs;
  readonly random: () => number;
  readonly onPrice: OnPrice;
  /** Something that a person has to know: a stream that broke, a price that could not be had. */
  readonly onTrouble: (message: string) => void;
}

/** Whoever begins waits at most so long for first prices; streams are open all the while. */
const FIRST_PRICES_MS = 10_000;

export const watchPrices = (input: PriceWatch): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const asked = yield* Effect.forEach(input.symbols, (symbol) => watchOne(input, symbol));
    yield* Effect.ignore(
      Effect.timeout(Effect.all(asked, { concurrency: "unbounded", discard: true }), FIRST_PRICES_MS),
    );
  });

/** A ticker that names no moment may be this much older than a trade that is still on its way. */
const TICKER_AGE_MS = 1_000;

/** Beyond these a trade that has just come casts doubt on the clocks; within them it is the way, and clocks that are not exact. */
const MOST_AHEAD_MS = 1_000;
const MOST_BEHIND_MS = 2_000;

/** Watches one market from now on; gives the question for its first price. */
const watchOne = (input: PriceWatch, symbol: string): Effect.Effect<Effect.Effect<void>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { client, calls, settings, time, nowMs, onPrice, onTrouble } = input;
    const steadyMs = steadyMsOf(yield* Clock.Clock);
    /** By the clock that only goes forward. */
    let heardAtMs = steadyMs();
    /** In the venue's time. */
    let lastTradeMs = 0;
    /** In ours: it never goes back, whatever is learned of the venue's clock, but where our own was set back. */
    let lastToldMs = 0;
    let isMissed = false;
    let isClockTold = false;
    const hear = (): void => void (heardAtMs = steadyMs());
    const take = (price: number, venueMs: number): void => {
      hear();
      const atMs = nowMs();
      const aheadMs = time.toOurs(venueMs) - atMs;
      if (aheadMs > MOST_AHEAD_MS) {
        // Nothing has happened after now: it is not told before the clocks have been compared.
        if (time.doubt()) return;
        // Nothing compares them: it is that late there at least.
        time.set(venueMs - atMs);
        if (!isClockTold) onTrouble(clockIsBehind(symbol, venueMs - atMs));
        isClockTold = true;
      }
      lastTradeMs = venueMs;
      lastToldMs = Math.min(atMs, Math.max(lastToldMs, atMs + Math.min(0, aheadMs)));
      onPrice(symbol, price, lastToldMs);
      if (isMissed) onTrouble(`price of ${symbol} is back: ${price}`);
      isMissed = false;
    };
    const trades = keepWatching(
      {
        name: `trades of ${symbol}`,
        next: () => client.watchTrades(symbol),
        onEvent: (answer) => {
          for (const trade of parsePublicTrades(answer)) {
            if (trade.symbol !== symbol) continue;
            if (nowMs() - time.toOurs(trade.timestamp) > MOST_BEHIND_MS) time.doubt();
            // The client's cache gives some of them again after a break.
            if (trade.timestamp >= lastTradeMs) take(Number(trade.price), trade.timestamp);
          }
        },
        onTrouble,
      },
      input.random,
    );
    const ask = calls.run("read", () => client.fetchTicker(symbol, {}), parseTicker);
    const askAgain = Effect.gen(function* () {
      for (const pauseMs of [0, ...settings.attemptPausesMs]) {
        if (pauseMs > 0) yield* Effect.sleep(pauseMs);
        const ticker = yield* Effect.orElseSucceed(ask, () => null);
        if (ticker === null) continue;
        // Not ahead of now: the gate would refuse the trades that are still on their way.
        const latestMs = time.toVenue(nowMs());
        const atMs = ticker.timestamp ?? latestMs - TICKER_AGE_MS;
        if (atMs >= lastTradeMs) take(Number(ticker.last), Math.min(atMs, latestMs));
        // The last trade is ahead of the venue's own time: its clock was set back, and what it brings from here on is not old.
        else if (lastTradeMs > latestMs) take(Number(ticker.last), latestMs);
        // Older than the last trade: no news, or a clock that was set back since it was measured.
        else time.doubt();
        hear();
        return;
      }
      hear();
      if (isMissed) return;
      isMissed = true;
      onTrouble(
        `no price of ${symbol}: the stream is silent, and asking has failed; its targets and stops are not watched until there is one`,
      );
    });
    const quiet = Effect.forever(
      Effect.gen(function* () {
        const waitMs = heardAtMs + settings.quietMs - steadyMs();
        if (waitMs > 0) yield* Effect.sleep(waitMs);
        else yield* askAgain;
      }),
    );
    yield* Effect.forkScoped(trades, { startImmediately: true });
    yield* Effect.forkScoped(quiet, { startImmediately: true });
    return askAgain;
  });

const clockIsBehind = (symbol: string, byMs: number): string =>
  `trades of ${symbol} bear moments ${(byMs / 1_000).toFixed(1)} s after now, and the exchange does not tell its time: the clock of this machine is behind and should be set; times are corrected by those of trades`;
