/** `pawl exchange check` over the local venue: the real command, the unmodified client, real HTTP (R13.2, R13.6). */
import { describe, expect, it } from "vitest";
import type { LocalVenue } from "../exchange/venue/local-venue.ts";
import { pawl } from "./command.ts";
import { aVenue, KEYS, pawlAt } from "./venue-command.ts";

const CHECK = ["exchange", "check", "--venue", "binanceusdm"];
const SYMBOL = ["--symbol", "BTC/USDT:USDT"];

interface Report {
  readonly verdict: string;
  readonly findings: readonly { readonly level: string; readonly text: string; readonly advice: string }[];
  readonly [fact: string]: unknown;
}

async function checked(
  venue: LocalVenue,
  args: readonly string[] = CHECK,
  env: Readonly<Record<string, string>> = KEYS,
) {
  const { code, out, err } = await pawlAt(venue, [...args, "--json"], env);
  expect(err).toBe("");
  return { code, report: JSON.parse(out) as Report };
}

const signedCalls = (venue: LocalVenue): readonly string[] =>
  venue.requests.filter(({ params }) => params["signature"] !== undefined).map(({ path }) => path);

describe("exchange check", () => {
  it("R13.6 a key that may trade and nothing else is fit for live, and nothing at the venue is changed", async () => {
    const venue = await aVenue({ futuresBalances: { USDT: "1234.5" } });
    const { code, out, err } = await pawlAt(venue, [...CHECK, ...SYMBOL], KEYS);
    expect(err).toBe("");
    for (const text of [
      "binanceusdm, production",
      "4 loaded, 4 of them usable here",
      "│ key                    │ accepted",
      "│ key may withdraw       │ no",
      "│ key bound to addresses │ yes",
      "│ position mode          │ one-way",
      "USDT 1234.5",
      "│ positions              │ 0",
      "0.0005 / 0.0002",
      "│ entries and exits          │ market orders; exits reduce only",
      "captured",
    ])
      expect(out).toContain(text);
    expect(out.trimEnd().split("\n").at(-1)).toBe("binanceusdm: fit for live");
    expect(code).toBe(0);
    expect(new Set(venue.requests.map(({ method }) => method))).toEqual(new Set(["GET"]));
    expect(venue.requests.length).toBeGreaterThan(8);
  });

  it("R13.6 the JSON form says the same, with every fact as data", async () => {
    const venue = await aVenue();
    const { code, report } = await checked(venue, [...CHECK, ...SYMBOL]);
    expect(code).toBe(0);
    expect(report).toMatchObject({
      verdict: "fit for live",
      findings: [],
      venue: "binanceusdm",
      mode: "production",
      profile: { isCareful: false, markets: "derivative", canHedge: true },
      clock: { kind: "told", value: { deadlineMs: 5_000 } },
      markets: { kind: "told", value: { loaded: 4, usable: 4 } },
      access: { kind: "accepted" },
      permissions: { withdraw: "no", trade: "yes", boundToAddresses: "yes", why: null },
      positionMode: { kind: "told", value: "one-way" },
      positions: { kind: "told", value: 0 },
      openOrders: { kind: "told", value: 0 },
      conditionalOrders: { kind: "told", value: 0 },
      symbols: [
        {
          symbol: "BTC/USDT:USDT",
          unusable: null,
          limits: {
            amountStep: "0.001",
            priceTick: "0.1",
            minimumAmount: "0.001",
            minimumCost: "100",
            maximumAmount: "120",
          },
          fees: { kind: "told", value: { taker: "0.0005", maker: "0.0002" } },
        },
      ],
    });
  });

  it.each([
    ["a wrong secret", { ...KEYS, PAWL_API_SECRET: `${KEYS.PAWL_API_SECRET}x` }, "-1022"],
    ["a wrong key", { ...KEYS, PAWL_API_KEY: "another" }, "-2015"],
  ])("R13.6 %s is refused once, and then not shown again", async (_what, env, venueCode) => {
    const venue = await aVenue();
    const { code, report } = await checked(venue, [...CHECK, ...SYMBOL], env);
    expect(code).toBe(1);
    expect(report).toMatchObject({
      verdict: "not fit for live",
      access: { kind: "refused", why: expect.stringContaining(venueCode) as string },
      permissions: { withdraw: "unknown" },
      positions: { kind: "not asked", why: "the key was refused" },
      findings: [{ level: "problem", advice: expect.stringContaining("a demo key needs --demo") as string }],
    });
    expect(signedCalls(venue)).toHaveLength(1);
  });

  it("R13.6 a clock that is off by more than a request has to arrive makes live impossible; by less it is a warning", async () => {
    const [far, near] = await Promise.all([aVenue(), aVenue()]);
    far.clockSkew(-60_000);
    near.clockSkew(3_000);
    const [tooFar, noticed] = await Promise.all([checked(far), checked(near)]);
    expect(tooFar.code).toBe(1);
    expect(tooFar.report.findings).toEqual([
      {
        level: "problem",
        text: expect.stringMatching(/^the clock of this machine is (59|60)\d{3} ms ahead of the venue's/) as string,
        advice: expect.stringContaining("set the clock") as string,
      },
    ]);
    // The key itself is good: the client was told the difference.
    expect(tooFar.report["access"]).toEqual({ kind: "accepted" });
    expect(noticed.code).toBe(0);
    expect(noticed.report.findings).toMatchObject([
      { level: "warning", text: expect.stringContaining("behind") as string },
    ]);
  });

  it("R13.6 may it withdraw: yes is refused, no is fit, unknown is said so", async () => {
    const [allowed, missing, open] = await Promise.all([
      aVenue({ withdrawals: "allowed" }),
      aVenue({ withdrawals: "missing" }),
      aVenue({ ipRestricted: false }),
    ]);
    const [yes, unknown, anywhere] = await Promise.all([checked(allowed), checked(missing), checked(open)]);
    expect([yes.code, unknown.code, anywhere.code]).toEqual([1, 0, 0]);
    expect(yes.report.findings).toMatchObject([
      { level: "problem", text: expect.stringContaining("may withdraw") as string },
    ]);
    expect(unknown.report).toMatchObject({
      verdict: "fit for live",
      permissions: { withdraw: "unknown", why: expect.stringContaining("404") as string },
      findings: [
        { level: "warning", text: expect.stringContaining("whether the key may withdraw is not known") as string },
      ],
    });
    expect(anywhere.report.findings).toMatchObject([
      { level: "warning", advice: expect.stringContaining("bind it") as string },
    ]);
  });

  it("R13.6 in the demo nothing is asked of production, and permissions are unknown without alarm", async () => {
    const venue = await aVenue();
    const { code, report } = await checked(venue, [...CHECK, "--demo"]);
    expect(code).toBe(0);
    expect(report).toMatchObject({
      mode: "demo",
      findings: [],
      permissions: { withdraw: "unknown", why: "Binance tells it in production only" },
    });
    expect(new Set(venue.requests.map(({ host }) => host))).toEqual(new Set(["demo-fapi.binance.com"]));
  });

  it("R8.1 hedge mode is told, as are positions and spot's lack of them", async () => {
    const [hedged, spot] = await Promise.all([aVenue({ hedgeMode: true }), aVenue()]);
    const [futures, coins] = await Promise.all([
      checked(hedged),
      checked(spot, ["exchange", "check", "--venue", "binance", "--symbol", "BTC/USDT"]),
    ]);
    expect([futures.code, coins.code]).toEqual([0, 0]);
    expect(futures.report["positionMode"]).toEqual({ kind: "told", value: "hedge" });
    expect(coins.report).toMatchObject({
      positionMode: { kind: "told", value: "one-way" },
      positions: { kind: "not asked", why: "spot has none" },
      balances: { kind: "told", value: [{ coin: "USDT", total: "1000000" }] },
      symbols: [{ fees: { kind: "told", value: { taker: "0.001" } } }],
    });
  });

  it("R13.6 without keys it checks what needs none, and says what was left out", async () => {
    const venue = await aVenue();
    const { code, report } = await checked(venue, CHECK, {});
    const { out } = await pawlAt(venue, CHECK);
    expect(code).toBe(0);
    expect(report).toMatchObject({
      verdict: "not everything was checked",
      markets: { kind: "told" },
      access: { kind: "not asked", why: "there are no keys: set PAWL_API_KEY and PAWL_API_SECRET" },
      balances: { kind: "not asked" },
    });
    expect(out).toContain("nothing speaks against it so far, but not everything was checked: there are no keys");
    expect(signedCalls(venue)).toEqual([]);
  });

  it("R13.7 half of the keys is a mistake that is named, and so is a prefix that is none", async () => {
    const venue = await aVenue();
    const [half, prefix, other] = await Promise.all([
      pawlAt(venue, CHECK, { PAWL_API_KEY: KEYS.PAWL_API_KEY }),
      pawlAt(venue, [...CHECK, "--keys-prefix", "my bot"], KEYS),
      pawlAt(venue, [...CHECK, "--keys-prefix", "BOT_1", "--json"], {
        BOT_1_API_KEY: KEYS.PAWL_API_KEY,
        BOT_1_API_SECRET: `${KEYS.PAWL_API_SECRET}\n`,
      }),
    ]);
    expect(half).toMatchObject({
      code: 2,
      out: "",
      err: "pawl: binanceusdm needs PAWL_API_SECRET as well, which is not set\n",
    });
    expect(prefix.code).toBe(2);
    expect(prefix.err).toContain('--keys-prefix is "my bot"; allowed: capital letters');
    expect([other.code, (JSON.parse(other.out) as Report).verdict]).toEqual([0, "fit for live"]);
  });

  it("R13.6 what a venue says back is redacted, even where it repeats the secret", async () => {
    const venue = await aVenue();
    venue.faults.always("balance", {
      kind: "respond",
      status: 401,
      code: -2015,
      message: `Invalid secret ${KEYS.PAWL_API_SECRET} of you`,
    });
    const [text, json] = await Promise.all([pawlAt(venue, CHECK, KEYS), pawlAt(venue, [...CHECK, "--json"], KEYS)]);
    expect([text.code, json.code]).toEqual([1, 1]);
    expect(text.out).toContain("<redacted>");
    expect(json.out).toContain("<redacted>");
  });

  it("R10.6 a venue that asks for a long pause is asked nothing more", async () => {
    const venue = await aVenue();
    venue.faults.always("balance", { kind: "respond", status: 418, retryAfterSeconds: 3_600 });
    const { code, report } = await checked(venue);
    expect(code).toBe(1);
    expect(report).toMatchObject({
      access: { kind: "failed" },
      positions: { kind: "not asked", why: "the venue asks to wait 3600 s" },
    });
    expect(signedCalls(venue)).toHaveLength(1);
  });

  it("R10.11 a venue without a profile gets the careful default, said loudly, and one that cannot be reached is no fit", async () => {
    const venue = await aVenue();
    await venue.goDown();
    const [known, none] = await Promise.all([
      pawlAt(venue, ["exchange", "check", "--venue", "kraken"]),
      pawl("exchange", "check", "--venue", "krakn"),
    ]);
    expect(known.out).toContain("CAREFUL DEFAULT: nobody has written a profile of kraken");
    expect(known.out).toContain("problem: kraken: loading the markets failed");
    expect(known.code).toBe(1);
    expect(none.err).toContain("There is no exchange krakn; allowed: ");
    expect(none.code).toBe(2);
  });

  it("R10.11 a market that is not there is a problem with names that are", async () => {
    const venue = await aVenue();
    const { code, report } = await checked(venue, [...CHECK, "--symbol", "BTC/USDT", "ETH/USDT:USDT"]);
    expect(code).toBe(1);
    expect(report.findings).toMatchObject([{ text: "BTC/USDT: there is no such market; there is BTC/USDT:USDT" }]);
  });

  it("R13.2 keys are no arguments, and the demo of a venue that has none is a usage error", async () => {
    const venue = await aVenue();
    const [argument, demo] = await Promise.all([
      pawl(...CHECK, "--api-key", "anything"),
      pawlAt(venue, ["exchange", "check", "--venue", "kraken", "--demo"]),
    ]);
    expect([argument.code, demo.code]).toEqual([2, 2]);
    expect(argument.err).toContain("unknown option '--api-key'");
    expect(demo.err).toContain("neither a demo nor a test environment");
  });
});
