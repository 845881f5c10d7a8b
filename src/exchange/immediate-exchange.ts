/**
 * The exchange as the replay driver sees it: synchronous, on the driver's own time. Its reports go on the driver's
 * heap like every other event. The paper exchange is one; so is any other deterministic venue model.
 */
import type { OrderRequest } from "../domain/intent.ts";
import type { OrderReport } from "../domain/report.ts";
import type { EpochMs } from "../domain/units.ts";
import type { Journalled } from "../journal/journal.ts";
import type { Holding, OrderQuery } from "./exchange.ts";

export interface ImmediateExchange {
  /** Sends an order; its reports come through `due`, the acknowledgement included. An id received before brings none. */
  place(order: Journalled<OrderRequest>, atMs: EpochMs): void;
  /** What can be answered at once: nothing for an order under way, its end for one that is over, `absent` for an unknown one. */
  cancel(query: Journalled<OrderQuery>, atMs: EpochMs): readonly OrderReport[];
  /** The current price of a symbol; true when something may be due that has waited for it. */
  price(symbol: string, price: number, atMs: EpochMs): boolean;
  /** When to call `due` next: now, later, or earlier than now for what had to wait; null when nothing is under way. */
  dueMs(): EpochMs | null;
  /** Carries out everything that is due and returns what is to be told of it. */
  due(atMs: EpochMs): readonly OrderReport[];
  /** All that is known of an order, with the original times; nothing while it is on its way; `absent` if never received. */
  lookUp(query: OrderQuery, atMs: EpochMs): readonly OrderReport[];
  holdings(): readonly Holding[];
}
