/**
 * Keys that are looked for afterwards in everything that is told (I44): whole, and in pieces of twelve characters, which is how much of a
 * key is enough to search for it.
 */
import type { RequestRecord } from "./venue/fault-kinds.ts";

export const CANARIES = {
  apiKey: "CANARYkeyQ7vX2mZ9pL4tR8wB1nC6yD3fG5hJ0kS7aU2eI9oPqWxErTyUiOpAsDf",
  secret: "CANARYsecretN8bV3cX1zL6kJ4hG9fD2sA7qW5eR0tY8uI3oP1mM6nB4vC2xZ9lK",
} as const;

const PIECE = 12;

/** Which of these texts hold a piece of a canary, or of a signature that was made with one. */
export function leaks(
  texts: Readonly<Record<string, readonly string[]>>,
  requests: readonly RequestRecord[] = [],
): readonly string[] {
  const signatures = requests.flatMap(({ params }) => params["signature"] ?? []);
  const pieces = [...new Set([CANARIES.apiKey, CANARIES.secret, ...signatures].flatMap(piecesOf))];
  return Object.entries(texts).flatMap(([where, all]) => {
    const whole = all.join("\n");
    const found = pieces.find((piece) => whole.includes(piece));
    return found === undefined ? [] : [`${where} tells ${found}`];
  });
}

const piecesOf = (secret: string): readonly string[] =>
  Array.from({ length: Math.max(1, secret.length - PIECE + 1) }, (_, from) => secret.slice(from, from + PIECE));
