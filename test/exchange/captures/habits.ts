/**
 * What the client does where a profile does not hold it back, and what it makes of answers: why the profiles are as they are.
 *
 * Each is a warning that an upgrade of the client may make pointless: then its test fails, and the profile may become simpler.
 */
import { expect } from "vitest";
import { binanceCaptures } from "./binance.ts";
import { binanceusdmCaptures } from "./binanceusdm.ts";
import { bitgetCaptures } from "./bitget.ts";
import { bybitCaptures } from "./bybit.ts";
import { clientOf, method, OUR_ID, venueId, written, type Line, type VenueCaptures } from "./capture.ts";
import { hyperliquidCaptures } from "./hyperliquid.ts";
import { krakenfuturesCaptures } from "./krakenfutures.ts";
import { okxCaptures } from "./okx.ts";

export interface Habit {
  readonly title: string;
  readonly venue: VenueCaptures;
  /** Lines of the profile that it bears out. */
  readonly of: readonly Line[];
  readonly show: (venue: VenueCaptures) => Promise<void>;
}

type Changes = Parameters<typeof clientOf>[1];

interface Outcome {
  readonly sent: readonly string[];
  readonly comesBack: unknown;
  readonly thrown: string | null;
}

/** One call, whatever becomes of it. */
async function outcomeOf(
  venue: Parameters<typeof clientOf>[0],
  name: string,
  args: readonly unknown[],
  changes: Changes = {},
): Promise<Outcome> {
  const { client, requests } = clientOf(venue, changes);
  const outcome = await method(
    client,
    name,
  )(...args).then(
    (comesBack) => ({ comesBack, thrown: null }),
    (error: Error) => ({ comesBack: null, thrown: `${error.constructor.name}: ${error.message}` }),
  );
  return { sent: requests.map(written), ...outcome };
}

const sold = (venue: VenueCaptures, params: object, changes: Changes = {}): Promise<Outcome> =>
  outcomeOf(
    venue,
    "createOrder",
    [venue.symbol, "market", "sell", venue.amount, venue.price, { clientOrderId: venueId(venue.profile), ...params }],
    changes,
  );

/** A conditional parameter that the client does not know there: the order goes out at once. */
const atOnce = (venue: VenueCaptures, param: string, goesAlong: boolean): Habit => ({
  title: `R10.11 ${param} becomes a plain market order`,
  venue,
  of: [],
  show: async () => {
    const plain = await sold(venue, {});
    const conditional = await sold(venue, { [param]: "1" });
    expect(plain.sent).toHaveLength(1);
    expect(conditional).toMatchObject({ thrown: null });
    const value = String.raw`[&,]"?${param}"?[:=]"?1"?`;
    expect(conditional.sent.map((each) => each.replace(new RegExp(value), ""))).toEqual(plain.sent);
    expect(conditional.sent.join("").includes(param)).toBe(goesAlong);
  },
});

const withoutOurId = (venue: VenueCaptures, invented: RegExp): Habit => ({
  title: "R10.1 without our id the client invents one with a broker's mark",
  venue,
  of: [],
  show: async () => {
    const { sent } = await sold(venue, { clientOrderId: undefined });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatch(invented);
    expect(sent[0]).not.toContain(OUR_ID);
  },
});

export const HABITS: readonly Habit[] = [
  atOnce(okxCaptures, "trailingAmount", true),
  atOnce(bitgetCaptures, "trailingAmount", true),
  atOnce(bybitCaptures, "trailingPercent", true),
  atOnce(krakenfuturesCaptures, "trailingPercent", true),
  atOnce(hyperliquidCaptures, "trailingAmount", false),
  withoutOurId(binanceCaptures, /newClientOrderId=x-TKT5PX2F[0-9a-f]+/),
  withoutOurId(binanceusdmCaptures, /newClientOrderId=x-cvBPrNm9[0-9a-f]+/),
  withoutOurId(okxCaptures, /"clOrdId":"6b9ad766b55dBCDE[0-9a-f]{16}","tag":"6b9ad766b55dBCDE"/),
  {
    title: "R10.11 a price beside a market order turns the quantity into quote currency",
    venue: binanceCaptures,
    of: ["placing"],
    show: async (venue) => {
      const { sent } = await sold({ ...venue, price: "60000" }, {});
      expect(sent).toHaveLength(1);
      expect(sent[0]).toContain("&quoteOrderQty=90000&");
      expect(sent[0]).not.toContain("quantity");
    },
  },
  {
    title: "R10.10 reduceOnly on spot is sent on as a field that the venue does not know",
    venue: binanceCaptures,
    of: ["placing"],
    show: async (venue) => {
      const { sent } = await sold(venue, { reduceOnly: true });
      expect(sent[0]).toContain("&reduceOnly=true&");
    },
  },
  {
    title: "R10.11 as it comes, an order is a batch of one",
    venue: okxCaptures,
    of: ["options"],
    show: async (venue) => {
      const { sent } = await sold(venue, {}, { isAsItComes: true });
      expect(sent).toHaveLength(1);
      expect(sent[0]).toMatch(/^POST https:\/\/www\.okx\.com\/api\/v5\/trade\/batch-orders\n\[\{.*\}\]$/);
    },
  },
  {
    title: "R10.2 an answer of code 2 with a refused order passes as a success",
    venue: okxCaptures,
    of: ["acceptedWhen"],
    show: async (venue) => {
      const refused = { code: "2", msg: "", data: [{ ordId: "", clOrdId: OUR_ID, sCode: "51008", sMsg: "no" }] };
      const { thrown } = await sold({ ...venue, answer: () => refused }, {});
      expect(thrown).toBeNull();
    },
  },
  {
    title: "R10.2 as it comes, the first order waits for two calls that ask for the kind of account",
    venue: bybitCaptures,
    of: ["options"],
    show: async (venue) => {
      const { sent } = await sold(venue, {}, { isAsItComes: true });
      expect(sent.map((each) => each.split("\n")[0]!).toSorted()).toEqual([
        "GET https://api.bybit.com/v5/account/info?",
        "GET https://api.bybit.com/v5/user/query-api?",
        "POST https://api.bybit.com/v5/order/create",
      ]);
    },
  },
  {
    title: "R10.2 fetchOrder is refused before it is sent",
    venue: bybitCaptures,
    of: ["byId"],
    show: async (venue) => {
      const { sent, thrown } = await outcomeOf(venue, "fetchOrder", [undefined, venue.symbol, { orderLinkId: OUR_ID }]);
      expect(sent).toEqual([]);
      expect(thrown).toMatch(/^ArgumentsRequired/);
    },
  },
  {
    title: "R10.2 an order that is not there is a TypeError of fetchOrder, and an empty list of fetchOpenOrders",
    venue: bybitCaptures,
    of: ["byId"],
    show: async (venue) => {
      const empty = { ...venue, answer: () => ({ retCode: 0, retMsg: "OK", result: { list: [] } }) };
      const params = { orderLinkId: OUR_ID, acknowledged: true };
      const single = await outcomeOf(empty, "fetchOrder", [undefined, venue.symbol, params]);
      expect(single.thrown).toMatch(/^TypeError/);
      const listed = await outcomeOf(empty, "fetchOpenOrders", [venue.symbol, undefined, 50, { orderLinkId: OUR_ID }]);
      expect(listed).toMatchObject({ thrown: null, comesBack: [] });
    },
  },
  {
    title: "R10.11 clientOrderId is not translated in a cancellation",
    venue: bybitCaptures,
    of: ["cancel"],
    show: async (venue) => {
      const { sent } = await outcomeOf(venue, "cancelOrder", [undefined, venue.symbol, { clientOrderId: OUR_ID }]);
      expect(sent[0]).toContain(`{"symbol":"BTCUSDT","category":"linear","clientOrderId":"${OUR_ID}"}`);
    },
  },
  {
    title: "R10.2 as it comes, the first order waits for a call that asks for the kind of account, and goes elsewhere",
    venue: bitgetCaptures,
    of: ["options"],
    show: async (venue) => {
      const { sent } = await sold(venue, {}, { isAsItComes: true });
      expect(sent.map((each) => each.split("\n")[0])).toEqual([
        "GET https://api.bitget.com/api/v3/account/settings",
        "POST https://api.bitget.com/api/v3/trade/place-order",
      ]);
    },
  },
  {
    title: "R10.11 clientOrderId is not translated in a look-up, nor in a cancellation",
    venue: krakenfuturesCaptures,
    of: ["byId", "cancel"],
    show: async (venue) => {
      const args = [undefined, venue.symbol, { clientOrderId: OUR_ID }];
      const look = await outcomeOf(venue, "fetchOrder", args);
      expect(look.sent[0]).toContain(`orders/status?clientOrderId=${OUR_ID}`);
      const cancel = await outcomeOf(venue, "cancelOrder", args);
      expect(cancel.sent[0]).toContain(`cancelorder?clientOrderId=${OUR_ID}`);
    },
  },
  {
    title:
      "R10.2 a status that the client does not know comes back as an order, a placed one without events as rejected",
    venue: krakenfuturesCaptures,
    of: ["acceptedWhen"],
    show: async (venue) => {
      const answered = (sendStatus: object) =>
        sold({ ...venue, answer: () => ({ result: "success", sendStatus }) }, {});
      expect(await answered({ status: "wouldProcessAfterSpecifiedTime" })).toMatchObject({
        thrown: null,
        comesBack: { status: "wouldProcessAfterSpecifiedTime" },
      });
      expect(await answered({ status: "placed", order_id: "1", orderEvents: [] })).toMatchObject({
        thrown: null,
        comesBack: { status: "rejected" },
      });
    },
  },
  {
    title: "R10.11 as it comes, the first order brings an approval of a fee and a referrer along",
    venue: hyperliquidCaptures,
    of: ["addedCosts", "options"],
    show: async (venue) => {
      const { sent } = await sold(venue, {}, { isAsItComes: true });
      expect(sent).toHaveLength(4);
      expect(sent.join("\n")).toContain('"type":"approveBuilderFee"');
      expect(sent.join("\n")).toContain('"maxFeeRate":"0.01%"');
      expect(sent.join("\n")).toContain('{"type":"setReferrer","code":"CCXT1"}');
      expect(sent.join("\n")).toContain('"type":"userAbstraction"');
      expect(sent.at(-1)).toContain('"builder":{"b":"0x6530512a6c89c7cfcebc3ba7fcd9ada5f30827a6","f":10}');
    },
  },
  {
    title: "R10.11 the options alone leave an approval of 0 % and the mark of a builder",
    venue: hyperliquidCaptures,
    of: ["addedCosts", "options"],
    show: async (venue) => {
      const { options } = venue.profile;
      const { sent } = await sold(venue, {}, { isAsItComes: true, options: options.value });
      expect(sent).toHaveLength(3);
      expect(sent.join("\n")).toContain('"maxFeeRate":"0%"');
      expect(sent.at(-1)).toContain('"f":0}');
    },
  },
  {
    title: "R10.11 without slippage of 0 the client puts 5 % on the price, without a price nothing is sent",
    venue: hyperliquidCaptures,
    of: ["placing"],
    show: async (venue) => {
      const beyond = await sold(venue, {});
      expect(beyond.sent[0]).toContain('"p":"59850"');
      const { sent, thrown } = await sold({ ...venue, price: undefined as never }, {});
      expect(sent).toEqual([]);
      expect(thrown).toMatch(/^ArgumentsRequired/);
    },
  },
  {
    title: "R10.2 expiresAfter is not sent with an order",
    venue: hyperliquidCaptures,
    of: ["requestDeadlineMs"],
    show: async (venue) => {
      const { sent } = await sold(venue, { expiresAfter: 1_700_000_005_000 });
      expect(sent).toHaveLength(1);
      expect(sent[0]).not.toContain("expiresAfter");
    },
  },
  {
    title: "R10.2 an answer to a placement names neither our id nor the market",
    venue: hyperliquidCaptures,
    of: [],
    show: async (venue) => {
      const { comesBack } = await sold(venue, {});
      const { id, clientOrderId, symbol } = comesBack as Readonly<Record<string, unknown>>;
      expect({ id, clientOrderId, symbol }).toEqual({ id: "1", clientOrderId: undefined, symbol: undefined });
    },
  },
];
