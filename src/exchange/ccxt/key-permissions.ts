/**
 * What a venue says that a key may do: each venue in its own words, read into three answers (R13.6).
 *
 * Promises: "unknown" is an answer of its own, with its reason: a venue that does not say is never taken for one that says no. Only
 * questions that change nothing are asked.
 */
import * as z from "zod";
import { AnswerError } from "./answers.ts";
import type { CcxtClient } from "./ccxt-client.ts";

export type YesNo = "yes" | "no" | "unknown";

export interface KeyPermissions {
  readonly withdraw: YesNo;
  readonly trade: YesNo;
  /** Whether the key works from named addresses only. */
  readonly boundToAddresses: YesNo;
  /** Why something is unknown; null where nothing is. */
  readonly why: string | null;
}

export interface PermissionsQuestion {
  readonly ask: (client: CcxtClient) => Promise<unknown>;
  readonly parse: (answer: unknown) => KeyPermissions;
}

export const unknownPermissions = (why: string): KeyPermissions => ({
  withdraw: "unknown",
  trade: "unknown",
  boundToAddresses: "unknown",
  why,
});

/** How a venue is asked; text where it cannot be, and why. */
export function permissionsQuestion(
  client: CcxtClient,
  { isSpot, isDemo }: { readonly isSpot: boolean; readonly isDemo: boolean },
): PermissionsQuestion | string {
  switch (client.id) {
    case "binance":
    case "binanceusdm":
      return isDemo
        ? "Binance tells it in production only"
        : { ask: (at) => at.sapiGetAccountApiRestrictions!({}), parse: binanceParser(isSpot) };
    case "bybit":
      return { ask: (at) => at.privateGetV5UserQueryApi!({}), parse: bybitPermissions };
    case "okx":
      return { ask: (at) => at.privateGetAccountConfig!({}), parse: okxPermissions };
    case "hyperliquid":
      return "Hyperliquid tells nothing of a key: that of an API wallet cannot withdraw, the account's own can";
    default:
      return `nobody has written down how ${client.id} tells it`;
  }
}

const yesNo = (value: boolean): YesNo => (value ? "yes" : "no");

// https://developers.binance.com/docs/wallet/account/api-key-permission
const restrictions = z.object({
  ipRestrict: z.boolean(),
  enableWithdrawals: z.boolean(),
  enableFutures: z.boolean(),
  enableSpotAndMarginTrading: z.boolean(),
});

const binanceParser =
  (isSpot: boolean) =>
  (answer: unknown): KeyPermissions => {
    const told = parsed(restrictions, answer);
    return {
      withdraw: yesNo(told.enableWithdrawals),
      trade: yesNo(isSpot ? told.enableSpotAndMarginTrading : told.enableFutures),
      boundToAddresses: yesNo(told.ipRestrict),
      why: null,
    };
  };

// https://bybit-exchange.github.io/docs/v5/user/apikey-info
const queryApi = z.object({
  result: z.object({
    readOnly: z.union([z.number(), z.string().transform(Number)]),
    ips: z.array(z.string()),
    permissions: z.object({ Wallet: z.array(z.string()) }),
  }),
});

function bybitPermissions(answer: unknown): KeyPermissions {
  const { readOnly, ips, permissions } = parsed(queryApi, answer).result;
  return {
    withdraw: yesNo(permissions.Wallet.includes("Withdraw")),
    trade: yesNo(readOnly === 0),
    boundToAddresses: yesNo(ips.length > 0 && !ips.includes("*")),
    why: null,
  };
}

// https://www.okx.com/docs-v5/en/#trading-account-rest-api-get-account-configuration
const accountConfig = z.object({ data: z.array(z.object({ perm: z.string(), ip: z.string() })).min(1) });

function okxPermissions(answer: unknown): KeyPermissions {
  const { perm, ip } = parsed(accountConfig, answer).data[0]!;
  const may = perm.split(",").map((word) => word.trim());
  return {
    withdraw: yesNo(may.includes("withdraw")),
    trade: yesNo(may.includes("trade")),
    boundToAddresses: yesNo(ip !== ""),
    why: null,
  };
}

function parsed<T>(schema: z.ZodType<T>, answer: unknown): T {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new AnswerError(
    "permissions of the key",
    `${issue?.path.join(".") || "all of it"}: ${issue?.message ?? "wrong"}`,
  );
}
