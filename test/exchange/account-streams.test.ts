/** An account's streams on a local venue: what opening them costs. */
import * as Effect from "effect/Effect";
import { expect, it } from "vitest";
import { onTradingBench } from "./trading-bench.ts";

it("R10.11 opening the streams asks for nothing that nobody wants", () =>
  onTradingBench({}, ({ venue, open, until, state }) =>
    Effect.gen(function* () {
      yield* until("streams of the account", () => venue.streams.connections("user") > 0);
      yield* open();
      yield* until("entered", () => state() === "open");
      expect(venue.requests.filter(({ call }) => call === "positions")).toEqual([]);
    }),
  ));
