/**
 * What became of one call on the wire: whether anything of it was written, and what was answered, header by header.
 *
 * Promises: "not written" is proof (the transport says when it writes the head of a request), and calls that run beside each other do
 * not see each other. The client's errors carry nothing but a sentence; here is the rest.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { EpochMs } from "../../domain/units.ts";
import type { CcxtClient } from "./ccxt-client.ts";
import type { Priority } from "./line.ts";

export interface Exchanged {
  readonly priority: Priority;
  /** After this moment it is not worth sending any more; Infinity for most. */
  readonly leaveByMs: number;
  /** Whoever asked does not wait any more. */
  readonly signal: AbortSignal | null;
  /** Sent along with the client's own. */
  readonly headers: Readonly<Record<string, string>>;
  /** The client has handed a request to its transport. */
  hasBegun: boolean;
  /** The address that it is about, as the transport writes it; null before. */
  path: string | null;
  /** The transport has made a request of it: only then "not written" is proof. */
  isCreated: boolean;
  /** The transport has written some of it. */
  isWritten: boolean;
  status: number | null;
  retryAfter: string | null;
  body: string;
}

export interface WireWatch {
  /** Watches the requests of a client from now on. */
  watch(client: CcxtClient, pass: Pass): void;
  /** Carries out one call, and keeps account of it. */
  during<A>(exchanged: Exchanged, call: () => Promise<A>): Promise<A>;
  close(): void;
}

/** Done with true when it is this one's turn; with false where that has not come within the time, or nobody waits for it any more. */
export type Pass = (
  priority: Priority,
  weight: number,
  within: { readonly limitMs: number; readonly signal: AbortSignal | null },
) => Promise<boolean>;

/** It has not reached the transport, and will not. */
export class NeverLeftError extends Error {
  constructor() {
    super("not sent: its turn has not come in time");
    this.name = "NeverLeftError";
  }
}

export const nothingExchanged = (
  words: {
    readonly priority?: Priority;
    readonly leaveByMs?: number | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly headers?: Readonly<Record<string, string>> | undefined;
  } = {},
): Exchanged => ({
  priority: words.priority ?? "rest",
  leaveByMs: words.leaveByMs ?? Number.POSITIVE_INFINITY,
  signal: words.signal ?? null,
  headers: words.headers ?? {},
  hasBegun: false,
  path: null,
  isCreated: false,
  isWritten: false,
  status: null,
  retryAfter: null,
  body: "",
});

/** No answer that we need of a call is longer; the rest is not kept. */
const LONGEST_BODY = 10_000;

export function createWireWatch(nowMs: () => EpochMs): WireWatch {
  const current = new AsyncLocalStorage<Exchanged>();
  const callOf = new WeakMap<object, Exchanged>();
  // The transport's own announcements, within the call that they belong to.
  const created = (message: unknown): void => {
    const exchanged = current.getStore();
    const { request } = message as { readonly request: { readonly path: string } };
    // One that has waited for a socket is made in the context of whoever frees it: told apart by its address, which bears a signature.
    if (exchanged === undefined || exchanged.path !== request.path) return;
    exchanged.isCreated = true;
    callOf.set(request, exchanged);
  };
  const written = (message: unknown): void => {
    const exchanged = callOf.get((message as { readonly request: object }).request);
    if (exchanged !== undefined) exchanged.isWritten = true;
  };
  subscribe("undici:request:create", created);
  subscribe("undici:client:sendHeaders", written);

  return {
    watch(client, pass) {
      // The client knows what each request costs; who goes first is our affair.
      client.throttle = async (cost) => {
        const exchanged = current.getStore();
        const signal = exchanged?.signal ?? null;
        const limitMs = (exchanged?.leaveByMs ?? Number.POSITIVE_INFINITY) - nowMs();
        // It came too late already: in an empty line it would be its turn all the same.
        if (limitMs < 0) throw new NeverLeftError();
        const isItsTurn = await pass(exchanged?.priority ?? "rest", Number(cost ?? 1), { limitMs, signal });
        if (!isItsTurn || signal?.aborted === true) throw new NeverLeftError();
      };
      const fetch = client.fetch.bind(client);
      const onRestResponse = client.onRestResponse.bind(client);
      client.fetch = (url, method, headers, body) => {
        const exchanged = current.getStore();
        if (exchanged === undefined) return fetch(url, method, headers, body);
        exchanged.hasBegun = true;
        exchanged.path = pathOf(url);
        return fetch(url, method, { ...(headers as object | undefined), ...exchanged.headers }, body);
      };
      client.onRestResponse = (status, statusText, url, method, headers, body) => {
        const exchanged = current.getStore();
        if (exchanged !== undefined) {
          exchanged.status = status;
          exchanged.retryAfter = headerOf(headers, "retry-after");
          exchanged.body = body.slice(0, LONGEST_BODY);
        }
        return onRestResponse(status, statusText, url, method, headers, body);
      };
    },
    during: (exchanged, call) => current.run(exchanged, call),
    close() {
      unsubscribe("undici:request:create", created);
      unsubscribe("undici:client:sendHeaders", written);
    },
  };
}

const pathOf = (url: string): string => {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
};

function headerOf(headers: unknown, name: string): string | null {
  if (typeof headers !== "object" || headers === null) return null;
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
  return found === undefined ? null : String(found[1]);
}
