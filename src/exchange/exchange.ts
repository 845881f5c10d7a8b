/**
 * The exchange port: what the engine asks of a trading venue. Reports come back as events, not as return values.
 * An error says what the caller has to do next (SPEC R10.5).
 */
import { Context, Data, type Effect, type Stream } from "effect";
import type { OrderRequest } from "../domain/intent.ts";
import type { Market } from "../domain/market.ts";
import type { OrderReport } from "../domain/report.ts";
import type { Lots } from "../domain/units.ts";
import type { Journalled } from "../journal/journal.ts";

export type ExchangeErrorReason =
  | { readonly _tag: "Transient"; readonly message: string }
  | { readonly _tag: "RateLimited"; readonly retryAfterMs: number; readonly message: string }
  | { readonly _tag: "OutcomeUnknown"; readonly message: string }
  | { readonly _tag: "Unauthorized"; readonly message: string }
  | { readonly _tag: "InvalidAnswer"; readonly message: string };

/** A call that did not do what was asked. A refusal of the venue is not an error but a `rejected` report. */
export class ExchangeError extends Data.TaggedError("ExchangeError")<{ readonly reason: ExchangeErrorReason }> {}

export interface OrderQuery {
  readonly clientOrderId: string;
  readonly account: string;
  readonly symbol: string;
}

/** One net holding of an account, as the exchange sees it: positive lots are long. */
export interface Holding {
  readonly account: string;
  readonly symbol: string;
  readonly netLots: Lots;
}

export interface ExchangeService {
  readonly markets: Effect.Effect<readonly Market[], ExchangeError>;
  /** Sends an order. Its reports, the first acknowledgement included, come through `reports`. */
  readonly place: (order: Journalled<OrderRequest>) => Effect.Effect<void, ExchangeError>;
  /** Asks for an order to be canceled; what came of it is reported. */
  readonly cancel: (query: Journalled<OrderQuery>) => Effect.Effect<void, ExchangeError>;
  /** Everything that the exchange knows of one order, as reports; `absent` only with authority. */
  readonly lookUp: (query: OrderQuery) => Effect.Effect<readonly OrderReport[], ExchangeError>;
  readonly holdings: Effect.Effect<readonly Holding[], ExchangeError>;
  readonly reports: Stream.Stream<OrderReport>;
}

export class Exchange extends Context.Service<Exchange, ExchangeService>()("pawl/exchange/Exchange") {}
