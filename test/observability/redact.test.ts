/** R13.6: what the one redacting serializer lets out. */
import * as Redacted from "effect/Redacted";
import fc from "fast-check";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { createRedactor, LONGEST_TEXT, REDACTED } from "../../src/observability/redact.ts";

const SECRET = "sk-live-ABCDEF0123456789/+xyz==";
const redactor = createRedactor([Redacted.make(SECRET)]);

describe("secrets in text", () => {
  it.each([
    ["as it is", SECRET],
    ["in a query", encodeURIComponent(SECRET)],
    ["in a query, in lower case", encodeURIComponent(SECRET).toLowerCase()],
    ["in a form", new URLSearchParams([["x", SECRET]]).toString().slice(2)],
    ["in base64", Buffer.from(SECRET).toString("base64")],
    ["in base64 for URLs", Buffer.from(SECRET).toString("base64url")],
    ["in hexadecimal digits", Buffer.from(SECRET).toString("hex").toUpperCase()],
    ["its first twelve characters", SECRET.slice(0, 12)],
    ["its first twenty characters", SECRET.slice(0, 20)],
    ["twice, one in the other", SECRET.slice(0, 14) + SECRET],
  ])("R13.6 a secret %s", (_, form) => {
    expect(redactor.text(`before (${form}) after`)).toBe(`before (${REDACTED}) after`);
  });

  it("R13.6 a name and a password in front of each other, as HTTP sends them", () => {
    for (const name of ["a", "ab", "abc"]) {
      const sent = Buffer.from(`${name}:${SECRET}`).toString("base64");
      const shown = redactor.text(sent);
      expect(shown).toContain(REDACTED);
      expect(shown.replace(REDACTED, "").length).toBeLessThanOrEqual(8);
    }
  });

  it("R13.6 a private key in PEM, line by line and with its line feeds written out", () => {
    const lines = ["MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQi", "kTxmjGWsSjJqtYlnJQ9kAAAABBBBCCCCDDDDEEEEFFFF"];
    const pem = `-----BEGIN PRIVATE KEY-----\n${lines.join("\n")}\n-----END PRIVATE KEY-----\n`;
    const { text } = createRedactor([Redacted.make(pem)]);
    for (const told of [pem, JSON.stringify(pem), pem.replaceAll("\n", "\\n"), lines[1]!, lines.join("")]) {
      for (const line of lines) expect(text(`key ${told}`)).not.toContain(line);
    }
  });

  it("R13.6 a wallet's key with and without its 0x", () => {
    const { text } = createRedactor([Redacted.make("0x4c0883a69102937d6231471b5dbb6204fe512961708279")]);
    expect(text("4C0883A69102937D6231471B5DBB6204FE512961708279 is it")).toBe(`${REDACTED} is it`);
  });

  it("R13.6 one that is learned later is hidden from then on", () => {
    const later = createRedactor();
    expect(later.text("listening with abcdefgh12345678")).toContain("abcdefgh12345678");
    later.learn(Redacted.make("abcdefgh12345678"));
    expect(later.text("listening with abcdefgh12345678")).toBe(`listening with ${REDACTED}`);
  });

  it("R13.6 the wrapper itself shows nothing", () => {
    const wrapped = Redacted.make(SECRET);
    const shown = [
      String(wrapped as unknown),
      JSON.stringify({ wrapped }),
      inspect({ wrapped }),
      inspect(wrapped, { depth: 9, showHidden: true }),
    ];
    expect(shown.join()).not.toContain("sk-live");
    expect(redactor.json({ wrapped })).toBe(`{"wrapped":"${REDACTED}"}`);
  });

  it("R13.6 what is cut off leaves no beginning of a secret behind", () => {
    for (let before = LONGEST_TEXT - 40; before <= LONGEST_TEXT; before += 1) {
      const shown = redactor.text(`${"-".repeat(before)}${SECRET}${"-".repeat(100)}`);
      expect(shown).not.toContain("sk-");
      expect(shown.length).toBeLessThan(LONGEST_TEXT + 60);
    }
  });
});

describe("secrets by the name of their field", () => {
  it.each([
    ["https://x.test/o?symbol=A&signature=deadbeef&x=1", `https://x.test/o?symbol=A&signature=${REDACTED}&x=1`],
    ["X-MBX-APIKEY: vmPUZE6mv9SD", `X-MBX-APIKEY: ${REDACTED}`],
    ["Authorization: Bearer abc.def\nnext", `Authorization: ${REDACTED}\nnext`],
    ['{"apiKey":"ab\\"c","n":1}', `{"apiKey":"${REDACTED}","n":1}`],
    ['{\\"secret\\":\\"abc\\",\\"n\\":1}', `{\\"secret\\":\\"${REDACTED}\\",\\"n\\":1}`],
    ["{ 'OK-ACCESS-PASSPHRASE': 'abc', n: 1 }", `{ 'OK-ACCESS-PASSPHRASE': '${REDACTED}', n: 1 }`],
    ["listenKey=pqia91ma19a5s61c", `listenKey=${REDACTED}`],
    ["wss://u:secret@x.test/", `wss://${REDACTED}@x.test/`],
    ["a signal = 3, the order: sent, price: 100", "a signal = 3, the order: sent, price: 100"],
  ])("R13.6 in text: %s", (text, shown) => {
    expect(redactor.text(text)).toBe(shown);
    expect(redactor.text(shown)).toBe(shown);
  });

  it("R13.6 in values, however they are named", () => {
    const value = {
      signature: "deadbeef",
      headers: new Headers({ "x-mbx-apikey": "vmPUZE" }),
      rawHeaders: ["Content-Type", "text/plain", "X-BAPI-SIGN", "deadbeef"],
      har: [{ name: "OK-ACCESS-KEY", value: "vmPUZE" }],
      map: new Map<string, unknown>([["passphrase", { a: 1 }]]),
      url: new URL("https://x.test/?listenKey=pqia91"),
      side: "long",
    };
    expect(redactor.value(value)).toEqual({
      signature: REDACTED,
      headers: { "x-mbx-apikey": REDACTED },
      rawHeaders: ["Content-Type", "text/plain", "X-BAPI-SIGN", REDACTED],
      har: [{ name: "OK-ACCESS-KEY", value: REDACTED }],
      map: { passphrase: REDACTED },
      url: `https://x.test/?listenKey=${REDACTED}`,
      side: "long",
    });
  });

  it("R13.6 in errors, their causes and what libraries hang on them", () => {
    const cause = Object.assign(new TypeError(`GET /?signature=deadbeef&key=${SECRET}`), {
      request: { headers: { Authorization: "Bearer abc" } },
    });
    const error = new AggregateError([new Error(SECRET)], "all have failed", { cause });
    const shown = redactor.json(error);
    expect(shown).not.toMatch(/deadbeef|sk-live|Bearer/);
    expect(JSON.parse(shown)).toMatchObject({
      name: "AggregateError",
      message: "all have failed",
      cause: { name: "TypeError", request: { headers: { Authorization: REDACTED } } },
      errors: [{ message: REDACTED }],
    });
  });
});

describe("values of any kind", () => {
  it("R13.6 cycles, big numbers, bytes, throwing getters, proxies: plain data, and no exception", () => {
    const circle: Record<string, unknown> = { n: 1n, u: undefined, f: () => SECRET, s: Symbol(SECRET), x: Number.NaN };
    circle["self"] = circle;
    circle["bytes"] = Buffer.from(SECRET);
    circle["date"] = new Date(Number.NaN);
    circle["__proto__x"] = new Set([1, SECRET]);
    Object.defineProperty(circle, "bad", { enumerable: true, get: () => assertNever(SECRET) });
    const refuses = new Proxy({}, { ownKeys: () => assertNever(SECRET) });
    expect(redactor.value([circle, refuses])).toEqual([
      {
        n: "1",
        u: null,
        f: "<function>",
        s: `Symbol(${REDACTED})`,
        x: "NaN",
        self: "<circular>",
        bytes: `<${Buffer.from(SECRET).length} bytes>`,
        date: "Invalid Date",
        __proto__x: [1, REDACTED],
        bad: "<unreadable>",
      },
      "<unreadable>",
    ]);
  });

  it("R13.6 a million entries, a thousand levels, a gigantic text: bounded", () => {
    let deep: unknown = SECRET;
    for (let level = 0; level < 1_000; level += 1) deep = { deep };
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`f${index}`, "x".repeat(1_000)]));
    const shown = redactor.json({
      deep,
      wide,
      list: Array.from({ length: 1_000_000 }, () => wide),
      text: "y".repeat(10_000_000),
      endless: { [Symbol.iterator]: () => ({ next: () => ({ done: false }) }) },
    });
    expect(shown.length).toBeLessThan(250_000);
  });

  it("R13.6 random secrets hidden in random structures never come out", () => {
    const secrets = fc
      .string({ minLength: 12, maxLength: 60, unit: "grapheme-ascii" })
      .filter((text) => text.trim().length >= 12);
    const forms = fc.constantFrom<(secret: string) => string>(
      (secret) => secret,
      encodeURIComponent,
      (secret) => Buffer.from(secret).toString("base64"),
      (secret) => Buffer.from(secret).toString("base64url"),
      (secret) => Buffer.from(secret).toString("hex"),
      (secret) => secret.slice(0, 12),
      (secret) => JSON.stringify(secret).slice(1, -1),
    );
    const holders = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { depthSize: "small" },
        fc.constant(HOLE),
        fc.tuple(fc.string(), fc.string()).map(([a, b]) => `${a}${HOLE}${b}`),
        fc.integer(),
        fc.bigInt(),
        fc.constant(undefined),
        fc.array(tie("any"), { maxLength: 4 }),
        fc.dictionary(fc.oneof(fc.string(), fc.constant(HOLE)), tie("any"), { maxKeys: 4 }),
        fc.tuple(fc.string(), tie("any")).map((entry) => new Map([entry])),
        fc.array(tie("any"), { maxLength: 3 }).map((values) => new Set(values)),
        fc.tuple(fc.string(), tie("any")).map(([message, cause]) => new Error(`${message}${HOLE}`, { cause })),
      ),
    })).any;
    fc.assert(
      fc.property(secrets, forms, holders, (secret, form, holder) => {
        const hidden = form(secret);
        const { json, text } = createRedactor([Redacted.make(secret)]);
        const shown = json(filled(holder, hidden));
        const strings = allStrings(JSON.parse(shown));
        expect(strings.filter((each) => each.includes(hidden) || each.includes(secret))).toEqual([]);
        expect(text(`${hidden}${secret}`).includes(hidden)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

const HOLE = "\u{e000}hole\u{e000}";

/** The same structure with the secret in its holes. */
function filled(value: unknown, secret: string): unknown {
  if (typeof value === "string") return value.replaceAll(HOLE, secret);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => filled(each, secret));
  if (value instanceof Map) return new Map([...value].map((entry) => filled(entry, secret) as [unknown, unknown]));
  if (value instanceof Set) return new Set([...value].map((each) => filled(each, secret)));
  if (value instanceof Error)
    return new Error(filled(value.message, secret) as string, { cause: filled(value.cause, secret) });
  return Object.fromEntries(Object.entries(value).map((entry) => filled(entry, secret) as [string, unknown]));
}

function allStrings(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [key, ...allStrings(each)]);
}

function assertNever(message: string): never {
  throw new Error(message);
}
