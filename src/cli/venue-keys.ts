/** The account's keys as commands take them: from the environment, under a prefix that an option may choose (R13.7). */
import { Option } from "commander";
import {
  DEFAULT_KEYS_PREFIX,
  isKeysPrefix,
  KEYS_PREFIX_LIMIT,
  keysFrom,
  missingOf,
  variableOf,
  type VenueKeys,
} from "../config/credentials.ts";
import { UsageError } from "./exit-codes.ts";

export const keysPrefixOption = (): Option =>
  new Option(
    "--keys-prefix <name>",
    "where the keys stand in the environment: NAME_API_KEY, NAME_API_SECRET, …",
  ).default(DEFAULT_KEYS_PREFIX);

export const KEYS_HELP = `
Keys come from the environment, never from the command line, where other users of the machine could read them:
  PAWL_API_KEY, PAWL_API_SECRET, PAWL_API_PASSWORD (OKX, Bitget), PAWL_WALLET_ADDRESS and PAWL_PRIVATE_KEY (Hyperliquid)`;

/** Throws UsageError. */
export function venueKeys(env: NodeJS.ProcessEnv, prefix: string): VenueKeys {
  if (isKeysPrefix(prefix)) return keysFrom(env, prefix);
  throw new UsageError(`--keys-prefix is ${JSON.stringify(prefix)}; allowed: ${KEYS_PREFIX_LIMIT}`);
}

/** Why there is nothing to sign with, or null; throws UsageError where only some of what the venue needs is there. */
export function whyWithoutKeys(keys: VenueKeys, venue: string, needed: readonly string[]): string | null {
  const missing = missingOf(keys, needed);
  const names = missing.map((name) => variableOf(keys.prefix, name)).join(" and ");
  if (missing.length === 0) return null;
  if (keys.held.size === 0) return `there are no keys: set ${names}`;
  throw new UsageError(`${venue} needs ${names} as well, which ${missing.length === 1 ? "is" : "are"} not set`);
}
