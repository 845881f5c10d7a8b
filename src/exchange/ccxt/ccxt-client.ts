/**
 * The client library behind two instances per account: one for orders, so that nothing queues before them, one for everything else.
 *
 * Promises: it is loaded when the first exchange is opened, not before (300 ms, 80 MB); numbers come in as the venue's own digits;
 * it never sends anything a second time by itself; a failed loading of markets is not remembered. No type of it leaves this folder.
 */
import type { VenueProfile } from "./profile.ts";

/** What we use of a client; what it answers is unknown until it is parsed. */
export interface CcxtClient {
  readonly id: string;
  options: Record<string, unknown>;
  number: unknown;
  enableRateLimit: boolean;
  timeout: number;
  apiKey: string | undefined;
  readonly has: Readonly<Record<string, unknown>>;
  readonly precisionMode: number;
  readonly markets: Readonly<Record<string, unknown>> | undefined;
  readonly requiredCredentials: Readonly<Record<string, boolean>>;
  readonly rateLimit: number;
  /** Lengths of candles that the venue has; undefined where it has none. */
  readonly timeframes: Readonly<Record<string, unknown>> | undefined;
  /** What can be asked for at once, by kind of market: read with care. */
  readonly features: unknown;
  /** Its transport, once it has dialed. */
  readonly fetchDispatcher: { destroy(): Promise<void> } | undefined;
  throttle: (cost?: unknown) => Promise<void>;
  fetch(url: string, method?: string, headers?: unknown, body?: unknown): Promise<unknown>;
  onRestResponse(
    status: number,
    statusText: string,
    url: string,
    method: string,
    headers: unknown,
    body: string,
  ): string;
  delay: (...args: never[]) => unknown;
  initializeClient?: () => Promise<unknown>;
  enableDemoTrading(enable: boolean): void;
  setSandboxMode(enable: boolean): void;
  loadMarkets(reload?: boolean): Promise<unknown>;
  setMarkets(markets: unknown): unknown;
  loadTimeDifference(): Promise<unknown>;
  fetchTime(): Promise<unknown>;
  amountToPrecision(symbol: string, amount: string): string;
  createOrder(
    symbol: string,
    type: string,
    side: string,
    amount: string,
    price: string | undefined,
    params: object,
  ): Promise<unknown>;
  cancelOrder(id: string | undefined, symbol: string, params: object): Promise<unknown>;
  fetchOrder(id: string | undefined, symbol: string, params: object): Promise<unknown>;
  fetchOpenOrder(id: string | undefined, symbol: string, params: object): Promise<unknown>;
  fetchClosedOrder(id: string | undefined, symbol: string, params: object): Promise<unknown>;
  fetchOpenOrders: Listing;
  fetchClosedOrders: Listing;
  fetchOrders: Listing;
  fetchCanceledOrders: Listing;
  fetchCanceledAndClosedOrders: Listing;
  fetchMyTrades: Listing;
  fetchPositions(symbols: readonly string[] | undefined, params: object): Promise<unknown>;
  fetchPositionMode(symbol: string | undefined, params: object): Promise<unknown>;
  fetchBalance(params: object): Promise<unknown>;
  fetchTicker(symbol: string, params: object): Promise<unknown>;
  fetchTrades: Listing;
  fetchOHLCV(symbol: string, timeframe: string, since: number, limit: number, params: object): Promise<unknown>;
  fetchTradingFee(symbol: string): Promise<unknown>;
  /** What a key may do, in the words of Binance, Bybit and OKX; absent at other venues. */
  sapiGetAccountApiRestrictions?(params: object): Promise<unknown>;
  privateGetV5UserQueryApi?(params: object): Promise<unknown>;
  privateGetAccountConfig?(params: object): Promise<unknown>;
  client: (url: string) => StreamClient;
  watchTrades(symbol: string): Promise<unknown>;
  watchOrders(symbol?: string): Promise<unknown>;
  watchMyTrades(symbol?: string): Promise<unknown>;
  close: () => Promise<unknown>;
}

type Listing = (
  symbol: string | undefined,
  since: number | undefined,
  limit: number | undefined,
  params: object,
) => Promise<unknown>;

/** One socket of the client. */
interface StreamClient {
  future: (messageHash: string) => Promise<unknown>;
  send: (message: unknown) => Promise<unknown>;
}

export interface Credentials {
  readonly apiKey?: string | undefined;
  readonly secret?: string | undefined;
  readonly password?: string | undefined;
  readonly walletAddress?: string | undefined;
  readonly privateKey?: string | undefined;
}

export interface ClientSettings {
  readonly profile: VenueProfile;
  readonly credentials: Credentials;
  /** "demo" is the venue's own, demo or testnet. */
  readonly mode: "demo" | "production";
  /** Where the venue's orders say it (`profile.marginMode`); by default as the client does. */
  readonly marginMode?: "cross" | "isolated" | undefined;
  /** The client's limit until the headers of an answer are there; ours is longer. */
  readonly timeoutMs: number;
}

/** A venue or a mode that cannot be had, said in full. */
export class ExchangeSetupError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ExchangeSetupError";
  }
}

export interface Clients {
  readonly orders: CcxtClient;
  readonly rest: CcxtClient;
}

/** Two instances of one account. Throws ExchangeSetupError. */
export async function openClients(settings: ClientSettings): Promise<Clients> {
  const { pro } = (await import("ccxt")).default as unknown as {
    readonly pro: Readonly<Record<string, new (config: object) => CcxtClient>>;
  };
  const { profile } = settings;
  const Client = Object.hasOwn(pro, profile.client) ? pro[profile.client] : undefined;
  if (Client === undefined) {
    throw new ExchangeSetupError(`There is no exchange ${profile.client}; allowed: ${Object.keys(pro).join(", ")}`);
  }
  return {
    orders: opened(new Client(configOf(settings)), settings),
    rest: opened(new Client(configOf(settings)), settings),
  };
}

const configOf = ({ credentials, timeoutMs, profile, marginMode }: ClientSettings): object => ({
  ...Object.fromEntries(Object.entries(credentials).filter(([, value]) => value !== undefined)),
  // The client says what a request costs; a line of our own lets it through (`line.ts`).
  enableRateLimit: true,
  timeout: timeoutMs,
  streaming: { keepAlive: 10_000 },
  options: {
    adjustForTimeDifference: false,
    ...profile.options.value,
    ...(profile.marginMode === undefined || marginMode === undefined
      ? {}
      : { [profile.marginMode.value.option]: marginMode }),
  },
});

function opened(client: CcxtClient, { profile, mode }: ClientSettings): CcxtClient {
  client.number = String;
  // With a key the client would ask the venue's wallet for currencies, on another host.
  Object.assign(client.has, { fetchCurrencies: false });
  client.options["fetchCurrencies"] = false;
  keepTimers(client);
  keepRejectionsInside(client);
  if (profile.addedCosts.value.off === "initializeClient") client.initializeClient = async () => undefined;
  if (mode === "demo") enterDemo(client, profile);
  assertSendsOnce(client);
  return client;
}

/** A timer of the client must not keep a process alive that is done, nor (for twenty minutes) a client that is closed. */
function keepTimers(client: CcxtClient): void {
  const running = new Set<NodeJS.Timeout>();
  client.delay = ((timeoutMs: number, method: (...args: unknown[]) => unknown, ...args: unknown[]) => {
    const timer = setTimeout(() => {
      running.delete(timer);
      void Promise.resolve(method.apply(client, args)).catch(() => undefined);
    }, timeoutMs).unref();
    running.add(timer);
  }) as CcxtClient["delay"];
  const close = client.close.bind(client);
  client.close = () => {
    for (const timer of running) clearTimeout(timer);
    running.clear();
    return close();
  };
}

/**
 * The client makes promises that it waits for itself only where somebody else asks twice: when such a one is rejected (a stream
 * of spot orders that the venue refuses), the process would end with it. Whoever does wait is told all the same.
 */
function keepRejectionsInside(client: CcxtClient): void {
  const open = client.client.bind(client);
  const seen = new WeakSet<StreamClient>();
  client.client = (url) => {
    const stream = open(url);
    if (seen.has(stream)) return stream;
    seen.add(stream);
    const future = stream.future.bind(stream);
    stream.future = (messageHash) => {
      const made = future(messageHash);
      made.catch(() => undefined);
      return made;
    };
    // A socket that closes between its opening and the subscription: the client does not wait for what it sends there. Whoever
    // waits for an event of it is told by the close.
    const send = stream.send.bind(stream);
    stream.send = (message) => {
      const sent = send(message);
      sent.catch(() => undefined);
      return sent;
    };
    return stream;
  };
}

function enterDemo(client: CcxtClient, { demo, venue }: VenueProfile): void {
  switch (demo.value) {
    case "enableDemoTrading":
      return client.enableDemoTrading(true);
    case "setSandboxMode":
      return client.setSandboxMode(true);
    case null:
      throw new ExchangeSetupError(`${venue} has neither a demo nor a test environment that this profile knows`);
  }
}

/** The client's own retries would carry an order out again: seen three times from one call. */
function assertSendsOnce(client: CcxtClient): void {
  const retries = client.options["maxRetriesOnFailure"];
  if (retries !== undefined && retries !== 0) {
    throw new ExchangeSetupError(
      `options.maxRetriesOnFailure of ${client.id} is ${JSON.stringify(retries)}; allowed: 0, because the client would send orders again`,
    );
  }
}
