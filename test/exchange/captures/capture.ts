/**
 * What the real client sends for a line of a profile: everything above the transport is the client's own, the venue's answer is canned.
 *
 * A capture takes the profile's data alone (options, parameters, method names) and the unified call that the gateway makes with
 * them. What it compares is every request, in order, without what changes each time: key, signature, timestamp, nonce.
 */
import ccxt from "ccxt";
import { isSingleCall } from "../../../src/exchange/ccxt/looking-up.ts";
import type { LookUpCall, Params, VenueProfile } from "../../../src/exchange/ccxt/profile.ts";

export const OUR_ID = "0123456789abcdef0123456789abcdef";
const SINCE_MS = 1_700_000_000_000;
const DEADLINE_MS = SINCE_MS + 5_000;
/** As the gateway asks for listings. */
const PAGE = 50;

/** The unified call that the gateway makes. `at` counts from 0. */
export type Call =
  | { readonly do: "entry" | "exit"; readonly side: "buy" | "sell"; readonly mode?: "one-way" | "hedge" }
  | { readonly do: "byId" | "listing" | "other conditional"; readonly at: number }
  | { readonly do: "markets" | "conditional" | "cancel" | "position mode" | "positions" | "fills" }
  | { readonly do: "entry on demo" | "entry with deadline" }
  | { readonly do: "entry in margin mode"; readonly value: string };

/** Lines of a profile that a request can show. */
export type Line = keyof VenueProfile;

export interface Capture {
  /** Begins with the number of the requirement. */
  readonly title: string;
  readonly of: readonly Line[];
  readonly call: Call;
  /** "METHOD address", the body and headers that are not everywhere, each request a text. */
  readonly sends: string;
  /** What the client makes of the canned answer, as far as it is named. */
  readonly comesBack?: object;
}

export interface VenueCaptures {
  readonly profile: VenueProfile;
  readonly symbol: string;
  readonly amount: string;
  /** Handed over where the profile has `priceBeyond`. */
  readonly price?: string;
  readonly market: object;
  readonly credentials: object;
  readonly answer: (request: Request) => unknown;
  readonly captures: readonly Capture[];
}

export interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

type Unified = (...args: readonly unknown[]) => Promise<unknown>;

export interface Client {
  [method: string]: unknown;
  options: Record<string, unknown>;
  headers: object;
  has: object;
  number: unknown;
  fetchImplementation: unknown;
  initializeClient: unknown;
  setMarkets(markets: readonly object[]): unknown;
  enableDemoTrading(enable: boolean): void;
  setSandboxMode(enable: boolean): void;
}

/** A client as the profile's data make it, or with other options; its transport is a list. */
export function clientOf(
  venue: Pick<VenueCaptures, "profile" | "market" | "credentials" | "answer">,
  changes: { readonly options?: object; readonly isAsItComes?: boolean } = {},
): { readonly client: Client; readonly requests: Request[] } {
  const { profile, market, credentials, answer } = venue;
  const classes = ccxt.pro as unknown as Readonly<Record<string, new (config: object) => Client>>;
  const options = changes.isAsItComes === true ? {} : profile.options.value;
  const client = new classes[profile.client]!({
    ...credentials,
    enableRateLimit: false,
    options: { ...options, ...changes.options },
  });
  const requests: Request[] = [];
  client.number = String;
  // As the gateway: with a key, loading markets would ask a wallet for currencies.
  client.options["fetchCurrencies"] = false;
  Object.assign(client.has, { fetchCurrencies: false });
  client.fetchImplementation = async (url: string, { method, headers, body }: Omit<Request, "url">) => {
    const request = { method, url, headers, body };
    requests.push(request);
    const text = JSON.stringify(answer(request));
    return new Response(text, { status: 200, headers: { "content-type": "application/json" } });
  };
  if (changes.isAsItComes !== true && profile.addedCosts.value.off === "initializeClient") {
    client.initializeClient = async () => undefined;
  }
  client.setMarkets([market]);
  return { client, requests };
}

/** Carries one capture out. */
export async function captured(
  venue: VenueCaptures,
  call: Call,
): Promise<{ readonly sends: string; readonly count: number; readonly comesBack: unknown }> {
  const { profile } = venue;
  const isInMarginMode = call.do === "entry in margin mode";
  const { client, requests } = clientOf(
    venue,
    isInMarginMode ? { options: { [profile.marginMode!.value.option]: call.value } } : {},
  );
  if (call.do === "entry on demo") client[profile.demo.value!.toString() as "setSandboxMode"](true);
  const comesBack = await carriedOut(client, venue, call);
  // Markets are asked for side by side.
  const texts = call.do === "markets" ? requests.map(written).toSorted() : requests.map(written);
  return { sends: texts.join("\n"), count: requests.length, comesBack };
}

function carriedOut(client: Client, venue: VenueCaptures, call: Call): Promise<unknown> {
  const { profile, symbol } = venue;
  const { placing, byId, listings, conditionalOrders, otherConditionalOrders, cancel, deadlineIn } = profile;
  switch (call.do) {
    case "entry":
    case "exit": {
      const form = call.mode === "hedge" ? placing.value.hedge! : placing.value;
      return placed(client, venue, call.side, form[call.do]);
    }
    case "entry on demo":
    case "entry in margin mode":
      return placed(client, venue, "buy", placing.value.entry);
    case "entry with deadline": {
      const { where, name, as } = deadlineIn!.value;
      const moment = as === "epoch ms" ? String(DEADLINE_MS) : new Date(DEADLINE_MS).toISOString();
      if (where === "headers") client.headers = { [name]: moment };
      return placed(client, venue, "buy", placing.value.entry, where === "params" ? { [name]: moment } : {});
    }
    case "byId":
      return lookedUp(client, venue, byId.value[call.at]!);
    case "listing":
      return lookedUp(client, venue, listings.value[call.at]!);
    case "conditional":
      return lookedUp(client, venue, conditionalOrders.value!);
    case "other conditional":
      return lookedUp(client, venue, otherConditionalOrders!.value[call.at]!);
    case "cancel":
      return method(client, "cancelOrder")(undefined, symbol, filledIn(profile, cancel.value.params));
    case "markets":
      // The canned answer lists no markets: some clients do not like that, after they have asked.
      return method(client, "loadMarkets")(true).catch(() => null);
    case "position mode":
      return method(client, "fetchPositionMode")(symbol, {});
    case "positions":
      return method(client, "fetchPositions")([symbol], {});
    case "fills":
      return method(client, "fetchMyTrades")(symbol, SINCE_MS, PAGE, {});
  }
}

const placed = (
  client: Client,
  { profile, symbol, amount, price }: VenueCaptures,
  side: string,
  params: Params,
  further: object = {},
): Promise<unknown> =>
  method(client, "createOrder")(
    symbol,
    "market",
    side,
    amount,
    profile.placing.value.priceBeyond === null ? undefined : price,
    { ...filledIn(profile, params), ...further },
  );

function lookedUp(client: Client, { profile, symbol }: VenueCaptures, look: LookUpCall): Promise<unknown> {
  const params = filledIn(profile, look.params);
  if (isSingleCall(look)) return method(client, look.method)(undefined, symbol, params);
  return method(client, look.method)(symbol, look.method === "fetchOpenOrders" ? undefined : SINCE_MS, PAGE, params);
}

export const method = (client: Client, name: string): Unified => (client[name] as Unified).bind(client);

/** The id as the venue has it. */
export const venueId = ({ clientOrderId: { value } }: VenueProfile): string =>
  `${value.prefix}${OUR_ID.slice(0, value.digits)}`;

const filledIn = (profile: VenueProfile, params: Params): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      value === "$id" ? venueId(profile) : value === "$sinceMs" ? SINCE_MS : value,
    ]),
  );

/** Who signs, and when: other each time, or the same on every request. */
const LEFT_OUT =
  /^(user-agent|accept|content-type|x-mbx-apikey|ok-access-.*|x-bapi-(api-key|timestamp|sign)|access-.*|apikey|authent)$/i;

export function written({ method: verb, url, headers, body }: Request): string {
  const lines = [`${verb} ${withoutSignature(url)}`];
  if (body !== undefined) lines.push(withoutSignature(body));
  for (const [name, value] of Object.entries(headers)) {
    if (!LEFT_OUT.test(name) && value !== undefined) lines.push(`${name}: ${value}`);
  }
  return lines.join("\n");
}

const withoutSignature = (text: string): string =>
  text
    .replace(/timestamp=\d+&/, "")
    .replace(/&signature=[0-9a-f]+$/, "")
    .replaceAll(/"nonce":\d+,?/g, "")
    .replaceAll(/,?"signature":\{[^}]*\}/g, "");
