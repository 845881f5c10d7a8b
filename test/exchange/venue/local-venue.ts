/**
 * A venue of our own on a local port: Binance USD-M futures and spot as far as the ccxt client speaks them, with its own
 * ledger and matching, and a fault switchboard. It knows nothing of the engine that trades on it.
 */
import { receiveControl } from "./control.ts";
import { decimal } from "./decimal.ts";
import type { RequestRecord } from "./fault-kinds.ts";
import { createHttpDoor } from "./http-door.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { DEFAULT_MARKETS, marketsNamed, type VenueMarket } from "./markets.ts";
import { fillRest, movePrice } from "./matching.ts";
import { openPort } from "./port.ts";
import { createStreamDoor, type Streams } from "./stream-door.ts";
import { createSwitchboard, type Switchboard } from "./switchboard.ts";
import { createWorld, isOpen, type FillPlan, type VenueRules, type World } from "./world.ts";

export interface LocalVenueOptions extends Partial<VenueRules> {
  /** Default: `DEFAULT_MARKETS`. */
  readonly markets?: readonly VenueMarket[];
  readonly hedgeMode?: boolean;
  /** Default: 1 000 000 USDT. */
  readonly futuresBalances?: Readonly<Record<string, string>>;
  /** Default: 1 000 000 USDT. */
  readonly spotBalances?: Readonly<Record<string, string>>;
  /** Default: any free one. */
  readonly port?: number;
  /** Tells the mark prices again and again, as the venue does every second; default: only when they change. */
  readonly markPriceEveryMs?: number;
  /** Default: all markets fill at once. */
  readonly fillPlan?: FillPlan;
}

export interface LocalVenue {
  readonly port: number;
  readonly apiKey: string;
  readonly secret: string;
  readonly ledger: Ledger;
  readonly requests: readonly RequestRecord[];
  readonly faults: Switchboard;
  readonly streams: Streams;
  /** Moves the price: one trade event on the streams, resting orders that it crosses fill. `mark` follows unless given. */
  readonly price: (symbol: string, value: string, mark?: string) => void;
  /** How market orders of a symbol fill from now on; undefined: at once. */
  readonly fillPlan: (symbol: string, plan: FillPlan | undefined) => void;
  /** How the next market orders fill, first in, first out, before any plan of their symbol. */
  readonly nextFillPlan: (plan: FillPlan) => void;
  /** Fills a share (decimal text) of the open orders under a client order id, at their limit; market orders at the price. */
  readonly fillResting: (clientOrderId: string, share?: string) => void;
  /** Adds to the venue's clock. */
  readonly clockSkew: (skewMs: number) => void;
  /** Closes the port and all connections; connecting is refused until `comeBack`, or for a time. */
  readonly goDown: (forMs?: number) => Promise<void>;
  readonly comeBack: () => Promise<void>;
  /** Ends everything at once: port, connections, timers. */
  readonly close: () => Promise<void>;
}

export const DEFAULT_RULES: VenueRules = {
  apiKey: "local-key",
  secret: "local-secret",
  reduceOnlyExcess: "expire",
  futuresTakerFee: "0.0005",
  futuresMakerFee: "0.0002",
  spotTakerFee: "0.001",
  spotMakerFee: "0.001",
  leverage: 20,
  maximumLeverage: 125,
  withdrawals: "forbidden",
  ipRestricted: true,
};

export async function startLocalVenue(options: LocalVenueOptions = {}): Promise<LocalVenue> {
  const rules: VenueRules = { ...DEFAULT_RULES, ...options };
  const world = worldOf(rules, options);
  const faults = createSwitchboard();
  const http = createHttpDoor(world, faults);
  const streams = createStreamDoor(world, faults);
  const port = await openPort(options.port ?? 0, {
    request: (request, response) => {
      if (request.url?.startsWith("/__control") === true) receiveControl(venue, request, response);
      else http.receive(request, response);
    },
    upgrade: streams.upgrade,
  });
  repeatMarkPrices(world, options.markPriceEveryMs);
  const venue: LocalVenue = {
    port: port.number,
    apiKey: rules.apiKey,
    secret: rules.secret,
    ledger: createLedger(world),
    requests: http.requests,
    faults: faults.board,
    streams: streams.control,
    ...createDirector(world),
    goDown: (forMs) => {
      if (forMs !== undefined) world.timers.after(forMs, () => void port.open());
      return port.shut();
    },
    comeBack: port.open,
    close: async () => {
      world.timers.clear();
      streams.close();
      await port.shut();
    },
  };
  return venue;
}

function worldOf(rules: VenueRules, options: LocalVenueOptions): World {
  const markets = options.markets ?? DEFAULT_MARKETS;
  const world = createWorld({
    rules,
    markets,
    hedgeMode: options.hedgeMode ?? false,
    futuresBalances: options.futuresBalances ?? { USDT: "1000000" },
    spotBalances: options.spotBalances ?? { USDT: "1000000" },
  });
  if (options.fillPlan !== undefined) {
    for (const { symbol } of markets) world.fillPlans.set(symbol, options.fillPlan);
  }
  return world;
}

type Director = Pick<LocalVenue, "price" | "fillPlan" | "nextFillPlan" | "fillResting" | "clockSkew">;

/** What a test may make happen at the venue besides faults. */
function createDirector(world: World): Director {
  return {
    price: (symbol, value, mark) => {
      for (const market of marketsNamed(world.markets, symbol)) {
        movePrice(world, market, decimal(value), decimal(mark ?? value));
      }
    },
    fillPlan: (symbol, plan) => {
      for (const { spec } of marketsNamed(world.markets, symbol)) {
        if (plan === undefined) world.fillPlans.delete(spec.symbol);
        else world.fillPlans.set(spec.symbol, plan);
      }
    },
    nextFillPlan: (plan) => void world.nextFillPlans.push(plan),
    fillResting: (clientOrderId, share) => {
      for (const order of world.orders) {
        if (order.clientOrderId === clientOrderId && isOpen(order)) fillRest(world, order, share);
      }
    },
    clockSkew: (skewMs) => {
      world.clock.skewMs = skewMs;
    },
  };
}

function repeatMarkPrices(world: World, everyMs: number | undefined): void {
  if (everyMs === undefined) return;
  world.timers.after(everyMs, () => {
    for (const market of world.markets) world.publish({ type: "price", market, markOnly: true });
    repeatMarkPrices(world, everyMs);
  });
}
