/**
 * Real ccxt clients connected to a local venue, as the tests use them.
 */
import ccxt from "ccxt";
import { connectByWire } from "./connect-by-wire.ts";

type Futures = InstanceType<typeof ccxt.pro.binanceusdm>;
type Spot = InstanceType<typeof ccxt.pro.binance>;

interface Door {
  readonly port: number;
  readonly apiKey: string;
  readonly secret: string;
}

function settings({ apiKey, secret }: Door, timeoutMs: number): object {
  return { apiKey, secret, enableRateLimit: false, timeout: timeoutMs, number: String };
}

export async function futuresClient(venue: Door, timeoutMs = 10_000): Promise<Futures> {
  const client = new ccxt.pro.binanceusdm({
    ...settings(venue, timeoutMs),
    options: {
      fetchCurrencies: false,
      fetchOpenOrders: { warnWithoutSymbol: false },
      // The client would ask for the positions by itself, and leave the answer to nobody: a socket that closes meanwhile ends the process.
      watchPositions: { fetchPositionsSnapshot: false },
    },
  });
  return quiet(await connectByWire(client, venue));
}

export async function spotClient(venue: Door, timeoutMs = 10_000): Promise<Spot> {
  const client = new ccxt.pro.binance({
    ...settings(venue, timeoutMs),
    options: { fetchCurrencies: false, fetchMarkets: { types: ["spot"] }, defaultType: "spot" },
  });
  return quiet(await connectByWire(client, venue));
}

/** ccxt's renewal timer of twenty minutes would keep the process alive after `close()`. */
function quiet<Client extends { delay: unknown }>(client: Client): Client {
  client.delay = (ms: number, run: (...rest: unknown[]) => unknown, ...rest: unknown[]) => {
    setTimeout(() => run.call(client, ...rest), ms).unref();
  };
  return client;
}
