/**
 * What a venue's orders and fills say of one order of ours, as reports.
 *
 * Promises: everything that stands under its id counts, also where a transport or the venue made several orders of it; what was filled is
 * the larger of what the order says and what its fills add up to (R10.7). A fill without an id has a blank one here, for
 * `fill-ids.ts`. Moments are told in our time: a holding time must not be over because a clock is wrong. Quantities that are no whole
 * lots are an answer that cannot be read.
 */
import { BLANK_ID } from "./fill-ids.ts";
import { exact, ZERO_TEXT } from "../../domain/decimal.ts";
import { amountToLotsDown, lotsToAmount, type Market } from "../../domain/market.ts";
import type { Fee, FillReport, OrderReport } from "../../domain/report.ts";
import { epochMs, NO_LOTS, sumLots, type DecimalText, type EpochMs, type Lots } from "../../domain/units.ts";
import { AnswerError, type VenueOrder, type VenueTrade } from "./answers.ts";
import type { VenueTime } from "./venue-time.ts";

type Time = Pick<VenueTime, "toOurs">;

export function orderReports(input: {
  readonly clientOrderId: string;
  readonly time: Time;
  readonly market: Market;
  /** All that stand under the id; at least one. */
  readonly orders: readonly VenueOrder[];
  /** Fills of the market; those of other orders are left out. */
  readonly trades: readonly VenueTrade[];
  readonly nowMs: EpochMs;
}): readonly OrderReport[] {
  const { clientOrderId, market, orders, trades, time, nowMs } = input;
  const [first] = orders;
  if (first === undefined) throw new Error("Invariant: reports are made of at least one order");
  const fills = trades
    .filter((trade) => orders.some((order) => order.id === trade.order))
    .map((trade) => fillReport(clientOrderId, market, trade, time));
  if (orders.every(({ status }) => status === "rejected") && fills.length === 0) {
    const message = "the exchange lists it as rejected";
    return [{ kind: "rejected", clientOrderId, atMs: momentOf(first, time, nowMs), reason: "other", message }];
  }
  const accepted: OrderReport = {
    kind: "accepted",
    clientOrderId,
    atMs: momentOf(first, time, nowMs),
    exchangeOrderId: first.id,
  };
  const end = endOf(orders);
  if (end === null) return [accepted, ...fills];
  const filledLots = sumLots(orders.map((order) => filledOf(market, order, fills)));
  const moments = orders.flatMap(({ lastTradeTimestamp, timestamp }) => lastTradeTimestamp ?? timestamp ?? []);
  const known = [...moments.map((venueMs) => time.toOurs(venueMs)), ...fills.map((fill) => fill.atMs)];
  const atMs = known.length === 0 ? nowMs : epochMs(Math.max(...known));
  return [accepted, ...fills, { kind: "ended", clientOrderId, atMs, end, filledLots }];
}

/** Where no listing shows the order: its fills, and its end where they are all of it. */
export function reportsOfFills(input: {
  readonly clientOrderId: string;
  readonly time: Time;
  readonly lots: Lots;
  readonly market: Market;
  readonly fills: readonly VenueTrade[];
  readonly nowMs: EpochMs;
}): readonly OrderReport[] {
  const { clientOrderId, market, time, nowMs } = input;
  const fills = input.fills.map((trade) => fillReport(clientOrderId, market, trade, time));
  const filledLots = sumLots(fills.map((fill) => fill.lots));
  const atMs = fills.at(-1)?.atMs ?? nowMs;
  const end: readonly OrderReport[] =
    filledLots === input.lots ? [{ kind: "ended", clientOrderId, atMs, end: "filled", filledLots }] : [];
  return [...fills, ...end];
}

export function fillReport(clientOrderId: string, market: Market, trade: VenueTrade, time: Time): FillReport {
  const exchangeOrderId = trade.order ?? "";
  return {
    kind: "fill",
    clientOrderId,
    atMs: time.toOurs(trade.timestamp),
    exchangeOrderId,
    tradeId: trade.id ?? BLANK_ID,
    lots: wholeLots(market, trade.amount),
    price: trade.price,
    fee: feeOf(market, trade),
  };
}

/** When it was taken, in our time; now where the venue does not say it. */
export const momentOf = (
  { timestamp }: { readonly timestamp?: number | null | undefined },
  time: Time,
  nowMs: EpochMs,
): EpochMs => (timestamp === null || timestamp === undefined ? nowMs : time.toOurs(timestamp));

/** Whole lots of an amount of the venue; throws AnswerError for a rest. */
export function wholeLots(market: Market, amount: DecimalText): Lots {
  const quantity = amountToLotsDown(market, amount);
  if (quantity === null || !exact(lotsToAmount(market, quantity)).eq(exact(amount))) {
    throw new AnswerError(
      "amount",
      `${amount} of ${market.symbol} is no whole number of its step ${market.amountStep}`,
    );
  }
  return quantity;
}

function filledOf(market: Market, order: VenueOrder, fills: readonly FillReport[]): Lots {
  const byFills = sumLots(fills.filter((fill) => fill.exchangeOrderId === order.id).map((fill) => fill.lots));
  const byOrder = order.filled === null ? NO_LOTS : wholeLots(market, order.filled);
  return byOrder > byFills ? byOrder : byFills;
}

/** Null while one of them still works. */
function endOf(orders: readonly VenueOrder[]): "filled" | "canceled" | "expired" | null {
  const ends = orders.map(({ status }) => ENDS[status ?? "open"] ?? null);
  if (ends.some((end) => end === null)) return null;
  return ends.every((end) => end === "filled") ? "filled" : ends.includes("canceled") ? "canceled" : "expired";
}

const ENDS: Readonly<Record<string, "filled" | "canceled" | "expired">> = {
  closed: "filled",
  canceled: "canceled",
  expired: "expired",
  expired_in_match: "expired",
  rejected: "expired",
};

function feeOf(market: Market, { fee }: VenueTrade): Fee {
  if (fee?.cost === null || fee?.cost === undefined) return { cost: ZERO_TEXT, currency: "other" };
  const currency = fee.currency === market.quote ? "quote" : fee.currency === market.base ? "base" : "other";
  return { cost: fee.cost, currency };
}
