/** What a failed call proves, by kind of call, code, status and class: each rule, and what holds of any failure (R10.5). */
import ccxt from "ccxt";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classify, disbelieved, textAt, type CallKind, type Judged } from "../../src/exchange/ccxt/classify.ts";
import type { CodeMeaning } from "../../src/exchange/ccxt/profile.ts";
import { binance } from "../../src/exchange/ccxt/profiles/binance.ts";
import { binanceusdm } from "../../src/exchange/ccxt/profiles/binanceusdm.ts";
import { okx } from "../../src/exchange/ccxt/profiles/okx.ts";
import { nothingExchanged, type Exchanged } from "../../src/exchange/ccxt/wire-watch.ts";

const NOW_MS = 1_760_000_000_000;
const exchanged = (changes: Partial<Exchanged> = {}): Exchanged => ({
  ...nothingExchanged(),
  hasBegun: true,
  isWritten: true,
  ...changes,
});
const answered = (status: number, body: unknown, retryAfter: string | null = null): Exchanged =>
  exchanged({ status, retryAfter, body: typeof body === "string" ? body : JSON.stringify(body) });

/** "rejected below_minimum", "Transient", "Transient, clock", "RateLimited 3000", "not found". */
function text(judged: Judged): string {
  if (judged.kind === "rejected") return `rejected ${judged.reason}`;
  if (judged.kind === "not found") return "not found";
  const { reason, isClock } = judged;
  const wait = reason._tag === "RateLimited" ? ` ${reason.retryAfterMs}` : "";
  return `${reason._tag}${wait}${isClock ? ", clock" : ""}`;
}
const judged = (call: CallKind, thrown: unknown, wire: Exchanged): string =>
  text(classify({ call, thrown, exchanged: wire }, binanceusdm, NOW_MS));

const lost = new ccxt.RequestTimeout("timed out");
const CALLS: readonly CallKind[] = ["place", "cancel", "read"];

describe("what a failed call proves", () => {
  const byWire: readonly (readonly [string, Exchanged, string, string, string])[] = [
    [
      "nothing was handed to the transport",
      exchanged({ hasBegun: false, isWritten: false }),
      "rejected other",
      "rejected other",
      "Transient",
    ],
    ["nothing was written", exchanged({ isCreated: true, isWritten: false }), "Transient", "Transient", "Transient"],
    // It has waited for a socket, and nobody has seen what became of it.
    [
      "nobody saw whether anything was written",
      exchanged({ isWritten: false }),
      "OutcomeUnknown",
      "OutcomeUnknown",
      "Transient",
    ],
    ["written, and no answer", exchanged(), "OutcomeUnknown", "OutcomeUnknown", "Transient"],
    ["a 500 that says nothing", answered(500, "<html>"), "OutcomeUnknown", "OutcomeUnknown", "Transient"],
    ["a 503 that says nothing", answered(503, ""), "OutcomeUnknown", "OutcomeUnknown", "Transient"],
    ["a firewall's 403", answered(403, "<html>"), "OutcomeUnknown", "OutcomeUnknown", "Transient"],
    ["a 200 that cannot be read", answered(200, "{"), "OutcomeUnknown", "OutcomeUnknown", "Transient"],
    [
      "a code that the profile does not know",
      answered(400, { code: -987654 }),
      "OutcomeUnknown",
      "OutcomeUnknown",
      "Transient",
    ],
    ["unknown by its code", answered(408, { code: -1007 }), "OutcomeUnknown", "OutcomeUnknown", "Transient"],
    [
      "not sent by its code, whatever its status",
      answered(503, { code: -1008 }),
      "Transient",
      "Transient",
      "Transient",
    ],
    ["a duplicate", answered(400, { code: -4116 }), "OutcomeUnknown", "OutcomeUnknown", "Transient"],
    ["not there", answered(400, { code: -2013 }), "OutcomeUnknown", "not found", "not found"],
    [
      "refused for its time",
      answered(400, { code: -1021 }),
      "Transient, clock",
      "Transient, clock",
      "Transient, clock",
    ],
    [
      "a key that is refused, by its code",
      answered(400, { code: -2015 }),
      "Unauthorized",
      "Unauthorized",
      "Unauthorized",
    ],
    ["a key that is refused, by its status", answered(401, ""), "Unauthorized", "Unauthorized", "Unauthorized"],
    [
      "too small",
      answered(400, { code: -4164 }),
      "rejected below_minimum",
      "rejected below_minimum",
      "rejected below_minimum",
    ],
    ["a 429 with a wait", answered(429, "", "3"), "RateLimited 3000", "RateLimited 3000", "RateLimited 3000"],
    ["a 429 without one", answered(429, ""), "RateLimited 1000", "RateLimited 1000", "RateLimited 1000"],
    ["a ban without a time", answered(418, ""), "RateLimited 120000", "RateLimited 120000", "RateLimited 120000"],
    [
      "a wait until a moment",
      answered(429, "", new Date(NOW_MS + 5_000).toUTCString()),
      "RateLimited 5000",
      "RateLimited 5000",
      "RateLimited 5000",
    ],
    ["a wait that is none", answered(429, "", "soon"), "RateLimited 1000", "RateLimited 1000", "RateLimited 1000"],
    ["a wait below zero", answered(429, "", "-5"), "RateLimited 1000", "RateLimited 1000", "RateLimited 1000"],
    [
      "a wait without an end",
      answered(429, "", "Infinity"),
      "RateLimited 1000",
      "RateLimited 1000",
      "RateLimited 1000",
    ],
  ];
  it.each(byWire)("R10.5 %s", (_name, wire, place, cancel, read) =>
    expect(CALLS.map((call) => judged(call, lost, wire))).toEqual([place, cancel, read]),
  );

  const byClass: readonly (readonly [new (message: string) => Error, string])[] = [
    [ccxt.InsufficientFunds, "rejected insufficient_funds"],
    [ccxt.InvalidOrder, "rejected other"],
    [ccxt.BadSymbol, "rejected unknown_symbol"],
    [ccxt.MarketClosed, "rejected market_closed"],
    [ccxt.AuthenticationError, "Unauthorized"],
    [ccxt.PermissionDenied, "Unauthorized"],
    [ccxt.OrderNotFound, "not found"],
    [ccxt.ExchangeError, "OutcomeUnknown"],
    [ccxt.BadRequest, "OutcomeUnknown"],
    [ccxt.BadResponse, "OutcomeUnknown"],
    [ccxt.NullResponse, "OutcomeUnknown"],
    [ccxt.NetworkError, "OutcomeUnknown"],
    [ccxt.OnMaintenance, "OutcomeUnknown"],
    [ccxt.ExchangeNotAvailable, "OutcomeUnknown"],
    [ccxt.NotSupported, "OutcomeUnknown"],
    [TypeError, "OutcomeUnknown"],
  ];
  it.each(byClass)("R10.5 the client's %o of an answered placement without a code", (Thrown, expected) =>
    expect(judged("place", new Thrown("said so"), answered(400, "nothing to read"))).toBe(expected),
  );
  it.each(byClass)("R10.5 the same with a status of the server's fault: never a refusal (%o)", (Thrown) =>
    expect(judged("place", new Thrown("said so"), answered(502, "<html>"))).toBe("OutcomeUnknown"),
  );

  it("R10.5 a message decides where the code alone does not", () => {
    const spot = (message: string): string =>
      text(
        classify(
          { call: "place", thrown: lost, exchanged: answered(400, { code: -2010, msg: message }) },
          binance,
          NOW_MS,
        ),
      );
    expect(spot("Account has insufficient balance for requested action.")).toBe("rejected insufficient_funds");
    expect(spot("Duplicate order sent.")).toBe("OutcomeUnknown");
  });

  it("R10.5 F12 an item's own code goes before that of the whole answer", () => {
    const failed = {
      code: "1",
      msg: "Operation failed.",
      data: [{ sCode: "51008", sMsg: "Order failed. Insufficient balance" }],
    };
    expect(text(classify({ call: "place", thrown: lost, exchanged: answered(200, failed) }, okx, NOW_MS))).toBe(
      "rejected insufficient_funds",
    );
  });

  it("R10.5 an answer that the client takes for a success, and the profile does not, is no acceptance", () => {
    const profile = {
      ...binanceusdm,
      acceptedWhen: { value: { at: "status", is: ["ok"] }, from: "a test", trust: "assumed" },
    } as const;
    expect(disbelieved(answered(200, { status: "ok" }), profile, NOW_MS)).toBeNull();
    expect(text(disbelieved(answered(200, { status: "maybe" }), profile, NOW_MS)!)).toBe("OutcomeUnknown");
    expect(text(disbelieved(answered(200, { status: "no", code: -4164 }), profile, NOW_MS)!)).toBe(
      "rejected below_minimum",
    );
    expect(text(disbelieved(answered(200, "<html>"), profile, NOW_MS)!)).toBe("OutcomeUnknown");
    expect(disbelieved(answered(200, "<html>"), binanceusdm, NOW_MS)).toBeNull();
  });

  it("R10.5 R13.6 a message is one line, and never the address with its key and signature", () => {
    const thrown = new ccxt.NetworkError(
      "binanceusdm POST https://fapi.binance.com/fapi/v1/order?apiKey=K&signature=S\nfetch failed",
    );
    const { reason } = classify({ call: "place", thrown, exchanged: exchanged() }, binanceusdm, NOW_MS) as Extract<
      Judged,
      { kind: "failed" }
    >;
    expect(reason.message).toBe("binanceusdm POST https://fapi.binance.com/fapi/v1/order fetch failed");
    const long = classify(
      { call: "place", thrown, exchanged: answered(502, "x\n".repeat(5_000)) },
      binanceusdm,
      NOW_MS,
    ) as Extract<Judged, { kind: "failed" }>;
    expect(long.reason.message).toHaveLength(300);
    expect(long.reason.message).not.toContain("\n");
  });

  it.each([
    [{ code: -1 }, "code", "-1"],
    [{ data: [{ sCode: "5" }] }, "data.0.sCode", "5"],
    [{ data: [] }, "data.0.sCode", null],
    [{ code: { nested: 1 } }, "code", null],
    [null, "code", null],
    ["code", "length", null],
    [{}, "constructor.name", null],
    [[], "__proto__.length", null],
  ])("R10.5 textAt(%j, %s) is %s", (json, path, expected) => expect(textAt(json, path)).toBe(expected));
});

describe("whatever fails", () => {
  const PROOF: readonly CodeMeaning["means"][] = ["rejected", "not sent", "clock", "unauthorized", "rate limited"];
  const anyBody = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({
        code: fc.oneof(
          fc.integer({ min: -9_999, max: 0 }),
          fc.constantFrom(...Object.keys(binanceusdm.codes.value).map(Number)),
        ),
        msg: fc.string(),
      })
      .map((body) => JSON.stringify(body)),
  );
  const anyThrown = fc.constantFrom<unknown>(
    ...Object.values(ccxt).flatMap((value) => (isErrorClass(value) ? [new value("x")] : [])),
    new TypeError("x"),
    "text",
    undefined,
  );
  const anyExchanged = fc.record({
    hasBegun: fc.constant(true),
    isWritten: fc.constant(true),
    status: fc.option(fc.constantFrom(200, 201, 302, 400, 403, 404, 408, 409, 418, 429, 500, 502, 503, 504, 520)),
    retryAfter: fc.option(fc.oneof(fc.string(), fc.integer().map(String))),
    body: anyBody,
  });

  it("R10.5 I8 a placement that was written is certainly not executed only by a documented code, or by a class of the client below 500", () => {
    fc.assert(
      fc.property(anyThrown, anyExchanged, (thrown, parts) => {
        const wire = exchanged(parts);
        const verdict = classify({ call: "place", thrown, exchanged: wire }, binanceusdm, NOW_MS);
        const isCertain =
          verdict.kind === "rejected" || (verdict.kind === "failed" && verdict.reason._tag === "Transient");
        if (!isCertain) return;
        const code = textAt(parsedOrNull(wire.body), "code");
        const meaning = code === null ? undefined : binanceusdm.codes.value[code];
        const byCode = meaning !== undefined && PROOF.includes(meaning.means);
        expect(byCode || (thrown instanceof Error && wire.status !== null && wire.status < 500)).toBe(true);
      }),
    );
  });

  it("R10.5 a call that reads is never an unknown outcome, and what is waited for is a number of milliseconds", () => {
    fc.assert(
      fc.property(anyThrown, anyExchanged, fc.constantFrom(...CALLS), (thrown, parts, call) => {
        const verdict = classify({ call, thrown, exchanged: exchanged(parts) }, binanceusdm, NOW_MS);
        if (verdict.kind !== "failed") return;
        if (call === "read") expect(verdict.reason._tag).not.toBe("OutcomeUnknown");
        if (verdict.reason._tag !== "RateLimited") return;
        expect(Number.isFinite(verdict.reason.retryAfterMs)).toBe(true);
        expect(verdict.reason.retryAfterMs).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

function isErrorClass(value: unknown): value is new (message: string) => Error {
  return typeof value === "function" && value.prototype instanceof Error;
}

function parsedOrNull(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
