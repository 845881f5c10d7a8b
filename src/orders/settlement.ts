/**
 * When an order that is nowhere to be seen is known never to have arrived (R10.2).
 *
 * Promises: absence takes evidence, never a count and never a clock alone: complete looks at everything that the exchange lists,
 * all of which begin after the order can no longer appear, so far apart that a lag of its listings cannot hide it twice, and
 * a size of the position that agrees with what we have counted. One look that sees the order begins everything anew. Moments are
 * those of a clock that only goes forward (`steadyMs`): a host's clock that jumps ahead makes nothing absent (F63).
 */
import type { AbsenceTerms, OrderQuery, Sighting } from "../exchange/exchange.ts";
import type { OrderReport } from "../domain/report.ts";
import type { EpochMs, Lots } from "../domain/units.ts";

export interface Look {
  readonly sighting: Sighting;
  /** When the look began, by the steady clock: what happened after that it need not have seen. */
  readonly beganSteadyMs: number;
  readonly endedAtMs: EpochMs;
  /** What all positions of that account and market hold by the fills that are counted, short below zero. */
  readonly countedLots: Lots;
}

export type Verdict =
  | { readonly kind: "known"; readonly reports: readonly OrderReport[] }
  /** Not known yet; `why` is for people. `needsSomebody`: time alone will not tell. */
  | { readonly kind: "unresolved"; readonly why: string; readonly needsSomebody: boolean };

export interface Settlement {
  /** It may have left until now. */
  noteLeft(clientOrderId: string, steadyMs: number): void;
  judge(query: OrderQuery, look: Look): Verdict;
}

interface Unseen {
  lastLeftMs: number;
  /** When the first look began that counts as evidence; null before it. */
  missedSinceMs: number | null;
}

/** Most orders are never looked up; the moments of so many are kept. */
const MOST_REMEMBERED = 10_000;

/** `startedSteadyMs`: nothing that this process did not send itself can have left later. */
export function createSettlement(terms: AbsenceTerms, startedSteadyMs: number): Settlement {
  const unseen = new Map<string, Unseen>();
  /** Of orders that are not kept in mind: none of them has left later. */
  let latestForgottenMs = startedSteadyMs;
  const stateOf = (clientOrderId: string): Unseen => {
    const known = unseen.get(clientOrderId) ?? { lastLeftMs: latestForgottenMs, missedSinceMs: null };
    unseen.set(clientOrderId, known);
    return known;
  };
  const forgetOldest = (): void => {
    const [oldest] = unseen;
    if (oldest === undefined || unseen.size <= MOST_REMEMBERED) return;
    unseen.delete(oldest[0]);
    latestForgottenMs = Math.max(latestForgottenMs, oldest[1].lastLeftMs);
  };

  return {
    noteLeft(clientOrderId, steadyMs) {
      unseen.set(clientOrderId, { lastLeftMs: steadyMs, missedSinceMs: null });
      forgetOldest();
    },
    judge({ clientOrderId }, { sighting, beganSteadyMs, endedAtMs, countedLots }) {
      if (sighting.kind === "seen") {
        unseen.delete(clientOrderId);
        return { kind: "known", reports: sighting.reports };
      }
      const state = stateOf(clientOrderId);
      const canAppearUntilMs = state.lastLeftMs + terms.afterMs;
      if (beganSteadyMs < canAppearUntilMs) {
        return unresolved(`not found; it can appear for another ${Math.ceil(canAppearUntilMs - beganSteadyMs)} ms`);
      }
      if (sighting.netLots !== null && sighting.netLots !== countedLots) {
        state.missedSinceMs = null;
        const why = `not found, but the exchange holds ${sighting.netLots} lots where ${countedLots} are accounted for`;
        return { kind: "unresolved", why, needsSomebody: true };
      }
      state.missedSinceMs ??= beganSteadyMs;
      const isConfirmed = beganSteadyMs - state.missedSinceMs >= terms.apartMs;
      if (!isConfirmed) return unresolved("not found; a second look has to agree");
      unseen.delete(clientOrderId);
      return { kind: "known", reports: [{ kind: "absent", clientOrderId, atMs: endedAtMs }] };
    },
  };
}

const unresolved = (why: string): Verdict => ({ kind: "unresolved", why, needsSomebody: false });
