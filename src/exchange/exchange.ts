/**
 * The exchange port: what the engine asks of a trading venue. Reports come back as events, not as return values.
 * An error says what the caller has to do next (SPEC R10.5).
 */
import { Context, Data, type Effect, type Scope, type Stream } from "effect";
import type { OrderRequest } from "../domain/intent.ts";
import type { Market } from "../domain/market.ts";
import type { OrderReport } from "../domain/report.ts";
import type { EpochMs, Lots } from "../domain/units.ts";
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
  readonly lots: Lots;
  /** When it was decided on: nothing of it can be older. */
  readonly decidedAtMs: EpochMs;
}

/** What one look at everything that the exchange lists says of an order. */
export type Sighting =
  /** It is there: everything that is known of it, as reports; nothing new while it is on its way. */
  | { readonly kind: "seen"; readonly reports: readonly OrderReport[] }
  /** In none of the listings, every one of which has answered. What is held of its market now; null where that says nothing (spot). */
  | { readonly kind: "not seen"; readonly netLots: Lots | null };

/** From when on an order that is not seen can no longer appear (R10.2). */
export interface AbsenceTerms {
  /** After the last moment at which it may have left: the venue's own deadline, the error of clocks, the lag of its listings. */
  readonly afterMs: number;
  /** Two looks so far apart have to agree. */
  readonly apartMs: number;
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
  /** Looks an order up in everything that the exchange lists. A listing that fails fails the whole: it is no answer. */
  readonly lookUp: (query: OrderQuery) => Effect.Effect<Sighting, ExchangeError>;
  readonly absence: AbsenceTerms;
  readonly holdings: Effect.Effect<readonly Holding[], ExchangeError>;
  readonly reports: Stream.Stream<OrderReport>;
}

export class Exchange extends Context.Service<Exchange, ExchangeService>()("pawl/exchange/Exchange") {}

/** A price of a market, at the time of its source. */
export type OnPrice = (symbol: string, price: number, atMs: number) => void;

/** What an exchange has besides orders: prices of the markets that are traded, from now until the scope ends. */
export class ExchangePrices extends Context.Service<
  ExchangePrices,
  { readonly watch: (onPrice: OnPrice) => Effect.Effect<void, never, Scope.Scope> }
>()("pawl/exchange/ExchangePrices") {}
