/**
 * The book-keeper: a tiny venue that knows what it has really carried out. Written from the SPEC, not from the code;
 * it counts in millionths of a lot, so that fees in the coin come out exact. Honest, complete, and unhelpful: it fills
 * what it is told to fill, in whatever pieces, and tells the truth when it is asked.
 */
import type { OrderRequest } from "../../src/domain/intent.ts";
import type { FillReport, OrderReport, RejectReason } from "../../src/domain/report.ts";
import { decimalText, epochMs, lots } from "../../src/domain/units.ts";

const MILLION = 1_000_000;

export interface VenueOrder {
  readonly request: OrderRequest;
  /** How often an order of this id was taken in: more than once would be an order carried out twice. */
  taken: number;
  filled: number;
  over: "filled" | "canceled" | "expired" | "rejected" | null;
  readonly reports: OrderReport[];
}

export interface Venue {
  readonly orders: Map<string, VenueOrder>;
  readonly trades: { readonly report: FillReport; readonly isEntry: boolean }[];
  /** What we hold, in millionths of a lot, on our side of the market. */
  held: number;
  /** Orders that asked for more than was free (spot), by what they asked. */
  readonly overdrawn: OrderRequest[];
}

export const openVenue = (): Venue => ({ orders: new Map(), trades: [], held: 0, overdrawn: [] });

export const working = (venue: Venue): readonly VenueOrder[] =>
  [...venue.orders.values()].filter(({ over }) => over === null);

const leaves = ({ request, filled }: VenueOrder): number => request.lots - filled;

/** Takes an order in, or refuses it: a reduce-only order with nothing to reduce, a sale of more than is free. */
export function takeOrder(
  venue: Venue,
  request: OrderRequest,
  nowMs: number,
  refusal: RejectReason | null,
): readonly OrderReport[] {
  const { clientOrderId, purpose, reduceOnly } = request;
  const known = venue.orders.get(clientOrderId);
  if (known !== undefined) {
    known.taken += 1;
    return [];
  }
  const sales = working(venue).filter((order) => order.request.purpose !== "entry");
  const free = Math.floor(venue.held / MILLION) - sales.reduce((sum, order) => sum + leaves(order), 0);
  const overdrawn = purpose !== "entry" && !reduceOnly && request.lots > free;
  if (overdrawn) venue.overdrawn.push(request);
  const why = refusal ?? (overdrawn ? "insufficient_funds" : reduceOnly && venue.held < MILLION ? "reduce_only" : null);
  const about = { clientOrderId, atMs: epochMs(nowMs) };
  const order: VenueOrder = { request, taken: 1, filled: 0, over: why === null ? null : "rejected", reports: [] };
  venue.orders.set(clientOrderId, order);
  return tell(
    order,
    why === null
      ? { kind: "accepted", ...about, exchangeOrderId: `x${venue.orders.size}` }
      : { kind: "rejected", ...about, reason: why, message: "said the venue" },
  );
}

/** Carries out part of a working order; a reduce-only order never more than there is to reduce. */
export function execute(
  venue: Venue,
  order: VenueOrder,
  wanted: number,
  priceText: string,
  nowMs: number,
  coinFee: (lots: number) => number,
  step: (millionths: number) => string,
): readonly OrderReport[] {
  const { purpose, reduceOnly, clientOrderId } = order.request;
  const quantity = Math.min(wanted, leaves(order), reduceOnly ? venue.held / MILLION : Number.POSITIVE_INFINITY);
  if (order.over !== null || quantity <= 0) return endOrder(venue, order, "canceled", nowMs);
  const isEntry = purpose === "entry";
  const fee = isEntry ? coinFee(quantity) : 0;
  venue.held += isEntry ? quantity * MILLION - fee : -quantity * MILLION;
  order.filled += quantity;
  const report: FillReport = {
    kind: "fill",
    clientOrderId,
    exchangeOrderId: "x",
    tradeId: `t${venue.trades.length + 1}`,
    atMs: epochMs(nowMs),
    lots: lots(quantity),
    price: decimalText(priceText),
    fee:
      fee > 0 ? { cost: decimalText(step(fee)), currency: "base" } : { cost: decimalText("0.01"), currency: "quote" },
  };
  venue.trades.push({ report, isEntry });
  const told = tell(order, report);
  return leaves(order) === 0 ? [...told, ...endOrder(venue, order, "filled", nowMs)] : told;
}

export function endOrder(
  _venue: Venue,
  order: VenueOrder,
  end: "filled" | "canceled" | "expired",
  nowMs: number,
): readonly OrderReport[] {
  if (order.over !== null) return [];
  order.over = end;
  return tell(order, {
    kind: "ended",
    clientOrderId: order.request.clientOrderId,
    atMs: epochMs(nowMs),
    end,
    filledLots: lots(order.filled),
  });
}

/** Everything that is known of an order; absent, with authority, when it never came. */
export const lookUp = (venue: Venue, clientOrderId: string, nowMs: number): readonly OrderReport[] =>
  venue.orders.get(clientOrderId)?.reports ?? [{ kind: "absent", clientOrderId, atMs: epochMs(nowMs) }];

const tell = (order: VenueOrder, report: OrderReport): readonly OrderReport[] => {
  order.reports.push(report);
  return [report];
};
