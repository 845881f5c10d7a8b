/**
 * Events of the user streams: ORDER_TRADE_UPDATE and ACCOUNT_UPDATE (futures), executionReport and outboundAccountPosition (spot).
 */
import { averagePrice } from "./futures-bodies.ts";
import { plain, places, ZERO } from "./decimal.ts";
import type { StreamTarget } from "./fault-kinds.ts";
import { isHidden } from "./visibility.ts";
import { marketOf, positionOf, spotBalanceOf, type VenueEvent, type World } from "./world.ts";
import type { MarketKind } from "./markets.ts";
import type { VenueOrder } from "./records.ts";

export interface UserEvent {
  readonly kind: MarketKind;
  /** The stream targets of the switchboard that mean it. */
  readonly targets: readonly StreamTarget[];
  readonly body: object;
}

/** Undefined for prices, and for orders hidden from the stream. */
export function userEvent(world: World, event: VenueEvent): UserEvent | undefined {
  if (event.type === "price" || isHidden(event.order, "stream")) return undefined;
  const { kind } = event.order;
  if (event.type === "account") {
    const body = kind === "perpetual" ? accountUpdate(world, event.order) : accountPosition(world, event.order);
    return { kind, targets: ["userEvents", "accountEvents"], body };
  }
  const body = kind === "perpetual" ? orderTradeUpdate(world, event) : executionReport(world, event);
  const isFill = event.execution === "TRADE";
  return { kind, targets: ["userEvents", "orderEvents", ...(isFill ? (["fillEvents"] as const) : [])], body };
}

type OrderEvent = Extract<VenueEvent, { type: "order" }>;

function orderTradeUpdate(world: World, { order, execution, status, trade }: OrderEvent): object {
  const { amountPlaces, pricePlaces } = marketOf(world, order);
  const now = world.clock.now();
  return {
    e: "ORDER_TRADE_UPDATE",
    E: now,
    T: now,
    o: {
      s: order.symbol,
      c: order.clientOrderId,
      S: order.side,
      o: order.type,
      f: order.timeInForce,
      q: places(order.amount, amountPlaces),
      p: places(order.price, pricePlaces),
      ap: averagePrice(world, order),
      sp: "0",
      x: execution,
      X: status,
      i: order.orderId,
      l: places(trade?.amount ?? ZERO, amountPlaces),
      z: places(order.filled, amountPlaces),
      L: places(trade?.price ?? ZERO, pricePlaces),
      ...(trade === undefined ? {} : { n: places(trade.fee, 8), N: trade.feeAsset }),
      T: trade?.atMs ?? order.updatedAtMs,
      t: trade?.tradeId ?? 0,
      b: "0",
      a: "0",
      m: trade?.maker ?? false,
      R: order.reduceOnly,
      wt: "CONTRACT_PRICE",
      ot: order.type,
      ps: order.positionSide,
      cp: false,
      rp: places(trade?.realizedProfit ?? ZERO, 8),
      pP: false,
      si: 0,
      ss: 0,
      V: "EXPIRE_MAKER",
      pm: "NONE",
      gtd: 0,
    },
  };
}

function accountUpdate(world: World, order: VenueOrder): object {
  const now = world.clock.now();
  const { quote } = marketOf(world, order).spec;
  const wallet = places(world.futuresWallets.get(quote) ?? ZERO, 8);
  const position = positionOf(world, order.symbol, order.positionSide);
  return {
    e: "ACCOUNT_UPDATE",
    E: now,
    T: now,
    a: {
      m: "ORDER",
      B: [{ a: quote, wb: wallet, cw: wallet, bc: "0" }],
      P: [
        {
          s: order.symbol,
          pa: plain(position.amount),
          ep: plain(position.entryPrice),
          bep: plain(position.entryPrice),
          cr: "0",
          up: "0",
          mt: world.isolatedSymbols.has(order.symbol) ? "isolated" : "cross",
          iw: "0",
          ps: order.positionSide,
        },
      ],
    },
  };
}

function executionReport(world: World, { order, execution, status, trade }: OrderEvent): object {
  const now = world.clock.now();
  const canceled = execution === "CANCELED";
  return {
    e: "executionReport",
    E: now,
    s: order.symbol,
    c: canceled ? `cancel_${order.orderId}` : order.clientOrderId,
    S: order.side,
    o: order.type,
    f: order.timeInForce,
    q: places(order.amount, 8),
    p: places(order.price, 8),
    P: places(ZERO, 8),
    F: places(ZERO, 8),
    g: -1,
    C: canceled ? order.clientOrderId : "",
    x: execution,
    X: status,
    r: "NONE",
    i: order.orderId,
    l: places(trade?.amount ?? ZERO, 8),
    z: places(order.filled, 8),
    L: places(trade?.price ?? ZERO, 8),
    n: trade === undefined ? "0" : places(trade.fee, 8),
    N: trade?.feeAsset ?? null,
    T: trade?.atMs ?? order.updatedAtMs,
    t: trade?.tradeId ?? -1,
    I: now,
    w: status === "NEW" || status === "PARTIALLY_FILLED",
    m: trade?.maker ?? false,
    M: false,
    O: order.createdAtMs,
    Z: places(order.quoteFilled, 8),
    Y: places(trade === undefined ? ZERO : trade.amount.times(trade.price), 8),
    Q: places(ZERO, 8),
    W: order.createdAtMs,
    V: "EXPIRE_MAKER",
  };
}

function accountPosition(world: World, order: VenueOrder): object {
  const now = world.clock.now();
  const { base, quote } = marketOf(world, order).spec;
  const balances = [base, quote].map((asset) => {
    const { free, locked } = spotBalanceOf(world, asset);
    return { a: asset, f: places(free, 8), l: places(locked, 8) };
  });
  return { e: "outboundAccountPosition", E: now, u: now, B: balances };
}
