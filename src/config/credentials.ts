/**
 * Keys of an account at a venue, from the environment and from nowhere else (R13.6, R13.7).
 *
 * Promises: a value is wrapped as soon as it is read, and prints as `<redacted>` however it is printed; what is not set, or empty, is
 * not there; a name says which variable, never what is in it. It does not know which of them a venue needs.
 */
import * as Redacted from "effect/Redacted";

/** In the client's words, with what the variable is called behind its prefix. */
const SUFFIXES = {
  apiKey: "API_KEY",
  secret: "API_SECRET",
  password: "API_PASSWORD",
  walletAddress: "WALLET_ADDRESS",
  privateKey: "PRIVATE_KEY",
} as const;

export type CredentialName = keyof typeof SUFFIXES;

const NAMES = Object.keys(SUFFIXES) as readonly CredentialName[];

export interface VenueKeys {
  readonly prefix: string;
  readonly held: ReadonlyMap<CredentialName, Redacted.Redacted>;
}

export const DEFAULT_KEYS_PREFIX = "PAWL";
export const KEYS_PREFIX_LIMIT = "capital letters, digits and underscores, a letter first: PAWL, MY_BYBIT";

export const isKeysPrefix = (text: string): boolean => /^[A-Z][A-Z0-9_]{0,40}$/.test(text);

/** What is set under a prefix: PAWL_API_KEY, PAWL_API_SECRET, PAWL_API_PASSWORD, PAWL_WALLET_ADDRESS, PAWL_PRIVATE_KEY. */
export function keysFrom(
  env: Readonly<Record<string, string | undefined>>,
  prefix: string = DEFAULT_KEYS_PREFIX,
): VenueKeys {
  const held = NAMES.flatMap((name): readonly (readonly [CredentialName, Redacted.Redacted])[] => {
    // A file that was read into a variable brings its last line feed along.
    const value = (env[variableOf(prefix, name)] ?? "").trim();
    return value === "" ? [] : [[name, Redacted.make(value)]];
  });
  return { prefix, held: new Map(held) };
}

export const variableOf = (prefix: string, name: CredentialName): string => `${prefix}_${SUFFIXES[name]}`;

/** For a redactor, which has to know what it hides. */
export const secretsOf = (keys: VenueKeys): readonly Redacted.Redacted[] => [...keys.held.values()];

/** Unwrapped: for the client that signs with them, and for nobody else. */
export const revealed = (keys: VenueKeys): Readonly<Partial<Record<CredentialName, string>>> =>
  Object.fromEntries(Array.from(keys.held, ([name, value]) => [name, Redacted.value(value)]));

/** Which of the keys that a venue needs are not there. */
export const missingOf = (keys: VenueKeys, needed: readonly string[]): readonly CredentialName[] =>
  NAMES.filter((name) => needed.includes(name) && !keys.held.has(name));
