/** Prices of a venue over real WebSocket and HTTP: complete, in order, and asked for where the stream is silent (R9.2). */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type * as Scope from "effect/Scope";
import { describe, expect, it } from "vitest";
import { layer } from "../../src/exchange/ccxt/layer.ts";
import { ExchangePrices } from "../../src/exchange/exchange.ts";
import { setBack } from "../support/set-back.ts";
import { onVenue } from "./scoped-venue.ts";
import { ccxtOptions, PERP } from "./trading-bench.ts";
import { connectByWire } from "./venue/connect-by-wire.ts";
import type { LocalVenue } from "./venue/local-venue.ts";

interface PriceBench {
  readonly venue: LocalVenue;
  readonly seen: readonly number[];
  readonly times: readonly number[];
  readonly trouble: readonly string[];
  readonly until: (what: string, holds: () => boolean) => Effect.Effect<void>;
}

const QUIET_MS = 300;
const HOUR_MS = 3_600_000;

const onPrices = (
  program: (bench: PriceBench) => Effect.Effect<void, unknown, Scope.Scope>,
  prepare: (client: unknown, venue: LocalVenue) => void = () => undefined,
): Promise<void> =>
  onVenue((venue) =>
    Effect.gen(function* () {
      const trouble: string[] = [];
      const seen: number[] = [];
      const times: number[] = [];
      const services = yield* Layer.build(
        layer(
          ccxtOptions(venue, {
            access: "look",
            prepare: async (client) => {
              await connectByWire(client as Parameters<typeof connectByWire>[0], venue);
              prepare(client, venue);
            },
            onTrouble: (message) => void trouble.push(message),
            timing: { prices: { quietMs: QUIET_MS, attemptPausesMs: [20, 40] } },
          }),
        ),
      );
      yield* Context.get(services, ExchangePrices).watch((symbol, price, atMs) => {
        expect(symbol).toBe(PERP);
        seen.push(price);
        times.push(atMs);
      });
      const until: PriceBench["until"] = (what, holds) =>
        Effect.gen(function* () {
          const untilMs = performance.now() + 12_000;
          while (!holds()) {
            if (performance.now() > untilMs) throw new Error(`it did not happen: ${what}`);
            yield* Effect.sleep(5);
          }
        });
      yield* until("the subscription", () => venue.streams.subscribed("market") > 0);
      yield* program({ venue, seen, times, trouble, until });
    }),
  );

describe("prices of a venue", () => {
  it("R9.2 it begins with the price that stands, before anything is traded", () =>
    onPrices(({ seen }) => Effect.sync(() => expect(seen[0]).toBe(60_000))));

  it("R9.1 of a burst of trades none is left out, and none overtakes another: a spike is seen", () =>
    onPrices(({ venue, seen, times, until }) =>
      Effect.gen(function* () {
        const prices = Array.from({ length: 2_000 }, (_, index) => (index === 1_000 ? 50_000 : 60_000 + index));
        const before = seen.length;
        for (const price of prices) venue.price("BTCUSDT", String(price));
        yield* until("all of them", () => seen.length >= before + prices.length);
        expect(seen.slice(-prices.length)).toEqual(prices);
        expect(times.toSorted((a, b) => a - b)).toEqual(times);
      }),
    ));

  it("R9.2 a stream that is silent is not a quiet market: the price is asked for", () =>
    onPrices(({ venue, seen, until }) =>
      Effect.gen(function* () {
        venue.streams.mute("market");
        venue.price("BTCUSDT", "59000");
        yield* until("the price by asking", () => seen.at(-1) === 59_000);
        expect(venue.requests.filter(({ call }) => call === "prices").length).toBeGreaterThan(1);
      }),
    ));

  it("R9.2 where asking fails three times it is said, nothing is told, and the next round asks again", () =>
    onPrices(({ venue, seen, trouble, until }) =>
      Effect.gen(function* () {
        venue.streams.mute("market");
        venue.price("BTCUSDT", "59000");
        const known = seen.length;
        const asked = () => venue.requests.filter(({ call }) => call === "prices").length;
        const before = asked();
        venue.faults.always("prices", { kind: "respond", status: 503, message: "Service Unavailable." });
        yield* until("it is said", () => trouble.some((message) => message.startsWith(`no price of ${PERP}`)));
        expect(asked() - before).toBe(3);
        expect(seen).toHaveLength(known);
        venue.faults.clear();
        yield* until("the next round", () => seen.at(-1) === 59_000);
        yield* until("the all-clear", () => trouble.at(-1) === `price of ${PERP} is back: 59000`);
      }),
    ));

  it("R9.2 a stream that breaks is opened again; prices go on, and nobody is woken", () =>
    onPrices(({ venue, seen, trouble, until }) =>
      Effect.gen(function* () {
        venue.streams.closeAll("market");
        yield* until("the subscription", () => venue.streams.subscribed("market") > 0);
        venue.price("BTCUSDT", "61234");
        yield* until("a price of the new stream", () => seen.includes(61_234));
        expect(trouble).toEqual([]);
      }),
    ));

  it("R9.1 F63 a clock that is set back by an hour: prices go on, and none bears a moment after now", () =>
    onPrices(({ venue, seen, times, until }) =>
      Effect.gen(function* () {
        venue.price("BTCUSDT", "59000");
        yield* until("a price before", () => seen.at(-1) === 59_000);
        yield* setBack(HOUR_MS);
        venue.clockSkew(HOUR_MS);
        yield* until("a price after", () => {
          venue.price("BTCUSDT", "50000");
          return seen.at(-1) === 50_000;
        });
        expect(times.at(-1)).toBeLessThanOrEqual(Date.now());
        expect(times.at(-1)).toBeGreaterThan(Date.now() - 5_000);
      }),
    ));

  it("R9.2 F63 a clock that is set back by an hour keeps no silent stream from being asked about", () =>
    onPrices(({ venue, seen, until }) =>
      Effect.gen(function* () {
        venue.streams.mute("market");
        yield* setBack(HOUR_MS);
        venue.clockSkew(HOUR_MS);
        venue.price("BTCUSDT", "59000");
        yield* until("the price by asking", () => seen.at(-1) === 59_000);
      }),
    ));

  it("R9.1 F63 a venue that does not tell its time, and a clock that is behind: trades are told, and so is the clock", () =>
    onPrices(
      ({ venue, seen, times, trouble, until }) =>
        Effect.gen(function* () {
          yield* until("a trade", () => {
            venue.price("BTCUSDT", "59000");
            return seen.at(-1) === 59_000;
          });
          expect(times.at(-1)).toBeLessThanOrEqual(Date.now());
          expect(trouble.filter((each) => each.includes("the clock of this machine is behind"))).toHaveLength(1);
        }),
      (client, venue) => {
        Object.assign((client as { has: object }).has, { fetchTime: false });
        venue.clockSkew(20_000);
      },
    ));

  it("R9.2 R13.5 a stream that does not hold is said once, and when it is back", () =>
    onPrices(({ venue, trouble, until }) =>
      Effect.gen(function* () {
        venue.streams.refuseNew(2_000);
        venue.streams.closeAll("market");
        const said = () => trouble.filter((message) => message.startsWith(`stream of trades of ${PERP}`));
        yield* until("it is said", () => said().length > 0);
        expect(said()[0]).toContain("does not hold (2 times in a row)");
        yield* until("the all-clear", () => said().at(-1) === `stream of trades of ${PERP} is back`);
        expect(said()).toHaveLength(2);
      }),
    ));
});
