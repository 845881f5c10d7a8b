/** What the facts of a venue mean for live trading, where no local venue can play them; and what venues say of a key (R13.6). */
import { describe, expect, it } from "vitest";
import type { CcxtClient } from "../../src/exchange/ccxt/ccxt-client.ts";
import { judge } from "../../src/exchange/ccxt/check-findings.ts";
import type { VenueFacts } from "../../src/exchange/ccxt/check.ts";
import { permissionsQuestion } from "../../src/exchange/ccxt/key-permissions.ts";
import { profileLines } from "../../src/exchange/ccxt/profile-lines.ts";
import { PROFILES, profileOf } from "../../src/exchange/ccxt/profiles/profiles.ts";

const SOUND: VenueFacts = {
  venue: "okx",
  mode: "production",
  profile: { isCareful: false, markets: "derivative", canHedge: true, lines: [] },
  clock: { kind: "told", value: { differenceMs: 12, roundTripMs: 30, deadlineMs: 5_000 } },
  markets: { kind: "told", value: { loaded: 10, usable: 5 } },
  access: { kind: "accepted" },
  permissions: { withdraw: "no", trade: "yes", boundToAddresses: "yes", why: null },
  positionMode: { kind: "told", value: "one-way" },
  balances: { kind: "told", value: [] },
  positions: { kind: "told", value: 0 },
  openOrders: { kind: "told", value: 0 },
  conditionalOrders: { kind: "told", value: 0 },
  symbols: [],
};

const verdictOf = (changes: Partial<VenueFacts>): string => {
  const { verdict, findings } = judge({ ...SOUND, ...changes });
  return [verdict, ...findings.map(({ level, text }) => `${level}: ${text}`)].join("\n");
};
const failed = { kind: "failed", why: "HTTP 503" } as const;

describe("what speaks against live", () => {
  it("R8.1 hedge mode does where the profile cannot trade it", () => {
    const positionMode = { kind: "told", value: "hedge" } as const;
    const profile = { ...SOUND.profile, canHedge: false };
    expect(verdictOf({ positionMode, profile })).toContain("not fit for live\nproblem: the account is in hedge mode");
    expect(verdictOf({ positionMode })).not.toContain("hedge");
  });

  it.each([
    [{ positionMode: failed }, "problem: the position mode could not be asked for: HTTP 503"],
    [{ positions: failed }, "problem: the positions could not be asked for: HTTP 503"],
    [{ openOrders: failed }, "problem: the open orders could not be asked for: HTTP 503"],
    [{ access: failed }, "problem: whether the key is valid could not be found out"],
    [{ markets: failed, clock: failed }, "problem: HTTP 503"],
    [{ markets: { kind: "told", value: { loaded: 9, usable: 0 } } }, "problem: none of 9 markets can be traded"],
    [{ permissions: { ...SOUND.permissions, trade: "no" } }, "problem: the key may not trade"],
    [{ permissions: { ...SOUND.permissions, withdraw: "yes" } }, "problem: the key may withdraw"],
  ] as const satisfies readonly (readonly [Partial<VenueFacts>, string])[])(
    "R13.6 what could not be found out is never counted as good: %j",
    (changes, text) => {
      expect(verdictOf(changes)).toContain(text);
      expect(verdictOf(changes)).toContain("not fit for live");
    },
  );

  it("R13.6 every finding says what to do, and the careful default is one", () => {
    const { verdict, findings } = judge({
      ...SOUND,
      profile: { ...SOUND.profile, isCareful: true },
      permissions: { withdraw: "unknown", trade: "unknown", boundToAddresses: "unknown", why: "nobody knows" },
    });
    expect(verdict).toBe("fit for live");
    expect(findings.map(({ level }) => level)).toEqual(["warning", "warning", "warning"]);
    for (const { advice } of findings) expect(advice.length).toBeGreaterThan(20);
  });
});

const said = (id: string, answer: unknown): unknown => {
  const question = permissionsQuestion({ id } as CcxtClient, { isSpot: false, isDemo: false });
  return typeof question === "string" ? question : question.parse(answer);
};

describe("what a key may do", () => {
  // Answers as the venues' documents show them; nobody has seen them here.
  it("R13.6 Bybit tells it by lists of permissions", () => {
    const answer = (wallet: readonly string[], ips: readonly string[], readOnly: number) => ({
      result: { readOnly, ips, permissions: { ContractTrade: ["Order", "Position"], Wallet: wallet } },
    });
    expect(said("bybit", answer(["AccountTransfer"], ["10.0.0.1"], 0))).toEqual({
      withdraw: "no",
      trade: "yes",
      boundToAddresses: "yes",
      why: null,
    });
    expect(said("bybit", answer(["AccountTransfer", "Withdraw"], ["*"], 1))).toEqual({
      withdraw: "yes",
      trade: "no",
      boundToAddresses: "no",
      why: null,
    });
  });

  it("R13.6 OKX tells it in the configuration of the account", () => {
    const answer = (perm: string, ip: string) => ({ code: "0", data: [{ perm, ip }] });
    expect(said("okx", answer("read_only,trade", "10.0.0.1,10.0.0.2"))).toMatchObject({
      withdraw: "no",
      trade: "yes",
      boundToAddresses: "yes",
    });
    expect(said("okx", answer("read_only,withdraw", ""))).toMatchObject({
      withdraw: "yes",
      trade: "no",
      boundToAddresses: "no",
    });
  });

  it("R13.6 an answer that does not say it is no answer; a venue that nobody asked is unknown", () => {
    for (const id of ["bybit", "okx", "binance", "binanceusdm"])
      expect(() => said(id, { result: {}, data: [] })).toThrow("permissions of the key cannot be read");
    expect(said("bitget", {})).toContain("nobody has written down how bitget tells it");
    expect(said("hyperliquid", {})).toContain("API wallet");
  });
});

describe("a profile as lines", () => {
  it.each([...PROFILES.map(({ venue }) => venue), "some-other-venue"])(
    "R10.11 %s is told line by line, each with its trust",
    (venue) => {
      const lines = profileLines(profileOf(venue).profile);
      expect(new Set(lines.map(({ line }) => line)).size).toBe(lines.length);
      for (const { says } of lines) expect(says).not.toMatch(/undefined|null|\[object/);
      expect(lines.length).toBeGreaterThan(15);
    },
  );
});
