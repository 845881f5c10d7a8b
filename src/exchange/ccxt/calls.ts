/**
 * One call of the client as an effect: carried out, watched on the wire, parsed, and where it fails, judged.
 *
 * Promises: nothing that the client throws gets out unjudged; an answer is parsed before anybody sees it. Interrupting a call does not
 * stop its request: who interrupts a placement must not take it for not sent.
 */
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import type { EpochMs } from "../../domain/units.ts";
import { ExchangeError, type ExchangeErrorReason } from "../exchange.ts";
import { AnswerError } from "./answers.ts";
import { classify, disbelieved, type CallKind, type Judged } from "./classify.ts";
import type { Priority } from "./line.ts";
import type { VenueProfile } from "./profile.ts";
import { nothingExchanged, type WireWatch } from "./wire-watch.ts";

/** A call that did not do what was asked, and what that proves. */
export class CallJudged extends Data.TaggedError("CallJudged")<{ readonly judged: Judged }> {}

/** What kind of call it is, and how it stands in the line; a plain "read" is one of the rest. */
export type CallWords =
  | "read"
  | {
      readonly kind: CallKind;
      readonly priority: Priority;
      readonly leaveByMs?: number | undefined;
      readonly headers?: Readonly<Record<string, string>> | undefined;
    };

export interface Calls {
  run<A>(what: CallWords, call: () => Promise<unknown>, parse: (answer: unknown) => A): Effect.Effect<A, CallJudged>;
}

export function createCalls(input: {
  readonly profile: VenueProfile;
  readonly wire: WireWatch;
  readonly nowMs: () => EpochMs;
  readonly redact: (text: string) => string;
  /** For questions, their turn and the whole answer included: the client's own limit ends at the headers. */
  readonly readLimitMs: number;
  /** The exchange has refused the time of a request. */
  readonly onClock: () => void;
  readonly onRateLimit: (retryAfterMs: number, message: string) => void;
}): Calls {
  const { profile, wire, nowMs, redact, readLimitMs } = input;
  const tooSlow = Effect.fail(failedWith(noAnswerWithin(readLimitMs)));
  return {
    run: (what, call, parse) =>
      Effect.suspend(() => {
        const { kind, priority, leaveByMs, headers } = what === "read" ? READ : what;
        let exchanged = nothingExchanged();
        const attempt = Effect.tryPromise({
          try: (signal) => {
            exchanged = nothingExchanged({ priority, leaveByMs, headers, signal });
            return wire.during(exchanged, call);
          },
          catch: (thrown) => {
            const judged = classify({ call: kind, thrown, exchanged }, profile, nowMs());
            if (judged.kind === "failed" && judged.isClock) input.onClock();
            if (judged.kind === "failed" && judged.reason._tag === "RateLimited")
              input.onRateLimit(judged.reason.retryAfterMs, judged.reason.message);
            return new CallJudged({ judged: told(judged, redact) });
          },
        });
        // How long a placement may take is the desk's affair: it alone knows what running into a limit means.
        const limited =
          kind === "read" ? Effect.timeoutOrElse(attempt, { duration: readLimitMs, orElse: () => tooSlow }) : attempt;
        return limited.pipe(
          Effect.flatMap((answer) => {
            const judged = kind === "place" ? disbelieved(exchanged, profile, nowMs()) : null;
            return judged === null
              ? parsed(answer, parse)
              : Effect.fail(new CallJudged({ judged: told(judged, redact) }));
          }),
        );
      }),
  };
}

/** The same with a message that may be told. */
const told = (judged: Judged, redact: (text: string) => string): Judged =>
  judged.kind === "failed"
    ? { ...judged, reason: { ...judged.reason, message: redact(judged.reason.message) } }
    : { ...judged, message: redact(judged.message) };

const READ: Exclude<CallWords, string> = { kind: "read", priority: "rest" };
export const LOOK_UP: CallWords = { kind: "read", priority: "look-up" };
/** A look-up that nothing waits for. */
export const CHECK: CallWords = { kind: "read", priority: "check" };

function parsed<A>(answer: unknown, parse: (answer: unknown) => A): Effect.Effect<A, CallJudged> {
  try {
    return Effect.succeed(parse(answer));
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    return Effect.fail(failedWith({ _tag: "InvalidAnswer", message: error.message }));
  }
}

export const failedWith = (reason: ExchangeErrorReason): CallJudged =>
  new CallJudged({ judged: { kind: "failed", reason, isClock: false } });

export const noAnswerWithin = (limitMs: number): ExchangeErrorReason => ({
  _tag: "Transient",
  message: `no answer within ${limitMs / 1_000} s`,
});

/** For calls that only read: whatever it was, it brought no answer. */
export const asReadError = ({ judged }: CallJudged): ExchangeError =>
  new ExchangeError({
    reason: judged.kind === "failed" ? judged.reason : { _tag: "Transient", message: judged.message },
  });
