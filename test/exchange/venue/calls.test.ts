/**
 * Every other call of the real ccxt client that the local venue answers: prices, account, settings, proofs.
 */
import ccxt from "ccxt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { futuresClient, spotClient } from "./client.ts";
import { connectByWire } from "./connect-by-wire.ts";
import { startLocalVenue, type LocalVenue } from "./local-venue.ts";

const BTC = "BTC/USDT:USDT";

let venue: LocalVenue;
let futures: Awaited<ReturnType<typeof futuresClient>>;
let spot: Awaited<ReturnType<typeof spotClient>>;
beforeAll(async () => {
  venue = await startLocalVenue();
  [futures, spot] = await Promise.all([futuresClient(venue), spotClient(venue)]);
  await Promise.all([futures.loadMarkets(), spot.loadMarkets()]);
});
afterAll(() => venue.close());

test("R12.1 markets carry the venue's steps as text, and no minimum cost where there is no such filter", () => {
  expect(futures.market(BTC)).toMatchObject({ type: "swap", linear: true, active: true, contractSize: "1" });
  expect(futures.market(BTC).precision).toMatchObject({ amount: "0.001", price: "0.10" });
  expect(futures.market(BTC).limits).toMatchObject({ cost: { min: "100" }, market: { max: "120" } });
  expect(futures.market("1000PEPE/USDT:USDT").precision).toMatchObject({ amount: "1", price: "0.0000001" });
  expect(futures.market("TEST/USDT:USDT").limits).toMatchObject({
    amount: { min: "0.01", max: "100" },
    cost: { min: undefined },
  });
  expect(spot.market("BTC/USDT").limits).toMatchObject({ amount: { min: "0.00001" }, cost: { min: "5" } });
});

test("R12.1 prices of perpetuals", async () => {
  expect((await futures.fetchTicker(BTC)).last).toBe("60000.0");
  expect((await futures.fetchBidsAsks([BTC]))[BTC]).toMatchObject({ bid: "59999.9", ask: "60000.0" });
  expect((await futures.fetchLastPrices([BTC]))[BTC]).toMatchObject({ price: "60000.0" });
  expect(await futures.fetchMarkPrice(BTC)).toMatchObject({ markPrice: "60000.00000000" });
  expect((await futures.fetchOrderBook(BTC, 5)).asks[0]).toEqual([60000, 100]);
  const candles = await futures.fetchOHLCV(BTC, "1m", undefined, 3);
  expect(candles.map((candle) => candle[4])).toEqual(["60000.0", "60000.0", "60000.0"]);
  expect(Math.abs(((await futures.fetchTime()) ?? 0) - Date.now())).toBeLessThan(1000);
});

test("R12.1 prices of spot", async () => {
  expect((await spot.fetchTicker("BTC/USDT")).last).toBe("60000.00");
  expect((await spot.fetchOHLCV("BTC/USDT", "1h", undefined, 2)).length).toBe(2);
  expect((await spot.fetchOrderBook("BTC/USDT")).bids[0]).toEqual([59999.99, 100]);
  expect(Math.abs(((await spot.fetchTime()) ?? 0) - Date.now())).toBeLessThan(1000);
});

test("R12.1 balances of both accounts", async () => {
  expect((await futures.fetchBalance())["USDT"]).toMatchObject({ total: "1000000.00000000" });
  expect((await futures.fetchBalance({ useV2: true }))["USDT"]).toMatchObject({ total: "1000000.00000000" });
  expect((await spot.fetchBalance())["USDT"]).toMatchObject({ free: "1000000.00000000" });
});

test("R12.1 settings of the futures account: leverage, margin mode, position mode, fees", async () => {
  await futures.setLeverage(7, BTC);
  expect(await futures.fetchLeverage(BTC)).toMatchObject({ longLeverage: 7, marginMode: "cross" });
  await expect(futures.setLeverage(126, BTC)).rejects.toThrow("between 1 and 125");
  await futures.setMarginMode("isolated", BTC);
  expect(await futures.fetchMarginMode(BTC)).toMatchObject({ marginMode: "isolated" });
  await expect(futures.setMarginMode("isolated", BTC)).rejects.toBeInstanceOf(ccxt.MarginModeAlreadySet);
  expect(await futures.fetchPositionMode(BTC)).toMatchObject({ hedged: false });
  await expect(futures.setPositionMode(false)).rejects.toThrow('"code":-4059');
  await futures.setPositionMode(true);
  expect(await futures.fetchPositionMode(BTC)).toMatchObject({ hedged: true });
  await futures.setPositionMode(false);
  expect((await futures.fetchLeverageTiers([BTC]))[BTC]?.[0]).toMatchObject({ maxLeverage: "125" });
  expect(await futures.fetchTradingFee(BTC)).toMatchObject({ taker: "0.0005", maker: "0.0002" });
  expect(await futures.fetchTradingFees()).toHaveProperty([BTC]);
  expect(await spot.fetchTradingFee("BTC/USDT")).toMatchObject({ taker: "0.001" });
});

test("R12.1 positions by both versions: none when flat", async () => {
  expect(await futures.fetchPositions()).toEqual([]);
  await futures.createOrder(BTC, "market", "sell", "0.010" as unknown as number);
  const [second] = await futures.fetchPositions([BTC], { useV2: true });
  expect(second).toMatchObject({ side: "short", contracts: "0.01", leverage: "7" });
  await futures.createOrder(BTC, "market", "buy", "0.010" as unknown as number, undefined, { reduceOnly: true });
  expect(await futures.fetchPositions([BTC], { useV2: true })).toEqual([]);
});

test("R12.1 stops are not kept here: listings are empty, look-ups find nothing", async () => {
  expect(await futures.fetchOpenOrders(BTC, undefined, undefined, { trigger: true })).toEqual([]);
  expect(await futures.fetchOrders(BTC, undefined, undefined, { trigger: true })).toEqual([]);
  const none = undefined as unknown as string;
  await expect(futures.fetchOrder(none, BTC, { trigger: true, clientOrderId: "stop" })).rejects.toThrow("-2013");
  await expect(futures.cancelOrder(none, BTC, { trigger: true, clientOrderId: "stop" })).rejects.toThrow("-2011");
  await expect(futures.fetchOrder("1", BTC)).rejects.toBeInstanceOf(ccxt.OrderNotFound);
  await expect(spot.fetchOrder("1", "BTC/USDT")).rejects.toBeInstanceOf(ccxt.OrderNotFound);
});

test("R12.1 all open orders of a market are canceled at once", async () => {
  for (const price of ["50000", "51000"]) {
    await futures.createOrder(BTC, "limit", "buy", "0.010" as unknown as number, price as unknown as number);
    await spot.createOrder("BTC/USDT", "limit", "buy", "0.01" as unknown as number, price as unknown as number);
  }
  await futures.cancelAllOrders(BTC);
  await spot.cancelAllOrders("BTC/USDT");
  expect(await futures.fetchOpenOrders(BTC)).toEqual([]);
  expect(await spot.fetchOpenOrders("BTC/USDT")).toEqual([]);
});

test("R12.1 what the API key may do: said, allowed, or not to be found out", async () => {
  type Restrictions = { sapiGetAccountApiRestrictions: () => Promise<object> };
  const ask = async (from: LocalVenue) =>
    ((await spotClient(from)) as unknown as Restrictions).sapiGetAccountApiRestrictions();
  expect(await ask(venue)).toMatchObject({ enableWithdrawals: false, ipRestrict: true });
  const loose = await startLocalVenue({ withdrawals: "allowed", ipRestricted: false });
  expect(await ask(loose)).toMatchObject({ enableWithdrawals: true, ipRestrict: false });
  const silent = await startLocalVenue({ withdrawals: "missing" });
  await expect(ask(silent)).rejects.toThrow("not found");
  await Promise.all([loose.close(), silent.close()]);
});

test("R12.1 wrong key, wrong secret and a wrong clock are refused with their codes", async () => {
  const other = async (change: object) =>
    connectByWire(new ccxt.pro.binanceusdm({ apiKey: venue.apiKey, secret: venue.secret, ...change }), venue);
  await expect((await other({ apiKey: "stranger" })).fetchBalance()).rejects.toThrow('"code":-2015');
  await expect((await other({ secret: "stranger" })).fetchBalance()).rejects.toThrow('"code":-1022');
  venue.clockSkew(-5000);
  await expect(futures.fetchBalance()).rejects.toThrow('"code":-1021');
  venue.clockSkew(11_000);
  await expect(futures.fetchBalance()).rejects.toBeInstanceOf(ccxt.InvalidNonce);
  await futures.loadTimeDifference();
  await futures.fetchBalance();
  venue.clockSkew(0);
  await futures.loadTimeDifference();
});

test("R12.1 demo trading uses other hosts of the same venue", async () => {
  const client = await futuresClient(venue);
  client.enableDemoTrading(true);
  expect((await client.fetchBalance())["USDT"]).toBeDefined();
  expect(venue.requests.at(-1)).toMatchObject({ host: "demo-fapi.binance.com", call: "balance" });
  const demoSpot = await spotClient(venue);
  demoSpot.enableDemoTrading(true);
  await demoSpot.fetchBalance();
  expect(venue.requests.at(-1)).toMatchObject({ host: "demo-api.binance.com", call: "balance" });
});

test("R12.1 the client sends what it is told: one request, the id verbatim", async () => {
  const params = { clientOrderId: "0123456789abcdef0123456789abcdef", reduceOnly: false };
  await futures.createOrder("TEST/USDT:USDT", "market", "buy", "1" as unknown as number, undefined, params);
  const sent = venue.requests.filter(({ clientOrderId }) => clientOrderId === params.clientOrderId);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ call: "placeOrder", executed: true, answer: { status: 200 } });
  expect(sent[0]?.params).toMatchObject({ symbol: "TESTUSDT", newOrderRespType: "RESULT", recvWindow: "10000" });
});
