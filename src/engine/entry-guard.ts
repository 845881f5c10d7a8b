/**
 * What may stand against any new position at all: the switch of entries (R8.5) and the caps (R8.6).
 *
 * Promises: the switch holds only once it is durable, and is the journal's after a restart; entries of the last minute
 * are counted across restarts. It decides nothing: `judge-entry` asks it.
 */
import { NO_CAPS, type Caps, type Held } from "../domain/caps.ts";
import { switchedTo, type EntryState, type EntrySwitch, type SwitchRequest } from "../domain/entry-switch.ts";
import { entriesDecidedAtMs, heldNotional } from "../domain/exposure.ts";
import { price as asPrice, type EpochMs } from "../domain/units.ts";
import { entrySwitchOf, type Journal } from "../journal/journal.ts";
import type { Kernel } from "../kernel/kernel.ts";

export interface EntryGuard {
  entries(): EntryState;
  /** Null where it was never set. */
  entrySwitch(): EntrySwitch | null;
  /** Sets the switch: durable when it returns. What stands already is not written again. Throws JournalError. */
  set(request: SwitchRequest, by: string, nowMs: EpochMs): EntrySwitch;
  /** What an entry is held against at this moment. */
  limits(kernel: Kernel, nowMs: EpochMs): EntryLimits;
  /** An entry was decided. */
  note(atMs: EpochMs): void;
}

export interface EntryLimits {
  readonly entrySwitch: EntrySwitch | null;
  /** Left out where there is no cap at all. */
  readonly capped?: { readonly caps: Caps; readonly held: Held };
}

const MINUTE_MS = 60_000;

export function createEntryGuard({
  journal,
  caps = NO_CAPS,
}: {
  readonly journal: Journal;
  readonly caps?: Caps;
}): EntryGuard {
  let set = switchIn(journal);
  const isPaced = caps.ordersPerMinute !== null;
  // Nothing of it is read where nobody asks: a journal may hold very many positions.
  let decidedAtMs: readonly number[] = isPaced ? entriesIn(journal) : [];
  const inMinute = (nowMs: EpochMs): readonly number[] => decidedAtMs.filter((atMs) => atMs > nowMs - MINUTE_MS);
  const entries = (): EntryState => set?.entries ?? "allowed";

  return {
    entries,
    entrySwitch: () => set,
    set(request, by, nowMs) {
      const wanted = switchedTo(entries(), request);
      if (set !== null && wanted === set.entries) return set;
      const next = { entries: wanted, atMs: nowMs, by };
      journal.setSwitch(next);
      return (set = next);
    },
    limits: (kernel, nowMs) =>
      caps === NO_CAPS
        ? { entrySwitch: set }
        : {
            entrySwitch: set,
            capped: {
              caps,
              held: { notionals: () => notionalsIn(kernel), entriesInMinute: () => inMinute(nowMs).length },
            },
          },
    note(atMs) {
      if (isPaced) decidedAtMs = [...inMinute(atMs), atMs];
    },
  };
}

function switchIn(journal: Journal): EntrySwitch | null {
  const last = journal.lastSwitch();
  return last === null ? null : entrySwitchOf(last);
}

const entriesIn = (journal: Journal): readonly number[] =>
  journal.latest().flatMap(({ snapshot }) => (snapshot === null ? [] : entriesDecidedAtMs(snapshot.position)));

/** At the last price of each market, however old: a cap is about size, not about a decision at this price. */
const notionalsIn = (kernel: Kernel): ReturnType<Held["notionals"]> =>
  kernel.positions().flatMap(({ snapshot: { position } }) => {
    const { lastPrice } = kernel.market(position.symbol).triggers.gate;
    return heldNotional(position, lastPrice > 0 ? asPrice(lastPrice) : null) ?? [];
  });
