/**
 * Hashes as identity and as seeded choice (law 9): the same words give the same digits, on every machine, for ever.
 * SHA-256 by @noble/hashes, which is plain JavaScript: the core needs no `node:*`.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** 32 hex digits from the parts; a separator that no part contains keeps ("ab","c") apart from ("a","bc"). */
export const hashHex = (...parts: readonly (string | number)[]): string =>
  bytesToHex(sha256(utf8ToBytes(parts.join("\u001f")))).slice(0, 32);

/** A number in [0, 1) chosen by the parts: the seeded alternative to a random stream. */
export function hashUnit(...parts: readonly (string | number)[]): number {
  const digest = sha256(utf8ToBytes(parts.join("\u001f")));
  const high = ((digest[0]! << 24) | (digest[1]! << 16) | (digest[2]! << 8) | digest[3]!) >>> 0;
  const low = ((digest[4]! << 16) | (digest[5]! << 8) | digest[6]!) >>> 0;
  return (high * 2 ** 21 + (low >>> 3)) / 2 ** 53;
}
