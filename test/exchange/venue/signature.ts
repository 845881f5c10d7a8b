/**
 * Who may call: API key, timestamp within recvWindow, HMAC over query and body, checked in this order (an assumption).
 */
import { createHmac } from "node:crypto";
import { optionalInteger, required, requiredInteger, type Params } from "./params.ts";
import { VenueRefusal } from "./records.ts";
import type { World } from "./world.ts";

const DEFAULT_WINDOW_MS = 5000;
const GREATEST_WINDOW_MS = 60_000;
const AHEAD_MS = 1000;

export interface Proof {
  readonly apiKey: string | undefined;
  /** Query string and body as they came, without the question mark. */
  readonly query: string;
  readonly body: string;
  readonly params: Params;
}

export function checkApiKey(world: World, apiKey: string | undefined): void {
  if (apiKey === undefined || apiKey === "") throw new VenueRefusal(-2014, "API-key format invalid.", 401);
  if (apiKey !== world.rules.apiKey) {
    throw new VenueRefusal(-2015, "Invalid API-key, IP, or permissions for action.", 401);
  }
}

export function checkSignature(world: World, proof: Proof): void {
  checkApiKey(world, proof.apiKey);
  checkTimestamp(world, proof.params);
  const signature = required(proof.params, "signature");
  if (signature !== sign(world, unsigned(proof.query) + unsigned(proof.body))) throw invalidSignature();
}

/** The WebSocket API signs its parameters sorted by name, with the key among them. */
export function checkSortedSignature(world: World, params: Params): void {
  checkApiKey(world, params["apiKey"]);
  checkTimestamp(world, params);
  const names = Object.keys(params)
    .filter((name) => name !== "signature")
    .toSorted();
  const payload = names.map((name) => `${name}=${params[name]}`).join("&");
  if (required(params, "signature") !== sign(world, payload)) throw invalidSignature();
}

function invalidSignature(): VenueRefusal {
  return new VenueRefusal(-1022, "Signature for this request is not valid.");
}

function sign(world: World, payload: string): string {
  return createHmac("sha256", world.rules.secret).update(payload).digest("hex");
}

function unsigned(text: string): string {
  return text
    .split("&")
    .filter((pair) => !pair.startsWith("signature="))
    .join("&");
}

function checkTimestamp(world: World, params: Params): void {
  const timestamp = requiredInteger(params, "timestamp");
  const window = optionalInteger(params, "recvWindow") ?? DEFAULT_WINDOW_MS;
  if (window > GREATEST_WINDOW_MS) {
    throw new VenueRefusal(-1131, "recvWindow must be less than 60000");
  }
  const now = world.clock.now();
  if (timestamp >= now + AHEAD_MS) {
    throw new VenueRefusal(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
  }
  if (now - timestamp > window) {
    throw new VenueRefusal(-1021, "Timestamp for this request is outside of the recvWindow.");
  }
}
