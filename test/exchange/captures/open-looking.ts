/** Look-ups by a real client of a venue, whose transport answers as documented. */
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import { decimalText } from "../../../src/domain/units.ts";
import { openAccess } from "../../../src/exchange/ccxt/access.ts";
import { createLookingUp, type LookingUp } from "../../../src/exchange/ccxt/looking-up.ts";
import type { VenueProfile } from "../../../src/exchange/ccxt/profile.ts";
import { createVenueTime } from "../../../src/exchange/ccxt/venue-time.ts";
import { perp } from "../paper-orders.ts";

export const openLooking = (input: {
  readonly profile: VenueProfile;
  readonly market: object;
  readonly amountStep: string;
  readonly answer: (url: URL) => object;
}): Effect.Effect<LookingUp, unknown, Scope.Scope> =>
  Effect.gen(function* () {
    const { profile } = input;
    const { clients, calls, nowMs } = yield* openAccess({
      profile,
      credentials: { apiKey: "key", secret: "c2VjcmV0", password: "password" },
      mode: "production",
      timeoutMs: 2_000,
      pausesKeptBy: "line",
      limits: { weight: 1_000, windowMs: 1_000 },
      prepare: async (client) => {
        const real = client as { setMarkets: (markets: object[]) => void; fetchImplementation: unknown };
        real.setMarkets([input.market]);
        real.fetchImplementation = async (url: string) =>
          new Response(JSON.stringify(input.answer(new URL(url))), { headers: { "content-type": "application/json" } });
      },
    });
    return createLookingUp({
      client: clients.rest,
      calls,
      profile,
      marketOf: () => ({ ...perp, amountStep: decimalText(input.amountStep) }),
      time: createVenueTime(),
      nowMs,
    });
  });
