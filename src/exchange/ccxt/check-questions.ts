/**
 * Questions that are asked with a key, one after the other, and what each of them brought.
 *
 * Promises: an answer, a failure and a question that was not asked are told apart; a key that was refused once is not shown again, and a
 * venue that asks for a long pause is asked nothing more.
 */
import * as Effect from "effect/Effect";
import type { CallJudged } from "./calls.ts";
import type { Access } from "./access.ts";
import { patiently, type Patience } from "./patience.ts";

/** What a question brought. */
export type Told<T> =
  | { readonly kind: "told"; readonly value: T }
  | { readonly kind: "not asked"; readonly why: string }
  | { readonly kind: "failed"; readonly why: string };

export const told = <T>(value: T): Told<T> => ({ kind: "told", value });

/** Refused is an answer about the key; a question that failed is none. */
export type KeyState =
  | { readonly kind: "accepted" }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "not asked"; readonly why: string }
  | { readonly kind: "failed"; readonly why: string };

const PATIENCE: Patience = { answerMs: 15_000, pausesMs: [500, 1_000], longestWaitMs: 10_000, mostWaits: 2 };

export interface Key {
  /** Why it must not be shown, or null. */
  readonly blocked: () => string | null;
  readonly refused: (why: string) => void;
  readonly state: (first: Told<unknown>) => KeyState;
}

export function createKey(withoutKeys: string | null): Key {
  let refusal: string | null = null;
  return {
    blocked: () => withoutKeys ?? (refusal === null ? null : "the key was refused"),
    refused(why) {
      refusal ??= why;
    },
    state(first) {
      if (refusal !== null) return { kind: "refused", why: refusal };
      return first.kind === "told" ? { kind: "accepted" } : first;
    },
  };
}

interface Question<A> {
  readonly call: () => Promise<unknown>;
  readonly parse: (answer: unknown) => A;
}

/** With the key, or not at all. */
export type Ask = <A>(question: Question<A>) => Effect.Effect<Told<A>>;

/** Every question in turn; a refusal of the key, or a long pause that the venue asks for, is the last one. */
export function questions({
  reading,
  key,
  isReachable,
}: {
  readonly reading: Access;
  readonly key: Key;
  readonly isReachable: boolean;
}): Ask {
  let paused: string | null = isReachable ? null : "the venue could not be reached";
  return ({ call, parse }) =>
    Effect.suspend(() => {
      const why = key.blocked() ?? paused;
      if (why !== null) return Effect.succeed({ kind: "not asked", why });
      return Effect.match(patiently(reading.calls.run("read", call, parse), PATIENCE), {
        onSuccess: told,
        onFailure: ({ judged }: CallJudged) => {
          const message = judged.kind === "failed" ? judged.reason.message : judged.message;
          if (judged.kind === "failed" && judged.reason._tag === "Unauthorized") key.refused(message);
          if (judged.kind === "failed" && judged.reason._tag === "RateLimited")
            paused = `the venue asks to wait ${Math.ceil(judged.reason.retryAfterMs / 1000)} s`;
          return { kind: "failed", why: message } as const;
        },
      });
    });
}
