/** What became of a call on the wire, over real connections: "not written" is proof, and calls beside each other are kept apart. */
import ccxt from "ccxt";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { epochMs } from "../../src/domain/units.ts";
import type { CcxtClient } from "../../src/exchange/ccxt/ccxt-client.ts";
import {
  createWireWatch,
  NeverLeftError,
  nothingExchanged,
  type Exchanged,
  type Pass,
} from "../../src/exchange/ccxt/wire-watch.ts";
import { connectByWire } from "./venue/connect-by-wire.ts";

const closers: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function watched(answer: Answer, pass: Pass = async () => true) {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closers.push(() => new Promise((done) => (server.close(done), server.closeAllConnections())));
  const { port } = server.address() as AddressInfo;
  const client = new ccxt.binanceusdm({ timeout: 500 });
  await connectByWire(client, { port });
  const wire = createWireWatch(() => epochMs(Date.now()));
  closers.push(() => wire.close());
  wire.watch(client as unknown as CcxtClient, pass);
  return { client, wire, server };
}

const ask = async (
  { client, wire }: Awaited<ReturnType<typeof watched>>,
  words: Parameters<typeof nothingExchanged>[0] = {},
  path = "time",
): Promise<Exchanged> => {
  const exchanged = nothingExchanged(words);
  await wire.during(exchanged, () => client.fetch(`https://fapi.binance.com/fapi/v1/${path}`)).catch(() => undefined);
  return exchanged;
};

const says =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };

describe("wire watch", () => {
  it("R10.5 an answer: written, its status, its body, its wait, however the header is spelled", async () => {
    const exchanged = await ask(await watched(says(429, "{}", { "ReTrY-aFtEr": "7" })));
    expect(exchanged).toMatchObject({ hasBegun: true, isWritten: true, status: 429, retryAfter: "7", body: "{}" });
  });

  it("R10.5 no answer: written all the same", async () => {
    const exchanged = await ask(await watched((request) => request.socket.destroy()));
    expect(exchanged).toMatchObject({ hasBegun: true, isWritten: true, status: null });
  });

  it("R10.5 a connection that is refused: begun, and proof that nothing was written", async () => {
    const bench = await watched(says(200, "{}"));
    await new Promise((done) => bench.server.close(done));
    expect(await ask(bench)).toMatchObject({ hasBegun: true, isWritten: false, status: null });
  });

  it("R10.5 refused by the client itself: not even begun", async () => {
    const { client, wire } = await watched(says(200, "{}"));
    const exchanged = nothingExchanged();
    // There is no key to sign it with.
    await expect(wire.during(exchanged, () => client.fetch2("order", "fapiPrivate"))).rejects.toThrow("apiKey");
    expect(exchanged).toMatchObject({ hasBegun: false, isWritten: false });
  });

  it("R10.5 calls beside each other do not see each other", async () => {
    const bench = await watched((request, response) => {
      const number = Number(/call(\d+)/.exec(request.url ?? "")![1]);
      setTimeout(() => says(200 + number, `{"n":${number}}`)(request, response), (20 - number) * 3);
    });
    const all = await Promise.all(Array.from({ length: 20 }, (_, number) => ask(bench, {}, `call${number}`)));
    // 204 has no body.
    for (const [number, { status, body }] of all.entries())
      expect([status, body]).toEqual([200 + number, number === 4 ? "" : `{"n":${number}}`]);
  });

  it("R10.5 a body is kept as far as it is needed", async () => {
    const { body } = await ask(await watched(says(200, JSON.stringify("x".repeat(50_000)))));
    expect(body).toHaveLength(10_000);
  });

  it("R10.11 headers that go with a call are sent with it alone", async () => {
    const seen: (string | undefined)[] = [];
    const bench = await watched((request, response) => {
      seen.push(request.headers["x-deadline"] as string | undefined);
      says(200, "{}")(request, response);
    });
    await ask(bench, { headers: { "x-deadline": "soon" } });
    await ask(bench);
    expect(seen).toEqual(["soon", undefined]);
  });

  it("R10.6 who is not let through in time, or is not waited for any more, is not sent: it never left", async () => {
    const late = await watched(says(200, "{}"), async () => false);
    const exchanged = nothingExchanged({ leaveByMs: Date.now() + 5 });
    const throttled = late.wire.during(exchanged, () => (late.client as unknown as CcxtClient).throttle(1));
    await expect(throttled).rejects.toThrow(NeverLeftError);
    expect(exchanged.hasBegun).toBe(false);

    const given = new AbortController();
    const interrupted = await watched(says(200, "{}"), async () => (given.abort(), true));
    const nobody = nothingExchanged({ signal: given.signal });
    await expect(
      interrupted.wire.during(nobody, () => (interrupted.client as unknown as CcxtClient).throttle(1)),
    ).rejects.toThrow(NeverLeftError);
  });

  it("R10.6 the line is told the priority and the weight of each call; a call of nobody is one of the rest", async () => {
    const asked: (readonly [string, number])[] = [];
    const { client, wire } = await watched(
      says(200, "{}"),
      async (priority, weight) => asked.push([priority, weight]) > 0,
    );
    const throttle = (client as unknown as CcxtClient).throttle.bind(client);
    await wire.during(nothingExchanged({ priority: "close" }), () => throttle("2.5"));
    await throttle();
    expect(asked).toEqual([
      ["close", 2.5],
      ["rest", 1],
    ]);
  });

  it("R10.5 a watch that is closed hears nothing more", async () => {
    const bench = await watched(says(200, "{}"));
    bench.wire.close();
    expect(await ask(bench)).toMatchObject({ hasBegun: true, isWritten: false, status: 200 });
  });
});
