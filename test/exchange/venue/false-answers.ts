/**
 * False answers of the venue by name, with the texts that Binance sends. All of them may come before or after execution.
 */
import type { FalseAnswer } from "./fault-kinds.ts";

export const UNKNOWN_503: FalseAnswer = {
  kind: "respond",
  status: 503,
  message: "Unknown error, please check your request or try again later.",
};
export const UNAVAILABLE_503: FalseAnswer = { kind: "respond", status: 503, message: "Service Unavailable." };
export const BACKEND_TIMEOUT: FalseAnswer = {
  kind: "respond",
  status: 408,
  code: -1007,
  message: "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
};
const UNEXPECTED: FalseAnswer = {
  kind: "respond",
  status: 400,
  code: -1006,
  message: "An unexpected response was received from the message bus. Execution status unknown.",
};
export const OVERLOADED: FalseAnswer = {
  kind: "respond",
  status: 503,
  code: -1008,
  message: "Server is currently overloaded with other requests. Please try again in a few minutes.",
};
const DISCONNECTED: FalseAnswer = {
  kind: "respond",
  status: 400,
  code: -1001,
  message: "Internal error; unable to process your request. Please try again.",
};
const UNKNOWN_CODE: FalseAnswer = {
  kind: "respond",
  status: 400,
  code: -1000,
  message: "An unknown error occurred while processing the request.",
};
const GATEWAY_TIMEOUT: FalseAnswer = { kind: "respond", status: 504, html: true };
const BAD_GATEWAY: FalseAnswer = { kind: "respond", status: 502, html: true };
const INTERNAL: FalseAnswer = { kind: "respond", status: 500, html: true };
const FIREWALL: FalseAnswer = { kind: "respond", status: 403, html: true };
const TOO_MANY: FalseAnswer = {
  kind: "respond",
  status: 429,
  code: -1003,
  message: "Too many requests; current limit is 2400 requests per minute.",
  retryAfterSeconds: 1,
};
const BANNED: FalseAnswer = {
  kind: "respond",
  status: 418,
  code: -1003,
  message: "Way too many requests; IP banned until 1796000000000.",
  retryAfterSeconds: 2,
};

/** False answers that make sense both before and after execution. */
export const ANSWERS = {
  disconnected: { kind: "disconnect" },
  hanging: { kind: "hang" },
  stalled: { kind: "stall" },
  cutBody: { kind: "cutBody" },
  unknown503: UNKNOWN_503,
  unavailable503: UNAVAILABLE_503,
  internal500: INTERNAL,
  badGateway502: BAD_GATEWAY,
  gatewayTimeout504: GATEWAY_TIMEOUT,
  backendTimeout1007: BACKEND_TIMEOUT,
  unexpected1006: UNEXPECTED,
  disconnected1001: DISCONNECTED,
  unknown1000: UNKNOWN_CODE,
  tooManyRequests429: TOO_MANY,
  banned418: BANNED,
  firewall403: FIREWALL,
} satisfies Readonly<Record<string, FalseAnswer>>;

export type AnswerName = keyof typeof ANSWERS;

export const answer = (name: AnswerName): FalseAnswer => ANSWERS[name];
