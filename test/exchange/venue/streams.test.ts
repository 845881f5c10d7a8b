/**
 * Streams of the local venue through the real ccxt client: prices, the user's orders and positions, and what may go wrong with them.
 */
import { afterEach, expect, test } from "vitest";
import { futuresClient, spotClient } from "./client.ts";
import { startLocalVenue, type LocalVenue } from "./local-venue.ts";

const TEST = "TEST/USDT:USDT";
const SPOT = "TEST/USDT";

type Futures = Awaited<ReturnType<typeof futuresClient>>;
type Spot = Awaited<ReturnType<typeof spotClient>>;

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

async function start(): Promise<{ venue: LocalVenue; futures: Futures; spot: Spot }> {
  const venue = await startLocalVenue();
  const [futures, spot] = await Promise.all([futuresClient(venue), spotClient(venue)]);
  await Promise.all([futures.loadMarkets(), spot.loadMarkets()]);
  for (const client of [futures, spot]) {
    client.options["ws"] = { ...(client.options["ws"] as object), backoff: { base: 1, factor: 1, max: 1 } };
  }
  ends.push(async () => {
    await Promise.allSettled([futures.close(), spot.close()]);
    await venue.close();
  });
  return { venue, futures, spot };
}

/** Calls a watcher in a tight loop and keeps everything it says, errors as their message. */
function collect<Item>(watch: () => Promise<readonly Item[]>): { readonly seen: Item[]; readonly errors: string[] } {
  const seen: Item[] = [];
  const errors: string[] = [];
  let ended = false;
  ends.unshift(async () => {
    ended = true;
  });
  const loop = async (): Promise<void> => {
    while (!ended) {
      try {
        seen.push(...(await watch()));
      } catch (error) {
        errors.push(error instanceof Error ? error.message : String(error));
        await new Promise((resume) => setTimeout(resume, 5));
      }
    }
  };
  void loop();
  return { seen, errors };
}

const buy = (client: Futures | Spot, symbol: string, clientOrderId: string) =>
  client.createOrder(symbol, "market", "buy", "1" as unknown as number, undefined, { clientOrderId });

async function untilListening(venue: LocalVenue, user = 1, market = 0): Promise<void> {
  const { subscribed } = venue.streams;
  await expect.poll(() => [subscribed("user"), subscribed("market")], { interval: 5 }).toEqual([user, market]);
}

test("R12.1 one trade event for each price, on both kinds of market", async () => {
  const { venue, futures, spot } = await start();
  const perpetual = collect(() => futures.watchTrades(TEST));
  const coins = collect(() => spot.watchTrades(SPOT));
  await untilListening(venue, 0, 2);
  for (const price of ["101", "102", "103"]) venue.price("TESTUSDT", price);
  venue.price(SPOT, "104");
  await expect.poll(() => perpetual.seen.map(({ price }) => price)).toEqual(["101.0", "102.0", "103.0"]);
  await expect.poll(() => coins.seen.map(({ price }) => price)).toEqual(["101.00", "102.00", "103.00", "104.00"]);
});

test("R12.1 tickers, mark prices, best bids and candles are sent on subscribing and with each price", async () => {
  const { venue, futures } = await start();
  expect((await futures.watchTicker(TEST)).last).toBe("100.0");
  expect((await futures.watchMarkPrice(TEST)).markPrice).toBe("100.00000000");
  expect((await futures.watchBidsAsks([TEST]))[TEST]).toMatchObject({ bid: "99.9", ask: "100.0" });
  expect((await futures.watchOHLCV(TEST, "1m"))[0]?.[4]).toBe(100);
  const next = futures.watchMarkPrice(TEST);
  venue.price(TEST, "105", "104.5");
  expect((await next).markPrice).toBe("104.50000000");
});

test("R12.1 futures: orders, own trades and positions come by listen key", async () => {
  const { venue, futures } = await start();
  const orders = collect(() => futures.watchOrders());
  const trades = collect(() => futures.watchMyTrades());
  const positions = collect(() => futures.watchPositions());
  await untilListening(venue);
  await buy(futures, TEST, "mine");
  await expect
    .poll(() => orders.seen.at(-1))
    .toMatchObject({ clientOrderId: "mine", status: "closed", filled: "1.000" });
  await expect.poll(() => trades.seen).toMatchObject([{ price: "100.0", amount: "1.000", fee: { currency: "USDT" } }]);
  expect(trades.seen[0]?.id).toBe(String(venue.ledger.trades[0]?.tradeId));
  await expect.poll(() => positions.seen).toMatchObject([{ symbol: TEST, side: "long", contracts: "1" }]);
});

test("R12.1 spot: orders and own trades come by the WebSocket API", async () => {
  const { venue, spot } = await start();
  const orders = collect(() => spot.watchOrders());
  const trades = collect(() => spot.watchMyTrades());
  await untilListening(venue);
  await buy(spot, SPOT, "mine");
  await expect.poll(() => orders.seen.at(-1)).toMatchObject({ clientOrderId: "mine", status: "closed" });
  await expect.poll(() => trades.seen).toMatchObject([{ fee: { cost: "0.00100000", currency: "TEST" } }]);
});

test("R12.1 a canceled order keeps its own client order id, also on spot", async () => {
  const { venue, futures, spot } = await start();
  const seen = [collect(() => futures.watchOrders()), collect(() => spot.watchOrders())];
  await untilListening(venue, 2);
  for (const [client, symbol] of [
    [futures, TEST],
    [spot, SPOT],
  ] as const) {
    const params = { clientOrderId: "resting" };
    const order = await client.createOrder(symbol, "limit", "buy", "1" as unknown as number, 90, params);
    await client.cancelOrder(order.id ?? "", symbol);
  }
  for (const { seen: orders } of seen) {
    await expect.poll(() => orders.at(-1)).toMatchObject({ clientOrderId: "resting", status: "canceled" });
  }
});

test("R12.1 faults: a fill event dropped, sent twice, late, out of order", async () => {
  const { venue, futures } = await start();
  const trades = collect(() => futures.watchMyTrades());
  await untilListening(venue);
  venue.faults.next("fillEvents", { kind: "dropEvent" });
  await buy(futures, TEST, "dropped");
  venue.faults.next("fillEvents", { kind: "duplicateEvent" });
  await buy(futures, TEST, "twice");
  const [, twice] = venue.ledger.trades;
  await expect.poll(() => trades.seen.map(({ id }) => id)).toContain(String(twice?.tradeId));
  venue.faults.next("fillEvents", { kind: "delayEvent", ms: 40 });
  await buy(futures, TEST, "late");
  await buy(futures, TEST, "punctual");
  const [, , late, punctual] = venue.ledger.trades;
  await expect
    .poll(() => trades.seen.map(({ id }) => id).slice(-2))
    .toEqual([String(punctual?.tradeId), String(late?.tradeId)]);
  venue.faults.next("fillEvents", { kind: "reorderEvents" });
  venue.nextFillPlan({ slices: [{ share: "0.5" }, { share: "0.5" }] });
  await buy(futures, TEST, "shuffled");
  await expect.poll(() => new Set(trades.seen.map(({ id }) => id)).size).toBe(5);
  expect(venue.faults.pending).toBe(0);
});

test("R12.1 faults: an order hidden from the stream is in the ledger all the same", async () => {
  const { venue, futures } = await start();
  const orders = collect(() => futures.watchOrders());
  await untilListening(venue);
  venue.faults.next("placeOrder", { kind: "hidden", from: ["stream"], forMs: 60_000 });
  await buy(futures, TEST, "unseen");
  await buy(futures, TEST, "seen");
  await expect.poll(() => orders.seen.at(-1)).toMatchObject({ clientOrderId: "seen", status: "closed" });
  expect(orders.seen.map(({ clientOrderId }) => clientOrderId)).not.toContain("unseen");
  expect(venue.ledger.executionsOf("unseen").filled).toBe("1");
});

test("R12.1 faults: silent streams, cut streams, refused streams", async () => {
  const { venue, futures } = await start();
  const trades = collect(() => futures.watchTrades(TEST));
  await untilListening(venue, 0, 1);
  venue.streams.mute();
  venue.price(TEST, "101");
  venue.streams.unmute();
  venue.price(TEST, "102");
  await expect.poll(() => trades.seen.map(({ price }) => price)).toEqual(["102.0"]);
  venue.streams.refuseNew();
  venue.streams.closeAll();
  await expect.poll(() => trades.errors.length).toBeGreaterThan(1);
  expect(venue.streams.connections()).toBe(0);
  venue.streams.acceptNew();
  await untilListening(venue, 0, 1);
  venue.price(TEST, "103");
  await expect.poll(() => trades.seen.map(({ price }) => price)).toContain("103.0");
});

test("R12.1 faults: a listen key that expires is followed by silence, and its renewal may be refused", async () => {
  const { venue, futures } = await start();
  const orders = collect(() => futures.watchOrders());
  await untilListening(venue);
  await buy(futures, TEST, "before");
  await expect.poll(() => orders.seen.at(-1)).toMatchObject({ clientOrderId: "before" });
  const seenBefore = orders.seen.length;
  venue.streams.expireListenKey({ announced: true });
  await buy(futures, TEST, "after");
  await new Promise((resume) => setTimeout(resume, 50));
  expect(orders.seen).toHaveLength(seenBefore);
  const renew = futures as unknown as { keepAliveListenKey: (params: object) => Promise<void> };
  await renew.keepAliveListenKey({ type: "future" });
  await expect.poll(() => orders.errors).toHaveLength(1);
  expect(orders.errors[0]).toContain("-1125");
  await expect
    .poll(() => venue.requests.filter(({ call, method }) => call === "listenKey" && method === "POST").length)
    .toBe(2);
  await untilListening(venue, 1);
  await buy(futures, TEST, "again");
  await expect.poll(() => orders.seen.at(-1)).toMatchObject({ clientOrderId: "again" });
});

test("R12.1 mark prices are told again and again where the venue is told so", async () => {
  const venue = await startLocalVenue({ markPriceEveryMs: 10 });
  const futures = await futuresClient(venue);
  ends.push(async () => {
    await Promise.allSettled([futures.close()]);
    await venue.close();
  });
  for (let told = 0; told < 3; told += 1) {
    expect((await futures.watchMarkPrice(TEST)).markPrice).toBe("100.00000000");
  }
});
