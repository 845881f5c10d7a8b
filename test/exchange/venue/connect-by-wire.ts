/**
 * Connects an unmodified ccxt client in this process to the local venue: it dials the local port in plain text wherever
 * it would have opened a TLS connection. No URL changes, so the client picks the same hosts, paths and error tables.
 */
import type { ClientRequestArgs } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Agent as Dispatcher } from "undici";

/** What is needed of a ccxt client; `agent` serves its WebSockets, `fetchDispatcher` its requests. */
export interface WireClient {
  agent: unknown;
  fetchDispatcher: unknown;
  loadFetchImplementation: () => Promise<unknown>;
}

class PlainAgent extends HttpsAgent {
  readonly #port: number;
  constructor(port: number) {
    super();
    this.#port = port;
  }
  override createConnection(
    _options: ClientRequestArgs,
    _done?: (error: Error | null, stream: Duplex) => void,
  ): Socket {
    return connect(this.#port, "127.0.0.1");
  }
}

export async function connectByWire<Client extends WireClient>(
  exchange: Client,
  venue: { readonly port: number },
): Promise<Client> {
  await exchange.loadFetchImplementation();
  exchange.fetchDispatcher = new Dispatcher({
    connections: 256,
    pipelining: 1,
    connect: (_options, done) => {
      const socket = connect(venue.port, "127.0.0.1");
      socket.setNoDelay(true);
      socket.once("connect", () => done(null, socket));
      socket.once("error", (error) => done(error, null));
    },
  });
  exchange.agent = new PlainAgent(venue.port);
  return exchange;
}
