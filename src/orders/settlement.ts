/**
 * When an order that is nowhere to be seen is known never to have arrived (R10.2).
 *
 * Promises: absence takes evidence, never a count and never a clock alone: complete looks at everything that the exchange lists,
 * all of which begin after the order can no longer appear, so far apart that a lag of its listings cannot hide it twice, and
 * a size of the position that agrees with what we have counted. One look that sees the order begins everything anew.
 */
import type { AbsenceTerms, OrderQuery, Sighting } from "../exchange/exchange.ts";
import type { OrderReport } from "../domain/report.ts";
import type { EpochMs, Lots } from "../domain/units.ts";

export interface Look {
  readonly sighting: Sighting;
  /** When the look began: what happened after that it need not have seen. */
  readonly beganAtMs: EpochMs;
  readonly endedAtMs: EpochMs;
  /** What all positions of that account and market hold by the fills that are counted, short below zero. */
  readonly countedLots: Lots;
}

export type Verdict =
  | { readonly kind: "known"; readonly reports: readonly OrderReport[] }
  /** Not known yet; `why` is for people. */
  | { readonly kind: "unresolved"; readonly why: string };

export interface Settlement {
  /** It may have left until now. */
  noteLeft(clientOrderId: string, atMs: EpochMs): void;
  judge(query: OrderQuery, look: Look): Verdict;
}

interface Unseen {
  lastLeftMs: number;
  /** When the first look began that counts as evidence; null before it. */
  missedSinceMs: number | null;
}

/** `startedAtMs`: nothing that this process did not send itself can have left later. */
export function createSettlement(terms: AbsenceTerms, startedAtMs: EpochMs): Settlement {
  const unseen = new Map<string, Unseen>();
  const stateOf = (clientOrderId: string): Unseen => {
    const known = unseen.get(clientOrderId) ?? { lastLeftMs: startedAtMs, missedSinceMs: null };
    unseen.set(clientOrderId, known);
    return known;
  };

  return {
    noteLeft(clientOrderId, atMs) {
      unseen.set(clientOrderId, { lastLeftMs: atMs, missedSinceMs: null });
    },
    judge({ clientOrderId }, { sighting, beganAtMs, endedAtMs, countedLots }) {
      if (sighting.kind === "seen") {
        unseen.delete(clientOrderId);
        return { kind: "known", reports: sighting.reports };
      }
      const state = stateOf(clientOrderId);
      const canAppearUntilMs = state.lastLeftMs + terms.afterMs;
      if (beganAtMs < canAppearUntilMs) {
        return { kind: "unresolved", why: `not found; it can appear for another ${canAppearUntilMs - beganAtMs} ms` };
      }
      if (sighting.netLots !== null && sighting.netLots !== countedLots) {
        state.missedSinceMs = null;
        const why = `not found, but the exchange holds ${sighting.netLots} lots where ${countedLots} are accounted for`;
        return { kind: "unresolved", why };
      }
      state.missedSinceMs ??= beganAtMs;
      const isConfirmed = beganAtMs - state.missedSinceMs >= terms.apartMs;
      if (!isConfirmed) return { kind: "unresolved", why: "not found; a second look has to agree" };
      unseen.delete(clientOrderId);
      return { kind: "known", reports: [{ kind: "absent", clientOrderId, atMs: endedAtMs }] };
    },
  };
}
