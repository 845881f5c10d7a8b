/** The client library as it is opened here: what it does by itself must not end the process. */
import { describe, expect, it } from "vitest";
import { openClients } from "../../src/exchange/ccxt/ccxt-client.ts";
import { binanceusdm } from "../../src/exchange/ccxt/profiles/binanceusdm.ts";

/** A socket that has closed: what is sent is refused a moment later, as `ws` does it. */
const CLOSED = {
  send: (_message: string, _options: object, done: (error: Error) => void) =>
    process.nextTick(done, new Error("WebSocket is not open: readyState 3 (CLOSED)")),
};

describe("client library", () => {
  // Why this test? A socket that had closed between its opening and the subscription ended the process, once in 1,500 fault runs.
  it("R11.7 a subscription that is sent to a closed socket is nobody's unhandled rejection", async () => {
    const { orders } = await openClients({
      profile: binanceusdm,
      credentials: {},
      mode: "production",
      timeoutMs: 1_000,
    });
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    const stream = orders.client("wss://fstream.binance.com/ws");
    Object.assign(stream, { connection: CLOSED });
    void stream.send("subscribe");
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
    await orders.close();
  });

  it("R10.5 F10 the client sends nothing a second time by itself: its retries are off, and stay off", async () => {
    const retrying = {
      ...binanceusdm,
      options: { ...binanceusdm.options, value: { ...binanceusdm.options.value, maxRetriesOnFailure: 3 } },
    };
    await expect(
      openClients({ profile: retrying, credentials: {}, mode: "production", timeoutMs: 1_000 }),
    ).rejects.toThrow("maxRetriesOnFailure");
  });
});
