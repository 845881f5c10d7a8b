/**
 * What the facts of a venue mean for trading there: what makes it impossible, what a person should know, and what to do about each.
 *
 * Promises: a pure function of the facts; every finding says what to do; what could not be found out is never counted as good.
 */
import type { Told } from "./check-questions.ts";
import type { VenueFacts } from "./check.ts";
import { NOTICEABLE_DIFFERENCE_MS } from "./venue-time.ts";

export interface Finding {
  /** A problem makes trading impossible. */
  readonly level: "problem" | "warning";
  readonly text: string;
  readonly advice: string;
}

export type Verdict =
  | "fit for live"
  /** Something makes it impossible. */
  | "not fit for live"
  /** Without keys: nothing speaks against it so far. */
  | "not everything was checked";

export interface Judgement {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
}

export function judge(facts: VenueFacts): Judgement {
  const findings = [
    ...profileFindings(facts),
    ...clockFindings(facts),
    ...keyFindings(facts),
    ...permissionFindings(facts),
    ...accountFindings(facts),
    ...symbolFindings(facts),
  ];
  if (findings.some(({ level }) => level === "problem")) return { verdict: "not fit for live", findings };
  return { verdict: facts.access.kind === "accepted" ? "fit for live" : "not everything was checked", findings };
}

const problem = (text: string, advice: string): Finding => ({ level: "problem", text, advice });
const warning = (text: string, advice: string): Finding => ({ level: "warning", text, advice });

const TRY_AGAIN =
  "try again; if it stays so, look at the venue's status page, and whether this machine may reach it (network, proxy, country)";

function profileFindings({ venue, profile, markets }: VenueFacts): readonly Finding[] {
  const careful = profile.isCareful
    ? [
        warning(
          `nobody has written a profile of ${venue}: the careful default is used, and nothing in it was ever seen`,
          "try it with the smallest amounts, or use a venue that docs/guide/venues.md lists",
        ),
      ]
    : [];
  if (markets.kind === "failed") return [...careful, problem(markets.why, TRY_AGAIN)];
  if (markets.kind === "told" && markets.value.usable === 0)
    return [
      ...careful,
      problem(`none of ${markets.value.loaded} markets can be traded with this profile`, "use another venue"),
    ];
  return careful;
}

function clockFindings({ clock }: VenueFacts): readonly Finding[] {
  if (clock.kind !== "told") return [];
  const { differenceMs, deadlineMs } = clock.value;
  const off = Math.abs(differenceMs);
  const text = `the clock of this machine is ${off} ms ${differenceMs > 0 ? "behind" : "ahead of"} the venue's`;
  const advice = "set the clock by the network (chrony, systemd-timesyncd, w32time), and keep it so";
  if (deadlineMs !== null && off > deadlineMs)
    return [problem(`${text}, which is more than the ${deadlineMs} ms within which a request has to arrive`, advice)];
  // It works, because the venue is asked for its time; but the clock of this machine is wrong.
  return off > NOTICEABLE_DIFFERENCE_MS ? [warning(text, advice)] : [];
}

function keyFindings({ access, mode }: VenueFacts): readonly Finding[] {
  switch (access.kind) {
    case "refused":
      return [
        problem(
          `the key was refused: ${access.why}`,
          `is it a key for ${mode === "demo" ? "the demo, which has keys of its own (--demo)" : "production (a demo key needs --demo)"}? Is it whole, not expired, and is the address of this machine on its list?`,
        ),
      ];
    case "failed":
      return [problem(`whether the key is valid could not be found out: ${access.why}`, TRY_AGAIN)];
    case "accepted":
    case "not asked":
      return [];
  }
}

function permissionFindings({ access, permissions, mode }: VenueFacts): readonly Finding[] {
  if (access.kind !== "accepted") return [];
  const { withdraw, trade, boundToAddresses, why } = permissions;
  const findings: Finding[] = [];
  if (withdraw === "yes")
    findings.push(
      problem(
        "the key may withdraw: whoever gets hold of it takes everything",
        "make one that may only read and trade",
      ),
    );
  if (trade === "no")
    findings.push(problem("the key may not trade", "allow it to trade these markets, or make one that may"));
  // Nothing can be carried away from a demo.
  if (withdraw === "unknown" && mode === "production")
    findings.push(
      warning(
        `whether the key may withdraw is not known: ${why ?? "the venue does not say"}`,
        "look it up on the venue's page of keys, and take the permission away",
      ),
    );
  if (boundToAddresses === "no")
    findings.push(warning("the key works from any address", "bind it to the address of this machine"));
  return findings;
}

function accountFindings(facts: VenueFacts): readonly Finding[] {
  const { access, positionMode, profile, balances, positions, openOrders } = facts;
  if (access.kind !== "accepted") return [];
  const findings: Finding[] = [];
  if (positionMode.kind === "told" && positionMode.value === "hedge" && !profile.canHedge)
    findings.push(
      problem(
        "the account is in hedge mode, which this profile cannot trade",
        "set one-way mode at the venue; it has to be flat and without open orders for that",
      ),
    );
  const vain = (what: string, told: Told<unknown>): void => {
    if (told.kind === "failed") findings.push(problem(`${what} could not be asked for: ${told.why}`, TRY_AGAIN));
  };
  vain("the position mode", positionMode);
  vain("the positions", positions);
  vain("the open orders", openOrders);
  if (balances.kind === "told" && balances.value.every(({ total }) => Number(total) === 0))
    findings.push(warning("there is nothing in the account to trade with", "transfer something into this account"));
  return findings;
}

const symbolFindings = ({ symbols }: VenueFacts): readonly Finding[] =>
  symbols.flatMap(({ symbol, unusable }) =>
    unusable === null
      ? []
      : [
          problem(
            `${symbol}: ${unusable}`,
            "name a market as the venue's client does: BTC/USDT (spot), BTC/USDT:USDT (perpetual)",
          ),
        ],
  );
