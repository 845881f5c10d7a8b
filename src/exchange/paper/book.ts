/**
 * What the paper exchange knows: its orders with everything told of them, and what each account holds.
 *
 * Promises: the book is the fold of its records and nothing else; `apply` is its only writer and refuses (throws)
 * what cannot be true: a fill of an unknown order, more filled than ordered, less than nothing held on spot.
 */
import { exact, toText, ZERO_TEXT } from "../../domain/decimal.ts";
import type { OrderRequest } from "../../domain/intent.ts";
import { amountToLotsUp, lotsToAmount, type Market } from "../../domain/market.ts";
import type { FillReport, OrderReport } from "../../domain/report.ts";
import {
  addLots,
  epochMs,
  lots,
  NO_LOTS,
  subtractLots,
  type DecimalText,
  type EpochMs,
  type Lots,
} from "../../domain/units.ts";
import type { Holding } from "../exchange.ts";
import { createAgenda, type Agenda } from "./agenda.ts";
import type { ExecutionReport, PaperRecord } from "./record.ts";
import type { PaperSettings } from "./settings.ts";

export interface PaperOrder {
  readonly order: OrderRequest;
  readonly sequence: number;
  readonly phase: "inTransit" | "working" | "over";
  readonly fillCount: number;
  readonly filledLots: Lots;
  readonly cancelPending: boolean;
  /** Everything told of it, in order. */
  readonly reports: readonly OrderReport[];
}

/** One account's business in one market. */
export interface PaperHolding {
  readonly account: string;
  readonly symbol: string;
  /** Bought − sold, before fees taken in the coin. */
  readonly tradedLots: Lots;
  /** Base coin. */
  readonly coinFees: DecimalText;
  /** Spot: what working sell orders are still to sell. */
  readonly reservedLots: Lots;
}

/** The whole book as plain data. */
export interface PaperState {
  readonly orders: readonly PaperOrder[];
  readonly holdings: readonly PaperHolding[];
  readonly duplicates: number;
}

export interface Book {
  readonly agenda: Agenda;
  apply(record: PaperRecord): void;
  order(clientOrderId: string): PaperOrder | null;
  /** How many orders were ever received, duplicates not counted. */
  orderCount(): number;
  /** Signed lots: what is long (above zero) or short; on spot what is held in whole lots, fees in the coin taken off. */
  netLots(account: string, symbol: string): Lots;
  /** Spot: what is held and not promised to a working sell order. */
  freeLots(account: string, symbol: string): Lots;
  /** Without those of zero lots; by account, then symbol. */
  holdings(): readonly Holding[];
  state(): PaperState;
}

export function createBook(input: {
  readonly markets: ReadonlyMap<string, Market>;
  readonly settings: PaperSettings;
}): Book {
  const { markets, settings } = input;
  const orders = new Map<string, PaperOrder>();
  const holdings = new Map<string, PaperHolding>();
  const agenda = createAgenda();
  let duplicates = 0;

  const known = (clientOrderId: string): PaperOrder => {
    const found = orders.get(clientOrderId);
    if (found === undefined) throw new Error(`Invariant: no order ${clientOrderId} was received`);
    return found;
  };
  const holdingOf = (account: string, symbol: string): PaperHolding =>
    holdings.get(keyOf(account, symbol)) ?? {
      account,
      symbol,
      tradedLots: NO_LOTS,
      coinFees: ZERO_TEXT,
      reservedLots: NO_LOTS,
    };
  const netOf = (holding: PaperHolding): Lots => {
    if (holding.coinFees === ZERO_TEXT) return holding.tradedLots;
    return subtractLots(holding.tradedLots, amountToLotsUp(marketOf(markets, holding.symbol), holding.coinFees));
  };
  const change = (order: OrderRequest, by: (holding: PaperHolding) => PaperHolding): void => {
    const changed = by(holdingOf(order.account, order.symbol));
    if (marketOf(markets, order.symbol).kind === "spot" && (netOf(changed) < 0 || changed.reservedLots < 0)) {
      throw new Error(`Invariant: order ${order.clientOrderId} sells more ${order.symbol} than is held`);
    }
    holdings.set(keyOf(order.account, order.symbol), changed);
  };
  /** Spot sells hold back what they are to sell, from acceptance to their end. */
  const reserve = (order: OrderRequest, by: number): void => {
    if (by === 0 || order.orderSide === "buy" || marketOf(markets, order.symbol).kind !== "spot") return;
    change(order, (holding) => ({ ...holding, reservedLots: lots(holding.reservedLots + by) }));
  };
  const step = (order: PaperOrder, atMs: EpochMs): void =>
    agenda.add({
      atMs,
      what: "step",
      sequence: order.sequence,
      clientOrderId: order.order.clientOrderId,
      symbol: order.order.symbol,
    });

  const tell = (report: ExecutionReport): void => {
    const before = known(report.clientOrderId);
    const { order } = before;
    if (before.phase === "over")
      throw new Error(`Invariant: order ${order.clientOrderId} is over and is told ${report.kind}`);
    const told = { ...before, reports: [...before.reports, report] };
    switch (report.kind) {
      case "accepted":
        assertSameLots(marketOf(markets, order.symbol), order);
        orders.set(order.clientOrderId, { ...told, phase: "working" });
        reserve(order, order.lots);
        return;
      case "fill": {
        const filledLots = addLots(before.filledLots, report.lots);
        if (before.phase !== "working" || report.lots <= 0 || filledLots > order.lots) {
          throw new Error(`Invariant: fill ${report.tradeId} of ${report.lots} lots cannot be true`);
        }
        const filled: PaperOrder = { ...told, filledLots, fillCount: before.fillCount + 1 };
        orders.set(order.clientOrderId, filled);
        reserve(order, -report.lots);
        change(order, (holding) => traded(holding, order, report));
        agenda.remove(order.clientOrderId, "step");
        step(filled, epochMs(report.atMs + settings.partialFills.gapMs));
        return;
      }
      case "ended":
      case "rejected":
        if (report.kind === "ended" && report.filledLots !== before.filledLots) {
          throw new Error(
            `Invariant: order ${order.clientOrderId} ends at ${report.filledLots} lots with fills of ${before.filledLots}`,
          );
        }
        orders.set(order.clientOrderId, { ...told, phase: "over", cancelPending: false });
        if (before.phase === "working") reserve(order, before.filledLots - order.lots);
        agenda.remove(order.clientOrderId);
        return;
    }
  };

  return {
    agenda,
    apply(record) {
      switch (record.kind) {
        case "settings":
          return;
        case "duplicate":
          known(record.order.clientOrderId);
          duplicates += 1;
          return;
        case "received": {
          const { order, sequence } = record;
          if (orders.has(order.clientOrderId))
            throw new Error(`Invariant: order ${order.clientOrderId} was received twice`);
          const received: PaperOrder = {
            order,
            sequence,
            phase: "inTransit",
            fillCount: 0,
            filledLots: NO_LOTS,
            cancelPending: false,
            reports: [],
          };
          orders.set(order.clientOrderId, received);
          step(received, record.arrivesAtMs);
          return;
        }
        case "cancelReceived": {
          const order = known(record.clientOrderId);
          orders.set(record.clientOrderId, { ...order, cancelPending: true });
          agenda.add({
            atMs: record.arrivesAtMs,
            what: "cancel",
            sequence: order.sequence,
            clientOrderId: record.clientOrderId,
            symbol: order.order.symbol,
          });
          return;
        }
        case "told":
          return tell(record.report);
      }
    },
    order: (clientOrderId) => orders.get(clientOrderId) ?? null,
    orderCount: () => orders.size,
    netLots: (account, symbol) => netOf(holdingOf(account, symbol)),
    freeLots(account, symbol) {
      const holding = holdingOf(account, symbol);
      return subtractLots(netOf(holding), holding.reservedLots);
    },
    holdings: () =>
      [...holdings.values()]
        .map((each): Holding => ({ account: each.account, symbol: each.symbol, netLots: netOf(each) }))
        .filter((each) => each.netLots !== 0)
        .sort((a, b) => compareText(a.account, b.account) || compareText(a.symbol, b.symbol)),
    state: () => ({ orders: [...orders.values()], holdings: [...holdings.values()], duplicates }),
  };
}

const keyOf = (account: string, symbol: string): string => `${account}\u001f${symbol}`;

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Only for symbols of accepted orders: a ledger without their market cannot be read. */
function marketOf(markets: ReadonlyMap<string, Market>, symbol: string): Market {
  const market = markets.get(symbol);
  if (market === undefined)
    throw new Error(`market ${symbol} has orders in the ledger and is not among the markets given`);
  return market;
}

/** A market whose step has changed would turn every recorded quantity into another one. */
function assertSameLots(market: Market, order: OrderRequest): void {
  const amount = lotsToAmount(market, order.lots);
  if (amount === order.amount || exact(amount).eq(exact(order.amount))) return;
  throw new Error(
    `order ${order.clientOrderId} of ${order.amount} ${order.symbol} is recorded as ${order.lots} lots, which does not fit the amount step ${market.amountStep}`,
  );
}

function traded(holding: PaperHolding, order: OrderRequest, fill: FillReport): PaperHolding {
  return {
    ...holding,
    tradedLots:
      order.orderSide === "buy" ? addLots(holding.tradedLots, fill.lots) : subtractLots(holding.tradedLots, fill.lots),
    coinFees:
      fill.fee.currency === "base" ? toText(exact(holding.coinFees).plus(exact(fill.fee.cost))) : holding.coinFees,
  };
}
