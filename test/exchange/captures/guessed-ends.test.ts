/** Kraken Futures: the real client calls an order that was only placed canceled; what became of it is told by its fills. */
import * as Effect from "effect/Effect";
import { describe, expect, it } from "vitest";
import { epochMs, lots } from "../../../src/domain/units.ts";
import { krakenfutures } from "../../../src/exchange/ccxt/profiles/krakenfutures.ts";
import { OUR_ID } from "./capture.ts";
import { KRAKENFUTURES_BTC } from "./markets.ts";
import { openLooking } from "./open-looking.ts";

const AT_MS = 1_700_000_000_000;

/** As the venue documents the event of a new order: nothing of it is filled yet. */
const placed = {
  uid: "event",
  timestamp: AT_MS,
  event: {
    OrderPlaced: {
      order: {
        uid: "order",
        accountUid: "account",
        tradeable: "PF_XBTUSD",
        direction: "Buy",
        quantity: "1.5",
        filled: "0",
        timestamp: AT_MS,
        limitPrice: "0",
        orderType: "Market",
        clientId: OUR_ID,
        reduceOnly: false,
        lastUpdateTimestamp: AT_MS,
      },
      reason: "new_user_order",
    },
  },
};
const fill = {
  fill_id: "fill",
  symbol: "PF_XBTUSD",
  side: "buy",
  order_id: "order",
  cliOrdId: OUR_ID,
  size: 1.5,
  price: 60_000,
  fillTime: new Date(AT_MS).toISOString(),
  fillType: "taker",
};

const look = (fills: readonly object[]) => {
  const answers: Readonly<Record<string, object>> = {
    status: { result: "success", orders: [] },
    openorders: { result: "success", openOrders: [] },
    orders: { elements: [placed] },
    fills: { result: "success", fills },
  };
  const answer = ({ pathname }: URL): object => answers[pathname.split("/").at(-1)!] ?? {};
  return Effect.runPromise(
    Effect.scoped(
      Effect.flatMap(
        openLooking({ profile: krakenfutures, market: KRAKENFUTURES_BTC, amountStep: "0.1", answer }),
        ({ everywhere }) =>
          everywhere({
            clientOrderId: OUR_ID,
            account: "main",
            symbol: "BTC/USD:USD",
            lots: lots(15),
            decidedAtMs: epochMs(AT_MS),
          }),
      ),
    ),
  );
};

describe("ends that the client guesses", () => {
  it("R10.2 an order that its history shows placed, without fills, is not over", () =>
    expect(look([])).rejects.toMatchObject({
      reason: { _tag: "OutcomeUnknown", message: "its history shows it, and not what became of it" },
    }));

  it("R10.7 its fills say what became of it", async () => {
    const sighting = await look([fill]);
    const reports = sighting.kind === "seen" ? sighting.reports : [];
    expect(reports.map(({ kind }) => kind)).toEqual(["fill", "ended"]);
    expect(reports[1]).toMatchObject({ end: "filled", filledLots: 15 });
  });
});
