/** Only what is journalled leaves the process: `append` is the one maker of the ticket (R10.1, R11.1, P18). */
import type { OrderRequest } from "../../../src/domain/intent.ts";
import type { Row } from "../../../src/domain/row.ts";
import type { ExchangeService, OrderQuery } from "../../../src/exchange/exchange.ts";
import type { Journal, Journalled } from "../../../src/journal/journal.ts";

declare const exchange: ExchangeService;
declare const journal: Journal;
declare const rows: readonly Row[];
declare const order: OrderRequest;
declare const query: OrderQuery;

export const placed = exchange.place(journal.append(rows, order));
export const canceled = exchange.cancel(journal.append(rows, query));

// must not compile: the order was decided on, but nothing is on disk
export const unjournalled = exchange.place(order);

// must not compile: a cancel is an effect too
export const unjournalledCancel = exchange.cancel(query);

// must not compile: a ticket for a query is not a ticket for an order
export const otherTicket = exchange.place(journal.append(rows, query));

// must not compile: the ticket cannot be written by hand
export const forged: Journalled<OrderRequest> = { ...order, reduceOnly: false };
