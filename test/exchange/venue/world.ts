/**
 * The state of one local venue: rules, clock, timers, markets, account, orders, trades.
 * Everything that happens is told to the listeners of `publish`; the streams are one of them.
 */
import { decimal, ZERO, type Decimal } from "./decimal.ts";
import { listMarket, type ListedMarket, type MarketKind, type VenueMarket } from "./markets.ts";
import type { OrderStatus, PositionSide, VenueOrder, VenueTrade } from "./records.ts";

/** One piece of a market order: a share of it, after a pause, at a price of its own or the current one. */
export interface FillSlice {
  /** Decimal text between 0 and 1; cut down to the amount step. */
  readonly share: string;
  readonly afterMs?: number;
  readonly price?: string;
}

/** How market orders fill. What the slices leave over is filled with the last one, or expires. */
export interface FillPlan {
  readonly slices: readonly FillSlice[];
  readonly rest?: "fill" | "expire";
}

export const FILL_AT_ONCE: FillPlan = { slices: [{ share: "1" }], rest: "fill" };

export interface VenueRules {
  readonly apiKey: string;
  readonly secret: string;
  /** A reduce-only market order larger than the position: fill what is there and expire the rest, or refuse it. */
  readonly reduceOnlyExcess: "expire" | "reject";
  readonly futuresTakerFee: string;
  readonly futuresMakerFee: string;
  readonly spotTakerFee: string;
  readonly spotMakerFee: string;
  readonly leverage: number;
  readonly maximumLeverage: number;
  /** What `/sapi/v1/account/apiRestrictions` says; "missing" answers 404. */
  readonly withdrawals: "allowed" | "forbidden" | "missing";
  readonly ipRestricted: boolean;
}

export interface Position {
  readonly symbol: string;
  readonly side: PositionSide;
  /** Signed: a short is negative. */
  amount: Decimal;
  entryPrice: Decimal;
  updatedAtMs: number;
}

export interface SpotBalance {
  free: Decimal;
  locked: Decimal;
}

export type VenueEvent =
  | {
      readonly type: "order";
      readonly execution: "NEW" | "TRADE" | "CANCELED" | "EXPIRED";
      readonly order: VenueOrder;
      readonly status: OrderStatus;
      readonly trade?: VenueTrade;
    }
  | { readonly type: "account"; readonly kind: MarketKind; readonly order: VenueOrder }
  /** A new price; `markOnly` when only the mark price is told again. */
  | { readonly type: "price"; readonly market: ListedMarket; readonly markOnly: boolean };

export interface World {
  readonly rules: VenueRules;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly markets: readonly ListedMarket[];
  readonly orders: VenueOrder[];
  readonly trades: VenueTrade[];
  readonly positions: Map<string, Position>;
  readonly spotBalances: Map<string, SpotBalance>;
  readonly futuresWallets: Map<string, Decimal>;
  readonly leverages: Map<string, number>;
  readonly isolatedSymbols: Set<string>;
  readonly fillPlans: Map<string, FillPlan>;
  /** Plans that hold for the next market orders only, first in, first out. */
  readonly nextFillPlans: FillPlan[];
  readonly listenKeys: ListenKeys;
  /** Told of the next order before anybody else is; used to veil it. */
  onNewOrder: ((order: VenueOrder) => void) | undefined;
  hedgeMode: boolean;
  nextOrderId: number;
  nextTradeId: number;
  nextMarketTradeId: number;
  readonly publish: (event: VenueEvent) => void;
  readonly listeners: ((event: VenueEvent) => void)[];
}

export interface ListenKeys {
  current: string | undefined;
  issued: number;
}

export interface Clock {
  /** Added to the machine's clock. */
  skewMs: number;
  readonly now: () => number;
}

export interface Timers {
  readonly after: (ms: number, run: () => void) => void;
  readonly clear: () => void;
}

export interface WorldOptions {
  readonly rules: VenueRules;
  readonly markets: readonly VenueMarket[];
  readonly hedgeMode: boolean;
  readonly futuresBalances: Readonly<Record<string, string>>;
  readonly spotBalances: Readonly<Record<string, string>>;
}

const FIRST_ORDER_ID = 1_000;

export function createWorld(options: WorldOptions): World {
  const listeners: ((event: VenueEvent) => void)[] = [];
  const spotBalances = new Map<string, SpotBalance>();
  for (const { kind, base, quote } of options.markets) {
    if (kind !== "spot") continue;
    spotBalances.set(base, { free: ZERO, locked: ZERO });
    spotBalances.set(quote, { free: ZERO, locked: ZERO });
  }
  for (const [asset, amount] of Object.entries(options.spotBalances)) {
    spotBalances.set(asset, { free: decimal(amount), locked: ZERO });
  }
  return {
    rules: options.rules,
    clock: createClock(),
    timers: createTimers(),
    markets: options.markets.map(listMarket),
    orders: [],
    trades: [],
    positions: new Map(),
    spotBalances,
    futuresWallets: new Map(Object.entries(options.futuresBalances).map(([asset, text]) => [asset, decimal(text)])),
    leverages: new Map(),
    isolatedSymbols: new Set(),
    fillPlans: new Map(),
    nextFillPlans: [],
    listenKeys: { current: undefined, issued: 0 },
    onNewOrder: undefined,
    hedgeMode: options.hedgeMode,
    nextOrderId: FIRST_ORDER_ID,
    nextTradeId: FIRST_ORDER_ID * 10,
    nextMarketTradeId: 1,
    listeners,
    publish: (event) => {
      for (const listener of listeners) listener(event);
    },
  };
}

function createClock(): Clock {
  const clock: Clock = { skewMs: 0, now: () => Date.now() + clock.skewMs };
  return clock;
}

function createTimers(): Timers {
  const running = new Set<NodeJS.Timeout>();
  return {
    after: (ms, run) => {
      const timer = setTimeout(() => {
        running.delete(timer);
        run();
      }, ms);
      running.add(timer);
    },
    clear: () => {
      for (const timer of running) clearTimeout(timer);
      running.clear();
    },
  };
}

export function findMarket(world: World, kind: MarketKind, symbol: string | undefined): ListedMarket | undefined {
  return world.markets.find(({ spec }) => spec.kind === kind && spec.symbol === symbol);
}

export function marketOf(world: World, order: VenueOrder): ListedMarket {
  const market = findMarket(world, order.kind, order.symbol);
  if (market === undefined) throw new Error(`order ${order.orderId} has no market ${order.symbol}`);
  return market;
}

export function positionOf(world: World, symbol: string, side: PositionSide): Position {
  const key = `${symbol} ${side}`;
  let position = world.positions.get(key);
  if (position === undefined) {
    position = { symbol, side, amount: ZERO, entryPrice: ZERO, updatedAtMs: 0 };
    world.positions.set(key, position);
  }
  return position;
}

export function spotBalanceOf(world: World, asset: string): SpotBalance {
  let balance = world.spotBalances.get(asset);
  if (balance === undefined) {
    balance = { free: ZERO, locked: ZERO };
    world.spotBalances.set(asset, balance);
  }
  return balance;
}

export function leverageOf(world: World, symbol: string): number {
  return world.leverages.get(symbol) ?? world.rules.leverage;
}

export function isOpen(order: VenueOrder): boolean {
  return order.status === "NEW" || order.status === "PARTIALLY_FILLED";
}
