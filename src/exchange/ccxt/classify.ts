/**
 * What a failed call proves, by kind of call, code, status and class (R10.5).
 *
 * Promises: "rejected" and "not sent" are an allow-list: a documented code, a client that never reached its transport, a transport that
 * never wrote. Whatever else is thrown by a call that changes something is an unknown outcome (law 6).
 */
import type { RejectReason } from "../../domain/report.ts";
import type { ExchangeErrorReason } from "../exchange.ts";
import type { CodeMeaning, VenueProfile } from "./profile.ts";
import { NeverLeftError, type Exchanged } from "./wire-watch.ts";

/** A placement, a cancellation, or a question that changes nothing. */
export type CallKind = "place" | "cancel" | "read";

export type Judged =
  | { readonly kind: "rejected"; readonly reason: RejectReason; readonly message: string }
  | { readonly kind: "not found"; readonly message: string }
  | { readonly kind: "failed"; readonly reason: ExchangeErrorReason; readonly isClock: boolean };

export interface CallFailure {
  readonly call: CallKind;
  readonly thrown: unknown;
  readonly exchanged: Exchanged;
}

/** What a profile says of answers. */
export type AnswerProfile = Pick<VenueProfile, "codes" | "codeAt" | "messages" | "messageAt" | "acceptedWhen">;

export function classify(failure: CallFailure, profile: AnswerProfile, nowMs: number): Judged {
  const { call, thrown, exchanged } = failure;
  const message = messageOf(failure);
  if (!exchanged.hasBegun) return beforeSending(call, thrown, message);
  const isNeverWritten = exchanged.isCreated && !exchanged.isWritten && exchanged.status === null;
  if (isNeverWritten) return failed({ _tag: "Transient", message });
  const meaning = meaningOf(exchanged, profile);
  if (meaning !== null) return byMeaning(meaning, failure, message, nowMs);
  const byStatus = judgedByStatus(failure, message, nowMs);
  if (byStatus !== null) return byStatus;
  const byClass = isClassTold(exchanged, profile) ? byClassOf(thrown, message) : null;
  return byClass ?? outcomeOf(call, message);
}

/** The client's class counts where the venue has answered, and the profile has no say over its codes: those it does not list are unknown. */
function isClassTold({ status, body }: Exchanged, { codes, codeAt }: AnswerProfile): boolean {
  if (status === null || status >= 500) return false;
  if (Object.keys(codes.value).length === 0) return true;
  const json = jsonOf(body);
  return codeAt.value.every((path) => textAt(json, path) === null);
}

/**
 * An answer to a placement that the client takes for a success, and the profile does not; null where both do. What no code
 * explains is an unknown outcome.
 */
export function disbelieved(exchanged: Exchanged, profile: AnswerProfile, nowMs: number): Judged | null {
  if (profile.acceptedWhen === undefined) return null;
  const { at, is } = profile.acceptedWhen.value;
  const said = textAt(jsonOf(exchanged.body), at);
  if (said !== null && is.includes(said)) return null;
  const failure: CallFailure = { call: "place", thrown: `not accepted (${at}: ${said})`, exchanged };
  const message = messageOf(failure);
  const meaning = meaningOf(exchanged, profile);
  return meaning === null ? outcomeOf("place", message) : byMeaning(meaning, failure, message, nowMs);
}

/** Nothing reached the transport: the client itself has refused, for good. */
function beforeSending(call: CallKind, thrown: unknown, message: string): Judged {
  if (call === "read" || thrown instanceof NeverLeftError) return failed({ _tag: "Transient", message });
  const byClass = byClassOf(thrown, message);
  return byClass ?? { kind: "rejected", reason: "other", message };
}

export function meaningOf({ body }: Exchanged, profile: AnswerProfile): CodeMeaning | null {
  const json = jsonOf(body);
  if (json === undefined) return null;
  const codes = profile.codeAt.value.map((path) => textAt(json, path)).filter((code) => code !== null);
  const messages = (profile.messageAt?.value ?? []).map((path) => textAt(json, path)).filter((text) => text !== null);
  const byMessage = profile.messages?.value.find(
    ({ code, contains }) =>
      (code === null || codes.includes(code)) && messages.some((message) => message.includes(contains)),
  );
  if (byMessage !== undefined) return byMessage.meaning;
  const known = codes.find((code) => Object.hasOwn(profile.codes.value, code));
  return known === undefined ? null : profile.codes.value[known]!;
}

/** Text or number at a path like "data.0.sCode"; null where there is neither. */
export function textAt(json: unknown, path: string): string | null {
  const found = path.split(".").reduce<unknown>(step, json);
  return typeof found === "string" || typeof found === "number" ? String(found) : null;
}

const step = (at: unknown, key: string): unknown =>
  typeof at === "object" && at !== null && Object.hasOwn(at, key)
    ? (at as Readonly<Record<string, unknown>>)[key]
    : undefined;

function byMeaning(meaning: CodeMeaning, failure: CallFailure, message: string, nowMs: number): Judged {
  switch (meaning.means) {
    case "rejected":
      return { kind: "rejected", reason: meaning.reason, message };
    case "not found":
      return failure.call === "place" ? outcomeOf("place", message) : { kind: "not found", message };
    case "not sent":
      return failed({ _tag: "Transient", message });
    case "clock":
      return { kind: "failed", reason: { _tag: "Transient", message }, isClock: true };
    case "unauthorized":
      return failed({ _tag: "Unauthorized", message });
    case "rate limited":
      return rateLimited(failure.exchanged, message, nowMs);
    case "duplicate":
    case "unknown":
      return outcomeOf(failure.call, message);
  }
}

function judgedByStatus({ call, exchanged }: CallFailure, message: string, nowMs: number): Judged | null {
  const { status } = exchanged;
  if (status === 429 || status === 418) return rateLimited(exchanged, message, nowMs);
  if (status === 401) return failed({ _tag: "Unauthorized", message });
  if (status !== null && status >= 500) return outcomeOf(call, message);
  return null;
}

const DEFAULT_WAIT_MS = 1_000;
/** A ban without a time: Binance's shortest. */
const DEFAULT_BAN_MS = 120_000;

function rateLimited({ status, retryAfter }: Exchanged, message: string, nowMs: number): Judged {
  const fallback = status === 418 ? DEFAULT_BAN_MS : DEFAULT_WAIT_MS;
  return failed({ _tag: "RateLimited", retryAfterMs: waitOf(retryAfter, nowMs) ?? fallback, message });
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function waitOf(retryAfter: string | null, nowMs: number): number | null {
  if (retryAfter === null) return null;
  const seconds = Number(retryAfter);
  const waitMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(retryAfter) - nowMs;
  return Number.isFinite(waitMs) && waitMs >= 0 ? waitMs : null;
}

/** The classes of the client that stand for a documented refusal, whatever the venue. Their children count as themselves. */
const REFUSALS: Readonly<Record<string, RejectReason>> = {
  InsufficientFunds: "insufficient_funds",
  InvalidOrder: "other",
  OrderImmediatelyFillable: "other",
  OrderNotFillable: "other",
  ContractUnavailable: "market_closed",
  BadSymbol: "unknown_symbol",
  MarketClosed: "market_closed",
};

function byClassOf(thrown: unknown, message: string): Judged | null {
  if (!(thrown instanceof Error)) return null;
  const name = thrown.constructor.name;
  if (name === "OrderNotFound") return { kind: "not found", message };
  if (name === "AuthenticationError" || name === "PermissionDenied" || name === "AccountSuspended")
    return failed({ _tag: "Unauthorized", message });
  const reason = Object.hasOwn(REFUSALS, name) ? REFUSALS[name]! : null;
  return reason === null ? null : { kind: "rejected", reason, message };
}

const outcomeOf = (call: CallKind, message: string): Judged =>
  failed(call === "read" ? { _tag: "Transient", message } : { _tag: "OutcomeUnknown", message });

const failed = (reason: ExchangeErrorReason): Judged => ({ kind: "failed", reason, isClock: false });

const LONGEST_MESSAGE = 300;

/** Status and code where there are any, else the sentence of the client; never a header, never more than a line. */
function messageOf({ thrown, exchanged }: CallFailure): string {
  const { status, body } = exchanged;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  // The client's sentence holds the whole address, with key and signature: where there is an answer, that says more.
  const said = status === null ? withoutQuery(text) : `HTTP ${status} ${body.trim()}`;
  return said.replaceAll(/\s+/g, " ").slice(0, LONGEST_MESSAGE);
}

const withoutQuery = (text: string): string => text.replaceAll(/\?\S*/g, "");

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
