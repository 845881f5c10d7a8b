/**
 * Faults of calls: what the real ccxt client sees and what the ledger says; then every fault of the catalogue once.
 */
import ccxt from "ccxt";
import { afterEach, expect, test } from "vitest";
import { futuresClient } from "./client.ts";
import { UNKNOWN_503 } from "./false-answers.ts";
import { FAULTS } from "./fault-catalogue.ts";
import type { RestFault } from "./fault-kinds.ts";
import { startLocalVenue, type LocalVenue } from "./local-venue.ts";

const TEST = "TEST/USDT:USDT";
const TIMEOUT_MS = 200;
const LONGEST_MS = 40;

type Client = Awaited<ReturnType<typeof futuresClient>>;

const running: LocalVenue[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((venue) => venue.close()));
});

async function start(): Promise<{ venue: LocalVenue; client: Client }> {
  const venue = await startLocalVenue();
  running.push(venue);
  const client = await futuresClient(venue, TIMEOUT_MS);
  await client.loadMarkets();
  return { venue, client };
}

const amount = (text: string): number => text as unknown as number;

function buy(client: Client, clientOrderId: string) {
  return client.createOrder(TEST, "market", "buy", amount("1"), undefined, { clientOrderId });
}

function rest(client: Client, clientOrderId: string) {
  return client.createOrder(TEST, "limit", "buy", amount("1"), amount("90"), { clientOrderId });
}

const byId = (client: Client, clientOrderId: string) =>
  client.fetchOrder(undefined as unknown as string, TEST, { clientOrderId });

/** What became of a call: the name of what was thrown, "answered", or "pending" after longer than the client's time-out. */
async function outcome(call: Promise<unknown>): Promise<string> {
  const patience = new Promise<string>((resolve) => setTimeout(resolve, 2 * TIMEOUT_MS, "pending"));
  const settled = call.then(
    () => "answered",
    (error: unknown) => (error instanceof Error ? error.constructor.name : "thrown"),
  );
  return Promise.race([settled, patience]);
}

test.each<[RestFault, string, number]>([
  [{ kind: "disconnect" }, "NetworkError", 0],
  [{ kind: "disconnect", executed: true }, "NetworkError", 1],
  [{ kind: "hang" }, "RequestTimeout", 0],
  [{ kind: "hang", executed: true }, "RequestTimeout", 1],
  [{ kind: "stall" }, "pending", 0],
  [{ kind: "stall", executed: true }, "pending", 1],
  [{ kind: "cutBody", executed: true }, "SocketError", 1],
  [UNKNOWN_503, "ExchangeNotAvailable", 0],
  [{ ...UNKNOWN_503, executed: true }, "ExchangeNotAvailable", 1],
  [{ kind: "respond", status: 408, code: -1007, message: "Timeout.", executed: true }, "RequestTimeout", 1],
  [{ kind: "respond", status: 400, code: -1006, message: "Unexpected.", executed: true }, "OperationFailed", 1],
  [{ kind: "respond", status: 502, html: true, executed: true }, "ExchangeNotAvailable", 1],
  [{ kind: "respond", status: 504, executed: true }, "RequestTimeout", 1],
  [{ kind: "respond", status: 429, code: -1003, retryAfterSeconds: 1 }, "DDoSProtection", 0],
  [{ kind: "respond", status: 429, code: -1003, retryAfterSeconds: 1, executed: true }, "DDoSProtection", 1],
  [{ kind: "respond", status: 418, code: -1003, retryAfterSeconds: 120 }, "DDoSProtection", 0],
  [{ kind: "respond", status: 403, html: true }, "ExchangeNotAvailable", 0],
  [{ kind: "garbage", content: "html", executed: true }, "TypeError", 1],
  [{ kind: "garbage", content: "halfJson", executed: true }, "TypeError", 1],
  [{ kind: "garbage", content: "emptyBody", executed: true }, "TypeError", 1],
  [{ kind: "garbage", content: "emptyObject", executed: true }, "answered", 1],
  [{ kind: "garbage", content: "emptyObject" }, "answered", 0],
  [{ kind: "garbage", content: "wrongSymbol", executed: true }, "answered", 1],
  [{ kind: "garbage", content: "wrongClientOrderId", executed: true }, "answered", 1],
  [{ kind: "garbage", content: "missingFields", executed: true }, "answered", 1],
  [{ kind: "garbage", content: "hugeBody", executed: true }, "answered", 1],
  [{ kind: "delay", ms: 30 }, "answered", 1],
  [{ kind: "delay", ms: 400, executed: true }, "RequestTimeout", 1],
  [{ kind: "executeTwice" }, "answered", 2],
  [{ kind: "partialThenExpire", share: "0.4" }, "answered", 1],
])("R10.2 placing struck by %o ends as %s with %i orders in the ledger", async (fault, seen, orders) => {
  const { venue, client } = await start();
  venue.faults.next("placeOrder", fault);
  expect(await outcome(buy(client, "struck"))).toBe(seen);
  expect(venue.ledger.executionsOf("struck").orders).toHaveLength(orders);
  expect(venue.requests.filter(({ call }) => call === "placeOrder")).toMatchObject([{ fault: fault.kind }]);
  expect(await outcome(buy(client, "next"))).toBe("answered");
});

test("R10.2 Retry-After can be read", async () => {
  const { venue, client } = await start();
  venue.faults.next("any", { kind: "respond", status: 429, code: -1003, message: "Slow.", retryAfterSeconds: 7 });
  await expect(client.fetchBalance()).rejects.toBeInstanceOf(ccxt.DDoSProtection);
  expect(client.last_response_headers).toMatchObject({ "Retry-After": "7" });
});

test("R10.2 a late order is not there, not there, and then it is", async () => {
  const { venue, client } = await start();
  venue.faults.next("placeOrder", { kind: "late", afterMs: 150 });
  await expect(buy(client, "late")).rejects.toBeInstanceOf(ccxt.RequestTimeout);
  await expect(byId(client, "late")).rejects.toBeInstanceOf(ccxt.OrderNotFound);
  await expect.poll(async () => outcome(byId(client, "late"))).toBe("answered");
  expect(venue.ledger.position(TEST)).toBe("1");
});

test("R10.2 past the recvWindow of its request an order is not executed any more, unless the venue breaks its word", async () => {
  const { venue, client } = await start();
  client.options["recvWindow"] = 20;
  venue.faults.next("placeOrder", { kind: "late", afterMs: 60 });
  venue.faults.next("placeOrder", { kind: "late", afterMs: 60, deadline: "ignored" });
  await outcome(buy(client, "dropped"));
  await outcome(buy(client, "executed"));
  await expect.poll(() => venue.ledger.executionsOf("executed").filled).toBe("1");
  expect(venue.ledger.executionsOf("dropped").orders).toEqual([]);
});

test("R10.2 an order hidden from one listing at a time is seen in the others", async () => {
  const { venue, client } = await start();
  const listings = {
    getOrder: async () => (await outcome(byId(client, "veiled"))) === "answered",
    openOrders: async () => (await client.fetchOpenOrders(TEST)).length > 0,
    allOrders: async () => (await client.fetchOrders(TEST)).length > 0,
    trades: async () => (await client.fetchMyTrades(TEST)).length > 0,
    positions: async () => (await client.fetchPositions([TEST])).length > 0,
  };
  venue.nextFillPlan({ slices: [{ share: "0.5" }, { share: "0.5", afterMs: 60_000 }] });
  venue.faults.next("placeOrder", { kind: "hidden", from: ["getOrder", "trades", "positions"], forCalls: 2 });
  await buy(client, "veiled");
  const look = async () => Promise.all(Object.values(listings).map((isSeen) => isSeen()));
  expect(await look()).toEqual([false, true, true, false, false]);
  expect(await look()).toEqual([false, true, true, false, false]);
  expect(await look()).toEqual([true, true, true, true, true]);
});

test("R10.2 a blind look-up denies what is there, once", async () => {
  const { venue, client } = await start();
  await rest(client, "there");
  for (const call of ["getOrder", "openOrders", "allOrders"] as const) venue.faults.next(call, { kind: "blind" });
  await expect(byId(client, "there")).rejects.toBeInstanceOf(ccxt.OrderNotFound);
  expect(await client.fetchOpenOrders(TEST)).toEqual([]);
  expect(await client.fetchOrders(TEST)).toEqual([]);
  expect((await byId(client, "there")).status).toBe("open");
  expect(await client.fetchOpenOrders(TEST)).toHaveLength(1);
});

test("R10.2 trades without ids", async () => {
  const { venue, client } = await start();
  await buy(client, "bought");
  venue.faults.next("trades", { kind: "blankTradeIds" });
  expect((await client.fetchMyTrades(TEST))[0]?.id).toBeFalsy();
  expect((await client.fetchMyTrades(TEST))[0]?.id).toBe("10000");
});

test("R10.2 canceling: filled before, executed without an answer, not executed", async () => {
  const { venue, client } = await start();
  const cancel = async (clientOrderId: string) =>
    outcome(client.cancelOrder(undefined as unknown as string, TEST, { clientOrderId }));
  for (const id of ["filled", "gone", "kept"]) await rest(client, id);
  venue.faults.next("cancelOrder", { kind: "fillBeforeCancel" });
  expect(await cancel("filled")).toBe("OrderNotFound");
  expect(venue.ledger.executionsOf("filled")).toMatchObject({ filled: "1", orders: [{ status: "FILLED" }] });
  venue.faults.next("cancelOrder", { kind: "hang", executed: true });
  expect(await cancel("gone")).toBe("RequestTimeout");
  expect(venue.ledger.executionsOf("gone")).toMatchObject({ orders: [{ status: "CANCELED" }] });
  venue.faults.next("cancelOrder", { kind: "hang" });
  expect(await cancel("kept")).toBe("RequestTimeout");
  expect(venue.ledger.executionsOf("kept")).toMatchObject({ orders: [{ status: "NEW" }] });
});

test("R10.2 a predicate strikes one order, a span ends by itself, clear disarms", async () => {
  const { venue, client } = await start();
  venue.faults.always((request) => request.clientOrderId === "chosen", UNKNOWN_503);
  expect(await outcome(buy(client, "other"))).toBe("answered");
  expect(await outcome(buy(client, "chosen"))).toBe("ExchangeNotAvailable");
  expect(await outcome(buy(client, "chosen"))).toBe("ExchangeNotAvailable");
  venue.faults.clear();
  expect(await outcome(buy(client, "chosen"))).toBe("answered");
  venue.faults.always("placeOrder", UNKNOWN_503, 150);
  expect(await outcome(buy(client, "early"))).toBe("ExchangeNotAvailable");
  await expect.poll(async () => outcome(buy(client, "afterwards"))).toBe("answered");
});

test("R10.2 a venue that is down refuses connections, and comes back on the same port", async () => {
  const { venue, client } = await start();
  await venue.goDown();
  await expect(buy(client, "down")).rejects.toThrow("ECONNREFUSED");
  await venue.comeBack();
  expect(await outcome(buy(client, "up"))).toBe("answered");
  expect(venue.requests.map(({ clientOrderId }) => clientOrderId)).not.toContain("down");
});

test("P12 the catalogue names at least 45 distinct faults", () => {
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
  expect(FAULTS.length).toBeGreaterThanOrEqual(45);
});

test("P12 every fault of the catalogue does to an order what it says", async () => {
  const strikes = async (fault: (typeof FAULTS)[number]): Promise<string | undefined> => {
    const { venue, client } = await start();
    if (fault.strikes === "cancelOrder") await rest(client, "struck");
    fault.arm(venue, { seed: 7, longestMs: LONGEST_MS });
    const cancels = fault.strikes === "cancelOrder";
    const placed = cancels
      ? client.cancelOrder(undefined as unknown as string, TEST, { clientOrderId: "struck" })
      : buy(client, "struck");
    placed.catch(() => undefined);
    const call = cancels ? "cancelOrder" : "placeOrder";
    await expect.poll(() => venue.requests.some((request) => request.call === call), { interval: 5 }).toBe(true);
    await new Promise((resume) => setTimeout(resume, 2 * LONGEST_MS));
    const { orders } = venue.ledger.executionsOf("struck");
    const executed = cancels ? orders[0]?.status === "CANCELED" : orders.length > 0;
    await venue.close();
    const agrees = fault.executed === "either" || executed === (fault.executed === "yes");
    return agrees ? undefined : `${fault.name}: ${JSON.stringify(orders)}`;
  };
  const striking = FAULTS.filter(
    ({ strikes: what }) => what === "placeOrder" || what === "cancelOrder" || what === "clock",
  );
  const wrong: (string | undefined)[] = [];
  for (let at = 0; at < striking.length; at += 20) {
    wrong.push(...(await Promise.all(striking.slice(at, at + 20).map(strikes))));
  }
  expect(wrong.filter((text) => text !== undefined)).toEqual([]);
});

test("P12 faults of look-ups, streams and connections leave a placed order alone", async () => {
  const others = FAULTS.filter(
    ({ strikes }) => strikes !== "placeOrder" && strikes !== "cancelOrder" && strikes !== "clock",
  );
  const { venue, client } = await start();
  for (const fault of others) {
    fault.arm(venue, { seed: 1, longestMs: 5 });
    if (fault.name === "venue down and back")
      await expect.poll(async () => outcome(client.fetchTime())).toBe("answered");
  }
  venue.faults.next("time", { kind: "blind" });
  expect(await outcome(buy(client, "spared"))).toBe("answered");
  expect(venue.ledger.executionsOf("spared").filled).toBe("1");
  expect(venue.faults.pending).toBeGreaterThan(20);
});
