/** What documented answers mean by the profiles, and how little the client's class says of it. */
import { describe, expect, it } from "vitest";
import { meaningOf, textAt } from "../../../src/exchange/ccxt/classify.ts";
import type { CodeMeaning } from "../../../src/exchange/ccxt/profile.ts";
import { nothingExchanged } from "../../../src/exchange/ccxt/wire-watch.ts";
import { clientOf, method, venueId } from "./capture.ts";
import { VENUES } from "./venues.ts";

const UNKNOWN: CodeMeaning = { means: "unknown" };

const okx = (sCode: string): object => ({ code: "1", msg: "", data: [{ clOrdId: "", ordId: "", sCode, sMsg: "…" }] });
const kraken = (status: string): object => ({ result: "success", sendStatus: { status } });
const hyperliquid = (error: string): object => ({
  status: "ok",
  response: { type: "order", data: { statuses: [{ error }] } },
});

const ANSWERS: readonly (readonly [venue: string, answer: object, thrown: string | null, meaning: string])[] = [
  ["binance", { code: -2010, msg: "Duplicate order sent." }, "InvalidOrder", "duplicate"],
  [
    "binance",
    { code: -2010, msg: "Account has insufficient balance for requested action." },
    "InsufficientFunds",
    "rejected insufficient_funds",
  ],
  ["binance", { code: -2010, msg: "something new" }, "InvalidOrder", "unknown"],
  ["binance", { code: -1013, msg: "Filter failure: NOTIONAL" }, "BadRequest", "rejected below_minimum"],
  ["binance", { code: -1007, msg: "Timeout waiting for response" }, "RequestTimeout", "unknown"],
  ["binanceusdm", { code: -4116, msg: "ClientOrderId is duplicated." }, "InvalidOrder", "duplicate"],
  ["binanceusdm", { code: -2022, msg: "ReduceOnly Order is rejected." }, "InvalidOrder", "rejected reduce_only"],
  ["binanceusdm", { code: -1008, msg: "Server is currently overloaded" }, "OperationFailed", "not sent"],
  ["binanceusdm", { code: -1006, msg: "Execution status unknown." }, "OperationFailed", "unknown"],
  ["okx", okx("51016"), "InvalidOrder", "duplicate"],
  ["okx", okx("51169"), "ExchangeError", "rejected reduce_only"],
  ["okx", okx("51008"), "InsufficientFunds", "rejected insufficient_funds"],
  ["okx", { code: "50004", msg: "Endpoint request timeout", data: [] }, "RequestTimeout", "unknown"],
  ["okx", okx("51149"), "ExchangeError", "unknown"],
  ["bybit", { retCode: 110_072, retMsg: "OrderLinkedID is duplicate" }, "InvalidOrder", "duplicate"],
  ["bybit", { retCode: 110_017, retMsg: "Reduce-only rule not satisfied" }, "InvalidOrder", "rejected reduce_only"],
  ["bybit", { retCode: 10_016, retMsg: "System error." }, "ExchangeError", "unknown"],
  ["bybit", { retCode: 10_000, retMsg: "Server Timeout" }, "ExchangeError", "unknown"],
  ["bybit", { retCode: 170_146, retMsg: "Order creation timeout" }, "InvalidOrder", "unknown"],
  ["bybit", { retCode: 10_001, retMsg: "Qty invalid" }, "BadRequest", "rejected precision"],
  ["bitget", { code: "40786", msg: "Duplicate clientOid", data: null }, "ExchangeError", "duplicate"],
  ["bitget", { code: "43118", msg: "clientOrderId duplicate", data: null }, "ExchangeError", "duplicate"],
  ["bitget", { code: "40010", msg: "Request timed out", data: null }, "AuthenticationError", "unknown"],
  ["bitget", { code: "22002", msg: "No position to close", data: null }, "ExchangeError", "rejected reduce_only"],
  ["krakenfutures", kraken("clientOrderIdAlreadyExist"), "DuplicateOrderId", "duplicate"],
  ["krakenfutures", kraken("wouldNotReducePosition"), "ExchangeError", "rejected reduce_only"],
  ["krakenfutures", kraken("wouldProcessAfterSpecifiedTime"), null, "not sent"],
  ["krakenfutures", kraken("somethingNew"), null, "unknown"],
  ["krakenfutures", { result: "error", error: "apiLimitExceeded" }, "RateLimitExceeded", "rate limited"],
  ["krakenfutures", { result: "error", error: "Server Error" }, "ExchangeError", "unknown"],
  [
    "hyperliquid",
    hyperliquid("Insufficient margin to place order. asset=0"),
    "InsufficientFunds",
    "rejected insufficient_funds",
  ],
  [
    "hyperliquid",
    hyperliquid("Reduce only order would increase position. asset=0"),
    "InvalidOrder",
    "rejected reduce_only",
  ],
  ["hyperliquid", hyperliquid("something new"), "ExchangeError", "unknown"],
  [
    "hyperliquid",
    { status: "err", response: "User or API Wallet 0x11 does not exist." },
    "InvalidOrder",
    "unauthorized",
  ],
];

describe("R10.5 what an answer to a placement means", () => {
  it.each(ANSWERS)("R10.5 %s %j: %s to the client, %s to the profile", async (name, answer, thrown, meaning) => {
    const venue = VENUES.find(({ profile }) => profile.venue === name)!;
    const { profile, symbol, amount, price } = venue;
    const { client } = clientOf({ ...venue, answer: () => answer });
    const args = [symbol, "market", "sell", amount, price, { clientOrderId: venueId(profile) }] as const;
    const error = await method(
      client,
      "createOrder",
    )(...args).then(
      () => null,
      (failure: Error) => failure.constructor.name,
    );
    expect(error).toBe(thrown);
    const found = meaningOf({ ...nothingExchanged(), body: JSON.stringify(answer) }, profile) ?? UNKNOWN;
    expect(found.means === "rejected" ? `rejected ${found.reason}` : found.means).toBe(meaning);
    // Where the client sees nothing wrong, the profile says how a success is told.
    if (thrown === null)
      expect(profile.acceptedWhen!.value.is).not.toContain(textAt(answer, profile.acceptedWhen!.value.at));
  });
});

/** Classes of the client that say "perhaps", with the codes that the venue documents as refusals all the same. */
const PERHAPS = ["OperationFailed", "NetworkError", "ExchangeNotAvailable", "OnMaintenance", "RequestTimeout"];
const REFUSED_ALL_THE_SAME: Readonly<Record<string, readonly string[]>> = {
  binanceusdm: ["-2020", "-2023"],
  bitget: ["41114", "43115"],
};
/** Classes that say "refused", with the codes of which that is not true. */
const REFUSALS = ["InvalidOrder", "InsufficientFunds", "DuplicateOrderId", "BadSymbol", "ContractUnavailable"];
const NOT_REFUSED: Readonly<Record<string, readonly string[]>> = {
  binance: ["-2010", "-2026"],
  binanceusdm: ["-4116"],
  bitget: ["40500"],
  bybit: ["110008", "110010", "110030", "110072", "170141", "170146", "170147"],
  okx: ["51011", "51016"],
};

describe("R10.5 codes beside the client's classes", () => {
  it.each(VENUES.map((venue) => [venue.profile.venue, venue] as const))(
    "R10.5 %s differs from the client where it is meant to",
    (name, venue) => {
      const { client } = clientOf(venue);
      const tables = client["exceptions"] as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
      const own = tables[name === "binance" ? "spot" : "linear"]?.["exact"] ?? {};
      const exact = { ...tables["exact"], ...(own as object) } as Readonly<Record<string, { readonly name: string }>>;
      const codesOf = (classes: readonly string[], isMeant: (meaning: CodeMeaning) => boolean): readonly string[] =>
        Object.entries(venue.profile.codes.value)
          .filter(([code, meaning]) => classes.includes(exact[code]?.name ?? "") && isMeant(meaning))
          .map(([code]) => code)
          .toSorted();
      expect(codesOf(PERHAPS, ({ means }) => means === "rejected")).toEqual(REFUSED_ALL_THE_SAME[name] ?? []);
      expect(codesOf(REFUSALS, ({ means }) => means !== "rejected")).toEqual(NOT_REFUSED[name] ?? []);
    },
  );
});
