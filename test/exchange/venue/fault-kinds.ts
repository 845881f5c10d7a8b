/**
 * The faults of the local venue, as data: what may go wrong with a call, and what with an event on a stream.
 */
import type { CallName } from "./calls.ts";
import type { Params } from "./params.ts";
import type { Listing } from "./records.ts";

export type Garbage =
  /** An HTML page. */
  | "html"
  /** `{}` */
  | "emptyObject"
  /** `[]` */
  | "emptyList"
  /** `null` */
  | "null"
  /** Nothing at all. */
  | "emptyBody"
  /** The first half of the JSON, as if it were whole. */
  | "halfJson"
  /** The usual answer, for another symbol. */
  | "wrongSymbol"
  /** The usual answer, for another client order id. */
  | "wrongClientOrderId"
  /** The usual answer without ids, status and amounts. */
  | "missingFields"
  /** The usual answer with amounts that are not numbers. */
  | "notNumbers"
  /** The usual answer with two megabytes of filling. */
  | "hugeBody";

/** What the client gets to see instead of the usual answer. */
export type FalseAnswer =
  /** The connection is closed without an answer. */
  | { readonly kind: "disconnect" }
  /** A status, with the venue's `{ code, msg }`, its gateway's `{ timestamp, path, msg }` (no code), an HTML page or nothing. */
  | {
      readonly kind: "respond";
      readonly status: number;
      readonly code?: number;
      readonly message?: string;
      readonly html?: boolean;
      readonly retryAfterSeconds?: number;
    }
  /** No answer, ever; the connection stays. */
  | { readonly kind: "hang" }
  /** Status and headers, never the body. */
  | { readonly kind: "stall" }
  /** Half the body, then the connection is closed. */
  | { readonly kind: "cutBody" }
  /** Status 200 with a body that is not what was asked for. */
  | { readonly kind: "garbage"; readonly content: Garbage };

export type RestFault =
  /** A false answer; `executed` says whether the call is carried out before it (default: it is not). */
  | (FalseAnswer & { readonly executed?: boolean })
  /** The usual answer after a time; `executed` says whether the call is carried out at once or only then (default). */
  | { readonly kind: "delay"; readonly ms: number; readonly executed?: boolean }
  /**
   * Answered at once (default: 408, -1007) but carried out only after a time.
   * Past the recvWindow of the request it is dropped, as the venue promises, unless `deadline` is "ignored".
   */
  | {
      readonly kind: "late";
      readonly afterMs: number;
      readonly deadline?: "kept" | "ignored";
      readonly answer?: FalseAnswer;
    }
  /** Carried out and answered (usually, unless `answer` says otherwise), but unseen in listings for a time or number of looks. */
  | {
      readonly kind: "hidden";
      readonly from: readonly Listing[];
      readonly forMs?: number;
      readonly forCalls?: number;
      readonly answer?: FalseAnswer;
    }
  /** The transport delivers the call twice, the second time after a pause (default: at once). The first is answered. */
  | { readonly kind: "executeTwice"; readonly afterMs?: number; readonly answer?: FalseAnswer }
  /** A look-up or listing answers as if there were nothing: -2013 or an empty list. */
  | { readonly kind: "blind" }
  /** A market order fills this share (decimal text), the rest expires. */
  | { readonly kind: "partialThenExpire"; readonly share: string; readonly answer?: FalseAnswer }
  /** The resting order fills just before the cancel arrives, which is answered -2011. */
  | { readonly kind: "fillBeforeCancel"; readonly answer?: FalseAnswer }
  /** A listing of trades without trade ids. */
  | { readonly kind: "blankTradeIds" };

export type StreamFault =
  /** The event is never sent. */
  | { readonly kind: "dropEvent" }
  /** The event is sent this many times (default 2). */
  | { readonly kind: "duplicateEvent"; readonly times?: number }
  /** The event is sent after the next one on the same socket, or after a second if none comes. */
  | { readonly kind: "reorderEvents" }
  /** The event is sent after a time. */
  | { readonly kind: "delayEvent"; readonly ms: number };

/** What a stream fault strikes: the user's events (all, orders, fills among them, account) or market events. */
export type StreamTarget = "userEvents" | "orderEvents" | "fillEvents" | "accountEvents" | "marketEvents";

/** A request as it came in, and what became of it. */
export interface RequestRecord {
  readonly atMs: number;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly call: CallName | "unknown";
  readonly params: Params;
  /** `newClientOrderId` or `origClientOrderId`. */
  readonly clientOrderId: string | undefined;
  /** Kind of the fault that struck it. */
  fault: string | undefined;
  /** Was it carried out (also when nobody was told)? */
  executed: boolean;
  /** Orders that it brought about. */
  readonly orderIds: number[];
  /** Status sent, and the venue's code if the answer was a refusal. */
  answer: { readonly status: number; readonly code: number | undefined } | undefined;
}

export type CallTarget = CallName | "any" | ((request: RequestRecord) => boolean);
