/** An order with more fills than one answer holds: the real clients, and venues that answer with the newest ones first. */
import * as Effect from "effect/Effect";
import { describe, expect, it } from "vitest";
import { epochMs, lots } from "../../../src/domain/units.ts";
import type { VenueProfile } from "../../../src/exchange/ccxt/profile.ts";
import { bitget } from "../../../src/exchange/ccxt/profiles/bitget.ts";
import { bybit } from "../../../src/exchange/ccxt/profiles/bybit.ts";
import { okx } from "../../../src/exchange/ccxt/profiles/okx.ts";
import { OUR_ID } from "./capture.ts";
import { BITGET_BTC, BYBIT_BTC, OKX_BTC } from "./markets.ts";
import { openLooking } from "./open-looking.ts";

const FILLS = 350;
const DECIDED_MS = 1_700_000_000_000;

interface Fill {
  readonly number: number;
  readonly atMs: number;
}
interface NewestFirst {
  readonly profile: VenueProfile;
  readonly market: object;
  /** Answers to what is asked for: the order, its fills, and listings without anything. */
  readonly order: object;
  readonly fills: { readonly path: string; readonly begin: string; readonly end: string };
  readonly page: (fills: readonly Fill[]) => object;
  readonly isOrder: (path: string) => boolean;
}

const text = String;
const VENUES: readonly NewestFirst[] = [
  {
    profile: okx,
    market: OKX_BTC,
    isOrder: (path) => path.endsWith("/trade/order"),
    order: {
      code: "0",
      data: [
        {
          instId: "BTC-USDT-SWAP",
          ordId: "1",
          clOrdId: OUR_ID,
          state: "filled",
          accFillSz: text(FILLS),
          sz: text(FILLS),
          side: "buy",
          cTime: text(DECIDED_MS),
          uTime: text(DECIDED_MS),
        },
      ],
    },
    fills: { path: "/fills-history", begin: "begin", end: "end" },
    page: (fills) => ({
      code: "0",
      data: fills.map(({ number, atMs }) => ({
        instId: "BTC-USDT-SWAP",
        ordId: "1",
        clOrdId: OUR_ID,
        tradeId: text(number),
        fillPx: "60000",
        fillSz: "1",
        side: "buy",
        fee: "-0.1",
        feeCcy: "USDT",
        ts: text(atMs),
        execType: "T",
      })),
    }),
  },
  {
    profile: bybit,
    market: BYBIT_BTC,
    isOrder: (path) => /\/order\/(realtime|history)$/.test(path),
    order: {
      retCode: 0,
      result: {
        list: [
          {
            symbol: "BTCUSDT",
            orderId: "1",
            orderLinkId: OUR_ID,
            orderStatus: "Filled",
            side: "Buy",
            qty: text(FILLS),
            cumExecQty: text(FILLS),
            createdTime: text(DECIDED_MS),
            updatedTime: text(DECIDED_MS),
            tpslMode: "",
          },
        ],
      },
    },
    fills: { path: "/execution/list", begin: "startTime", end: "endTime" },
    page: (fills) => ({
      retCode: 0,
      result: {
        list: fills.map(({ number, atMs }) => ({
          symbol: "BTCUSDT",
          orderId: "1",
          orderLinkId: OUR_ID,
          execId: text(number),
          execPrice: "60000",
          execQty: "1",
          side: "Buy",
          execFee: "0.1",
          execTime: text(atMs),
          execType: "Trade",
        })),
      },
    }),
  },
  {
    profile: bitget,
    market: BITGET_BTC,
    isOrder: (path) => path.endsWith("/order/detail"),
    order: {
      code: "00000",
      data: {
        symbol: "BTCUSDT",
        orderId: "1",
        clientOid: OUR_ID,
        state: "filled",
        size: text(FILLS),
        baseVolume: text(FILLS),
        side: "buy",
        cTime: text(DECIDED_MS),
        uTime: text(DECIDED_MS),
        posMode: "one_way_mode",
      },
    },
    fills: { path: "/order/fills", begin: "startTime", end: "endTime" },
    page: (fills) => ({
      code: "00000",
      data: {
        fillList: fills.map(({ number, atMs }) => ({
          symbol: "BTCUSDT",
          orderId: "1",
          tradeId: text(number),
          price: "60000",
          baseVolume: "1",
          side: "buy",
          feeDetail: [{ feeCoin: "USDT", totalFee: "-0.1" }],
          cTime: text(atMs),
          posMode: "one_way_mode",
        })),
      },
    }),
  },
];

/** A look at the order where so many fills have come in each millisecond. */
const look = (venue: NewestFirst, perMillisecond: number) => {
  const all = Array.from({ length: FILLS }, (_, number): Fill => {
    return { number, atMs: DECIDED_MS + Math.floor(number / perMillisecond) };
  });
  const answer = ({ pathname, searchParams }: URL): object => {
    if (venue.isOrder(pathname)) return venue.order;
    if (!pathname.endsWith(venue.fills.path)) throw new Error(`not expected: ${pathname}`);
    const [begin, end] = [searchParams.get(venue.fills.begin), searchParams.get(venue.fills.end)];
    const meant = all.filter(({ atMs }) => atMs >= Number(begin) && (end === null || atMs <= Number(end)));
    return venue.page(meant.slice(-100).toReversed());
  };
  return Effect.runPromise(
    Effect.scoped(
      Effect.flatMap(openLooking({ ...venue, amountStep: "1", answer }), ({ nearby }) =>
        nearby({
          clientOrderId: OUR_ID,
          account: "main",
          symbol: "BTC/USDT:USDT",
          lots: lots(FILLS),
          decidedAtMs: epochMs(DECIDED_MS),
        }),
      ),
    ),
  );
};

describe.each(VENUES.map((venue) => [venue.profile.venue, venue] as const))("R10.7 many fills at %s", (_, venue) => {
  it("R10.7 all of them are counted, page by page from the newest", async () => {
    const sighting = await look(venue, 10);
    const reports = sighting?.kind === "seen" ? sighting.reports : [];
    const fills = reports.filter(({ kind }) => kind === "fill");
    expect(fills).toHaveLength(FILLS);
    expect(reports.at(-1)).toMatchObject({ kind: "ended", end: "filled", filledLots: FILLS });
  });

  it("R10.2 more in one moment than an answer holds: what is missing is not known, and that is said", () =>
    expect(look(venue, FILLS)).rejects.toMatchObject({
      reason: { message: expect.stringContaining("fetchMyTrades") },
    }));
});
