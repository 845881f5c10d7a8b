/**
 * Orders on the local venue, placed by the real ccxt client: their life, what is refused and how, positions and fees.
 */
import { afterEach, expect, test } from "vitest";
import { futuresClient, spotClient } from "./client.ts";
import { startLocalVenue, type LocalVenue, type LocalVenueOptions } from "./local-venue.ts";

const BTC = "BTC/USDT:USDT";
const TEST = "TEST/USDT:USDT";

const running: LocalVenue[] = [];
async function venueOf(options: LocalVenueOptions = {}): Promise<LocalVenue> {
  const venue = await startLocalVenue(options);
  running.push(venue);
  return venue;
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((venue) => venue.close()));
});

/** ccxt takes decimal text although its types say number. */
const amount = (text: string): number => text as unknown as number;

const idOf = (order: { readonly id?: string | undefined }): string => order.id ?? "none";

type Client = Awaited<ReturnType<typeof futuresClient>> | Awaited<ReturnType<typeof spotClient>>;
interface Wanted {
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly amount: string;
  readonly price?: string;
  readonly params?: object;
}

function place(client: Client, { symbol, side, amount: text, price, params }: Wanted) {
  const type = price === undefined ? "market" : "limit";
  return client.createOrder(symbol, type, side, amount(text), price === undefined ? undefined : amount(price), params);
}

test("R12.1 a market order fills at the price, pays its fee in quote and is found under its client order id", async () => {
  const venue = await venueOf();
  const client = await futuresClient(venue);
  const order = await place(client, { symbol: BTC, side: "buy", amount: "0.010", params: { clientOrderId: "first" } });
  expect(order).toMatchObject({ status: "closed", filled: "0.010", average: "60000.00000", clientOrderId: "first" });
  const found = await client.fetchOrder(undefined as unknown as string, BTC, { clientOrderId: "first" });
  expect(found).toMatchObject({ id: order.id, status: "closed", filled: "0.010", reduceOnly: false });
  const [trade] = await client.fetchMyTrades(BTC, undefined, undefined, { orderId: order.id });
  expect(trade).toMatchObject({ order: order.id, price: "60000.0", amount: "0.010", takerOrMaker: "taker" });
  expect(trade?.fee).toEqual({ currency: "USDT", cost: "0.30000000" });
  const [position] = await client.fetchPositions([BTC]);
  expect(position).toMatchObject({ side: "long", contracts: "0.01", entryPrice: "60000", hedged: false });
  expect(venue.ledger.position(BTC)).toBe("0.01");
  expect(venue.ledger.executionsOf("first")).toMatchObject({ filled: "0.01", orders: [{ status: "FILLED" }] });
  expect(venue.ledger.balance("USDT", "futures")).toBe("999999.7");
});

test("R12.1 average entry, reducing, flipping and the realized profit in the wallet", async () => {
  const venue = await venueOf({ futuresTakerFee: "0" });
  const client = await futuresClient(venue);
  await place(client, { symbol: TEST, side: "buy", amount: "2" });
  venue.price(TEST, "110");
  await place(client, { symbol: TEST, side: "buy", amount: "2" });
  expect((await client.fetchPositions([TEST]))[0]).toMatchObject({ contracts: "4", entryPrice: "105" });
  await place(client, { symbol: TEST, side: "sell", amount: "1", params: { reduceOnly: true } });
  expect((await client.fetchPositions([TEST]))[0]).toMatchObject({ contracts: "3", entryPrice: "105" });
  expect(venue.ledger.balance("USDT", "futures")).toBe("1000005");
  await place(client, { symbol: TEST, side: "sell", amount: "5" });
  expect((await client.fetchPositions([TEST]))[0]).toMatchObject({
    side: "short",
    contracts: "2",
    entryPrice: "110",
  });
  expect(venue.ledger.position(TEST)).toBe("-2");
  await place(client, { symbol: TEST, side: "buy", amount: "2", params: { reduceOnly: true } });
  expect(await client.fetchPositions([TEST])).toEqual([]);
});

test("R12.1 a reduce-only order larger than the position fills what is there and expires", async () => {
  const venue = await venueOf();
  const client = await futuresClient(venue);
  await place(client, { symbol: TEST, side: "buy", amount: "1" });
  const exit = await place(client, { symbol: TEST, side: "sell", amount: "1.5", params: { reduceOnly: true } });
  expect(exit).toMatchObject({ status: "expired", filled: "1.000", amount: "1.500" });
  expect(venue.ledger.position(TEST)).toBe("0");
  const again = place(client, { symbol: TEST, side: "sell", amount: "1", params: { reduceOnly: true } });
  await expect(again).rejects.toThrow('"code":-2022');
});

test("R12.1 a reduce-only order larger than the position is refused where the venue is told so", async () => {
  const venue = await venueOf({ reduceOnlyExcess: "reject" });
  const client = await futuresClient(venue);
  await place(client, { symbol: TEST, side: "buy", amount: "1" });
  const exit = place(client, { symbol: TEST, side: "sell", amount: "1.5", params: { reduceOnly: true } });
  await expect(exit).rejects.toThrow('"code":-2022');
});

test("R12.1 reduce-only is enforced when it fills: a resting exit finds the position gone", async () => {
  const venue = await venueOf();
  const client = await futuresClient(venue);
  await place(client, { symbol: TEST, side: "buy", amount: "1" });
  const params = { reduceOnly: true, clientOrderId: "target" };
  await place(client, { symbol: TEST, side: "sell", amount: "1", price: "120", params });
  await place(client, { symbol: TEST, side: "sell", amount: "0.4", params: { reduceOnly: true } });
  venue.price(TEST, "121");
  expect(venue.ledger.position(TEST)).toBe("0");
  expect(venue.ledger.executionsOf("target")).toMatchObject({ filled: "0.6", orders: [{ status: "EXPIRED" }] });
});

test("R12.1 market orders fill in slices with pauses; what a plan leaves over expires", async () => {
  const venue = await venueOf();
  const client = await futuresClient(venue);
  venue.nextFillPlan({ slices: [{ share: "0.4" }, { share: "0.6", afterMs: 30, price: "101" }] });
  const order = await place(client, { symbol: TEST, side: "buy", amount: "1" });
  expect(order).toMatchObject({ status: "open", filled: "0.400" });
  await expect.poll(async () => (await client.fetchOrder(idOf(order), TEST)).status).toBe("closed");
  expect((await client.fetchOrder(idOf(order), TEST)).average).toBe("100.60000");
  expect(venue.ledger.trades.map((trade) => [trade.amount, trade.price])).toEqual([
    ["0.4", "100"],
    ["0.6", "101"],
  ]);
  venue.fillPlan(TEST, { slices: [{ share: "0.25" }], rest: "expire" });
  const partial = await place(client, { symbol: TEST, side: "buy", amount: "1" });
  expect(partial).toMatchObject({ status: "expired", filled: "0.250" });
});

test("R12.1 a limit order rests, fills when the price crosses it, and can be canceled until then", async () => {
  const venue = await venueOf();
  const client = await futuresClient(venue);
  const first = await place(client, { symbol: TEST, side: "buy", amount: "1", price: "95" });
  const second = await place(client, { symbol: TEST, side: "buy", amount: "1", price: "90" });
  expect(first.status).toBe("open");
  expect((await client.fetchOpenOrders()).map(({ id }) => id)).toEqual([first.id, second.id]);
  venue.price(TEST, "94.5");
  expect(await client.fetchOrder(idOf(first), TEST)).toMatchObject({ status: "closed", average: "95.00000" });
  venue.fillResting(second.clientOrderId ?? "", "0.3");
  const canceled = await client.cancelOrder(idOf(second), TEST);
  expect(canceled).toMatchObject({ status: "canceled", filled: "0.300" });
  await expect(client.cancelOrder(idOf(second), TEST)).rejects.toThrow('"code":-2011');
  expect((await client.fetchOrders(TEST)).map(({ status }) => status)).toEqual(["closed", "canceled"]);
  expect(venue.ledger.position(TEST)).toBe("1.3");
});

test("R12.1 post-only, immediate-or-cancel and orders that cross on arrival", async () => {
  const venue = await venueOf();
  const client = await futuresClient(venue);
  const crossing = { symbol: TEST, side: "buy", amount: "1", price: "101" } as const;
  expect(await place(client, crossing)).toMatchObject({ status: "closed", average: "100.00000" });
  await expect(place(client, { ...crossing, params: { postOnly: true } })).rejects.toThrow('"code":-5022');
  const immediate = { ...crossing, price: "99", params: { timeInForce: "IOC" } };
  expect(await place(client, immediate)).toMatchObject({ status: "expired", filled: "0.000" });
});

test("R12.1 a client order id is unique among open orders only", async () => {
  const venue = await venueOf();
  const [client, spot] = await Promise.all([futuresClient(venue), spotClient(venue)]);
  const params = { clientOrderId: "same" };
  await place(client, { symbol: TEST, side: "buy", amount: "1", params });
  await place(client, { symbol: TEST, side: "buy", amount: "1", params });
  expect(venue.ledger.executionsOf("same")).toMatchObject({ filled: "2", orders: [{}, {}] });
  const shown = await client.fetchOrder(undefined as unknown as string, TEST, params);
  expect((await client.fetchOrders(TEST)).map(({ id }) => id)).toEqual(["1000", shown.id]);
  const resting = { symbol: TEST, side: "buy", amount: "1", price: "90", params } as const;
  await place(client, resting);
  await expect(place(client, resting)).rejects.toThrow('"code":-4116');
  const spotResting = { ...resting, symbol: "TEST/USDT" };
  await place(spot, spotResting);
  await expect(place(spot, spotResting)).rejects.toThrow("Duplicate order sent.");
});

test("R12.1 hedge mode: both sides at once, no reduce-only flag, closing never flips", async () => {
  const venue = await venueOf({ hedgeMode: true });
  const client = await futuresClient(venue);
  await expect(place(client, { symbol: TEST, side: "buy", amount: "1" })).rejects.toThrow('"code":-4061');
  await place(client, { symbol: TEST, side: "buy", amount: "2", params: { hedged: true } });
  await place(client, { symbol: TEST, side: "sell", amount: "1", params: { hedged: true } });
  expect(venue.ledger.position(TEST, "LONG")).toBe("2");
  expect(venue.ledger.position(TEST, "SHORT")).toBe("-1");
  const positions = await client.fetchPositions([TEST]);
  expect(positions.map(({ side, contracts, hedged }) => [side, contracts, hedged])).toEqual([
    ["long", "2", true],
    ["short", "1", true],
  ]);
  const exit = { symbol: TEST, side: "sell", amount: "3", params: { hedged: true, reduceOnly: true } } as const;
  expect(await place(client, exit)).toMatchObject({ status: "expired", filled: "2.000" });
  await expect(place(client, exit)).rejects.toThrow('"code":-2022');
  const both = { symbol: TEST, side: "sell", amount: "1", params: { positionSide: "LONG", reduceOnly: true } } as const;
  await expect(place(client, both)).rejects.toThrow('"code":-1106');
  expect(await client.fetchPositionMode(TEST)).toMatchObject({ hedged: true });
});

test.each<[string, Wanted, string]>([
  ["too little value", { symbol: BTC, side: "buy", amount: "0.001" }, "-4164"],
  ["below the minimum", { symbol: TEST, side: "buy", amount: "0.009" }, "-4004"],
  ["above the maximum", { symbol: TEST, side: "buy", amount: "101" }, "-4005"],
  ["too much margin", { symbol: BTC, side: "buy", amount: "120", params: { reduceOnly: false } }, "-2019"],
  ["nothing to reduce", { symbol: TEST, side: "sell", amount: "1", params: { reduceOnly: true } }, "-2022"],
  ["a position side in one-way mode", { symbol: TEST, side: "buy", amount: "1", params: { hedged: true } }, "-4061"],
  [
    "a client order id of 37",
    { symbol: TEST, side: "buy", amount: "1", params: { clientOrderId: "x".repeat(37) } },
    "-4015",
  ],
])("R12.1 futures refuse %s", async (_what, wanted, code) => {
  const venue = await venueOf({ futuresBalances: { USDT: "10000" } });
  const client = await futuresClient(venue);
  await expect(place(client, wanted)).rejects.toThrow(`"code":${code}`);
  expect(venue.ledger.orders).toEqual([]);
});

test.each<[string, object, string]>([
  ["unknown symbol", { symbol: "NOSUCH" }, "-1121"],
  ["too many places", { quantity: "0.0011" }, "-1111"],
  ["zero", { quantity: "0.000" }, "-4003"],
  ["off the tick", { type: "LIMIT", timeInForce: "GTC", price: "100.05" }, "-1111"],
  ["no quantity", { quantity: "" }, "-1102"],
  ["no such side", { side: "UP" }, "-1117"],
  ["no such type", { type: "HOPE" }, "-1116"],
  ["a stop at the order endpoint", { type: "STOP_MARKET" }, "-4120"],
])("R12.1 futures refuse a raw order with %s", async (_what, change, code) => {
  const venue = await venueOf();
  const client = await futuresClient(venue);
  const raw = { symbol: "TESTUSDT", side: "BUY", type: "MARKET", quantity: "1" };
  const call = client as unknown as { fapiPrivatePostOrder: (params: object) => Promise<unknown> };
  await expect(call.fapiPrivatePostOrder({ ...raw, ...change })).rejects.toThrow(`"code":${code}`);
});

test("R12.1 spot: bought coins less their fee are held, and no more can be sold", async () => {
  const venue = await venueOf();
  const client = await spotClient(venue);
  const bought = await place(client, { symbol: "BTC/USDT", side: "buy", amount: "0.01" });
  expect(bought).toMatchObject({ status: "closed", filled: "0.01000000", average: "60000" });
  expect(bought).toHaveProperty("fees", [{ currency: "BTC", cost: "0.00001000" }]);
  expect(venue.ledger.position("BTC/USDT")).toBe("0.00999");
  const tooMuch = place(client, { symbol: "BTC/USDT", side: "sell", amount: "0.01" });
  await expect(tooMuch).rejects.toThrow("insufficient balance");
  const sold = await place(client, {
    symbol: "BTC/USDT",
    side: "sell",
    amount: "0.00999",
    params: { clientOrderId: "out" },
  });
  expect(sold).toMatchObject({ status: "closed", clientOrderId: "out" });
  expect(venue.ledger.position("BTC/USDT")).toBe("0");
  expect(venue.ledger.balance("USDT", "spot")).toBe("999998.8006");
  const found = await client.fetchOrder(undefined as unknown as string, "BTC/USDT", { origClientOrderId: "out" });
  expect(found.id).toBe(sold.id);
  expect((await client.fetchMyTrades("BTC/USDT")).map(({ side }) => side)).toEqual(["buy", "sell"]);
});

test("R12.1 spot: coins are locked by a resting order and freed by its cancel", async () => {
  const venue = await venueOf({ spotBalances: { USDT: "1000", TEST: "2" } });
  const client = await spotClient(venue);
  const order = await place(client, { symbol: "TEST/USDT", side: "sell", amount: "1.5", price: "120" });
  expect((await client.fetchBalance())["TEST"]).toMatchObject({ free: "0.50000000", used: "1.50000000" });
  expect((await client.fetchOpenOrders("TEST/USDT")).map(({ id }) => id)).toEqual([order.id]);
  expect((await client.cancelOrder(idOf(order), "TEST/USDT")).status).toBe("canceled");
  expect((await client.fetchBalance())["TEST"]).toMatchObject({ free: "2.00000000", used: "0.00000000" });
  expect((await client.fetchOrders("TEST/USDT")).map(({ status }) => status)).toEqual(["canceled"]);
});

test("R12.1 spot: a price given to a market order turns it into an order for that much quote", async () => {
  const venue = await venueOf();
  const client = await spotClient(venue);
  const order = await client.createOrder("TEST/USDT", "market", "buy", amount("1"), amount("150"));
  expect(order.filled).toBe("1.50000000");
});

test.each<[string, Wanted, string]>([
  ["too little value", { symbol: "BTC/USDT", side: "buy", amount: "0.00001" }, "NOTIONAL"],
  ["below the minimum", { symbol: "TEST/USDT", side: "buy", amount: "0.009" }, "LOT_SIZE"],
  ["reduce-only", { symbol: "TEST/USDT", side: "buy", amount: "1", params: { reduceOnly: true } }, "-1104"],
  ["an id with a dot", { symbol: "TEST/USDT", side: "buy", amount: "1", params: { clientOrderId: "a.b" } }, "-1100"],
])("R12.1 spot refuses %s", async (_what, wanted, text) => {
  const venue = await venueOf();
  const client = await spotClient(venue);
  await expect(place(client, wanted)).rejects.toThrow(text);
  expect(venue.ledger.orders).toEqual([]);
});
