/**
 * The matching core of the paper exchange: pure, synchronous, deterministic. No clock, no promise, no I/O.
 *
 * Promises: everything it changes it returns as records, and a core that is given these records again is in the same
 * state; an id that was ever received is never carried out twice; a reduce-only order never enlarges or turns a
 * position, judged again at each fill. It keeps no money: only lots and fees in the coin are accounted for.
 */
import type { OrderRequest } from "../../domain/intent.ts";
import type { Market } from "../../domain/market.ts";
import type { OrderReport } from "../../domain/report.ts";
import { addLots, epochMs, lots, type EpochMs, type Lots } from "../../domain/units.ts";
import type { Holding } from "../exchange.ts";
import { reducibleLots, refusalOf } from "./admission.ts";
import type { Appointment } from "./agenda.ts";
import { createBook, type Book, type PaperOrder, type PaperState } from "./book.ts";
import { latencyOf, slicePlanOf } from "./choices.ts";
import { createPriceBoard, type PriceBoard } from "./price-board.ts";
import type { ExecutionReport, PaperRecord } from "./record.ts";
import type { PaperSettings } from "./settings.ts";
import { fillFee, fillPrice } from "./terms.ts";

/** What was carried out: what is told, and what is to be written down first. */
export interface Carried {
  readonly reports: readonly OrderReport[];
  readonly records: readonly PaperRecord[];
}

export interface Matching {
  /** The order is in the exchange's hands from now on; it arrives after its latency. */
  place(order: OrderRequest, atMs: EpochMs): Carried;
  /** Asks for a cancellation. An unknown order is answered `absent`, one that is over with how it ended, both at once. */
  cancel(clientOrderId: string, atMs: EpochMs): Carried;
  /** The current price. True when an order has been waiting for it: there may be something due. */
  price(symbol: string, price: number, atMs: EpochMs): boolean;
  /** When the next thing is due; in the past for what had to wait. Null when nothing is. */
  dueMs(): EpochMs | null;
  /** Carries out everything that is due up to now, in order, each at the current price of its symbol. */
  due(atMs: EpochMs): Carried;
  /** Everything told of an order, with its original times; nothing while it is on its way; `absent` if it was never received. */
  lookUp(clientOrderId: string, atMs: EpochMs): readonly OrderReport[];
  holdings(): readonly Holding[];
  /** @internal The whole state but for the prices, as plain data. */
  state(): PaperState;
}

const NOTHING: Carried = { reports: [], records: [] };

/** Throws when the records cannot be true or do not fit the markets. */
export function createMatching(input: {
  readonly markets: readonly Market[];
  readonly settings: PaperSettings;
  /** What an earlier core returned, in order. */
  readonly records?: Iterable<PaperRecord>;
  /** Where prices are kept, if another core is to be followed. */
  readonly board?: PriceBoard;
}): Matching {
  const { settings } = input;
  const markets = new Map(input.markets.map((market) => [market.symbol, market]));
  const board = input.board ?? createPriceBoard(input.markets);
  const book = createBook({ markets, settings });
  for (const record of input.records ?? []) book.apply(record);

  /** An order cannot be carried out before the first price of its market; a cancellation can. */
  const canBeKept = (appointment: Appointment): boolean =>
    appointment.what === "cancel" || !markets.has(appointment.symbol) || board.price(appointment.symbol) > 0;
  const carryOut = (records: readonly PaperRecord[]): Carried => {
    for (const record of records) book.apply(record);
    return { records, reports: [] };
  };

  return {
    place(order, atMs) {
      if (book.order(order.clientOrderId) !== null) return carryOut([{ kind: "duplicate", order, atMs }]);
      const arrivesAtMs = epochMs(atMs + latencyOf(settings, order.clientOrderId));
      return carryOut([{ kind: "received", sequence: book.orderCount() + 1, order, atMs, arrivesAtMs }]);
    },
    cancel(clientOrderId, atMs) {
      const order = book.order(clientOrderId);
      if (order === null) return { records: [], reports: [{ kind: "absent", clientOrderId, atMs }] };
      if (order.phase === "over") return { records: [], reports: order.reports.slice(-1) };
      if (order.cancelPending) return NOTHING;
      const arrivesAtMs = epochMs(atMs + latencyOf(settings, clientOrderId));
      return carryOut([{ kind: "cancelReceived", clientOrderId, atMs, arrivesAtMs }]);
    },
    price: (symbol, price, atMs) => board.set(symbol, price, atMs) && book.agenda.first(canBeKept) !== null,
    dueMs: () => book.agenda.first(canBeKept)?.atMs ?? null,
    due(atMs) {
      const reports: OrderReport[] = [];
      const records: PaperRecord[] = [];
      for (;;) {
        const next = book.agenda.first(canBeKept);
        if (next === null || next.atMs > atMs) return records.length === 0 ? NOTHING : { reports, records };
        for (const report of carryOutOne({ next, book, markets, board, settings, atMs })) {
          const record: PaperRecord = { kind: "told", report };
          book.apply(record);
          reports.push(report);
          records.push(record);
        }
      }
    },
    lookUp: (clientOrderId, atMs) => book.order(clientOrderId)?.reports ?? [{ kind: "absent", clientOrderId, atMs }],
    holdings: () => book.holdings(),
    state: () => book.state(),
  };
}

interface Turn {
  readonly next: Appointment;
  readonly book: Book;
  readonly markets: ReadonlyMap<string, Market>;
  readonly board: PriceBoard;
  readonly settings: PaperSettings;
  readonly atMs: EpochMs;
}

/** Never empty: each turn tells something, so that the loop over what is due ends. */
function carryOutOne(turn: Turn): readonly ExecutionReport[] {
  const { next, book } = turn;
  const order = book.order(next.clientOrderId);
  if (order === null) throw new Error(`Invariant: order ${next.clientOrderId} is due and unknown`);
  if (next.what === "cancel") return [ended(order, "canceled", order.filledLots, next.atMs)];
  const atMs = executionMs(turn);
  if (order.phase === "working") return slice(turn, order, atMs);
  const refusal = refusalOf(order.order, {
    market: turn.markets.get(next.symbol) ?? null,
    price: turn.board.price(next.symbol),
    netLots: netLots(turn, order),
    freeLots: freeLots(turn, order),
  });
  const { clientOrderId } = order.order;
  if (refusal !== null) return [{ kind: "rejected", clientOrderId, atMs, ...refusal }];
  return [
    { kind: "accepted", clientOrderId, atMs, exchangeOrderId: exchangeOrderId(order) },
    ...slice(turn, order, atMs),
  ];
}

/** When it is due; but what had to wait for its price, or for the exchange to run again, happens at that price's time. */
const executionMs = ({ next, board, atMs }: Turn): EpochMs =>
  epochMs(Math.max(next.atMs, Math.min(board.atMs(next.symbol), atMs)));

/** The next fill of a working order, and its end where this is the last. Right from every point at which the records may stop. */
function slice(turn: Turn, order: PaperOrder, atMs: EpochMs): readonly ExecutionReport[] {
  const { slices, carriedOut } = slicePlanOf(turn.settings, order.order);
  const wanted = slices[order.fillCount];
  if (order.filledLots === order.order.lots) return [ended(order, "filled", order.filledLots, atMs)];
  if (wanted === undefined || order.fillCount >= carriedOut) return [ended(order, "expired", order.filledLots, atMs)];
  const reducible = order.order.reduceOnly ? reducibleLots(order.order.orderSide, netLots(turn, order)) : Infinity;
  const fillLots = lots(Math.min(wanted, reducible));
  if (fillLots === 0) return [ended(order, "canceled", order.filledLots, atMs)];
  const filledLots = addLots(order.filledLots, fillLots);
  const reports: ExecutionReport[] = [fill(turn, order, fillLots, atMs)];
  if (filledLots === order.order.lots) reports.push(ended(order, "filled", filledLots, atMs));
  else if (fillLots === reducible) reports.push(ended(order, "canceled", filledLots, atMs));
  else if (order.fillCount + 1 >= carriedOut) reports.push(ended(order, "expired", filledLots, atMs));
  return reports;
}

function fill(turn: Turn, { order, sequence, fillCount }: PaperOrder, fillLots: Lots, atMs: EpochMs): ExecutionReport {
  const market = turn.markets.get(order.symbol);
  if (market === undefined) throw new Error(`Invariant: order ${order.clientOrderId} was accepted without a market`);
  const { settings } = turn;
  const { orderSide, clientOrderId } = order;
  const price = fillPrice({ market, settings, orderSide, price: turn.board.price(order.symbol) });
  return {
    kind: "fill",
    clientOrderId,
    atMs,
    exchangeOrderId: exchangeOrderId({ sequence }),
    tradeId: `${clientOrderId}-${fillCount + 1}`,
    lots: fillLots,
    price,
    fee: fillFee({ market, settings, orderSide, lots: fillLots, price }),
  };
}

const ended = (
  { order }: PaperOrder,
  end: "filled" | "canceled" | "expired",
  filledLots: Lots,
  atMs: EpochMs,
): ExecutionReport => ({
  kind: "ended",
  clientOrderId: order.clientOrderId,
  atMs,
  end,
  filledLots,
});

const exchangeOrderId = ({ sequence }: { readonly sequence: number }): string => `paper-${sequence}`;

const netLots = ({ book }: Turn, { order }: PaperOrder): Lots => book.netLots(order.account, order.symbol);
const freeLots = ({ book }: Turn, { order }: PaperOrder): Lots => book.freeLots(order.account, order.symbol);
