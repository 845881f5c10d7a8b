/**
 * What a venue is like, as data: how an order is written there, how it is looked up and canceled by our own id, from when on
 * "not found" is proof, what its codes mean, what the client library would add. One file each in `profiles/`.
 *
 * Promises: only what a profile names is sent (R10.11); every line says where it comes from and whether a request of the
 * real client was captured that agrees with it (`test/exchange/captures`).
 */
import type { RejectReason } from "../../domain/report.ts";

/** How far a line of a profile can be trusted. */
export type Trust =
  /** The real client builds this request; `test/exchange/captures` compares. */
  | "captured"
  /** Seen over real HTTP against a local venue that follows the venue's documents. */
  | "local venue"
  /** The venue's own documents say so; not seen here. */
  | "documented"
  /** Nobody has seen it: to be confirmed on a demo account. */
  | "assumed";

/** A line of a profile. */
export interface Known<T> {
  readonly value: T;
  /** Where it comes from: a page of the venue, a section of the client's source, an issue. */
  readonly from: string;
  readonly trust: Trust;
}

/** Parameters of a call as data. `$id` becomes the order's id as the venue has it, `$sinceMs` a moment in epoch ms. */
export type Params = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** The client's unified method that asks for one order, and what goes with it. */
export interface SingleCall {
  readonly method: "fetchOrder" | "fetchOpenOrder" | "fetchClosedOrder";
  readonly params: Params;
}

/** The same for one that lists orders. */
export interface ListingCall {
  readonly method:
    | "fetchOpenOrders"
    | "fetchClosedOrders"
    | "fetchOrders"
    | "fetchCanceledOrders"
    | "fetchCanceledAndClosedOrders";
  readonly params: Params;
}

export type LookUpCall = SingleCall | ListingCall;

/** What a code of the venue proves about a call that was to change something (R10.5). */
export type CodeMeaning =
  /** Documented, and proof that nothing was executed. */
  | { readonly means: "rejected"; readonly reason: RejectReason }
  /** Another order of ours stands under this id: it is looked up. */
  | { readonly means: "duplicate" }
  /** Not executed, and to be tried again: the clock, a queue, maintenance that says so. */
  | { readonly means: "not sent" }
  /** Not executed, and to be tried again with the clock set anew. */
  | { readonly means: "clock" }
  | { readonly means: "unauthorized" }
  | { readonly means: "rate limited" }
  /** The order is not there now: on a look-up no proof, on a cancellation a reason to look. */
  | { readonly means: "not found" }
  | { readonly means: "unknown" };

/** A code that says different things, or a refusal that is text alone: told apart by a piece of the venue's message. */
export interface MessageMeaning {
  /** Only beside this code; null: beside any, and where there is none. */
  readonly code: string | null;
  readonly contains: string;
  readonly meaning: CodeMeaning;
}

export interface VenueProfile {
  /** As people name it: "binanceusdm", "binance" (spot). */
  readonly venue: string;
  /** The client's class. */
  readonly client: string;
  readonly markets: "spot" | "derivative";
  /** What is set on the client before its first call. */
  readonly options: Known<Readonly<Record<string, unknown>>>;

  /** The client order id: our 32 hex digits, cut to `digits`, behind `prefix`. */
  readonly clientOrderId: Known<{ readonly prefix: string; readonly digits: number }>;
  /** Parameters of a market order. What a form leaves out is not sent. */
  readonly placing: Known<{
    readonly entry: Params;
    readonly exit: Params;
    /** In hedge mode; null where the venue or this profile has none. */
    readonly hedge: { readonly entry: Params; readonly exit: Params } | null;
    /** A market order needs a price here (a limit that far beyond the market); null where it must not have one. */
    readonly priceBeyond: string | null;
  }>;
  /** One order by our own id, from the nearest to the widest; each is asked until one of them has it. */
  readonly byId: Known<readonly LookUpCall[]>;
  /** Listings that are filtered by our id: all of them have to answer before an order counts as not seen. */
  readonly listings: Known<readonly ListingCall[]>;
  /** Whether conditional orders are other objects with a listing of their own; null where there is none to ask. */
  readonly conditionalOrders: Known<ListingCall | null>;
  /** Further listings of conditional orders, where the venue keeps kinds of them apart. */
  readonly otherConditionalOrders?: Known<readonly ListingCall[]>;
  /**
   * How many rows a listing gives at most: one that is full may not be all; and with which end a page of fills begins, so that the next
   * one is known. "cut before it is filtered": the client asks for rows of all markets and leaves the others out afterwards, so that
   * nothing tells whether it is all; absence cannot be proven there. Absent: a full page of fills is not known to be all.
   */
  readonly pages?: Known<
    | { readonly orders: number; readonly fills: number; readonly fillsFrom: "the oldest" | "the newest" }
    | "cut before it is filtered"
  >;
  /** "guessed": what the client calls an order's end in a listing may be none; whether it has ended is told by its look-up and its fills. */
  readonly listedEnds?: Known<"guessed">;
  /** How the id of an order stands in a fill: by the exchange's order id only, or by ours as well. */
  readonly fillsBy: Known<"client order id" | "exchange order id">;
  /** Where our id stands in the client's trade ("info.orderLinkId"); only beside `fillsBy: "client order id"`. */
  readonly fillIdAt?: Known<string>;
  readonly cancel: Known<{ readonly params: Params }>;

  /** The span over which the venue adds up weights: so much passes at once, if nothing has passed before. Absent: a second. */
  readonly weightWindowMs?: Known<number>;
  /** The venue refuses what arrives later than this after it was signed; null where it does not. */
  readonly requestDeadlineMs: Known<number | null>;
  /**
   * A nearer deadline that the client can be made to send with each order, as a moment. `requestDeadlineMs` does not count on
   * it: it says what holds for a gateway that sends the parameters of this profile alone.
   */
  readonly deadlineIn?: Known<{
    readonly where: "params" | "headers";
    readonly name: string;
    readonly as: "epoch ms" | "ISO 8601";
  }>;
  /** How long an executed order may stay invisible to look-ups. */
  readonly visibilityLagMs: Known<number>;
  /** Whether ids are unique for ever or among open orders only: what a duplicate answer proves. */
  readonly idsAreUnique: Known<"always" | "among open orders" | "never">;

  /** What decides the margin mode that an order is sent with; absent where an order does not say it. */
  readonly marginMode?: Known<{ readonly option: string; readonly values: readonly string[] }>;
  readonly positionMode: Known<"one-way" | "fetchPositionMode" | "from positions">;
  /** How everything that is left is closed (R10.4). */
  readonly closeForm: Known<"reduce-only, sized by the exchange's position" | "sell what is free">;
  /** Does the minimum order value bind orders that only reduce? */
  readonly minimumCostBindsReduceOnly: Known<boolean>;
  /** Which price conditional orders are triggered by, where the profile can choose. */
  readonly triggerPrice: Known<"last" | "mark" | null>;
  readonly codes: Known<Readonly<Record<string, CodeMeaning>>>;
  /** Where the venue's code stands in an answer, as paths from the root ("data.0.sCode"), the most particular first. */
  readonly codeAt: Known<readonly string[]>;
  /** Where the message stands, likewise; absent where no message is needed. */
  readonly messageAt?: Known<readonly string[]>;
  /** Looked at before `codes`. */
  readonly messages?: Known<readonly MessageMeaning[]>;
  /**
   * An answer to a placement that is no error counts as accepted only with one of these here; with anything else it is read
   * by `codes`. Absent: the client throws on everything that is not a success.
   */
  readonly acceptedWhen?: Known<{ readonly at: string; readonly is: readonly string[] }>;

  readonly streams: Known<{
    readonly orders: boolean;
    readonly fills: boolean;
    readonly trades: boolean;
    readonly quirks: readonly string[];
  }>;
  /** What the client library would add by itself, and how it is turned off. */
  readonly addedCosts: Known<{
    readonly what: string;
    readonly off: "options" | "initializeClient" | "nothing to turn off";
  }>;
  readonly demo: Known<"enableDemoTrading" | "setSandboxMode" | null>;
}
