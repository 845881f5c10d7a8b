/**
 * Ways to reach the local venue: by wire in this process, by redirected TLS from an unmodified program, and as its own process.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import ccxt from "ccxt";
import { afterEach, expect, test } from "vitest";
import { futuresClient } from "./client.ts";
import { startLocalVenue } from "./local-venue.ts";
import { redirectTls } from "./redirect-tls.ts";
import { serve } from "./serve.ts";

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const TEST = "TEST/USDT:USDT";
const one = "1" as unknown as number;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** Starts a program and answers its first line of output. */
async function firstLine(
  program: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = spawn(process.execPath, program, {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error(`${program.join(" ")} ended without a word`);
}

test("R12.1 many venues in one process, each client on its own", async () => {
  const venues = await Promise.all(Array.from({ length: 5 }, () => startLocalVenue()));
  const clients = await Promise.all(venues.map((venue) => futuresClient(venue)));
  await Promise.all(clients.map((client, at) => client.createOrder(TEST, "market", "buy", at + 1)));
  expect(venues.map(({ ledger }) => ledger.position(TEST))).toEqual(["1", "2", "3", "4", "5"]);
  await Promise.all(venues.map((venue) => venue.close()));
});

test("R12.1 a venue starts and ends at once, also with hanging calls and open streams", async () => {
  const startedAt = performance.now();
  for (let run = 0; run < 20; run += 1) await (await startLocalVenue()).close();
  expect(performance.now() - startedAt).toBeLessThan(20 * 20);
  const venue = await startLocalVenue();
  const client = await futuresClient(venue);
  venue.faults.next("balance", { kind: "hang" });
  const hanging = client.fetchBalance().catch(() => "ended");
  const watching = client.watchOrders().catch(() => "ended");
  await expect.poll(() => [venue.faults.pending, venue.streams.connections("user")]).toEqual([0, 1]);
  const closedAt = performance.now();
  await venue.close();
  expect(performance.now() - closedAt).toBeLessThan(100);
  expect(await Promise.all([hanging, watching])).toEqual(["ended", "ended"]);
});

test("R12.1 redirected TLS in this process: requests and streams of an untouched client", async () => {
  const venue = await startLocalVenue();
  const undo = redirectTls(venue.port);
  const { apiKey, secret } = venue;
  const client = new ccxt.pro.binanceusdm({
    apiKey,
    secret,
    enableRateLimit: false,
    options: { fetchCurrencies: false },
  });
  try {
    const next = client.watchTrades(TEST);
    await expect.poll(() => venue.streams.subscribed("market")).toBe(1);
    venue.price(TEST, "101");
    expect((await next)[0]?.price).toBe(101);
    await client.createOrder(TEST, "market", "buy", 1);
    expect(venue.ledger.position(TEST)).toBe("1");
    expect(venue.requests.at(-1)?.host).toBe("fapi.binance.com");
  } finally {
    undo();
    await client.close();
    await venue.close();
  }
});

const UNMODIFIED = `
  const { default: ccxt } = await import("ccxt");
  const { apiKey, secret } = JSON.parse(process.env.KEYS);
  const client = new ccxt.pro.binanceusdm({ apiKey, secret, number: String });
  const order = await client.createOrder("TEST/USDT:USDT", "market", "buy", 2, undefined, { clientOrderId: "far" });
  const ticker = await client.watchTicker("TEST/USDT:USDT");
  const plain = await (await fetch("https://fapi.binance.com/fapi/v1/ping")).json();
  console.log(JSON.stringify([order.status, ticker.last, plain]));
  process.exit(0);
`;

test("R12.1 redirected TLS in another process: an unmodified program trades on this venue", async () => {
  const venue = await startLocalVenue();
  const { port, apiKey, secret } = venue;
  const program = ["--import", file("./redirect-tls.ts"), "--input-type=module", "--eval", UNMODIFIED];
  const line = await firstLine(program, {
    PAWL_LOCAL_VENUE_PORT: String(port),
    KEYS: JSON.stringify({ apiKey, secret }),
  });
  expect(JSON.parse(line)).toEqual(["closed", "100.0", {}]);
  expect(venue.ledger.executionsOf("far")).toMatchObject({ filled: "2" });
  await venue.close();
});

test("R12.1 the venue as a process of its own, controlled over HTTP", async () => {
  const door = JSON.parse(await firstLine([file("./serve.ts"), '{"futuresTakerFee":"0"}'])) as Awaited<
    ReturnType<typeof serve>
  >;
  const control = async (path: string, order?: object): Promise<unknown> => {
    const method = order === undefined ? "GET" : "POST";
    const sent = order === undefined ? {} : { body: JSON.stringify(order) };
    return (await fetch(`http://127.0.0.1:${door.port}/__control/${path}`, { method, ...sent })).json();
  };
  const client = await futuresClient(door);
  await control("price", { symbol: TEST, value: "250" });
  await control("faults", { do: "next", target: "placeOrder", fault: { kind: "executeTwice" } });
  const order = await client.createOrder(TEST, "market", "buy", one, undefined, { clientOrderId: "far" });
  expect(order.average).toBe("250.00000");
  expect(await control("executions", { clientOrderId: "far" })).toMatchObject({ filled: "2", orders: [{}, {}] });
  expect(await control("position", { symbol: TEST })).toEqual({ position: "2" });
  await control("faults", { do: "arm", name: "getOrder blind" });
  await expect(client.fetchOrder(order.id ?? "", TEST)).rejects.toBeInstanceOf(ccxt.OrderNotFound);
  expect(await control("ledger")).toMatchObject({ orders: [{}, {}], trades: [{}, {}] });
  expect(await control("requests")).toContainEqual(
    expect.objectContaining({ call: "placeOrder", fault: "executeTwice" }),
  );
  expect(await control("nonsense", {})).toMatchObject({ failure: "no control called POST nonsense" });
});
