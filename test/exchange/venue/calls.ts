/**
 * What a call of the venue is: its name in plain words, what it must carry, what it does.
 */
import type { Params } from "./params.ts";
import type { World } from "./world.ts";

export type CallName =
  | "placeOrder"
  | "cancelOrder"
  | "cancelAllOrders"
  | "getOrder"
  | "openOrders"
  | "allOrders"
  | "trades"
  | "positions"
  | "balance"
  | "algoOrders"
  | "time"
  | "exchangeInfo"
  | "listenKey"
  | "prices"
  | "settings"
  | "restrictions";

export interface Call {
  readonly name: CallName;
  /** What it must carry: nothing, the API key, or the key and a signature. */
  readonly proof: "none" | "key" | "signature";
  readonly run: (world: World, params: Params) => unknown;
}

/** `GET /fapi/v1/order` → call. */
export type CallTable = Readonly<Record<string, Call>>;

export function open(name: CallName, run: Call["run"]): Call {
  return { name, proof: "none", run };
}

export function keyed(name: CallName, run: Call["run"]): Call {
  return { name, proof: "key", run };
}

export function signed(name: CallName, run: Call["run"]): Call {
  return { name, proof: "signature", run };
}
