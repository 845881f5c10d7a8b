/**
 * A request that reached the venue: read, named, and carried out against the world.
 */
import type { Call } from "./calls.ts";
import { jsonReply, type RawReply } from "./false-bodies.ts";
import type { RequestRecord } from "./fault-kinds.ts";
import { FUTURES_CALLS } from "./futures-calls.ts";
import type { MarketKind } from "./markets.ts";
import type { Params } from "./params.ts";
import { VenueRefusal } from "./records.ts";
import { checkApiKey, checkSignature, type Proof } from "./signature.ts";
import { SPOT_CALLS } from "./spot-calls.ts";
import { countLook } from "./visibility.ts";
import type { World } from "./world.ts";

export interface Incoming {
  readonly call: Call | undefined;
  readonly proof: Proof;
  readonly record: RequestRecord;
}

interface RawRequest {
  readonly method: string;
  readonly host: string;
  readonly url: string;
  readonly body: string;
  readonly apiKey: string | undefined;
}

const FUTURES_HOSTS = ["fapi.binance.com", "demo-fapi.binance.com"];
const SPOT_HOSTS = ["api.binance.com", "demo-api.binance.com"];

export function readIncoming(world: World, raw: RawRequest): Incoming {
  const mark = raw.url.indexOf("?");
  const path = mark === -1 ? raw.url : raw.url.slice(0, mark);
  const query = mark === -1 ? "" : raw.url.slice(mark + 1);
  const params: Params = { ...pairs(query), ...pairs(raw.body) };
  const call = callFor(raw.host, `${raw.method} ${path}`);
  return {
    call,
    proof: { apiKey: raw.apiKey, query, body: raw.body, params },
    record: {
      atMs: world.clock.now(),
      method: raw.method,
      host: raw.host,
      path,
      call: call?.name ?? "unknown",
      params,
      clientOrderId: params["newClientOrderId"] ?? params["origClientOrderId"],
      fault: undefined,
      executed: false,
      orderIds: [],
      answer: undefined,
    },
  };
}

function pairs(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** The host says which venue is meant; addresses of this machine mean both. */
function callFor(host: string, name: string): Call | undefined {
  const bare = host.replace(/:\d+$/, "");
  const isLocal = bare === "127.0.0.1" || bare === "localhost";
  if ((isLocal || FUTURES_HOSTS.includes(bare)) && FUTURES_CALLS[name] !== undefined) return FUTURES_CALLS[name];
  if (bare === "demo-api.binance.com" && name.includes("/sapi/")) return undefined;
  return isLocal || SPOT_HOSTS.includes(bare) ? SPOT_CALLS[name] : undefined;
}

export function kindOfPath(path: string): MarketKind {
  return path.startsWith("/fapi/") ? "perpetual" : "spot";
}

const COUNTED = ["getOrder", "openOrders", "allOrders", "trades", "positions"] as const;

export function carryOut(
  world: World,
  { call, proof, record }: Incoming,
  options: { readonly ignoreDeadline?: boolean } = {},
): RawReply {
  const ordersBefore = world.orders.length;
  try {
    if (call === undefined)
      throw new VenueRefusal(-5000, `Path ${record.path}, Method ${record.method} is invalid`, 404);
    if (call.proof === "key") checkApiKey(world, proof.apiKey);
    if (call.proof === "signature") {
      if (options.ignoreDeadline === true) checkApiKey(world, proof.apiKey);
      else checkSignature(world, proof);
    }
    const body = call.run(world, proof.params);
    record.executed = true;
    const counted = COUNTED.find((listing) => listing === call.name);
    if (counted !== undefined) countLook(world, counted);
    return jsonReply(200, body);
  } catch (refusal) {
    if (!(refusal instanceof VenueRefusal)) throw refusal;
    const counted = COUNTED.find((listing) => listing === call?.name);
    if (counted !== undefined) countLook(world, counted);
    return jsonReply(refusal.status, { code: refusal.code, msg: refusal.message });
  } finally {
    world.onNewOrder = undefined;
    for (const order of world.orders.slice(ordersBefore)) record.orderIds.push(order.orderId);
  }
}
