/**
 * Bodies that are not what was asked for: HTML, half a JSON, another symbol, nothing.
 */
import type { FalseAnswer, Garbage } from "./fault-kinds.ts";
import type { Params } from "./params.ts";

const HUGE_CHARACTERS = 2_000_000;

const HTML =
  "<!DOCTYPE html><html><head><title>ERROR: The request could not be satisfied</title></head>" +
  "<body><h1>The request could not be satisfied.</h1><hr>Request blocked.</body></html>";

export interface RawReply {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function jsonReply(status: number, body: unknown): RawReply {
  return { status, text: JSON.stringify(body), headers: { "Content-Type": "application/json;charset=UTF-8" } };
}

function htmlReply(status: number): RawReply {
  return { status, text: HTML, headers: { "Content-Type": "text/html" } };
}

/** A message without a code comes as the futures gateway sends it: `{ timestamp, path, msg }`, seen with its 503s. */
export function respondReply(answer: Extract<FalseAnswer, { kind: "respond" }>, path: string): RawReply {
  const reply = bodyOf(answer, path);
  if (answer.retryAfterSeconds === undefined) return reply;
  return { ...reply, headers: { ...reply.headers, "Retry-After": String(answer.retryAfterSeconds) } };
}

function bodyOf(answer: Extract<FalseAnswer, { kind: "respond" }>, path: string): RawReply {
  const { status, code, message, html } = answer;
  if (html === true) return htmlReply(status);
  if (code !== undefined) return jsonReply(status, { code, msg: message ?? "An unknown error occurred." });
  if (message !== undefined) return jsonReply(status, { timestamp: Date.now(), path, msg: message });
  return { status, text: "", headers: {} };
}

export function garbageReply(content: Garbage, usual: unknown): RawReply {
  const reply = (text: string): RawReply => ({ ...jsonReply(200, {}), text });
  switch (content) {
    case "html":
      return htmlReply(200);
    case "emptyObject":
      return reply("{}");
    case "emptyList":
      return reply("[]");
    case "null":
      return reply("null");
    case "emptyBody":
      return reply("");
    case "halfJson": {
      const text = JSON.stringify(usual);
      return reply(text.slice(0, Math.max(1, Math.floor(text.length / 2))));
    }
    case "wrongSymbol":
      return jsonReply(
        200,
        changed(usual, (row) => ({ ...row, symbol: row["symbol"] === "ETHUSDT" ? "BTCUSDT" : "ETHUSDT" })),
      );
    case "wrongClientOrderId":
      return jsonReply(
        200,
        changed(usual, (row) => ({ ...row, clientOrderId: "somebody-elses-order" })),
      );
    case "missingFields":
      return jsonReply(200, changed(usual, withoutFields));
    case "notNumbers":
      return jsonReply(200, changed(usual, withoutNumbers));
    case "hugeBody":
      return jsonReply(
        200,
        changed(usual, (row) => ({ ...row, filling: "x".repeat(HUGE_CHARACTERS) })),
      );
  }
}

type Row = Readonly<Record<string, unknown>>;

function changed(body: unknown, change: (row: Row) => Row): unknown {
  if (Array.isArray(body)) return body.map((row: Row) => change(row));
  return change((body ?? {}) as Row);
}

const FIELDS = ["orderId", "id", "clientOrderId", "status", "executedQty", "origQty", "qty", "price", "positionAmt"];

function withoutFields(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !FIELDS.includes(name)));
}

function withoutNumbers(row: Row): Row {
  const isAmount = (name: string): boolean => /qty|price|quote|amt|balance|free/i.test(name);
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, isAmount(name) ? "NaN" : value]));
}

/** A plausible answer to a call that was not carried out: an order as placed, with nothing executed. */
export function fabricatedBody(params: Params): Row {
  return {
    orderId: 999_999_999,
    symbol: params["symbol"] ?? "BTCUSDT",
    status: "NEW",
    clientOrderId: params["newClientOrderId"] ?? params["origClientOrderId"] ?? "fabricated",
    price: params["price"] ?? "0",
    avgPrice: "0.00000",
    origQty: params["quantity"] ?? "0",
    executedQty: "0",
    cumQuote: "0",
    timeInForce: "GTC",
    type: params["type"] ?? "MARKET",
    side: params["side"] ?? "BUY",
    positionSide: params["positionSide"] ?? "BOTH",
    updateTime: Date.now(),
  };
}
