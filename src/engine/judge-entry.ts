/** From what somebody asks for to a position's opening, or a refusal that is written down (R8.1, R8.5, R8.6). */
import { refusedBySwitch } from "../domain/entry-switch.ts";
import { validateEntry, type EntryRequest } from "../domain/entry.ts";
import type { Market } from "../domain/market.ts";
import type { Opening } from "../domain/opening.ts";
import type { Plan } from "../domain/plan.ts";
import { isRefused, type Refused } from "../domain/refused.ts";
import type { EpochMs } from "../domain/units.ts";
import type { ContextSource } from "../market-context/context-source.ts";
import type { Kernel, RefusedEntry } from "../kernel/kernel.ts";
import type { EntryLimits } from "./entry-guard.ts";

export interface EntryToJudge {
  readonly request: EntryRequest;
  readonly market: Market | undefined;
  /** The plan for this market, with what it was normalised with; or why there is none. */
  readonly plan: { readonly plan: Plan; readonly warnings: readonly string[] } | Refused;
}

export type Judgement =
  | { readonly kind: "opening"; readonly opening: Opening }
  | { readonly kind: "refused"; readonly refusal: Refused; readonly entry: RefusedEntry };

export function judgeEntry(
  entry: EntryToJudge,
  moment: {
    /** Who knows prices, and what is held. */
    readonly kernel: Pick<Kernel, "quote" | "heldBy" | "isUsed">;
    readonly journalId: string;
    readonly nowMs: EpochMs;
    /** What is known of markets besides prices, if anything is. */
    readonly context: Pick<ContextSource, "atrRatio"> | null;
    /** The switch of entries and the caps; left out, nothing of that kind holds. */
    readonly limits?: EntryLimits;
  },
): Judgement {
  const { request, market, plan } = entry;
  const { kernel, nowMs, limits } = moment;
  const switchedOff = refusedBySwitch(limits?.entrySwitch ?? null);
  if (switchedOff !== null) return refusedEntry(request, switchedOff);
  if (isRefused(plan)) return refusedEntry(request, plan);
  const valid = validateEntry(request, {
    market,
    price: kernel.quote(request.symbol, nowMs),
    openPositions: { find: (place) => kernel.heldBy(place) },
    hedgeMode: false,
    usedIds: { has: (id) => kernel.isUsed(id) },
    plan: plan.plan,
    atrRatio: moment.context?.atrRatio(request.symbol) ?? null,
    ...(limits?.capped === undefined ? {} : { capped: limits.capped }),
  });
  if (isRefused(valid)) return refusedEntry(request, valid);
  return {
    kind: "opening",
    opening: {
      id: request.id,
      journalId: moment.journalId,
      account: request.account,
      symbol: request.symbol,
      side: request.side,
      leverage: valid.leverage,
      market: valid.market,
      plan: valid.plan,
      lots: valid.lots,
      warnings: [...plan.warnings, ...valid.warnings],
      atMs: nowMs,
    },
  };
}

export const refusedEntry = (request: EntryRequest, refusal: Refused): Extract<Judgement, { kind: "refused" }> => ({
  kind: "refused",
  refusal,
  entry: {
    id: request.id,
    symbol: request.symbol,
    side: request.side,
    fact: {
      type: "notDone",
      reason: "entry_refused",
      rung: null,
      message: `Entry ${request.id} for ${request.symbol} refused: ${refusal.message}`,
      field: refusal.field,
      value: refusal.value,
      limit: refusal.limit,
    },
  },
});
